// Weights between two levels of their grid (Nagel et al., ICML 2020, "Up or down? Adaptive rounding for
// post-training quantization", equations 21 to 24).
//
//   y = s (clip(f + h(v) + z, low, high) - z),  h(v) = clip(1.2 sigmoid(v) - 0.1, 0, 1)
//
// for f = floor(w / s). `constants` are s, z, low, high.
#ifndef MQ_F32_SOFT_ROUNDING_H
#define MQ_F32_SOFT_ROUNDING_H

void mq_f32_soft_rounding(
    const float *f, const float *v, float *y, long n, const float *constants);

// dv[i] = (g[i] s, where y is not clipped, + lambda dr/dh) dh/dv for the regularizer
// r = sum of 1 - |2 h - 1|^beta; lambda 0 leaves it out. beta is at least 1.
void mq_f32_soft_rounding_backward(
    const float *f, const float *v, const float *g, float *dv, long n, const float *constants,
    float lambda, float beta);

#endif
