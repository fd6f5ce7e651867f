#include "mq_f32_half_up_quant.h"

#include <immintrin.h>
#include <math.h>

// As in mq_f32_uniform_quant.c, from which only the rounding differs: rounded after every operation.
#pragma clang fp contract(off)

enum { lanes = 8 };

// To nearest, halves up. Rounding to even goes down by exactly 0.5 where it must go up; adding 0.5 and
// taking the floor would take 0.49999997 to 1.
static inline float half_up(float u) {
  float r = rintf(u);
  return r - u == -0.5f ? r + 1 : r;
}

static inline __m256 half_up_vector(__m256 u) {
  __m256 r = _mm256_round_ps(u, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  __m256 is_tie = _mm256_cmp_ps(_mm256_sub_ps(r, u), _mm256_set1_ps(-0.5f), _CMP_EQ_OQ);
  return _mm256_add_ps(r, _mm256_and_ps(is_tie, _mm256_set1_ps(1)));
}

void mq_f32_half_up_quant_forward_scalar(
    const float *x, float *y, long n, const float *constants) {
  const float s = constants[0], inverse = constants[1], z = constants[2];
  const float low = constants[3], high = constants[4];
  for (long i = 0; i < n; i++) {
    float q = half_up(x[i] * inverse) + z;
    q = q < low ? low : (q > high ? high : q);
    y[i] = (q - z) * s;
  }
}

void mq_f32_half_up_quant_forward(const float *x, float *y, long n, const float *constants) {
  const __m256 s = _mm256_set1_ps(constants[0]), inverse = _mm256_set1_ps(constants[1]);
  const __m256 z = _mm256_set1_ps(constants[2]);
  const __m256 low = _mm256_set1_ps(constants[3]), high = _mm256_set1_ps(constants[4]);
  long i = 0;
  for (; i + lanes <= n; i += lanes) {
    __m256 u = _mm256_mul_ps(_mm256_loadu_ps(x + i), inverse);
    __m256 q = half_up_vector(u);
    q = _mm256_add_ps(q, z);
    // min and max give their second operand when one is NaN, which keeps NaN visible.
    q = _mm256_min_ps(high, _mm256_max_ps(low, q));
    _mm256_storeu_ps(y + i, _mm256_mul_ps(_mm256_sub_ps(q, z), s));
  }
  mq_f32_half_up_quant_forward_scalar(x + i, y + i, n - i, constants);
}

void mq_f32_half_up_quant_backward_scalar(
    const float *x, const float *g, float *dx, long n, const float *constants, double *sums) {
  const float inverse = constants[1], z = constants[2];
  const float low = constants[3], high = constants[4];
  double scale_sum = 0, clamped_sum = 0;
  for (long i = 0; i < n; i++) {
    float u = x[i] * inverse, r = half_up(u), q = r + z, gradient = g[i];
    int inside = q >= low && q <= high;
    float factor = inside ? r - u : (q > high ? high : low) - z;
    scale_sum += (double)(gradient * factor);
    clamped_sum += inside ? 0.0 : (double)gradient;
    dx[i] = inside ? gradient : 0.0f;
  }
  sums[0] += scale_sum;
  sums[1] += clamped_sum;
}

static double lane_sum(__m256 v) {
  float values[lanes];
  double sum = 0;
  _mm256_storeu_ps(values, v);
  for (int i = 0; i < lanes; i++) sum += (double)values[i];
  return sum;
}

void mq_f32_half_up_quant_backward(
    const float *x, const float *g, float *dx, long n, const float *constants, double *sums) {
  const __m256 inverse = _mm256_set1_ps(constants[1]), z = _mm256_set1_ps(constants[2]);
  const __m256 low = _mm256_set1_ps(constants[3]), high = _mm256_set1_ps(constants[4]);
  const __m256 below = _mm256_sub_ps(low, z), above = _mm256_sub_ps(high, z);
  __m256 scale_sum = _mm256_setzero_ps(), clamped_sum = _mm256_setzero_ps();
  long i = 0;
  for (; i + lanes <= n; i += lanes) {
    __m256 gradient = _mm256_loadu_ps(g + i);
    __m256 u = _mm256_mul_ps(_mm256_loadu_ps(x + i), inverse);
    __m256 r = half_up_vector(u);
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
  mq_f32_half_up_quant_backward_scalar(x + i, g + i, dx + i, n - i, constants, sums);
}

void mq_f32_half_up_quant_slopes(
    const float *x, float *slopes, long n, const float *constants, int item) {
  const float inverse = constants[1], z = constants[2];
  const float low = constants[3], high = constants[4];
  for (long i = 0; i < n; i++) {
    float u = x[i] * inverse, r = half_up(u), q = r + z;
    int inside = (q >= low) & (q <= high);
    float end = (q > high ? high : low) - z;
    slopes[i] = item ? (inside ? 0.0f : 1.0f) : (inside ? r - u : end);
  }
}
