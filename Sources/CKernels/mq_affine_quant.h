// The kernels of the affine map, written once for both ways of rounding halves.
#ifndef MQ_AFFINE_QUANT_H
#define MQ_AFFINE_QUANT_H
#include "mq_lanes.h"

#include <math.h>

// The vector code rounds after every operation, as the formula does; contraction would make the
// scalar code differ from it in the last bit.
#pragma clang fp contract(off)

#define INLINE static inline __attribute__((always_inline))

// To nearest, halves to even or up. Rounding to even goes down by exactly 0.5 where it must go up;
// adding 0.5 and taking the floor would take 0.49999997 to 1.
INLINE float round_one(float u, const int half_up) {
  float r = rintf(u);
  return half_up && r - u == -0.5f ? r + 1 : r;
}

INLINE __m256 round_vector(__m256 u, const int half_up) {
  __m256 r = _mm256_round_ps(u, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  if (!half_up) return r;
  __m256 is_tie = _mm256_cmp_ps(_mm256_sub_ps(r, u), _mm256_set1_ps(-0.5f), _CMP_EQ_OQ);
  return _mm256_add_ps(r, _mm256_and_ps(is_tie, _mm256_set1_ps(1)));
}

INLINE void forward_scalar(
    const float *x, float *y, long n, const float *constants, const int half_up) {
  const float s = constants[0], inverse = constants[1], z = constants[2];
  const float low = constants[3], high = constants[4];
  for (long i = 0; i < n; i++) {
    float q = round_one(x[i] * inverse, half_up) + z;
    q = q < low ? low : (q > high ? high : q);
    y[i] = (q - z) * s;
  }
}

INLINE void forward(const float *x, float *y, long n, const float *constants, const int half_up) {
  const __m256 s = _mm256_set1_ps(constants[0]), inverse = _mm256_set1_ps(constants[1]);
  const __m256 z = _mm256_set1_ps(constants[2]);
  const __m256 low = _mm256_set1_ps(constants[3]), high = _mm256_set1_ps(constants[4]);
  long i = 0;
  for (; i + lanes <= n; i += lanes) {
    __m256 u = _mm256_mul_ps(_mm256_loadu_ps(x + i), inverse);
    __m256 q = round_vector(u, half_up);
    q = _mm256_add_ps(q, z);
    // min and max give their second operand when one is NaN, which keeps NaN visible.
    q = _mm256_min_ps(high, _mm256_max_ps(low, q));
    _mm256_storeu_ps(y + i, _mm256_mul_ps(_mm256_sub_ps(q, z), s));
  }
  forward_scalar(x + i, y + i, n - i, constants, half_up);
}

INLINE void backward_scalar(
    const float *x, const float *g, float *dx, long n, const float *constants, double *sums,
    const int half_up) {
  const float inverse = constants[1], z = constants[2];
  const float low = constants[3], high = constants[4];
  double scale_sum = 0, clamped_sum = 0;
  for (long i = 0; i < n; i++) {
    float u = x[i] * inverse, r = round_one(u, half_up), q = r + z, gradient = g[i];
    int inside = q >= low && q <= high;
    float factor = inside ? r - u : (q > high ? high : low) - z;
    scale_sum += (double)(gradient * factor);
    clamped_sum += inside ? 0.0 : (double)gradient;
    dx[i] = inside ? gradient : 0.0f;
  }
  sums[0] += scale_sum;
  sums[1] += clamped_sum;
}

INLINE void backward(
    const float *x, const float *g, float *dx, long n, const float *constants, double *sums,
    const int half_up) {
  const __m256 inverse = _mm256_set1_ps(constants[1]), z = _mm256_set1_ps(constants[2]);
  const __m256 low = _mm256_set1_ps(constants[3]), high = _mm256_set1_ps(constants[4]);
  const __m256 below = _mm256_sub_ps(low, z), above = _mm256_sub_ps(high, z);
  __m256 scale_sum = _mm256_setzero_ps(), clamped_sum = _mm256_setzero_ps();
  long i = 0;
  for (; i + lanes <= n; i += lanes) {
    __m256 gradient = _mm256_loadu_ps(g + i);
    __m256 u = _mm256_mul_ps(_mm256_loadu_ps(x + i), inverse);
    __m256 r = round_vector(u, half_up);
    __m256 q = _mm256_add_ps(r, z);
    __m256 is_above = _mm256_cmp_ps(q, high, _CMP_GT_OQ);
    __m256 inside =
        _mm256_and_ps(_mm256_cmp_ps(q, low, _CMP_GE_OQ), _mm256_cmp_ps(q, high, _CMP_LE_OQ));
    __m256 factor = _mm256_blendv_ps(
        _mm256_blendv_ps(below, above, is_above), _mm256_sub_ps(r, u), inside);
    scale_sum = _mm256_add_ps(scale_sum, _mm256_mul_ps(gradient, factor));
    clamped_sum = _mm256_add_ps(clamped_sum, _mm256_andnot_ps(inside, gradient));
    _mm256_storeu_ps(dx + i, _mm256_and_ps(inside, gradient));
  }
  sums[0] += lane_sum(scale_sum);
  sums[1] += lane_sum(clamped_sum);
  backward_scalar(x + i, g + i, dx + i, n - i, constants, sums, half_up);
}

INLINE void slopes_of(
    const float *x, float *slopes, long n, const float *constants, int item, const int half_up) {
  const float inverse = constants[1], z = constants[2];
  const float low = constants[3], high = constants[4];
  for (long i = 0; i < n; i++) {
    float u = x[i] * inverse, r = round_one(u, half_up), q = r + z;
    int inside = (q >= low) & (q <= high);
    float end = (q > high ? high : low) - z;
    slopes[i] = item ? (inside ? 0.0f : 1.0f) : (inside ? r - u : end);
  }
}

// Defines the kernels of a public header.
#define AFFINE_KERNELS(NAME, HALF_UP) \
  void mq_f32_##NAME##_forward(const float *x, float *y, long n, const float *constants) { \
    forward(x, y, n, constants, HALF_UP); \
  } \
  void mq_f32_##NAME##_forward_scalar( \
      const float *x, float *y, long n, const float *constants) { \
    forward_scalar(x, y, n, constants, HALF_UP); \
  } \
  void mq_f32_##NAME##_backward( \
      const float *x, const float *g, float *dx, long n, const float *constants, \
      double *sums) { \
    backward(x, g, dx, n, constants, sums, HALF_UP); \
  } \
  void mq_f32_##NAME##_backward_scalar( \
      const float *x, const float *g, float *dx, long n, const float *constants, \
      double *sums) { \
    backward_scalar(x, g, dx, n, constants, sums, HALF_UP); \
  } \
  void mq_f32_##NAME##_slopes( \
      const float *x, float *slopes, long n, const float *constants, int item) { \
    slopes_of(x, slopes, n, constants, item, HALF_UP); \
  }

#endif
