#include "mq_f32_interval_quant.h"
#include "mq_lanes.h"

#include <math.h>

// Rounded after every operation, so that the compiler's vectors and the scalar loop agree.
#pragma clang fp contract(off)

static inline float sign_of(float x) { return (float)((x > 0) - (x < 0)); }

static inline float level(float x, const float *constants, int is_signed) {
  float u = constants[0] * (is_signed ? fabsf(x) : x) + constants[1];
  float t = u < 0 ? 0 : (u > 1 ? 1 : u);
  float y = rintf(t * constants[2]) / constants[2];
  return is_signed ? sign_of(x) * y : y;
}

// What one element gives to dx and to the two sums.
struct slope {
  float dx, sum, offset;
};

static inline struct slope slope_of(float x, float g, const float *constants, int is_signed) {
  float size = is_signed ? fabsf(x) : x, sign = is_signed ? sign_of(x) : 1;
  float u = constants[0] * size + constants[1];
  float inside = u >= 0 && u <= 1 ? g : 0, directed = inside * sign;
  return (struct slope){
      directed * sign * constants[0], directed, directed * (size - constants[3])};
}

static inline void forward(
    const float *x, float *y, long n, const float *constants, int is_signed) {
  const float copy[3] = {constants[0], constants[1], constants[2]};
  for (long i = 0; i < n; i++) y[i] = level(x[i], copy, is_signed);
}

static inline void forward_scalar(
    const float *x, float *y, long n, const float *constants, int is_signed) {
#pragma clang loop vectorize(disable)
  for (long i = 0; i < n; i++) y[i] = level(x[i], constants, is_signed);
}

static inline void backward_scalar(
    const float *x, const float *g, float *dx, long n, const float *constants, double *sums,
    int is_signed) {
#pragma clang loop vectorize(disable)
  for (long i = 0; i < n; i++) {
    struct slope slope = slope_of(x[i], g[i], constants, is_signed);
    dx[i] = slope.dx;
    sums[0] += (double)slope.sum;
    sums[1] += (double)slope.offset;
  }
}

static inline void backward(
    const float *x, const float *g, float *dx, long n, const float *constants, double *sums,
    int is_signed) {
  const __m256 slope = _mm256_set1_ps(constants[0]), offset = _mm256_set1_ps(constants[1]);
  const __m256 centre = _mm256_set1_ps(constants[3]), zero = _mm256_setzero_ps();
  const __m256 one = _mm256_set1_ps(1), sign_bit = _mm256_set1_ps(-0.0f);
  __m256 first = zero, second = zero;
  long i = 0;
  for (; i + lanes <= n; i += lanes) {
    __m256 v = _mm256_loadu_ps(x + i);
    __m256 size = is_signed ? _mm256_andnot_ps(sign_bit, v) : v;
    __m256 u = _mm256_add_ps(_mm256_mul_ps(slope, size), offset);
    __m256 passes =
        _mm256_and_ps(_mm256_cmp_ps(u, zero, _CMP_GE_OQ), _mm256_cmp_ps(u, one, _CMP_LE_OQ));
    if (is_signed) passes = _mm256_and_ps(passes, _mm256_cmp_ps(v, zero, _CMP_NEQ_OQ));
    __m256 gradient = _mm256_and_ps(passes, _mm256_loadu_ps(g + i));
    __m256 directed =
        is_signed ? _mm256_xor_ps(gradient, _mm256_and_ps(sign_bit, v)) : gradient;
    first = _mm256_add_ps(first, directed);
    second = _mm256_add_ps(second, _mm256_mul_ps(directed, _mm256_sub_ps(size, centre)));
    _mm256_storeu_ps(dx + i, _mm256_mul_ps(gradient, slope));
  }
  sums[0] += lane_sum(first);
  sums[1] += lane_sum(second);
  backward_scalar(x + i, g + i, dx + i, n - i, constants, sums, is_signed);
}

void mq_f32_interval_quant_forward(
    const float *x, float *y, long n, const float *constants) {
  forward(x, y, n, constants, 1);
}

void mq_f32_interval_quant_backward(
    const float *x, const float *g, float *dx, long n, const float *constants, double *sums) {
  backward(x, g, dx, n, constants, sums, 1);
}

void mq_f32_interval_quant_forward_scalar(
    const float *x, float *y, long n, const float *constants) {
  forward_scalar(x, y, n, constants, 1);
}

void mq_f32_interval_quant_backward_scalar(
    const float *x, const float *g, float *dx, long n, const float *constants, double *sums) {
  backward_scalar(x, g, dx, n, constants, sums, 1);
}

void mq_f32_unsigned_interval_quant_forward(
    const float *x, float *y, long n, const float *constants) {
  forward(x, y, n, constants, 0);
}

void mq_f32_unsigned_interval_quant_backward(
    const float *x, const float *g, float *dx, long n, const float *constants, double *sums) {
  backward(x, g, dx, n, constants, sums, 0);
}

void mq_f32_unsigned_interval_quant_forward_scalar(
    const float *x, float *y, long n, const float *constants) {
  forward_scalar(x, y, n, constants, 0);
}

void mq_f32_unsigned_interval_quant_backward_scalar(
    const float *x, const float *g, float *dx, long n, const float *constants, double *sums) {
  backward_scalar(x, g, dx, n, constants, sums, 0);
}
