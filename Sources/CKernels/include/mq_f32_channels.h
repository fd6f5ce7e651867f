// Per-channel scaling, reductions and re-arrangement.
#ifndef MQ_F32_CHANNELS_H
#define MQ_F32_CHANNELS_H
#include "mq_layout.h"

// y = x * factor[channel].
void mq_f32_scale_channels(const float *x, float *y, const float *factor, mq_layout layout,
                           long first, long last);

// Sums of a * b over the pixels of each slab, to partial[slab][lanes].
void mq_f32_channel_dot(const float *a, const float *b, double *partial, mq_layout layout,
                        long first, long last);

// The mean over the pixels of each channel, to y[images][channels].
void mq_f32_average(const float *x, float *y, mq_layout layout, long first, long last);

// dx = dy[image][channel] / pixels everywhere in a plane.
void mq_f32_average_backward(const float *dy, float *dx, mq_layout layout, long first, long last);

// Between the blocked layout and plain [images][channels][pixels]; padding lanes become zero.
void mq_f32_to_plain(const float *x, float *y, mq_layout layout, long first, long last);
void mq_f32_from_plain(const float *x, float *y, mq_layout layout, long first, long last);

typedef struct {
  float minimum;
  float maximum;
  double absolute_sum;
  double sum;
  double square_sum;
} mq_observation;

// What the first `valid` lanes of some pixels hold; sums are taken in float over 256 pixels or 4,096
// elements at most. NaN is left out of the extremes and shows in the sums.
mq_observation mq_f32_observe(const float *x, long pixels, long lanes, long valid);

// The number of channels of a slab that are not padding.
long mq_valid_lanes(mq_layout layout, long slab);

// Sets the padding lanes of slabs first..<last to zero.
void mq_f32_clear_padding(float *x, mq_layout layout, long first, long last);

#endif
