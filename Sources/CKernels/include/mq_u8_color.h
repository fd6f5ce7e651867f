// Colour changes of 8-bit planes, as Pillow's ImageEnhance and its HSV mode compute them.
#ifndef MQ_U8_COLOR_H
#define MQ_U8_COLOR_H
#include <stdint.h>

// y = grey + factor * (y - grey) for one grey of all pixels, cut off to whole numbers within 0...255.
void mq_u8_blend_level(uint8_t *y, int grey, float factor, long n);
// The same with a grey of its own for each pixel.
void mq_u8_blend_plane(uint8_t *restrict y, const uint8_t *restrict grey, float factor, long n);
// Luma of ITU-R 601-2 in 16 bits of fixed point, rounded; gives the sum of all pixels.
uint64_t mq_u8_luma(const uint8_t *restrict r, const uint8_t *restrict g,
                    const uint8_t *restrict b, uint8_t *restrict y, long n);
// Turns the hue by `shift` of 256 steps: to HSV in 8 bits, and back.
void mq_u8_hue(uint8_t *restrict r, uint8_t *restrict g, uint8_t *restrict b, int shift, long n);
// The same pixel by pixel, written as Pillow does.
void mq_u8_hue_scalar(uint8_t *r, uint8_t *g, uint8_t *b, int shift, long n);
#endif
