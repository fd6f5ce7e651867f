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

INLINE ints total(
    const mq_code_tile *tile, long pixel, long i, long count, ints offset, ints zero) {
  ints sum = load_ints(tile->sums + pixel * tile->sums_stride + i, count) + offset;
  return tile->zero ? sum - zero * tile->window_sums[pixel] : sum;
}

// Calls STEP(first channel, count) for vectors of channels, so that what belongs to channels is loaded once
// for all pixels.
#define EACH_CHANNEL(STEP) \
  { \
    long i = 0; \
    for (; i + vector_lanes <= tile.count; i += vector_lanes) STEP(i, vector_lanes) \
    if (i < tile.count) STEP(i, tile.count - i) \
  }
#define CONSTANTS(I, COUNT) \
  const ints offset = load_ints(tile.offset + I, COUNT); \
  const ints zero = tile.zero ? load_ints(tile.zero + I, COUNT) : offset;

INLINE void float_channels(
    mq_code_tile tile, const float *factors, mq_code_residual residual, mq_code_range range,
    uint8_t *y, const int has_residual) {
#define STEP(I, COUNT) \
  { \
    CONSTANTS(I, COUNT) \
    const vector factor = load(factors + I, COUNT); \
    for (long p = 0; p < tile.pixels; p++) { \
      vector value = real(total(&tile, p, I, COUNT, offset, zero)) * factor; \
      if (has_residual) { \
        ints codes = load_codes(residual.codes + p * tile.residual_stride + I, COUNT); \
        value = value + real(codes - residual.zero) * residual.factor; \
      } \
      store_codes(y + p * tile.y_stride + I, coded(value, range), COUNT); \
    } \
  }
  EACH_CHANNEL(STEP)
#undef STEP
}

INLINE void rescale_float(
    mq_code_tile tile, const float *factor, mq_code_residual residual, mq_code_range range,
    uint8_t *y) {
  if (residual.codes) float_channels(tile, factor, residual, range, y, 1);
  else float_channels(tile, factor, residual, range, y, 0);
}

INLINE void rescale_fixed(
    mq_code_tile tile, mq_fixed_factors factors, mq_code_residual residual, mq_code_range range,
    uint8_t *y) {
#define STEP(I, COUNT) \
  { \
    CONSTANTS(I, COUNT) \
    const wide_ints multiplier = load_wide(factors.multiplier + I, COUNT); \
    const wide_ints exponent = load_wide(factors.exponent + I, COUNT); \
    for (long p = 0; p < tile.pixels; p++) { \
      wide_ints sum = \
          __builtin_convertvector(total(&tile, p, I, COUNT, offset, zero), wide_ints); \
      if (residual.codes) { \
        ints codes = load_codes(residual.codes + p * tile.residual_stride + I, COUNT); \
        sum += times( \
            __builtin_convertvector(codes - residual.zero, wide_ints), \
            load_wide(residual.factors.multiplier + I, COUNT), \
            load_wide(residual.factors.exponent + I, COUNT)); \
        sum = limited_to_32(sum); \
      } \
      sum = times(sum, multiplier, exponent); \
      store_codes(y + p * tile.y_stride + I, coded_wide(sum, range), COUNT); \
    } \
  }
  EACH_CHANNEL(STEP)
#undef STEP
}

INLINE void rescale_real(mq_code_tile tile, const float *factors, int activation, float *y) {
#define STEP(I, COUNT) \
  { \
    CONSTANTS(I, COUNT) \
    const vector factor = load(factors + I, COUNT), none = 0, six = 6; \
    for (long p = 0; p < tile.pixels; p++) { \
      vector value = real(total(&tile, p, I, COUNT, offset, zero)) * factor; \
      if (activation != MQ_LINEAR) value = value > none ? value : none; \
      if (activation == MQ_RELU6) value = value < six ? value : six; \
      store(y + p * tile.y_stride + I, value, COUNT); \
    } \
  }
  EACH_CHANNEL(STEP)
#undef STEP
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
