#include "mq_f32_histogram.h"
#include "mq_lanes.h"

#include <math.h>

static void count(const float *x, long n, float inverse, uint32_t *counts) {
  for (long i = 0; i < n; i++)
    counts[(long)floorf(x[i] * inverse) + mq_histogram_bins / 2]++;
}

static void count_all(const float *x, long n, float inverse, uint32_t *counts) {
  const __m256 factor = _mm256_set1_ps(inverse);
  const __m256i middle = _mm256_set1_epi32(mq_histogram_bins / 2);
  long i = 0;
  for (; i + lanes <= n; i += lanes) {
    __m256 u = _mm256_floor_ps(_mm256_mul_ps(_mm256_loadu_ps(x + i), factor));
    __m256i bins = _mm256_add_epi32(_mm256_cvttps_epi32(u), middle);
    int bin[lanes];
    _mm256_storeu_si256((__m256i *)bin, bins);
    for (int l = 0; l < lanes; l++)
      counts[l % mq_histogram_tables * mq_histogram_bins + bin[l]]++;
  }
  count(x + i, n - i, inverse, counts);
}

void mq_f32_histogram(const float *x, long pixels, long lane_count, long valid, float inverse,
                      uint32_t *counts) {
  if (valid == lane_count) return count_all(x, pixels * lane_count, inverse, counts);
  for (long p = 0; p < pixels; p++) count(x + p * lane_count, valid, inverse, counts);
}
