// Fake quantization on additive powers of two.
#ifndef MQ_F32_APOT_QUANT_H
#define MQ_F32_APOT_QUANT_H

// Constants: [0] M / alpha, [1] alpha / M, [2] lowest: -M signed or 0 unsigned, [3] M, the largest of
// the 2^bits integers of mq_apot_levels, [4] bits.
//
// u = x * (M / alpha), y = alpha / M * sign(u) * (level nearest to |clamp(u)|). Half-way between two
// levels the smaller magnitude is taken. NaN stays NaN; infinities are clamped.
void mq_f32_apot_quant_forward(const float *x, float *y, long n, const float *constants);
void mq_f32_apot_quant_forward_scalar(const float *x, float *y, long n, const float *constants);

// dx = g where lowest <= u <= M, else 0. Adds to the sums: [0] g * (level - u) there, g * M above,
// g * lowest below, which is M * dy/dalpha.
void mq_f32_apot_quant_backward(
    const float *x, const float *g, float *dx, long n, const float *constants, double *sums);
void mq_f32_apot_quant_backward_scalar(
    const float *x, const float *g, float *dx, long n, const float *constants, double *sums);

#endif
