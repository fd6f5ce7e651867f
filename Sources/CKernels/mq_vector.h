// Sixteen floats at a time, written once for every width of vector instruction.
//
// The compiler makes one AVX-512 instruction of an operation, or two of AVX2. Both compute the same
// bits: lanes never meet before a kernel folds them in a fixed order.
#ifndef MQ_VECTOR_H
#define MQ_VECTOR_H
#include "mq_cpu.h"

#define INLINE static inline __attribute__((always_inline))

// Every function on vectors is inlined, so that no vector is ever passed by a calling convention.
#pragma clang diagnostic ignored "-Wpsabi"

enum { vector_lanes = 16 };

typedef float vector __attribute__((ext_vector_type(vector_lanes)));
typedef double wide_vector __attribute__((ext_vector_type(vector_lanes)));
// A comparison gives -1 where it holds, else 0. `mask ? a : b` takes both and chooses by lane, and
// `a > b ? a : b` is the instruction max, which gives b when one is NaN.
typedef int mask __attribute__((ext_vector_type(vector_lanes)));

// The first `count` floats at p, 1 to 16, then zeros.
INLINE vector load(const float *p, long count) {
  vector v = 0;
  __builtin_memcpy(&v, p, (unsigned long)count * sizeof(float));
  return v;
}

INLINE void store(float *p, vector v, long count) {
  __builtin_memcpy(p, &v, (unsigned long)count * sizeof(float));
}

INLINE mask first_lanes(long count) {
  const mask index = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  return index < (int)count;
}

// v in the first `count` lanes, elsewhere 0.
INLINE vector cut(vector v, long count) {
  const vector zero = 0;
  return count == vector_lanes ? v : first_lanes(count) ? v : zero;
}

INLINE wide_vector widened(vector v) { return __builtin_convertvector(v, wide_vector); }

// The sum of all lanes, in their order.
INLINE double sum_of_lanes(vector v) {
  double sum = 0;
  for (int i = 0; i < vector_lanes; i++) sum += (double)v[i];
  return sum;
}

// Calls STEP(i, count, set) for each vector of the floats first..<last: a constant count of 16, so that
// loads and cuts cost nothing, and at the end what is left. Sets are 0 and 1 in turn: sums of their
// own let additions not wait for each other.
#define EACH_VECTOR(FIRST, LAST, STEP) \
  { \
    long i = FIRST; \
    for (; i + 2 * vector_lanes <= LAST; i += 2 * vector_lanes) { \
      STEP(i, vector_lanes, 0); \
      STEP(i + vector_lanes, vector_lanes, 1); \
    } \
    if (i + vector_lanes <= LAST) { \
      STEP(i, vector_lanes, 0); \
      i += vector_lanes; \
    } \
    if (i < LAST) STEP(i, LAST - i, 1); \
  }

// Defines a kernel that calls BODY, which has to be inlined, in the widest version for this CPU, and
// both versions. ARGUMENTS, in parentheses, are the names of the parameters; what follows are more
// arguments of BODY, constants.
#define UNWRAP(...) __VA_ARGS__
#define VERSIONS(NAME, BODY, PARAMETERS, ARGUMENTS, ...) \
  void NAME##_avx2 PARAMETERS { BODY(UNWRAP ARGUMENTS __VA_OPT__(,) __VA_ARGS__); } \
  __attribute__((target("avx512f,avx512vl,avx512bw,avx512dq"))) void NAME##_avx512 PARAMETERS { \
    BODY(UNWRAP ARGUMENTS __VA_OPT__(,) __VA_ARGS__); \
  } \
  void NAME PARAMETERS { \
    if (mq_cpu_has_avx512()) NAME##_avx512 ARGUMENTS; \
    else NAME##_avx2 ARGUMENTS; \
  }

#endif
