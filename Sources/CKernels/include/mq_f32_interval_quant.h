// Fake quantization of an interval of magnitudes that is mapped to 0...1: QIL.
#ifndef MQ_F32_INTERVAL_QUANT_H
#define MQ_F32_INTERVAL_QUANT_H

// Constants: [0] a, [1] b, [2] number of steps q, [3] centre.
//
// signed:   t = clamp(a * |x| + b, 0, 1), y = sign(x) * round(t * q) / q
// unsigned: t = clamp(a * x + b, 0, 1),   y = round(t * q) / q
//
// Halves are rounded to even, sign(0) is 0. NaN stays NaN; infinities are clamped.
void mq_f32_interval_quant_forward(const float *x, float *y, long n, const float *constants);
void mq_f32_interval_quant_forward_scalar(const float *x, float *y, long n, const float *constants);
void mq_f32_unsigned_interval_quant_forward(
    const float *x, float *y, long n, const float *constants);
void mq_f32_unsigned_interval_quant_forward_scalar(
    const float *x, float *y, long n, const float *constants);

// dx = g * a where 0 <= a * |x| + b <= 1 and x is not 0, unsigned with x for |x| and 0 included; else 0.
// Adds to the sums, over the same elements: [0] g * sign(x), [1] g * sign(x) * (|x| - centre).
void mq_f32_interval_quant_backward(
    const float *x, const float *g, float *dx, long n, const float *constants, double *sums);
void mq_f32_interval_quant_backward_scalar(
    const float *x, const float *g, float *dx, long n, const float *constants, double *sums);
void mq_f32_unsigned_interval_quant_backward(
    const float *x, const float *g, float *dx, long n, const float *constants, double *sums);
void mq_f32_unsigned_interval_quant_backward_scalar(
    const float *x, const float *g, float *dx, long n, const float *constants, double *sums);

#endif
