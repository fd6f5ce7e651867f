#include "mq_f32_shortcut.h"

void mq_f32_shortcut(const float *x, float *y, mq_shortcut s, long first, long last) {
  mq_layout in = s.input, out = s.output;
  long blocks = mq_channel_blocks(out), rows = out.pixels / s.output_width;
  for (long slab = first; slab < last; slab++)
    for (long lane = 0; lane < out.lanes; lane++) {
      long channel = slab % blocks * out.lanes + lane - s.before;
      float *to = y + slab * mq_slab_size(out) + lane;
      if (channel < 0 || channel >= in.channels) {
        for (long p = 0; p < out.pixels; p++) to[p * out.lanes] = 0;
        continue;
      }
      const float *from = x + mq_channel_start(in, slab / blocks, channel);
      for (long row = 0; row < rows; row++)
        for (long column = 0; column < s.output_width; column++)
          to[(row * s.output_width + column) * out.lanes] =
              from[(row * s.input_width + column) * s.stride * in.lanes];
    }
}

void mq_f32_shortcut_backward(const float *dy, float *dx, mq_shortcut s, long first, long last) {
  mq_layout in = s.input, out = s.output;
  long blocks = mq_channel_blocks(in), rows = out.pixels / s.output_width;
  for (long slab = first; slab < last; slab++)
    for (long lane = 0; lane < in.lanes; lane++) {
      long channel = slab % blocks * in.lanes + lane;
      float *to = dx + slab * mq_slab_size(in) + lane;
      for (long p = 0; p < in.pixels; p++) to[p * in.lanes] = 0;
      if (channel >= in.channels) continue;
      const float *from = dy + mq_channel_start(out, slab / blocks, channel + s.before);
      for (long row = 0; row < rows; row++)
        for (long column = 0; column < s.output_width; column++)
          to[(row * s.input_width + column) * s.stride * in.lanes] =
              from[(row * s.output_width + column) * out.lanes];
    }
}
