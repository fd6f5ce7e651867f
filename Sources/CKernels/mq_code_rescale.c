#include "mq_code_rescale.h"

#include "mq_code_vector.h"

int64_t mq_fixed_times(int64_t value, int64_t multiplier, int64_t exponent) {
  int64_t left = exponent > 0 ? exponent : 0, right = exponent < 0 ? -exponent : 0;
  int64_t shifted = value << left;
  if (left > 0) shifted = shifted < INT32_MIN ? INT32_MIN : shifted > INT32_MAX ? INT32_MAX : shifted;
  int64_t high = (shifted * multiplier + (1ll << 30)) >> 31;
  int64_t mask = (1ll << right) - 1, threshold = (mask >> 1) + (high < 0);
  return (high >> right) + ((high & mask) > threshold);
}

INLINE ints total(const mq_code_tile *tile, long pixel, long i, long count) {
  ints sum = load_ints(tile->sums + pixel * tile->sums_stride + i, count);
  sum += load_ints(tile->offset + i, count);
  if (tile->zero) sum -= load_ints(tile->zero + i, count) * tile->window_sums[pixel];
  return sum;
}

INLINE void rescale_float(
    mq_code_tile tile, const float *factor, mq_code_residual residual, mq_code_range range,
    uint8_t *y) {
  for (long p = 0; p < tile.pixels; p++) {
    const uint8_t *codes = residual.codes ? residual.codes + p * tile.residual_stride : 0;
    uint8_t *target = y + p * tile.y_stride;
#define STEP(I, COUNT, SET) \
  { \
    vector value = real(total(&tile, p, I, COUNT)) * load(factor + I, COUNT); \
    if (codes) \
      value = value + real(load_codes(codes + I, COUNT) - residual.zero) * residual.factor; \
    store_codes(target + I, coded(value, range), COUNT); \
  }
    EACH_VECTOR(0, tile.count, STEP)
#undef STEP
  }
}

INLINE void rescale_fixed(
    mq_code_tile tile, mq_fixed_factors factors, mq_code_residual residual, mq_code_range range,
    uint8_t *y) {
  for (long p = 0; p < tile.pixels; p++) {
    const uint8_t *codes = residual.codes ? residual.codes + p * tile.residual_stride : 0;
    uint8_t *target = y + p * tile.y_stride;
#define STEP(I, COUNT, SET) \
  { \
    wide_ints sum = __builtin_convertvector(total(&tile, p, I, COUNT), wide_ints); \
    if (codes) { \
      ints more = load_codes(codes + I, COUNT) - residual.zero; \
      sum += times( \
          __builtin_convertvector(more, wide_ints), \
          load_wide(residual.factors.multiplier + I, COUNT), \
          load_wide(residual.factors.exponent + I, COUNT)); \
      sum = limited_to_32(sum); \
    } \
    sum = times( \
        sum, load_wide(factors.multiplier + I, COUNT), load_wide(factors.exponent + I, COUNT)); \
    store_codes(target + I, coded_wide(sum, range), COUNT); \
  }
    EACH_VECTOR(0, tile.count, STEP)
#undef STEP
  }
}

INLINE void rescale_real(mq_code_tile tile, const float *factor, int activation, float *y) {
  for (long p = 0; p < tile.pixels; p++) {
    float *target = y + p * tile.y_stride;
#define STEP(I, COUNT, SET) \
  { \
    vector value = real(total(&tile, p, I, COUNT)) * load(factor + I, COUNT); \
    const vector zero = 0, six = 6; \
    if (activation != MQ_LINEAR) value = value > zero ? value : zero; \
    if (activation == MQ_RELU6) value = value < six ? value : six; \
    store(target + I, value, COUNT); \
  }
    EACH_VECTOR(0, tile.count, STEP)
#undef STEP
  }
}

VERSIONS(
    mq_code_rescale_float, rescale_float,
    (mq_code_tile tile, const float *factor, mq_code_residual residual, mq_code_range range,
     uint8_t *y),
    (tile, factor, residual, range, y))

VERSIONS(
    mq_code_rescale_fixed, rescale_fixed,
    (mq_code_tile tile, mq_fixed_factors factors, mq_code_residual residual, mq_code_range range,
     uint8_t *y),
    (tile, factors, residual, range, y))

VERSIONS(
    mq_code_rescale_real, rescale_real,
    (mq_code_tile tile, const float *factor, int activation, float *y),
    (tile, factor, activation, y))
