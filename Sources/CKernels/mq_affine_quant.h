// The kernels of the affine map, written once for both ways of rounding halves.
#ifndef MQ_AFFINE_QUANT_H
#define MQ_AFFINE_QUANT_H
#include "mq_vector.h"

#include <math.h>

// The vector code rounds after every operation, as the formula does; contraction would make the
// scalar code differ from it in the last bit.
#pragma clang fp contract(off)

// To nearest, halves to even or up. Rounding to even goes down by exactly 0.5 where it must go up;
// adding 0.5 and taking the floor would take 0.49999997 to 1.
INLINE float round_one(float u, const int half_up) {
  float r = rintf(u);
  return half_up && r - u == -0.5f ? r + 1 : r;
}

INLINE vector round_vector(vector u, const int half_up) {
  vector r = __builtin_elementwise_roundeven(u);
  return half_up ? r - u == -0.5f ? r + 1 : r : r;
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

INLINE void forward_one(
    const float *x, float *y, long count, const float *constants, const int half_up) {
  const vector s = constants[0], inverse = constants[1], z = constants[2];
  const vector low = constants[3], high = constants[4];
  vector q = round_vector(load(x, count) * inverse, half_up) + z;
  // In this order NaN stays visible.
  q = low > q ? low : q;
  q = high < q ? high : q;
  store(y, (q - z) * s, count);
}

INLINE void forward(const float *x, float *y, long n, const float *given, const int half_up) {
  // A copy cannot change when y is stored.
  const float constants[5] = {given[0], given[1], given[2], given[3], given[4]};
#define STEP(I, COUNT, SET) forward_one(x + I, y + I, COUNT, constants, half_up)
  EACH_VECTOR(0, n, STEP)
#undef STEP
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

struct affine_sums {
  vector scale, clamped;
};

INLINE void backward_one(
    const float *x, const float *g, float *dx, long count, const float *constants,
    struct affine_sums *sums, const int half_up) {
  const vector inverse = constants[1], z = constants[2], zero = 0;
  const vector low = constants[3], high = constants[4];
  // g is 0 beyond the end.
  vector gradient = load(g, count), u = load(x, count) * inverse;
  vector r = round_vector(u, half_up), q = r + z;
  mask inside = (q >= low) & (q <= high);
  vector end = q > high ? high - z : low - z;
  sums->scale += gradient * (inside ? r - u : end);
  sums->clamped += inside ? zero : gradient;
  store(dx, inside ? gradient : zero, count);
}

INLINE void backward(
    const float *x, const float *g, float *dx, long n, const float *given, double *sums,
    const int half_up) {
  const float constants[5] = {given[0], given[1], given[2], given[3], given[4]};
  struct affine_sums sets[2] = {{0, 0}, {0, 0}};
#define STEP(I, COUNT, SET) backward_one(x + I, g + I, dx + I, COUNT, constants, sets + SET, half_up)
  EACH_VECTOR(0, n, STEP)
#undef STEP
  sums[0] += sum_of_lanes(sets[0].scale + sets[1].scale);
  sums[1] += sum_of_lanes(sets[0].clamped + sets[1].clamped);
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
  VERSIONS(mq_f32_##NAME##_forward, forward, \
           (const float *x, float *y, long n, const float *constants), (x, y, n, constants), \
           HALF_UP) \
  VERSIONS(mq_f32_##NAME##_backward, backward, \
           (const float *x, const float *g, float *dx, long n, const float *constants, \
            double *sums), \
           (x, g, dx, n, constants, sums), HALF_UP) \
  void mq_f32_##NAME##_forward_scalar( \
      const float *x, float *y, long n, const float *constants) { \
    forward_scalar(x, y, n, constants, HALF_UP); \
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
