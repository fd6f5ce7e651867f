#include "mq_f32_axpy.h"

// As in mq_f32_sgd.c: where threads split an array must not show in the bits.
#pragma clang fp contract(off)

void mq_f32_axpy(float *restrict y, const float *restrict x, float a, long n) {
  for (long i = 0; i < n; i++) y[i] += a * x[i];
}
