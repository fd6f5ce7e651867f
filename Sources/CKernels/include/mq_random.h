// Filling buffers from the counter-based generator, with the bits of the Swift type `RandomStream`.
#ifndef MQ_RANDOM_H
#define MQ_RANDOM_H
#include <stdint.h>

// One block of Philox4x32-10: counter (block, lane), key (two words), four words out.
void mq_philox4x32(uint64_t block, uint64_t lane, uint64_t key, uint32_t *words);

// out[i] = standardDeviation * normal number i of the stream, which starts at a multiple of 4 words.
void mq_f32_random_normal(
    uint64_t key, uint64_t lane, uint64_t block, float *out, long n, float standardDeviation);

// out[i] = uniform number i in [low, high).
void mq_f32_random_uniform(
    uint64_t key, uint64_t lane, uint64_t block, float *out, long n, float low, float high);

#endif
