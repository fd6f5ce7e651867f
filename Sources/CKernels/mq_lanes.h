// Vectors of eight floats, as the fake-quantization kernels use them.
#ifndef MQ_LANES_H
#define MQ_LANES_H
#include <immintrin.h>

enum { lanes = 8 };

// The sum of all lanes in double, in their order.
static inline double lane_sum(__m256 v) {
  float values[lanes];
  double sum = 0;
  _mm256_storeu_ps(values, v);
  for (int i = 0; i < lanes; i++) sum += (double)values[i];
  return sum;
}

#endif
