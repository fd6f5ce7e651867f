// From 32-bit sums to codes or float32: what stands behind a convolution.
#ifndef MQ_CODE_RESCALE_H
#define MQ_CODE_RESCALE_H
#include <stdint.h>

#include "mq_activation.h"
#include "mq_cpu.h"

// The result: code = clip(rounded + zero, low, high), all counted from the lowest of the grid.
typedef struct {
  int32_t zero, low, high;
} mq_code_range;

// factor = multiplier / 2^31 * 2^exponent; a left shift comes before the product, saturated at 32 bits, a right
// one after it, with halves away from zero. The multiplier 2^31 makes it a shift alone.
typedef struct {
  const int64_t *multiplier;
  const int64_t *exponent;
} mq_fixed_factors;

// Sums of `pixels` neighbours and `count` channels of each.
//
// sum = sums[i] + offset[i] - zero[i] * window_sums[pixel], the last without `zero`; all wrap around,
// because what is meant fits 32 bits.
typedef struct {
  const int32_t *sums;
  const int32_t *offset;
  const int32_t *zero;
  const int32_t *window_sums;
  long pixels, count;
  // From a pixel's first sum to the next one's, and likewise of the results and of the residual codes.
  long sums_stride, y_stride, residual_stride;
} mq_code_tile;

// A second operand that is added; none where `codes` is NULL.
typedef struct {
  const uint8_t *codes;
  int32_t zero;
  // Of the float form.
  float factor;
  // Of the fixed form.
  mq_fixed_factors factors;
} mq_code_residual;

// round(float(sum) factor), halves to even; with a residual, + float(code - zero) its factor before rounding,
// no product fused into a sum.
MQ_VERSIONS(
    mq_code_rescale_float, mq_code_tile tile, const float *factor, mq_code_residual residual,
    mq_code_range range, uint8_t *y);

// sum times factor; with a residual, (code - zero) times its factors is added to the sum first, saturated at
// 32 bits.
MQ_VERSIONS(
    mq_code_rescale_fixed, mq_code_tile tile, mq_fixed_factors factors, mq_code_residual residual,
    mq_code_range range, uint8_t *y);

// y[i] = activation(float(sum) factor[i]).
MQ_VERSIONS(
    mq_code_rescale_real, mq_code_tile tile, const float *factor, int activation, float *y);

// The scalar definition of a fixed-point product.
int64_t mq_fixed_times(int64_t value, int64_t multiplier, int64_t exponent);

#endif
