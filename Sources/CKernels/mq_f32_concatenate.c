#include "mq_f32_concatenate.h"
#include <string.h>

void mq_f32_copy_channels(const float *x, float *y, mq_channel_copy g, long first, long last) {
  long lanes = g.output.lanes, pixels = g.output.pixels;
  for (long item = first; item < last;) {
    long image = item / g.count, channel = item % g.count;
    long from = g.input_first + channel, to = g.output_first + channel;
    const float *source = x + mq_channel_start(g.input, image, from);
    float *target = y + mq_channel_start(g.output, image, to);
    // A block that starts on a block on both sides, and is all ours, is one run of memory.
    int is_block = g.input.lanes == lanes && from % lanes == 0 && to % lanes == 0 &&
                   channel + lanes <= g.count && item + lanes <= last;
    if (is_block) {
      memcpy(target, source, (size_t)(pixels * lanes) * sizeof(float));
      item += lanes;
      continue;
    }
    for (long p = 0; p < pixels; p++) target[p * lanes] = source[p * g.input.lanes];
    item++;
  }
}
