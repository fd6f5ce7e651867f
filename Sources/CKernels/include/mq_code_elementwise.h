// Passes over codes and over the float values between them. Codes are counted from the lowest of their grid.
#ifndef MQ_CODE_ELEMENTWISE_H
#define MQ_CODE_ELEMENTWISE_H
#include <stdint.h>

#include "mq_code_rescale.h"
#include "mq_cpu.h"

// y[i] = clip(round(x[i] / scale) + zero), halves to even; NaN becomes the lowest code.
MQ_VERSIONS(
    mq_code_quantize, const float *x, float scale, mq_code_range range, uint8_t *y, long count);

// y[i] = scale float(x[i] - zero).
MQ_VERSIONS(
    mq_code_dequantize, const uint8_t *x, int32_t zero, float scale, float *y, long count);

// One operand of an addition.
typedef struct {
  const uint8_t *codes;
  int32_t zero;
  // Of the float form.
  float factor;
  // Of the fixed form: a left shift, then a factor.
  int64_t shift, multiplier, exponent;
} mq_code_operand;

// round(float(a) factor a + float(b) factor b), halves to even, nothing fused.
MQ_VERSIONS(
    mq_code_add_float, mq_code_operand a, mq_code_operand b, mq_code_range range, uint8_t *y,
    long count);

// (a 2^shift factor + b 2^shift factor) times multiplier and exponent, see mq_fixed_factors.
MQ_VERSIONS(
    mq_code_add_fixed, mq_code_operand a, mq_code_operand b, int64_t multiplier, int64_t exponent,
    mq_code_range range, uint8_t *y, long count);

// y[i] = x[i] within low...high.
void mq_code_clip(const uint8_t *x, uint8_t low, uint8_t high, uint8_t *y, long count);

// Where the windows of a pool lie in one image: strides count elements, padding is never read.
typedef struct {
  long height, width, pixel, row;
  long window, stride, padding;
} mq_pool_window;

// One row of outputs, each the largest of its window, for the first `pixel` channels of each pixel.
void mq_code_max_row(
    const uint8_t *x, mq_pool_window pool, long row, uint8_t *y, long outputs);
void mq_real_max_row(const float *x, mq_pool_window pool, long row, float *y, long outputs);

// sums[i] += x[i] - zero.
void mq_code_sum(const uint8_t *x, int32_t zero, int32_t *sums, long count);

// The sum of the `channels` codes of each pixel.
void mq_code_channel_sums(
    const uint8_t *x, long pixel, long channels, int32_t *sums, long pixels);

// y[i] += x[i].
void mq_real_sum(const float *x, float *y, long count);

// sums[o] += x * w[o] in double, where integers up to 2^53 are exact.
void mq_code_dot(double x, const int8_t *w, const int32_t *zero, double *sums, long count);

// The codes of `pixels` neighbours, y[p stride + c], from x[c plane + p].
MQ_VERSIONS(
    mq_code_quantize_planes, const float *x, long plane, long channels, float scale,
    mq_code_range range, uint8_t *y, long stride, long pixels);

#endif
