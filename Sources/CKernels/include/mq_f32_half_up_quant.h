// As mq_f32_uniform_quant.h, with halves rounded up, -1.5 to -1, as some processors do.
#ifndef MQ_F32_HALF_UP_QUANT_H
#define MQ_F32_HALF_UP_QUANT_H
#include "mq_cpu.h"

// Constants and sums are those of the uniform kernels.
MQ_VERSIONS(mq_f32_half_up_quant_forward, const float *x, float *y, long n, const float *constants);
void mq_f32_half_up_quant_forward_scalar(const float *x, float *y, long n, const float *constants);

MQ_VERSIONS(mq_f32_half_up_quant_backward, const float *x, const float *g, float *dx, long n,
            const float *constants, double *sums);
void mq_f32_half_up_quant_backward_scalar(
    const float *x, const float *g, float *dx, long n, const float *constants, double *sums);

// Item 0 or 1 of the sums.
void mq_f32_half_up_quant_slopes(
    const float *x, float *slopes, long n, const float *constants, int item);

#endif
