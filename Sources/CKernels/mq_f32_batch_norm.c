#include "mq_f32_batch_norm.h"
#include "mq_activation.h"

#include <math.h>

// Each kernel is written once for a constant number of lanes and instantiated for 1, 8 and 16, so
// that the compiler can keep a block of channels in registers. Sums run over at most RUN pixels in
// float and go on in double: the error then does not grow with the size of the batch, and the order
// of summation depends on nothing but the layout.
enum { RUN = 256 };

#define INLINE static inline __attribute__((always_inline))

// With one lane all pixels of a slab belong to one channel; eight independent sums keep the vector
// units busy and are added in a fixed order.
enum { WIDE = 8 };

INLINE void widen(float *low, float *high, float v) {
  // NaN is left out.
  *low = v < *low ? v : *low;
  *high = v > *high ? v : *high;
}

INLINE void moments(const float *x, const float *shift, double *out, float *extremes, long pixels,
                    const int lanes, const int keeps) {
  double s[16] = {0}, q[16] = {0};
  float low[16], high[16];
  for (int l = 0; l < 16; l++) low[l] = INFINITY, high[l] = -INFINITY;
  for (long p = 0; p < pixels; p += RUN) {
    long end = p + RUN < pixels ? p + RUN : pixels;
    float fs[16] = {0}, fq[16] = {0};
    if (lanes == 1) {
      long i = p;
      for (; i + WIDE <= end; i += WIDE)
        for (int l = 0; l < WIDE; l++) {
          float d = x[i + l] - shift[0];
          fs[l] += d;
          fq[l] += d * d;
          if (keeps) widen(low + l, high + l, x[i + l]);
        }
      for (; i < end; i++) {
        float d = x[i] - shift[0];
        fs[0] += d;
        fq[0] += d * d;
        if (keeps) widen(low, high, x[i]);
      }
      for (int l = 1; l < WIDE; l++) fs[0] += fs[l], fq[0] += fq[l];
    } else {
      for (long i = p; i < end; i++)
        for (int l = 0; l < lanes; l++) {
          float d = x[i * lanes + l] - shift[l];
          fs[l] += d;
          fq[l] += d * d;
          if (keeps) widen(low + l, high + l, x[i * lanes + l]);
        }
    }
    for (int l = 0; l < lanes; l++) s[l] += fs[l], q[l] += fq[l];
  }
  for (int l = 0; l < lanes; l++) out[l] = s[l], out[lanes + l] = q[l];
  if (!keeps) return;
  if (lanes == 1)
    for (int l = 1; l < WIDE; l++) widen(low, high, low[l]), widen(low, high, high[l]);
  for (int l = 0; l < lanes; l++) extremes[l] = low[l], extremes[lanes + l] = high[l];
}

void mq_f32_bn_moments(const float *x, const float *shift, double *partial, float *extremes,
                       mq_layout t, long first, long last) {
  long blocks = mq_channel_blocks(t), size = mq_slab_size(t);
  for (long s = first; s < last; s++) {
    const float *k = shift + s % blocks * t.lanes, *slab = x + s * size;
    double *out = partial + s * 2 * t.lanes;
    float *ends = extremes ? extremes + s * 2 * t.lanes : extremes;
#define MOMENTS(LANES) \
  if (ends) moments(slab, k, out, ends, t.pixels, LANES, 1); \
  else moments(slab, k, out, ends, t.pixels, LANES, 0)
    if (t.lanes == 16) { MOMENTS(16); }
    else if (t.lanes == 8) { MOMENTS(8); }
    else { MOMENTS(1); }
#undef MOMENTS
  }
}

// One expression for the normalized value wherever it is needed: the backward pass judges the
// activation by it, and has to find the bits of the forward pass.
INLINE float normalized(float x, float mean, float scale, float offset) {
  return __builtin_fmaf(x - mean, scale, offset);
}

INLINE void apply(const float *restrict x, const float *restrict addend, float *restrict y,
                  const float *restrict mean, const float *restrict scale,
                  const float *restrict offset, int activation, const int adds, long pixels,
                  const int lanes) {
  for (long p = 0; p < pixels; p++)
    for (int l = 0; l < lanes; l++) {
      long i = p * lanes + l;
      float v = normalized(x[i], mean[l], scale[l], offset[l]);
      y[i] = mq_activate(adds ? v + addend[i] : v, activation);
    }
}

