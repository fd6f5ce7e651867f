// Passes of the weight transforms, normalization of a whole tensor; see `WeightTransform` in Swift.
#ifndef MQ_F32_WEIGHT_TRANSFORM_H
#define MQ_F32_WEIGHT_TRANSFORM_H

// y = tanh(x), within 4 units in the last place; also for infinities; NaN stays NaN.
// Returns the largest |y|, NaN left out; 0 of nothing. y may be x.
float mq_f32_tanh(const float *x, float *y, long n);

// y = (x - shift) / divisor. y may be x.
void mq_f32_shift_divide(const float *x, float *y, long n, float shift, float divisor);

// Adds to the sums: [0] g, [1] g * y, [2] 1 for each element with |y| = peak, if the peak is not 0.
void mq_f32_transform_sums(const float *y, const float *g, long n, float peak, double *sums);

// Adds to the sums: [0] x, [1] (x - shift) squared.
void mq_f32_moments(const float *x, long n, double shift, double *sums);

// dx = (g / divisor + share * sign(y) where |y| = peak) * (1 - (y * divisor)^2). dx may be g.
void mq_f32_tanh_normalize_backward(
    const float *y, const float *g, float *dx, long n, float divisor, float peak, float share);

// dx = (g - mean) / divisor - slope * y. dx may be g.
void mq_f32_standardize_backward(
    const float *y, const float *g, float *dx, long n, float mean, float divisor, float slope);

#endif
