#include "mq_f32_interval_quant.h"

#include <math.h>

// Rounded after every operation, so that the compiler's vectors and the scalar loop agree.
#pragma clang fp contract(off)

enum { lanes = 8 };

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
  const float copy[4] = {constants[0], constants[1], constants[2], constants[3]};
  float first[lanes] = {0}, second[lanes] = {0};
  long i = 0;
  for (; i + lanes <= n; i += lanes) {
    for (int lane = 0; lane < lanes; lane++) {
      struct slope slope = slope_of(x[i + lane], g[i + lane], copy, is_signed);
      dx[i + lane] = slope.dx;
      first[lane] += slope.sum;
      second[lane] += slope.offset;
    }
  }
  for (int lane = 0; lane < lanes; lane++) {
    sums[0] += (double)first[lane];
    sums[1] += (double)second[lane];
  }
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
