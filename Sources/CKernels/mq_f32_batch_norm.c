#include "mq_f32_batch_norm.h"
#include "mq_vector_activation.h"

#include <math.h>

// A slab is read as vectors of sixteen floats, whatever its number of lanes: the vectors of a block of
// channels are spread over sixteen, and sums are folded at the end. Sums run over at most RUN floats
// in two vectors, so that additions do not wait for each other, and go on in double: the error then
// does not grow with the size of the batch, and the order of summation depends on nothing but the
// layout.
enum { RUN = 4096 };

INLINE vector spread(const float *numbers, long lanes) {
  if (lanes == 16) return load(numbers, 16);
  if (lanes == 1) return numbers[0];
  vector v = load(numbers, 8);
  return __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7);
}

// Sums of places that belong to one channel, to out[lanes].
INLINE void fold(wide_vector sums, double *out, long lanes) {
  for (long l = 0; l < lanes; l++) {
    out[l] = 0;
    for (long i = l; i < vector_lanes; i += lanes) out[l] += sums[i];
  }
}

struct pair {
  vector first, second;
};

struct wide_pair {
  wide_vector first, second;
};

// Adds the sums of a run, which are in two sets.
INLINE void widen(struct wide_pair *total, const struct pair *sums) {
  total->first += widened(sums[0].first + sums[1].first);
  total->second += widened(sums[0].second + sums[1].second);
}

struct range {
  vector low, high;
};

// NaN is left out.
INLINE void extend(struct range *r, vector v, long count) {
  const vector infinity = INFINITY;
  vector low = v, high = v;
  if (count < vector_lanes) {
    low = first_lanes(count) ? v : infinity;
    high = first_lanes(count) ? v : -infinity;
  }
  r->low = low < r->low ? low : r->low;
  r->high = high > r->high ? high : r->high;
}

INLINE void store_range(struct range r, float *extremes, long lanes) {
  for (long l = 0; l < lanes; l++) {
    float low = r.low[l], high = r.high[l];
    for (long i = l + lanes; i < vector_lanes; i += lanes) {
      low = r.low[i] < low ? r.low[i] : low;
      high = r.high[i] > high ? r.high[i] : high;
    }
    extremes[l] = low, extremes[lanes + l] = high;
  }
}

INLINE void add_moments(const float *x, vector shift, struct pair *sums, struct range *range,
                        long count, const int keeps) {
  vector v = load(x, count), d = cut(v - shift, count);
  sums->first += d;
  sums->second += d * d;
  if (keeps) extend(range, v, count);
}

INLINE void slab_moments(const float *x, const float *shifts, double *out, float *extremes, long n,
                         long lanes, const int keeps) {
  const vector shift = spread(shifts, lanes);
  struct wide_pair total = {0, 0};
  struct range range = {INFINITY, -INFINITY};
  for (long start = 0; start < n; start += RUN) {
    long end = start + RUN < n ? start + RUN : n;
    struct pair sums[2] = {{0, 0}, {0, 0}};
#define STEP(I, COUNT, SET) add_moments(x + I, shift, sums + SET, &range, COUNT, keeps)
    EACH_VECTOR(start, end, STEP)
#undef STEP
    widen(&total, sums);
  }
  fold(total.first, out, lanes);
  fold(total.second, out + lanes, lanes);
  if (keeps) store_range(range, extremes, lanes);
}

INLINE void moments(const float *x, const float *shift, double *partial, float *extremes,
                    mq_layout t, long first, long last) {
  long blocks = mq_channel_blocks(t), size = mq_slab_size(t);
  for (long s = first; s < last; s++) {
    const float *k = shift + s % blocks * t.lanes, *slab = x + s * size;
    double *out = partial + s * 2 * t.lanes;
    if (extremes) slab_moments(slab, k, out, extremes + s * 2 * t.lanes, size, t.lanes, 1);
    else slab_moments(slab, k, out, extremes, size, t.lanes, 0);
  }
}

// What normalizes, spread.
struct norm {
  vector mean, scale, offset;
};

INLINE struct norm spread_norm(const float *mean, const float *scale, const float *offset,
                               long lanes) {
  return (struct norm){spread(mean, lanes), spread(scale, lanes), spread(offset, lanes)};
}

// One expression for the normalized value wherever it is needed: the backward pass judges the
// activation by it, and has to find the bits of the forward pass.
INLINE vector normalized(vector x, struct norm n) {
  return __builtin_elementwise_fma(x - n.mean, n.scale, n.offset);
}

INLINE void apply_one(const float *x, const float *addend, float *y, struct norm norm, long count,
                      const int activation, const int adds) {
  vector v = normalized(load(x, count), norm);
  if (adds) v += load(addend, count);
  store(y, activated(v, activation), count);
}

