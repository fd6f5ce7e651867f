#include "mq_f32_offset_quant.h"
#include "mq_lanes.h"

#include <math.h>

// As in mq_affine_quant.h: rounded after every operation.
#pragma clang fp contract(off)

void mq_f32_offset_quant_forward_scalar(
    const float *x, float *y, long n, const float *constants) {
  const float s = constants[0], inverse = constants[1], b = constants[2];
  const float low = constants[3], high = constants[4];
  for (long i = 0; i < n; i++) {
    float u = (x[i] - b) * inverse;
    y[i] = rintf(u < low ? low : (u > high ? high : u)) * s + b;
  }
}

void mq_f32_offset_quant_forward(const float *x, float *y, long n, const float *constants) {
  const __m256 s = _mm256_set1_ps(constants[0]), inverse = _mm256_set1_ps(constants[1]);
  const __m256 b = _mm256_set1_ps(constants[2]);
  const __m256 low = _mm256_set1_ps(constants[3]), high = _mm256_set1_ps(constants[4]);
  long i = 0;
  for (; i + lanes <= n; i += lanes) {
    __m256 u = _mm256_mul_ps(_mm256_sub_ps(_mm256_loadu_ps(x + i), b), inverse);
    // min and max give their second operand when one is NaN, which keeps NaN visible.
    u = _mm256_min_ps(high, _mm256_max_ps(low, u));
    __m256 q = _mm256_round_ps(u, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    _mm256_storeu_ps(y + i, _mm256_add_ps(_mm256_mul_ps(q, s), b));
  }
  mq_f32_offset_quant_forward_scalar(x + i, y + i, n - i, constants);
}

void mq_f32_offset_quant_backward_scalar(
    const float *x, const float *g, float *dx, long n, const float *constants, double *sums) {
  const float inverse = constants[1], b = constants[2];
  const float low = constants[3], high = constants[4];
  double scale_sum = 0, clamped_sum = 0;
  for (long i = 0; i < n; i++) {
    float u = (x[i] - b) * inverse, gradient = g[i];
    int inside = u >= low && u <= high;
    float factor = inside ? rintf(u) - u : (u > high ? high : low);
    scale_sum += (double)(gradient * factor);
    clamped_sum += inside ? 0.0 : (double)gradient;
    dx[i] = inside ? gradient : 0.0f;
  }
  sums[0] += scale_sum;
  sums[1] += clamped_sum;
}

void mq_f32_offset_quant_backward(
    const float *x, const float *g, float *dx, long n, const float *constants, double *sums) {
  const __m256 inverse = _mm256_set1_ps(constants[1]), b = _mm256_set1_ps(constants[2]);
  const __m256 low = _mm256_set1_ps(constants[3]), high = _mm256_set1_ps(constants[4]);
  __m256 scale_sum = _mm256_setzero_ps(), clamped_sum = _mm256_setzero_ps();
  long i = 0;
  for (; i + lanes <= n; i += lanes) {
    __m256 gradient = _mm256_loadu_ps(g + i);
    __m256 u = _mm256_mul_ps(_mm256_sub_ps(_mm256_loadu_ps(x + i), b), inverse);
    __m256 r = _mm256_round_ps(u, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    __m256 is_above = _mm256_cmp_ps(u, high, _CMP_GT_OQ);
    __m256 inside =
        _mm256_and_ps(_mm256_cmp_ps(u, low, _CMP_GE_OQ), _mm256_cmp_ps(u, high, _CMP_LE_OQ));
    __m256 factor =
        _mm256_blendv_ps(_mm256_blendv_ps(low, high, is_above), _mm256_sub_ps(r, u), inside);
    scale_sum = _mm256_add_ps(scale_sum, _mm256_mul_ps(gradient, factor));
    clamped_sum = _mm256_add_ps(clamped_sum, _mm256_andnot_ps(inside, gradient));
    _mm256_storeu_ps(dx + i, _mm256_and_ps(inside, gradient));
  }
  sums[0] += lane_sum(scale_sum);
  sums[1] += lane_sum(clamped_sum);
  mq_f32_offset_quant_backward_scalar(x + i, g + i, dx + i, n - i, constants, sums);
}

void mq_f32_offset_quant_slopes(
    const float *x, float *slopes, long n, const float *constants, int item) {
  const float inverse = constants[1], b = constants[2];
  const float low = constants[3], high = constants[4];
  for (long i = 0; i < n; i++) {
    float u = (x[i] - b) * inverse;
    int inside = (u >= low) & (u <= high);
    float end = u > high ? high : low;
    slopes[i] = item ? (inside ? 0.0f : 1.0f) : (inside ? rintf(u) - u : end);
  }
}
