// Counts of values in bins whose width is a power of two.
#ifndef MQ_F32_HISTOGRAM_H
#define MQ_F32_HISTOGRAM_H

#include <stdint.h>

enum {
  // Half of the bins are below zero.
  mq_histogram_bins = 8192,
  // Neighbouring values are counted in different tables, so that equal ones do not wait for each other.
  mq_histogram_tables = 4,
};

// Adds the first `valid` lanes of some pixels to counts[tables][bins]: x to bin floor(x * inverse) +
// bins / 2, which has to be one of the bins. With a power of two for `inverse` nothing is rounded.
void mq_f32_histogram(const float *x, long pixels, long lanes, long valid, float inverse,
                      uint32_t *counts);

#endif
