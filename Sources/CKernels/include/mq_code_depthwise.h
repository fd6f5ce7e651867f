// Depthwise convolution of codes: one window a channel, exact in 32 bits on every processor.
//
// Codes lie as [rows][pixels][channels], as in mq_code_conv.h. Results are 32-bit sums [pixels][channels].
#ifndef MQ_CODE_DEPTHWISE_H
#define MQ_CODE_DEPTHWISE_H
#include <stdint.h>

#include "mq_cpu.h"

enum {
  // Channels that are computed together; packed weights and sums are padded to a multiple.
  mq_depthwise_lanes = 64,
  // Taps of the largest window, 7 by 7, padded to a multiple of four.
  mq_depthwise_taps = 52
};

typedef struct {
  long height, width;
  // As in mq_conv_window.
  long pixel, row, step;
} mq_depthwise_window;

// Bytes of the packed weights of 64 channels.
long mq_code_depthwise_block_bytes(mq_depthwise_window window);

// Packs w[channel][height][width] of `channels`, at most 64, the rest zero.
void mq_code_depthwise_pack(
    const int8_t *w, int8_t *packed, mq_depthwise_window window, long channels);

// sums[p 64 + c] for `pixels` neighbouring outputs and the 64 channels of a block. `x` is the code of the
// block's first channel in the first window; `channels` of the block exist, a multiple of 16.
typedef void (*mq_depthwise_tile)(
    const uint8_t *x, const int8_t *packed, int32_t *sums, long pixels, long channels,
    mq_depthwise_window window);

// The fastest version for the processor.
mq_depthwise_tile mq_code_depthwise_tile(void);

void mq_code_depthwise_tile_avx2(
    const uint8_t *x, const int8_t *packed, int32_t *sums, long pixels, long channels,
    mq_depthwise_window window);
// Only where `mq_cpu_has_vnni`.
void mq_code_depthwise_tile_vnni(
    const uint8_t *x, const int8_t *packed, int32_t *sums, long pixels, long channels,
    mq_depthwise_window window);

#endif