INLINE void apply_all(const float *x, const float *addend, float *y, struct norm norm, long n,
                      const int activation, const int adds) {
#define STEP(I, COUNT, SET) apply_one(x + I, addend + I, y + I, norm, COUNT, activation, adds)
  EACH_VECTOR(0, n, STEP)
#undef STEP
}

INLINE void apply(const float *x, const float *addend, float *y, const float *mean,
                  const float *scale, const float *offset, int activation, long pixels,
                  long lanes) {
  const struct norm norm = spread_norm(mean, scale, offset, lanes);
#define PLAIN(A) apply_all(x, x, y, norm, pixels * lanes, A, 0)
#define ADDED(A) apply_all(x, addend, y, norm, pixels * lanes, A, 1)
  if (addend) EACH_ACTIVATION(activation, ADDED);
  else EACH_ACTIVATION(activation, PLAIN);
}

INLINE void add_gradient(const float *x, const float *dy, struct norm norm, struct pair *sums,
                         long count, const int activation) {
  vector v = load(x, count);
  // dy is 0 beyond the end.
  vector g = gated(normalized(v, norm), load(dy, count), activation);
  sums->first += g;
  sums->second += g * (v - norm.mean);
}

INLINE void sums_of_run(const float *x, const float *dy, struct norm norm, struct wide_pair *total,
                        long start, long end, const int activation) {
  struct pair sums[2] = {{0, 0}, {0, 0}};
#define STEP(I, COUNT, SET) add_gradient(x + I, dy + I, norm, sums + SET, COUNT, activation)
  EACH_VECTOR(start, end, STEP)
#undef STEP
  widen(total, sums);
}

INLINE void backward_sums(const float *x, const float *dy, const float *mean, const float *scale,
                          const float *offset, int activation, double *partial, long pixels,
                          long lanes) {
  const struct norm norm = spread_norm(mean, scale, offset, lanes);
  struct wide_pair total = {0, 0};
  long n = pixels * lanes;
  for (long start = 0; start < n; start += RUN) {
    long end = start + RUN < n ? start + RUN : n;
#define SUMS(A) sums_of_run(x, dy, norm, &total, start, end, A)
    EACH_ACTIVATION(activation, SUMS);
  }
  fold(total.first, partial, lanes);
  fold(total.second, partial + lanes, lanes);
}

INLINE void backward_one(const float *x, const float *dy, float *dx, struct norm norm,
                         vector mean_g, vector slope, long count, const int activation) {
  vector v = load(x, count);
  vector g = gated(normalized(v, norm), load(dy, count), activation);
  store(dx, norm.scale * ((g - mean_g) - (v - norm.mean) * slope), count);
}

INLINE void backward_all(const float *x, const float *dy, float *dx, struct norm norm,
                         vector mean_g, vector slope, long n, const int activation) {
#define STEP(I, COUNT, SET) \
  backward_one(x + I, dy + I, dx + I, norm, mean_g, slope, COUNT, activation)
  EACH_VECTOR(0, n, STEP)
#undef STEP
}

INLINE void backward_apply(const float *x, const float *dy, float *dx, const float *mean,
                           const float *scale, const float *offset, const float *mean_g,
                           const float *slope, int activation, long pixels, long lanes) {
  const struct norm norm = spread_norm(mean, scale, offset, lanes);
  const vector g = spread(mean_g, lanes), k = spread(slope, lanes);
#define BACK(A) backward_all(x, dy, dx, norm, g, k, pixels * lanes, A)
  EACH_ACTIVATION(activation, BACK);
}

VERSIONS(mq_f32_bn_moments, moments,
         (const float *x, const float *shift, double *partial, float *extremes, mq_layout layout,
          long first, long last),
         (x, shift, partial, extremes, layout, first, last))

VERSIONS(mq_f32_bn_apply, apply,
         (const float *x, const float *addend, float *y, const float *mean, const float *scale,
          const float *offset, int activation, long pixels, long lanes),
         (x, addend, y, mean, scale, offset, activation, pixels, lanes))

VERSIONS(mq_f32_bn_backward_sums, backward_sums,
         (const float *x, const float *dy, const float *mean, const float *scale,
          const float *offset, int activation, double *partial, long pixels, long lanes),
         (x, dy, mean, scale, offset, activation, partial, pixels, lanes))

VERSIONS(mq_f32_bn_backward_apply, backward_apply,
         (const float *x, const float *dy, float *dx, const float *mean, const float *scale,
          const float *offset, const float *mean_g, const float *slope, int activation,
          long pixels, long lanes),
         (x, dy, dx, mean, scale, offset, mean_g, slope, activation, pixels, lanes))
