// Separable resampling of 8-bit planes in fixed point, as Pillow's Image.resize computes it.
//
// A sum of products of pixels and weights of 22 fractional bits starts at one half, is shifted right
// and clamped to 0...255. Weights are transposed: those of tap t for all outputs lie together, at
// weights[t * outputs]; taps that an output does not have weigh 0, yet lie within the input.
#ifndef MQ_U8_RESAMPLE_H
#define MQ_U8_RESAMPLE_H
#include <stdint.h>

// Bits behind the binary point of a weight.
#define MQ_RESAMPLE_BITS 22
// Bytes behind the last row that the horizontal pass may read, but never uses.
#define MQ_RESAMPLE_SLACK 8

// Along rows: y[r * outputs + o] from x[r * stride + first[o] + t]. Reads up to MQ_RESAMPLE_SLACK
// bytes behind the last pixel of the last row.
void mq_u8_resample_rows(const uint8_t *restrict x, long stride, long rows, uint8_t *restrict y,
                         long outputs, const int32_t *restrict first,
                         const int32_t *restrict weights, int taps);
// Across rows: y[o * width + c] from x[(first[o] + t) * width + c], for the outputs alone.
void mq_u8_resample_columns(const uint8_t *restrict x, long width, uint8_t *restrict y,
                            long outputs, const int32_t *restrict first,
                            const int32_t *restrict weights, int taps);

// The same without vector instructions.
void mq_u8_resample_rows_scalar(const uint8_t *restrict x, long stride, long rows,
                                uint8_t *restrict y, long outputs, const int32_t *restrict first,
                                const int32_t *restrict weights, int taps);
void mq_u8_resample_columns_scalar(const uint8_t *restrict x, long width, uint8_t *restrict y,
                                   long outputs, const int32_t *restrict first,
                                   const int32_t *restrict weights, int taps);
#endif
