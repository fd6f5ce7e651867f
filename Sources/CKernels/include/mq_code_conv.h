// Sums of products of codes and weights, exact in 32 bits on every processor.
//
// Codes lie as [rows][pixels][channels], one byte each, counted from the lowest of their grid, so that they
// are never negative. Weights are signed bytes, in blocks of sixteen outputs.
#ifndef MQ_CODE_CONV_H
#define MQ_CODE_CONV_H
#include <stdint.h>

#include "mq_cpu.h"

enum {
  // Outputs of a block.
  mq_conv_lanes = 16,
  // Channels that one instruction multiplies.
  mq_conv_quad = 4,
  // Pixels that are summed up at once, at most.
  mq_conv_pixels = 14
};

typedef struct {
  // Of the window.
  long height, width;
  // Quads of input channels, of one group.
  long quads;
  // Bytes from a pixel to the next one, from a row to the next one, and from the window of an output to
  // that of its neighbour.
  long pixel, row, step;
} mq_conv_window;

// Bytes of one block of packed weights.
long mq_code_conv_block_bytes(mq_conv_window window);

// Packs the weights of one block: w[output][channel][height][width] with `channels` of them, `outputs` of
// sixteen used, the rest zero.
void mq_code_conv_pack(
    const int8_t *w, int8_t *packed, mq_conv_window window, long channels, long outputs);

// sums[(2 p + b) 16 + o] = sum over the window of x[channel] w[o][channel] for `pixels` neighbouring outputs,
// at most `mq_conv_pixels`, and `blocks` blocks, 1 or 2. `x` is the first window's first code.
typedef void (*mq_conv_tile)(
    const uint8_t *x, const int8_t *packed, int32_t *sums, long pixels, long blocks,
    mq_conv_window window);

// The fastest version for the processor and the largest code of the input.
mq_conv_tile mq_code_conv_tile(int largest);

// Products of 16-bit pairs: exact for all codes.
void mq_code_conv_tile_avx2(
    const uint8_t *x, const int8_t *packed, int32_t *sums, long pixels, long blocks,
    mq_conv_window window);
// Products of bytes with 16-bit pair sums: exact for codes up to 127.
void mq_code_conv_tile_avx2_narrow(
    const uint8_t *x, const int8_t *packed, int32_t *sums, long pixels, long blocks,
    mq_conv_window window);
// Products of bytes with 32-bit sums: exact for all codes. Only where `mq_cpu_has_vnni`.
void mq_code_conv_tile_vnni(
    const uint8_t *x, const int8_t *packed, int32_t *sums, long pixels, long blocks,
    mq_conv_window window);

#endif
