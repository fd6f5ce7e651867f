#include "mq_probe.h"

enum { CHAINS = 16 };
typedef float vector8 __attribute__((vector_size(32)));
typedef float vector16 __attribute__((vector_size(64)));

// Sixteen chains hide the latency of four cycles at two results a cycle, and fit into the registers.
// The factor below one keeps every number normal.
#define PROBE(V) \
  V sums[CHAINS]; \
  for (int c = 0; c < CHAINS; c++) sums[c] = (V){} + (float)c; \
  const V factor = (V){} + 0.999f, addend = (V){} + 0.001f; \
  for (long r = 0; r < rounds; r++) { \
    _Pragma("clang loop unroll(full)") for (int c = 0; c < CHAINS; c++) \
      sums[c] = sums[c] * factor + addend; \
  } \
  float total = 0; \
  for (int c = 0; c < CHAINS; c++) total += sums[c][0]; \
  return total

__attribute__((target("avx512f"))) static float probe16(long rounds) { PROBE(vector16); }

static float probe8(long rounds) { PROBE(vector8); }

float mq_probe_fma(long rounds, int lanes) {
  return lanes == 16 ? probe16(rounds) : probe8(rounds);
}
