#include "mq_code_layer.h"

#include <stddef.h>

// Tiles have 16 pixels at most; sums of 64 channels each in the depthwise form.
enum { depthwise_pixels = 16 };

static void finish_tile(
    const mq_code_finish *finish, mq_code_tile tile, long image, long row, long column, long channel) {
  long y = image * finish->y_image + row * finish->y_row + column * finish->y_pixel + channel;
  tile.offset = finish->offset + channel;
  tile.zero = finish->zero ? finish->zero + channel : NULL;
  tile.y_stride = finish->y_pixel;
  tile.residual_stride = finish->residual_pixel;
  mq_code_residual residual = finish->residual;
  if (residual.codes) {
    residual.codes += image * finish->residual_image + row * finish->residual_row
        + column * finish->residual_pixel + channel;
    residual.factors.multiplier += channel;
    residual.factors.exponent += channel;
  }
  if (finish->kind == MQ_FINISH_REAL) {
    mq_code_rescale_real(
        tile, finish->factor + channel, finish->activation, (float *)finish->y + y);
  } else if (finish->kind == MQ_FINISH_FLOAT) {
    mq_code_rescale_float(
        tile, finish->factor + channel, residual, finish->range, (uint8_t *)finish->y + y);
  } else {
    mq_fixed_factors factors = {
        finish->factors.multiplier + channel, finish->factors.exponent + channel};
    mq_code_rescale_fixed(tile, factors, residual, finish->range, (uint8_t *)finish->y + y);
  }
}

static long blocks_of(const mq_code_conv_layer *layer) {
  return (layer->outputs + mq_conv_lanes - 1) / mq_conv_lanes;
}

long mq_code_conv_pairs(const mq_code_conv_layer *layer) {
  return layer->groups * ((blocks_of(layer) + 1) / 2);
}

// One row of one pair, in tiles of nearly equal width.
static void conv_row(
    const mq_code_conv_layer *layer, long image, long row, long group, long block) {
  int32_t sums[2 * mq_conv_lanes * mq_conv_pixels];
  long blocks = blocks_of(layer), count = blocks - block < 2 ? 1 : 2;
  long first = block * mq_conv_lanes, left = layer->outputs - first;
  const uint8_t *x = layer->x + image * layer->image + row * layer->row_step + group * layer->channels;
  const int8_t *w =
      layer->weights + (group * blocks + block) * mq_code_conv_block_bytes(layer->window);
  mq_code_tile tile = {.sums = sums, .sums_stride = 2 * mq_conv_lanes};
  tile.count = left < count * mq_conv_lanes ? left : count * mq_conv_lanes;
  long tiles = (layer->width + mq_conv_pixels - 1) / mq_conv_pixels;
  for (long t = 0; t < tiles; t++) {
    long column = layer->width * t / tiles;
    tile.pixels = layer->width * (t + 1) / tiles - column;
    layer->tile(x + column * layer->window.step, w, sums, tile.pixels, count, layer->window);
    if (layer->finish.zero)
      tile.window_sums = layer->window_sums
          + ((image * layer->groups + group) * layer->rows + row) * layer->width + column;
    finish_tile(&layer->finish, tile, image, row, column, group * layer->outputs + first);
  }
}

void mq_code_conv_rows(
    const mq_code_conv_layer *layer, long image, long first_row, long last_row, long first_pair,
    long last_pair) {
  long pairs = (blocks_of(layer) + 1) / 2;
  for (long pair = first_pair; pair < last_pair; pair++)
    for (long row = first_row; row < last_row; row++)
      conv_row(layer, image, row, pair / pairs, pair % pairs * 2);
}

void mq_code_depthwise_rows(
    const mq_code_depthwise_layer *layer, long image, long first_row, long last_row) {
  int32_t sums[depthwise_pixels * mq_depthwise_lanes];
  mq_code_tile tile = {.sums = sums, .sums_stride = mq_depthwise_lanes};
  long block_bytes = mq_code_depthwise_block_bytes(layer->window);
  for (long row = first_row; row < last_row; row++)
    for (long column = 0; column < layer->width; column += depthwise_pixels) {
      long left = layer->width - column;
      tile.pixels = left < depthwise_pixels ? left : depthwise_pixels;
      const uint8_t *x =
          layer->x + image * layer->image + row * layer->row_step + column * layer->window.step;
      for (long first = 0; first < layer->channels; first += mq_depthwise_lanes) {
        long valid = layer->padded_channels - first, count = layer->channels - first;
        tile.count = count < mq_depthwise_lanes ? count : mq_depthwise_lanes;
        layer->tile(
            x + first, layer->weights + first / mq_depthwise_lanes * block_bytes, sums, tile.pixels,
            valid < mq_depthwise_lanes ? valid : mq_depthwise_lanes, layer->window);
        finish_tile(&layer->finish, tile, image, row, column, first);
      }
    }
}
