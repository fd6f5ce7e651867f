// Fake quantization on a uniform grid that a real offset moves.
#ifndef MQ_F32_OFFSET_QUANT_H
#define MQ_F32_OFFSET_QUANT_H

// Constants: [0] scale s, [1] 1 / s, [2] offset b, [3] lowest integer, [4] highest.
//
// u = (x - b) * (1 / s), y = round(clamp(u)) * s + b with halves to even.
// NaN stays NaN; infinities are clamped.
void mq_f32_offset_quant_forward(const float *x, float *y, long n, const float *constants);
void mq_f32_offset_quant_forward_scalar(const float *x, float *y, long n, const float *constants);

// dx = g where lowest <= u <= highest, else 0. Adds to the sums:
// [0] g * (dy/ds at fixed rounding): round(u) - u there, lowest below, highest above,
// [1] g of the elements that were clamped.
void mq_f32_offset_quant_backward(
    const float *x, const float *g, float *dx, long n, const float *constants, double *sums);
void mq_f32_offset_quant_backward_scalar(
    const float *x, const float *g, float *dx, long n, const float *constants, double *sums);

// The factor of g in one of the sums, 0 or 1.
void mq_f32_offset_quant_slopes(
    const float *x, float *slopes, long n, const float *constants, int item);

#endif
