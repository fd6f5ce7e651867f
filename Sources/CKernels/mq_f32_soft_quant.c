#include "mq_f32_soft_quant.h"
#include "mq_lanes.h"

#include <math.h>

// As in mq_affine_quant.h: rounded after every operation.
#pragma clang fp contract(off)

enum { degree = 6 };

// A polynomial in h^2, which is at most 1/4 and thereby far from the poles at -1.28: interpolation at
// the Chebyshev points. Half the cost of an exponential and a division.
static const float coefficients[degree + 1] = {
    1.1552453f, -2.220161f, 2.8442669f, -3.09219f, 3.0357599f, -2.5360816f, 1.3062873f,
};

float mq_soft_slope(float h) {
  float t = h * h, y = coefficients[degree];
  for (int i = degree - 1; i >= 0; i--) y = y * t + coefficients[i];
  return y;
}

void mq_f32_soft_quant_backward_scalar(
    const float *x, const float *g, float *dx, long n, const float *constants, double *sums) {
  (void)sums;
  const float inverse = constants[1], z = constants[2];
  const float low = constants[3], high = constants[4];
  for (long i = 0; i < n; i++) {
    float u = x[i] * inverse, v = u + z;
    float slope = mq_soft_slope(u - floorf(u) - 0.5f);
    dx[i] = v >= low && v <= high ? g[i] * slope : 0.0f;
  }
}

void mq_f32_soft_quant_backward(
    const float *x, const float *g, float *dx, long n, const float *constants, double *sums) {
  const __m256 inverse = _mm256_set1_ps(constants[1]), z = _mm256_set1_ps(constants[2]);
  const __m256 low = _mm256_set1_ps(constants[3]), high = _mm256_set1_ps(constants[4]);
  const __m256 half = _mm256_set1_ps(0.5f);
  long i = 0;
  for (; i + lanes <= n; i += lanes) {
    __m256 u = _mm256_mul_ps(_mm256_loadu_ps(x + i), inverse), v = _mm256_add_ps(u, z);
    __m256 h = _mm256_sub_ps(_mm256_sub_ps(u, _mm256_floor_ps(u)), half);
    __m256 t = _mm256_mul_ps(h, h), slope = _mm256_set1_ps(coefficients[degree]);
    for (int item = degree - 1; item >= 0; item--) {
      slope = _mm256_add_ps(_mm256_mul_ps(slope, t), _mm256_set1_ps(coefficients[item]));
    }
    __m256 inside =
        _mm256_and_ps(_mm256_cmp_ps(v, low, _CMP_GE_OQ), _mm256_cmp_ps(v, high, _CMP_LE_OQ));
    __m256 gradient = _mm256_mul_ps(_mm256_loadu_ps(g + i), slope);
    _mm256_storeu_ps(dx + i, _mm256_and_ps(inside, gradient));
  }
  mq_f32_soft_quant_backward_scalar(x + i, g + i, dx + i, n - i, constants, sums);
}
