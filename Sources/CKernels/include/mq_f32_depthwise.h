// The gradient of a depthwise convolution's weights, which oneDNN has fast for 3x3 windows only.
#ifndef MQ_F32_DEPTHWISE_H
#define MQ_F32_DEPTHWISE_H
#include "mq_layout.h"

enum { MQ_DEPTHWISE_WINDOW = 7 };

typedef struct {
  // Layouts of x and dy: the same images, channels and lanes.
  mq_layout input, output;
  long height, width, output_height, output_width;
  // 1...MQ_DEPTHWISE_WINDOW.
  long window;
  long stride, top, left;
} mq_depthwise;

// Sums over the pixels of slabs first..<last, to partial[slab][window * window][lanes].
void mq_f32_depthwise_backward_weights(const float *x, const float *dy, float *partial,
                                       mq_depthwise d, long first, long last);

#endif
