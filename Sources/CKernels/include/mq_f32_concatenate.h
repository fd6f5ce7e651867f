// Channels copied from one tensor into another: what joins tensors, and takes their gradient apart.
#ifndef MQ_F32_CONCATENATE_H
#define MQ_F32_CONCATENATE_H
#include "mq_layout.h"

typedef struct {
  // Of equally many images and pixels; their lanes can differ.
  mq_layout input, output;
  // The first channel to read and the first to write.
  long input_first, output_first;
  // Channels to copy.
  long count;
} mq_channel_copy;

// Items first..<last, an item being one channel of one image, images outermost.
void mq_f32_copy_channels(const float *x, float *y, mq_channel_copy g, long first, long last);

#endif