// Calls CALL with every activation and number of lanes as a constant.
#define DISPATCH(CALL) \
  if (activation == MQ_LINEAR) { LANES(CALL, MQ_LINEAR); } \
  else if (activation == MQ_RELU) { LANES(CALL, MQ_RELU); } \
  else { LANES(CALL, MQ_RELU6); }
#define LANES(CALL, A) \
  if (lanes == 16) CALL(A, 16); \
  else if (lanes == 8) CALL(A, 8); \
  else CALL(A, 1)

void mq_f32_bn_apply(const float *x, const float *addend, float *y, const float *mean,
                     const float *scale, const float *offset, int activation, long pixels,
                     long lanes) {
#define PLAIN(A, L) apply(x, x, y, mean, scale, offset, A, 0, pixels, L)
#define ADDED(A, L) apply(x, addend, y, mean, scale, offset, A, 1, pixels, L)
  if (addend) { DISPATCH(ADDED) }
  else { DISPATCH(PLAIN) }
}

INLINE void backward_sums(const float *x, const float *dy, const float *mean, const float *scale,
                          const float *offset, int activation, double *out, long pixels,
                          const int lanes) {
  double s[16] = {0}, q[16] = {0};
  for (long p = 0; p < pixels; p += RUN) {
    long end = p + RUN < pixels ? p + RUN : pixels;
    float fs[16] = {0}, fq[16] = {0};
    if (lanes == 1) {
      long i = p;
      for (; i + WIDE <= end; i += WIDE)
        for (int l = 0; l < WIDE; l++) {
          float g = mq_gate(
              normalized(x[i + l], mean[0], scale[0], offset[0]), dy[i + l], activation);
          fs[l] += g;
          fq[l] += g * (x[i + l] - mean[0]);
        }
      for (; i < end; i++) {
        float g = mq_gate(normalized(x[i], mean[0], scale[0], offset[0]), dy[i], activation);
        fs[0] += g;
        fq[0] += g * (x[i] - mean[0]);
      }
      for (int l = 1; l < WIDE; l++) fs[0] += fs[l], fq[0] += fq[l];
    } else {
      for (long i = p * lanes; i < end * lanes; i += lanes)
        for (int l = 0; l < lanes; l++) {
          float g = mq_gate(
              normalized(x[i + l], mean[l], scale[l], offset[l]), dy[i + l], activation);
          fs[l] += g;
          fq[l] += g * (x[i + l] - mean[l]);
        }
    }
    for (int l = 0; l < lanes; l++) s[l] += fs[l], q[l] += fq[l];
  }
  for (int l = 0; l < lanes; l++) out[l] = s[l], out[lanes + l] = q[l];
}

void mq_f32_bn_backward_sums(const float *x, const float *dy, const float *mean,
                             const float *scale, const float *offset, int activation,
                             double *partial, long pixels, long lanes) {
#define SUMS(A, L) backward_sums(x, dy, mean, scale, offset, A, partial, pixels, L)
  DISPATCH(SUMS)
}

// dx may be dy.
INLINE void backward_apply(const float *x, const float *dy, float *dx, const float *restrict mean,
                           const float *restrict scale, const float *restrict offset,
                           const float *restrict mean_g, const float *restrict slope,
                           int activation, long pixels, const int lanes) {
  // The vectors are copied, because a store to dx could change them as far as the compiler knows.
  float m[16], s[16], o[16], g0[16], k[16];
  for (int l = 0; l < lanes; l++)
    m[l] = mean[l], s[l] = scale[l], o[l] = offset[l], g0[l] = mean_g[l], k[l] = slope[l];
  for (long p = 0; p < pixels; p++) {
    float v[16];
    for (int l = 0; l < lanes; l++) {
      long i = p * lanes + l;
      float g = mq_gate(normalized(x[i], m[l], s[l], o[l]), dy[i], activation);
      v[l] = s[l] * ((g - g0[l]) - (x[i] - m[l]) * k[l]);
    }
    for (int l = 0; l < lanes; l++) dx[p * lanes + l] = v[l];
  }
}

void mq_f32_bn_backward_apply(const float *x, const float *dy, float *dx, const float *mean,
                              const float *scale, const float *offset, const float *mean_g,
                              const float *slope, int activation, long pixels, long lanes) {
#define BACK(A, L) \
  backward_apply(x, dy, dx, mean, scale, offset, mean_g, slope, A, pixels, L)
  DISPATCH(BACK)
}
