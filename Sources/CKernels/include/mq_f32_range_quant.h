// Fake quantization of a range: what lies outside is clipped to its ends, then to the uniform grid.
#ifndef MQ_F32_RANGE_QUANT_H
#define MQ_F32_RANGE_QUANT_H

// Constants: [0] scale s, [1] 1 / s, [2] zero point z (an integer), [3] lowest integer, [4] highest,
// [5] low end of the range, [6] high end.
//
// c = clamp(x, low, high), q = round(c * (1 / s)) + z with halves to even, y = (clamp(q) - z) * s.
// NaN stays NaN; infinities are clamped.
void mq_f32_range_quant_forward(const float *x, float *y, long n, const float *constants);
void mq_f32_range_quant_forward_scalar(const float *x, float *y, long n, const float *constants);

// dx = g where low <= x <= high, else 0: the range decides and not the integer, because its end may
// be a rounding tie. Adds to the sums: [0] g where x > high, [1] g where x < low.
void mq_f32_range_quant_backward(
    const float *x, const float *g, float *dx, long n, const float *constants, double *sums);
void mq_f32_range_quant_backward_scalar(
    const float *x, const float *g, float *dx, long n, const float *constants, double *sums);

#endif
