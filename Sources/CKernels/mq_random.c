#include "mq_random.h"

#include <math.h>

// Swift's `low + (high - low) * u` rounds twice, so contraction stays off.
#pragma clang fp contract(off)

void mq_philox4x32(uint64_t block, uint64_t lane, uint64_t key, uint32_t *words) {
  uint32_t c0 = (uint32_t)block, c1 = (uint32_t)(block >> 32);
  uint32_t c2 = (uint32_t)lane, c3 = (uint32_t)(lane >> 32);
  uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
  for (int round = 0; round < 10; round++) {
    uint64_t p0 = (uint64_t)0xD2511F53u * c0, p1 = (uint64_t)0xCD9E8D57u * c2;
    c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
    c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
    c1 = (uint32_t)p1;
    c3 = (uint32_t)p0;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  words[0] = c0;
  words[1] = c1;
  words[2] = c2;
  words[3] = c3;
}

// Box-Muller as in RandomStream.normal: two words a number.
static float normal(uint32_t a, uint32_t b) {
  double radius = sqrt(-2.0 * log(1.0 - (double)a * 0x1p-32));
  return (float)(radius * cos(2.0 * M_PI * (double)b * 0x1p-32));
}

void mq_f32_random_normal(
    uint64_t key, uint64_t lane, uint64_t block, float *out, long n, float standardDeviation) {
  uint32_t words[4];
  for (long i = 0; i < n; i += 2, block++) {
    mq_philox4x32(block, lane, key, words);
    out[i] = standardDeviation * normal(words[0], words[1]);
    if (i + 1 < n) out[i + 1] = standardDeviation * normal(words[2], words[3]);
  }
}

void mq_f32_random_uniform(
    uint64_t key, uint64_t lane, uint64_t block, float *out, long n, float low, float high) {
  uint32_t words[4];
  for (long i = 0; i < n; i += 4, block++) {
    mq_philox4x32(block, lane, key, words);
    for (long j = 0; j < 4 && i + j < n; j++)
      out[i + j] = low + (high - low) * ((float)(words[j] >> 8) * 0x1p-24f);
  }
}
