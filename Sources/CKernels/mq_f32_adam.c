#include "mq_f32_adam.h"

#include <math.h>

// As in mq_f32_sgd.c: where threads split an array must not show in the bits.
#pragma clang fp contract(off)

void mq_f32_adam(float *restrict w, const float *restrict g, float *restrict m, float *restrict v,
                 mq_adam c, long n) {
  for (long i = 0; i < n; i++) {
    float x = w[i] * c.shrink;
    float d = g[i] + c.decay * x;
    m[i] += c.weight1 * (d - m[i]);
    v[i] = c.beta2 * v[i] + c.weight2 * d * d;
    w[i] = x - c.step * m[i] / (sqrtf(v[i]) * c.correction2 + c.epsilon);
  }
}
