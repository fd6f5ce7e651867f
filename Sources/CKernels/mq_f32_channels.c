#include "mq_f32_channels.h"

#include <math.h>

#define INLINE static inline __attribute__((always_inline))
enum { RUN = 256 };

INLINE void scale(const float *x, float *y, const float *f, long pixels, const int lanes) {
  for (long p = 0; p < pixels; p++)
    for (int l = 0; l < lanes; l++) y[p * lanes + l] = x[p * lanes + l] * f[l];
}

void mq_f32_scale_channels(const float *x, float *y, const float *factor, mq_layout t, long first,
                           long last) {
  long blocks = mq_channel_blocks(t), size = mq_slab_size(t);
  for (long s = first; s < last; s++) {
    const float *f = factor + s % blocks * t.lanes;
    if (t.lanes == 16) scale(x + s * size, y + s * size, f, t.pixels, 16);
    else if (t.lanes == 8) scale(x + s * size, y + s * size, f, t.pixels, 8);
    else scale(x + s * size, y + s * size, f, t.pixels, 1);
  }
}

INLINE void dot(const float *a, const float *b, double *out, long pixels, const int lanes) {
  double s[16] = {0};
  for (long p = 0; p < pixels; p += RUN) {
    long end = p + RUN < pixels ? p + RUN : pixels;
    float f[16] = {0};
    for (long i = p * lanes; i < end * lanes; i += lanes)
      for (int l = 0; l < lanes; l++) f[l] += a[i + l] * b[i + l];
    for (int l = 0; l < lanes; l++) s[l] += f[l];
  }
  for (int l = 0; l < lanes; l++) out[l] = s[l];
}

void mq_f32_channel_dot(const float *a, const float *b, double *partial, mq_layout t, long first,
                        long last) {
  long size = mq_slab_size(t);
  for (long s = first; s < last; s++) {
    double *out = partial + s * t.lanes;
    if (t.lanes == 16) dot(a + s * size, b + s * size, out, t.pixels, 16);
    else if (t.lanes == 8) dot(a + s * size, b + s * size, out, t.pixels, 8);
    else dot(a + s * size, b + s * size, out, t.pixels, 1);
  }
}

// The number of channels of a slab that are not padding.
INLINE long valid_lanes(mq_layout t, long slab) {
  long left = t.channels - slab % mq_channel_blocks(t) * t.lanes;
  return left < t.lanes ? left : t.lanes;
}

INLINE long first_channel(mq_layout t, long slab) {
  return slab / mq_channel_blocks(t) * t.channels + slab % mq_channel_blocks(t) * t.lanes;
}

void mq_f32_average(const float *x, float *y, mq_layout t, long first, long last) {
  long size = mq_slab_size(t);
  for (long s = first; s < last; s++)
    for (long l = 0; l < valid_lanes(t, s); l++) {
      double sum = 0;
      for (long p = 0; p < t.pixels; p++) sum += x[s * size + p * t.lanes + l];
      y[first_channel(t, s) + l] = (float)(sum / (double)t.pixels);
    }
}

void mq_f32_average_backward(const float *dy, float *dx, mq_layout t, long first, long last) {
  long size = mq_slab_size(t);
  for (long s = first; s < last; s++)
    for (long l = 0; l < t.lanes; l++) {
      float g = l < valid_lanes(t, s) ? dy[first_channel(t, s) + l] / (float)t.pixels : 0;
      for (long p = 0; p < t.pixels; p++) dx[s * size + p * t.lanes + l] = g;
    }
}

void mq_f32_to_plain(const float *x, float *y, mq_layout t, long first, long last) {
  long size = mq_slab_size(t);
  for (long s = first; s < last; s++)
    for (long l = 0; l < valid_lanes(t, s); l++)
      for (long p = 0; p < t.pixels; p++)
        y[(first_channel(t, s) + l) * t.pixels + p] = x[s * size + p * t.lanes + l];
}

void mq_f32_from_plain(const float *x, float *y, mq_layout t, long first, long last) {
  long size = mq_slab_size(t);
  for (long s = first; s < last; s++)
    for (long l = 0; l < t.lanes; l++)
      for (long p = 0; p < t.pixels; p++)
        y[s * size + p * t.lanes + l] =
            l < valid_lanes(t, s) ? x[(first_channel(t, s) + l) * t.pixels + p] : 0;
}

INLINE mq_observation observe(const float *x, long n) {
  enum { LANES = 16 };
  float low[LANES], high[LANES], absolute[LANES], sum[LANES], square[LANES];
  for (int l = 0; l < LANES; l++) {
    low[l] = INFINITY, high[l] = -INFINITY;
    absolute[l] = sum[l] = square[l] = 0;
  }
  long i = 0;
  for (; i + LANES <= n; i += LANES)
    for (int l = 0; l < LANES; l++) {
      float v = x[i + l];
      low[l] = v < low[l] ? v : low[l];
      high[l] = v > high[l] ? v : high[l];
      absolute[l] += fabsf(v);
      sum[l] += v;
      square[l] += v * v;
    }
  mq_observation o = {INFINITY, -INFINITY, 0, 0, 0};
  for (int l = 0; l < LANES; l++) {
    o.minimum = low[l] < o.minimum ? low[l] : o.minimum;
    o.maximum = high[l] > o.maximum ? high[l] : o.maximum;
    o.absolute_sum += absolute[l], o.sum += sum[l], o.square_sum += square[l];
  }
  for (; i < n; i++) {
    float v = x[i];
    o.minimum = v < o.minimum ? v : o.minimum;
    o.maximum = v > o.maximum ? v : o.maximum;
    o.absolute_sum += fabsf(v), o.sum += v, o.square_sum += (double)v * v;
  }
  return o;
}

mq_observation mq_f32_observe(const float *x, long pixels, long lanes, long valid) {
  if (valid == lanes) return observe(x, pixels * lanes);
  mq_observation o = {INFINITY, -INFINITY, 0, 0, 0};
  for (long p = 0; p < pixels; p++)
    for (long l = 0; l < valid; l++) {
      float v = x[p * lanes + l];
      o.minimum = v < o.minimum ? v : o.minimum;
      o.maximum = v > o.maximum ? v : o.maximum;
      o.absolute_sum += fabsf(v), o.sum += v, o.square_sum += (double)v * v;
    }
  return o;
}

long mq_valid_lanes(mq_layout t, long slab) { return valid_lanes(t, slab); }

void mq_f32_clear_padding(float *x, mq_layout t, long first, long last) {
  for (long s = first; s < last; s++) {
    long valid = valid_lanes(t, s);
    float *slab = x + s * mq_slab_size(t);
    for (long p = 0; valid < t.lanes && p < t.pixels; p++)
      for (long l = valid; l < t.lanes; l++) slab[p * t.lanes + l] = 0;
  }
}
