#include "mq_code_elementwise.h"

#include "mq_code_vector.h"

INLINE void quantize(
    const float *x, float scale, mq_code_range range, uint8_t *y, long count) {
  const vector divisor = scale;
#define STEP(I, COUNT, SET) \
  store_codes(y + I, coded(load(x + I, COUNT) / divisor, range), COUNT)
  EACH_VECTOR(0, count, STEP)
#undef STEP
}

INLINE void quantize_planes(
    const float *x, long plane, long channels, float scale, mq_code_range range, uint8_t *y,
    long stride, long pixels) {
  const vector divisor = scale;
  for (long c = 0; c < channels; c++)
    for (long p = 0; p < pixels; p += vector_lanes) {
      long count = pixels - p < vector_lanes ? pixels - p : vector_lanes;
      ints codes = coded(load(x + c * plane + p, count) / divisor, range);
      for (long i = 0; i < count; i++) y[(p + i) * stride + c] = (uint8_t)codes[i];
    }
}

INLINE void dequantize(const uint8_t *x, int32_t zero, float scale, float *y, long count) {
#define STEP(I, COUNT, SET) store(y + I, real(load_codes(x + I, COUNT) - zero) * scale, COUNT)
  EACH_VECTOR(0, count, STEP)
#undef STEP
}

INLINE void add_float(
    mq_code_operand a, mq_code_operand b, mq_code_range range, uint8_t *y, long count) {
#define STEP(I, COUNT, SET) \
  { \
    vector first = real(load_codes(a.codes + I, COUNT) - a.zero) * a.factor; \
    vector second = real(load_codes(b.codes + I, COUNT) - b.zero) * b.factor; \
    store_codes(y + I, coded(first + second, range), COUNT); \
  }
  EACH_VECTOR(0, count, STEP)
#undef STEP
}

INLINE wide_ints operand(const mq_code_operand *x, long i, long count) {
  wide_ints codes = __builtin_convertvector(load_codes(x->codes + i, count) - x->zero, wide_ints);
  const wide_ints multiplier = x->multiplier, exponent = x->exponent;
  return times(codes << x->shift, multiplier, exponent);
}

INLINE void add_fixed(
    mq_code_operand a, mq_code_operand b, int64_t given_multiplier, int64_t given_exponent,
    mq_code_range range, uint8_t *y, long count) {
  const wide_ints multiplier = given_multiplier, exponent = given_exponent;
#define STEP(I, COUNT, SET) \
  { \
    wide_ints sum = operand(&a, I, COUNT) + operand(&b, I, COUNT); \
    store_codes(y + I, coded_wide(times(sum, multiplier, exponent), range), COUNT); \
  }
  EACH_VECTOR(0, count, STEP)
#undef STEP
}

VERSIONS(
    mq_code_quantize, quantize,
    (const float *x, float scale, mq_code_range range, uint8_t *y, long count),
    (x, scale, range, y, count))
VERSIONS(
    mq_code_quantize_planes, quantize_planes,
    (const float *x, long plane, long channels, float scale, mq_code_range range, uint8_t *y,
     long stride, long pixels),
    (x, plane, channels, scale, range, y, stride, pixels))
VERSIONS(
    mq_code_dequantize, dequantize,
    (const uint8_t *x, int32_t zero, float scale, float *y, long count),
    (x, zero, scale, y, count))
VERSIONS(
    mq_code_add_float, add_float,
    (mq_code_operand a, mq_code_operand b, mq_code_range range, uint8_t *y, long count),
    (a, b, range, y, count))
VERSIONS(
    mq_code_add_fixed, add_fixed,
    (mq_code_operand a, mq_code_operand b, int64_t multiplier, int64_t exponent,
     mq_code_range range, uint8_t *y, long count),
    (a, b, multiplier, exponent, range, y, count))

// The compiler turns what follows into vectors by itself.

void mq_code_clip(const uint8_t *x, uint8_t low, uint8_t high, uint8_t *y, long count) {
  for (long i = 0; i < count; i++) {
    uint8_t value = x[i] < low ? low : x[i];
    y[i] = value > high ? high : value;
  }
}

static inline long larger(long a, long b) { return a > b ? a : b; }
static inline long smaller(long a, long b) { return a < b ? a : b; }

// Defines the pool for one type: sixteen channels stay in a register over the window.
#define MAX_ROW(NAME, TYPE) \
  void NAME(const TYPE *x, mq_pool_window pool, long row, TYPE *y, long outputs) { \
    enum { lanes = 16 }; \
    long top = row * pool.stride - pool.padding; \
    long first = larger(top, 0), last = smaller(top + pool.window, pool.height); \
    for (long o = 0; o < outputs; o++, y += pool.pixel) { \
      long left = o * pool.stride - pool.padding; \
      long start = larger(left, 0), end = smaller(left + pool.window, pool.width); \
      for (long c = 0; c < pool.pixel; c += lanes) { \
        long count = smaller(lanes, pool.pixel - c); \
        TYPE most[lanes]; \
        __builtin_memcpy( \
            most, x + first * pool.row + start * pool.pixel + c, (unsigned long)count * sizeof(TYPE)); \
        for (long ky = first; ky < last; ky++) \
          for (long kx = start; kx < end; kx++) { \
            const TYPE *at = x + ky * pool.row + kx * pool.pixel + c; \
            for (long i = 0; i < count; i++) most[i] = at[i] > most[i] ? at[i] : most[i]; \
          } \
        __builtin_memcpy(y + c, most, (unsigned long)count * sizeof(TYPE)); \
      } \
    } \
  }
MAX_ROW(mq_code_max_row, uint8_t)
MAX_ROW(mq_real_max_row, float)

void mq_code_sum(const uint8_t *restrict x, int32_t zero, int32_t *restrict sums, long count) {
  for (long i = 0; i < count; i++) sums[i] += x[i] - zero;
}

void mq_code_channel_sums(
    const uint8_t *restrict x, long pixel, long channels, int32_t *restrict sums, long pixels) {
  for (long p = 0; p < pixels; p++) {
    int32_t sum = 0;
    for (long c = 0; c < channels; c++) sum += x[p * pixel + c];
    sums[p] = sum;
  }
}

void mq_real_sum(const float *restrict x, float *restrict y, long count) {
  for (long i = 0; i < count; i++) y[i] += x[i];
}

void mq_code_dot(
    double x, const int8_t *restrict w, const int32_t *restrict zero, double *restrict sums,
    long count) {
  for (long o = 0; o < count; o++) sums[o] += x * (double)(w[o] - zero[o]);
}
