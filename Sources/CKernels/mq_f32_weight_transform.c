#include "mq_f32_weight_transform.h"

#include "mq_tangent.h"

#include <math.h>

// Below it there is nothing between tanh and x.
static const float linear = 4e-4f;

enum { lanes = 8 };

static inline float tangent(float x) {
  float y = rational_tangent(x);
  y = y > 1 ? 1 : (y < -1 ? -1 : y);
  return fabsf(x) < linear ? x : y;
}

float mq_f32_tanh(const float *x, float *y, long n) {
  float peaks[lanes] = {0}, peak = 0;
  long i = 0;
  for (; i + lanes <= n; i += lanes) {
    // Through arrays of its own, because y may be x, which would keep the compiler from vectors.
    float values[lanes];
    for (int lane = 0; lane < lanes; lane++) values[lane] = tangent(x[i + lane]);
    for (int lane = 0; lane < lanes; lane++) {
      float size = fabsf(values[lane]);
      peaks[lane] = size > peaks[lane] ? size : peaks[lane];
    }
    for (int lane = 0; lane < lanes; lane++) y[i + lane] = values[lane];
  }
  for (; i < n; i++) {
    y[i] = tangent(x[i]);
    peak = fabsf(y[i]) > peak ? fabsf(y[i]) : peak;
  }
  for (int lane = 0; lane < lanes; lane++) peak = peaks[lane] > peak ? peaks[lane] : peak;
  return peak;
}

void mq_f32_shift_divide(const float *x, float *y, long n, float shift, float divisor) {
  for (long i = 0; i < n; i++) y[i] = (x[i] - shift) / divisor;
}

void mq_f32_transform_sums(const float *y, const float *g, long n, float peak, double *sums) {
#pragma clang fp reassociate(on)
  double sum = 0, product = 0, count = 0;
  for (long i = 0; i < n; i++) {
    sum += (double)g[i];
    product += (double)g[i] * (double)y[i];
    count += fabsf(y[i]) == peak && peak > 0 ? 1.0 : 0.0;
  }
  sums[0] += sum;
  sums[1] += product;
  sums[2] += count;
}

void mq_f32_moments(const float *x, long n, double shift, double *sums) {
#pragma clang fp reassociate(on)
  double sum = 0, square = 0;
  for (long i = 0; i < n; i++) {
    double centred = (double)x[i] - shift;
    sum += (double)x[i];
    square += centred * centred;
  }
  sums[0] += sum;
  sums[1] += square;
}

void mq_f32_tanh_normalize_backward(
    const float *y, const float *g, float *dx, long n, float divisor, float peak, float share) {
  for (long i = 0; i < n; i++) {
    float t = y[i] * divisor;
    float extra = fabsf(y[i]) == peak ? (y[i] < 0 ? -share : share) : 0.0f;
    dx[i] = (g[i] / divisor + extra) * (1 - t * t);
  }
}

void mq_f32_standardize_backward(
    const float *y, const float *g, float *dx, long n, float mean, float divisor, float slope) {
  for (long i = 0; i < n; i++) dx[i] = (g[i] - mean) / divisor - slope * y[i];
}
