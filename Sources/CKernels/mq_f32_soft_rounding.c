#include "mq_f32_soft_rounding.h"

#include "mq_tangent.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

static const float stretch = 1.2f, shift = -0.1f;

static inline float sigmoid(float v) { return 0.5f + 0.5f * rational_tangent(0.5f * v); }

static inline float limited(float x, float low, float high) {
  x = x < low ? low : x;
  return x > high ? high : x;
}

// t^power for t in 0...1 and power >= 0, to about 1e-6; a call of powf for each weight would take as long
// as the convolution. log2 by the series of the area tangent, exp2 by that of the exponential.
static inline float power_of(float t, float power) {
  float safe = t < 1e-30f ? 1e-30f : t;
  int32_t bits;
  memcpy(&bits, &safe, 4);
  float exponent = (float)((bits >> 23) - 127);
  int32_t fraction = (bits & 0x7fffff) | 0x3f800000;
  float m;
  memcpy(&m, &fraction, 4);
  float z = (m - 1) / (m + 1), zz = z * z;
  float series = 1 + zz * (1 / 3.0f + zz * (1 / 5.0f + zz * (1 / 7.0f + zz * (1 / 9.0f))));
  float x = power * (exponent + 2.885390081777927f * z * series);
  x = x < -120 ? -120 : x;
  float whole = floorf(x), y = 0.6931471805599453f * (x - whole);
  float e = 1 + y * (1 / 8.0f);
  e = 1 + y * e * (1 / 7.0f);
  e = 1 + y * e * (1 / 6.0f);
  e = 1 + y * e * (1 / 5.0f);
  e = 1 + y * e * (1 / 4.0f);
  e = 1 + y * e * (1 / 3.0f);
  e = 1 + y * e * (1 / 2.0f);
  e = 1 + y * e;
  int32_t scale_bits = ((int32_t)whole + 127) << 23;
  float scale;
  memcpy(&scale, &scale_bits, 4);
  return e * scale;
}

void mq_f32_soft_rounding(
    const float *f, const float *v, float *y, long n, const float *constants) {
  const float s = constants[0], z = constants[1], low = constants[2], high = constants[3];
  for (long i = 0; i < n; i++) {
    float h = limited(stretch * sigmoid(v[i]) + shift, 0, 1);
    y[i] = s * (limited(f[i] + h + z, low, high) - z);
  }
}

void mq_f32_soft_rounding_backward(
    const float *f, const float *v, const float *g, float *dv, long n, const float *constants,
    float lambda, float beta) {
  const float s = constants[0], z = constants[1], low = constants[2], high = constants[3];
  for (long i = 0; i < n; i++) {
    float p = sigmoid(v[i]), raw = stretch * p + shift, h = limited(raw, 0, 1);
    float code = f[i] + h + z, t = 2 * h - 1;
    float gradient = code >= low && code <= high ? g[i] * s : 0;
    float size = fabsf(t), slope = -2 * beta * power_of(size, beta - 1);
    gradient += lambda * (t < 0 ? -slope : slope);
    dv[i] = raw > 0 && raw < 1 ? gradient * stretch * p * (1 - p) : 0;
  }
}
