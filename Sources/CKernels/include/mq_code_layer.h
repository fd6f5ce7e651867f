// Whole rows of a layer: sums of products, tile by tile, and what becomes of them while they are in the
// nearest cache.
#ifndef MQ_CODE_LAYER_H
#define MQ_CODE_LAYER_H
#include "mq_code_conv.h"
#include "mq_code_depthwise.h"
#include "mq_code_rescale.h"

enum { MQ_FINISH_FLOAT = 0, MQ_FINISH_FIXED = 1, MQ_FINISH_REAL = 2 };

// What is done with sums. Arrays begin at the layer's first output, values at the first pixel of the first
// image; strides count elements.
typedef struct {
  int kind;
  const int32_t *offset;
  // NULL where no weight has a zero point.
  const int32_t *zero;
  const float *factor;
  mq_fixed_factors factors;
  mq_code_residual residual;
  long residual_pixel, residual_row, residual_image;
  mq_code_range range;
  int activation;
  // Codes, or floats of the kind MQ_FINISH_REAL.
  void *y;
  long y_pixel, y_row, y_image;
} mq_code_finish;

typedef struct {
  // The first window of the first image.
  const uint8_t *x;
  // Bytes from an image to the next one, and between the windows of neighbouring rows.
  long image, row_step;
  mq_conv_window window;
  mq_conv_tile tile;
  // [groups][blocks] packed.
  const int8_t *weights;
  // [images][groups][rows][width], with `finish.zero`.
  const int32_t *window_sums;
  // Of the result; outputs and input channels of one group.
  long rows, width, groups, outputs, channels;
  mq_code_finish finish;
} mq_code_conv_layer;

// Pairs of blocks of sixteen outputs, of all groups: the columns of a layer that can be computed for
// themselves.
long mq_code_conv_pairs(const mq_code_conv_layer *layer);

// Rows first_row..<last_row of an image, pairs first_pair..<last_pair.
void mq_code_conv_rows(
    const mq_code_conv_layer *layer, long image, long first_row, long last_row, long first_pair,
    long last_pair);

typedef struct {
  const uint8_t *x;
  long image, row_step;
  mq_depthwise_window window;
  mq_depthwise_tile tile;
  // [blocks of 64] packed.
  const int8_t *weights;
  // Channels, and those that are in memory.
  long rows, width, channels, padded_channels;
  mq_code_finish finish;
} mq_code_depthwise_layer;

void mq_code_depthwise_rows(
    const mq_code_depthwise_layer *layer, long image, long first_row, long last_row);

#endif
