// The gradient of differentiable soft quantization; its forward pass is mq_f32_uniform_quant_forward.
#ifndef MQ_F32_SOFT_QUANT_H
#define MQ_F32_SOFT_QUANT_H

// Constants as there: [1] 1 / s, [2] zero point z, [3] lowest integer, [4] highest.
//
// u = x * (1 / s), h = u - floor(u) - 1/2. dx = g * mq_soft_slope(h) where lowest <= u + z <= highest,
// else 0. The sums stay as they are. dx of NaN is 0.
void mq_f32_soft_quant_backward(
    const float *x, const float *g, float *dx, long n, const float *constants, double *sums);
void mq_f32_soft_quant_backward_scalar(
    const float *x, const float *g, float *dx, long n, const float *constants, double *sums);

// T k / 2 / cosh(k h)^2 for h in -1/2...1/2, T = 1 / (1 - alpha), k = ln(2 / alpha - 1), alpha = 0.4,
// to a relative error of 2e-7.
float mq_soft_slope(float h);

#endif
