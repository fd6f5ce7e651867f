// Fake quantization on a uniform integer grid, as PyTorch computes it.
#ifndef MQ_F32_UNIFORM_QUANT_H
#define MQ_F32_UNIFORM_QUANT_H
#include "mq_cpu.h"

// Constants: [0] scale s, [1] 1 / s, [2] zero point z (an integer), [3] lowest integer, [4] highest.
//
// u = x * (1 / s), q = round(u) + z with halves to even, y = (clamp(q) - z) * s.
// NaN stays NaN; infinities are clamped.
MQ_VERSIONS(mq_f32_uniform_quant_forward, const float *x, float *y, long n, const float *constants);
void mq_f32_uniform_quant_forward_scalar(const float *x, float *y, long n, const float *constants);

// dx = g where the integer before clamping is on the grid, else 0. Adds to the sums:
// [0] g * (dy/ds at fixed rounding): round(u) - u on the grid, lowest - z below, highest - z above,
// [1] g of the elements that were clamped.
MQ_VERSIONS(mq_f32_uniform_quant_backward, const float *x, const float *g, float *dx, long n,
            const float *constants, double *sums);
void mq_f32_uniform_quant_backward_scalar(
    const float *x, const float *g, float *dx, long n, const float *constants, double *sums);

// The factor of g in one of the sums, 0 or 1.
void mq_f32_uniform_quant_slopes(
    const float *x, float *slopes, long n, const float *constants, int item);

#endif
