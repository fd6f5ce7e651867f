#include "mq_f32_sgd.h"

// Threads split an array anywhere, so an element can be in a vector or behind the last one. Without
// contraction both compute the same bits.
#pragma clang fp contract(off)

void mq_f32_sgd(float *restrict w, const float *restrict g, float *restrict v, float rate,
                float momentum, float decay, int nesterov, long n) {
  if (nesterov) {
    for (long i = 0; i < n; i++) {
      float d = g[i] + decay * w[i];
      v[i] = momentum * v[i] + d;
      w[i] -= rate * (d + momentum * v[i]);
    }
  } else {
    for (long i = 0; i < n; i++) {
      v[i] = momentum * v[i] + (g[i] + decay * w[i]);
      w[i] -= rate * v[i];
    }
  }
}
