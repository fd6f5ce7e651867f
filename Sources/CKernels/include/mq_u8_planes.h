// Between interleaved 8-bit pixels, planes of them, and numbers.
#ifndef MQ_U8_PLANES_H
#define MQ_U8_PLANES_H
#include <stdint.h>

// Three bytes a pixel into three planes of n.
void mq_u8_split3(const uint8_t *restrict rgb, uint8_t *restrict planes, long n);
// Four bytes a pixel, inverted cyan, magenta, yellow and black, into planes of red, green and blue.
void mq_u8_split_cmyk(const uint8_t *restrict cmyk, uint8_t *restrict planes, long n);
// Mirrors each row of `width`.
void mq_u8_mirror(uint8_t *x, long rows, long width);
// y[i] = table[x[i]].
void mq_u8_lookup(const uint8_t *restrict x, const float *restrict table, float *restrict y, long n);
#endif
