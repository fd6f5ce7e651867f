// The one memory layout all kernels share: [images][channel blocks][pixels][lanes].
//
// `lanes` is 1 for plain NCHW, 8 or 16 for the blocked layouts of oneDNN. Lanes beyond the last
// channel are padding: they hold zero and every kernel keeps them so.
#ifndef MQ_LAYOUT_H
#define MQ_LAYOUT_H

typedef struct {
  long images;
  long channels;
  long pixels;
  long lanes;
} mq_layout;

static inline long mq_channel_blocks(mq_layout l) { return (l.channels + l.lanes - 1) / l.lanes; }

// The unit of parallel work: one image's pixels for one block of channels.
static inline long mq_slabs(mq_layout l) { return l.images * mq_channel_blocks(l); }

static inline long mq_slab_size(mq_layout l) { return l.pixels * l.lanes; }

// Per-channel vectors have this many floats, so that the padding lanes can be read too.
static inline long mq_padded_channels(mq_layout l) { return mq_channel_blocks(l) * l.lanes; }

// The place of a channel's first pixel.
static inline long mq_channel_start(mq_layout l, long image, long channel) {
  long slab = image * mq_channel_blocks(l) + channel / l.lanes;
  return slab * mq_slab_size(l) + channel % l.lanes;
}

#endif
