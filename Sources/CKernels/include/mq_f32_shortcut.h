// The shortcut without parameters of small ResNets: every stride-th pixel, zeros around the channels.
#ifndef MQ_F32_SHORTCUT_H
#define MQ_F32_SHORTCUT_H
#include "mq_layout.h"

typedef struct {
  mq_layout input, output;
  // Pixels of a row.
  long input_width, output_width;
  long stride;
  // Channels of zeros before the input's own.
  long before;
} mq_shortcut;

// Slabs first..<last of the output.
void mq_f32_shortcut(const float *x, float *y, mq_shortcut s, long first, long last);

// Slabs first..<last of the input's gradient.
void mq_f32_shortcut_backward(const float *dy, float *dx, mq_shortcut s, long first, long last);

#endif
