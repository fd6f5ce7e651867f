#include "mq_f32_groups.h"

#include <string.h>

void mq_f32_spread_groups(const float *w, float *wide, mq_groups g, long first, long last) {
  long row = g.group_inputs * g.taps;
  for (long o = first; o < last; o++) {
    float *to = wide + o * g.merged * row;
    memset(to, 0, sizeof(float) * (unsigned long)(g.merged * row));
    long place = o / g.group_outputs % g.merged;
    memcpy(to + place * row, w + o * row, sizeof(float) * (unsigned long)row);
  }
}

void mq_f32_gather_groups(const float *wide, float *w, mq_groups g, long first, long last) {
  long row = g.group_inputs * g.taps;
  for (long o = first; o < last; o++) {
    long place = o / g.group_outputs % g.merged;
    memcpy(w + o * row, wide + (o * g.merged + place) * row, sizeof(float) * (unsigned long)row);
  }
}
