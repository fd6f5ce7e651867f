#include "mq_f32_depthwise.h"

#define INLINE static inline __attribute__((always_inline))

// One row of the output and one row of the window: `window` sums stay in registers, in two sets so
// that additions do not wait for each other. Columns whose window leaves the image go the slow way.
INLINE void row(const float *restrict x, const float *restrict dy, float *restrict sums,
                mq_depthwise d, const int window, const int lanes) {
  float a[MQ_DEPTHWISE_WINDOW][16] = {{0}}, b[MQ_DEPTHWISE_WINDOW][16] = {{0}};
  long first = (d.left + d.stride - 1) / d.stride;
  long last = (d.width - window + d.left) / d.stride + 1;
  if (d.width - window + d.left < 0) last = 0;
  if (last > d.output_width) last = d.output_width;
  if (first > last) first = last;
  long column = first;
  for (; column + 2 <= last; column += 2) {
    const float *xs = x + (column * d.stride - d.left) * lanes, *gs = dy + column * lanes;
    for (int k = 0; k < window; k++)
      for (int l = 0; l < lanes; l++) a[k][l] += gs[l] * xs[k * lanes + l];
    xs += d.stride * lanes;
    for (int k = 0; k < window; k++)
      for (int l = 0; l < lanes; l++) b[k][l] += gs[lanes + l] * xs[k * lanes + l];
  }
  for (int side = 0; side < 2; side++) {
    long from = side ? column : 0, to = side ? d.output_width : first;
    for (long c = from; c < to; c++)
      for (int k = 0; k < window; k++) {
        long at = c * d.stride - d.left + k;
        if (at < 0 || at >= d.width) continue;
        for (int l = 0; l < lanes; l++) a[k][l] += dy[c * lanes + l] * x[at * lanes + l];
      }
  }
  for (int k = 0; k < window; k++)
    for (int l = 0; l < lanes; l++) sums[k * lanes + l] += a[k][l] + b[k][l];
}

INLINE void slab(const float *x, const float *dy, float *sums, mq_depthwise d, const int window,
                 const int lanes) {
  for (long i = 0; i < d.window * d.window * lanes; i++) sums[i] = 0;
  for (long r = 0; r < d.output_height; r++)
    for (long k = 0; k < d.window; k++) {
      long at = r * d.stride - d.top + k;
      if (at < 0 || at >= d.height) continue;
      row(x + at * d.width * lanes, dy + r * d.output_width * lanes, sums + k * d.window * lanes, d,
          window, lanes);
    }
}

#define SLAB(L) \
  if (d.window == 5) slab(x + in, dy + out, sums, d, 5, L); \
  else if (d.window == 3) slab(x + in, dy + out, sums, d, 3, L); \
  else slab(x + in, dy + out, sums, d, (int)d.window, L)
#define SLABS(L) \
  for (long s = first; s < last; s++) { \
    long in = s * mq_slab_size(d.input), out = s * mq_slab_size(d.output); \
    float *sums = partial + s * d.window * d.window * L; \
    SLAB(L); \
  }

__attribute__((target("avx512f"))) static void slabs16(const float *x, const float *dy,
                                                       float *partial, mq_depthwise d, long first,
                                                       long last) {
  SLABS(16)
}

void mq_f32_depthwise_backward_weights(const float *x, const float *dy, float *partial,
                                       mq_depthwise d, long first, long last) {
  // Blocks of sixteen exist only where oneDNN found AVX-512.
  if (d.input.lanes == 16) slabs16(x, dy, partial, d, first, last);
  else if (d.input.lanes == 8) SLABS(8)
  else SLABS(1)
}
