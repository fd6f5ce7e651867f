// Grouped convolutions whose groups are narrower than a block of channels.
//
// `merged` neighbouring groups become one whose weights are block-diagonal: more arithmetic, half of
// it on zeros for two groups, but on whole vectors.
#ifndef MQ_F32_GROUPS_H
#define MQ_F32_GROUPS_H

typedef struct {
  // Output channels in all, and those of one narrow group.
  long outputs, group_outputs;
  // Input channels of one narrow group, and weights of one channel (KH * KW).
  long group_inputs, taps;
  long merged;
} mq_groups;

// w[O][group_inputs][taps] to wide[O][merged * group_inputs][taps], rows first..<last of O.
void mq_f32_spread_groups(const float *w, float *wide, mq_groups g, long first, long last);

// The blocks on the diagonal back to w.
void mq_f32_gather_groups(const float *wide, float *w, mq_groups g, long first, long last);

#endif
