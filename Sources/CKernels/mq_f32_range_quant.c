#include "mq_f32_range_quant.h"
#include "mq_lanes.h"

#include <math.h>

// As in mq_affine_quant.h: rounded after every operation.
#pragma clang fp contract(off)

void mq_f32_range_quant_forward_scalar(
    const float *x, float *y, long n, const float *constants) {
  const float s = constants[0], inverse = constants[1], z = constants[2];
  const float lowest = constants[3], highest = constants[4];
  const float low = constants[5], high = constants[6];
  for (long i = 0; i < n; i++) {
    float c = x[i] < low ? low : (x[i] > high ? high : x[i]);
    float q = rintf(c * inverse) + z;
    q = q < lowest ? lowest : (q > highest ? highest : q);
    y[i] = (q - z) * s;
  }
}

void mq_f32_range_quant_forward(const float *x, float *y, long n, const float *constants) {
  const __m256 s = _mm256_set1_ps(constants[0]), inverse = _mm256_set1_ps(constants[1]);
  const __m256 z = _mm256_set1_ps(constants[2]);
  const __m256 lowest = _mm256_set1_ps(constants[3]), highest = _mm256_set1_ps(constants[4]);
  const __m256 low = _mm256_set1_ps(constants[5]), high = _mm256_set1_ps(constants[6]);
  long i = 0;
  for (; i + lanes <= n; i += lanes) {
    // min and max give their second operand when one is NaN, which keeps NaN visible.
    __m256 c = _mm256_min_ps(high, _mm256_max_ps(low, _mm256_loadu_ps(x + i)));
    __m256 q = _mm256_round_ps(
        _mm256_mul_ps(c, inverse), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    q = _mm256_add_ps(q, z);
    q = _mm256_min_ps(highest, _mm256_max_ps(lowest, q));
    _mm256_storeu_ps(y + i, _mm256_mul_ps(_mm256_sub_ps(q, z), s));
  }
  mq_f32_range_quant_forward_scalar(x + i, y + i, n - i, constants);
}

void mq_f32_range_quant_backward_scalar(
    const float *x, const float *g, float *dx, long n, const float *constants, double *sums) {
  const float low = constants[5], high = constants[6];
  double above = 0, below = 0;
  for (long i = 0; i < n; i++) {
    float gradient = g[i];
    int is_above = x[i] > high, is_below = x[i] < low;
    above += is_above ? (double)gradient : 0.0;
    below += is_below ? (double)gradient : 0.0;
    dx[i] = x[i] >= low && x[i] <= high ? gradient : 0.0f;
  }
  sums[0] += above;
  sums[1] += below;
}

void mq_f32_range_quant_backward(
    const float *x, const float *g, float *dx, long n, const float *constants, double *sums) {
  const __m256 low = _mm256_set1_ps(constants[5]), high = _mm256_set1_ps(constants[6]);
  __m256 above = _mm256_setzero_ps(), below = _mm256_setzero_ps();
  long i = 0;
  for (; i + lanes <= n; i += lanes) {
    __m256 gradient = _mm256_loadu_ps(g + i), value = _mm256_loadu_ps(x + i);
    __m256 is_above = _mm256_cmp_ps(value, high, _CMP_GT_OQ);
    __m256 is_below = _mm256_cmp_ps(value, low, _CMP_LT_OQ);
    __m256 inside = _mm256_and_ps(
        _mm256_cmp_ps(value, low, _CMP_GE_OQ), _mm256_cmp_ps(value, high, _CMP_LE_OQ));
    above = _mm256_add_ps(above, _mm256_and_ps(is_above, gradient));
    below = _mm256_add_ps(below, _mm256_and_ps(is_below, gradient));
    _mm256_storeu_ps(dx + i, _mm256_and_ps(inside, gradient));
  }
  sums[0] += lane_sum(above);
  sums[1] += lane_sum(below);
  mq_f32_range_quant_backward_scalar(x + i, g + i, dx + i, n - i, constants, sums);
}
