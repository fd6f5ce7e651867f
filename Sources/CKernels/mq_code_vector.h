// Sixteen codes or 32-bit integers at a time, and the roundings between them.
#ifndef MQ_CODE_VECTOR_H
#define MQ_CODE_VECTOR_H
#include "mq_code_rescale.h"
#include "mq_vector.h"

// Products and sums round for themselves: the definition is the same on every processor.
#pragma clang fp contract(off)

typedef int32_t ints __attribute__((ext_vector_type(vector_lanes)));
typedef int64_t wide_ints __attribute__((ext_vector_type(vector_lanes)));
typedef uint8_t bytes __attribute__((ext_vector_type(vector_lanes)));

INLINE ints load_ints(const int32_t *p, long count) {
  ints v = 0;
  __builtin_memcpy(&v, p, (unsigned long)count * sizeof(int32_t));
  return v;
}

INLINE wide_ints load_wide(const int64_t *p, long count) {
  wide_ints v = 0;
  __builtin_memcpy(&v, p, (unsigned long)count * sizeof(int64_t));
  return v;
}

INLINE ints load_codes(const uint8_t *p, long count) {
  bytes v = 0;
  __builtin_memcpy(&v, p, (unsigned long)count);
  return __builtin_convertvector(v, ints);
}

INLINE void store_codes(uint8_t *p, ints v, long count) {
  bytes narrow = __builtin_convertvector(v, bytes);
  __builtin_memcpy(p, &narrow, (unsigned long)count);
}

INLINE vector real(ints v) { return __builtin_convertvector(v, vector); }

// Clips in float, where nothing can leave the integers, and rounds halves to even by adding 1.5 * 2^23, whose
// last bit is 1: the sum's bits are the integer. NaN becomes the lowest code.
INLINE ints coded(vector value, mq_code_range range) {
  const vector low = (float)(range.low - range.zero), high = (float)(range.high - range.zero);
  const vector magic = 12582912.0f;
  vector r = value > low ? value : low;
  r = r < high ? r : high;
  r = r + magic;
  ints bits;
  __builtin_memcpy(&bits, &r, sizeof bits);
  return bits + (range.zero - 0x4b400000);
}

INLINE wide_ints limited_to_32(wide_ints v) {
  const wide_ints low = INT32_MIN, high = INT32_MAX;
  v = v < low ? low : v;
  return v > high ? high : v;
}

INLINE wide_ints times(wide_ints value, wide_ints multiplier, wide_ints exponent) {
  const wide_ints zero = 0, one = 1;
  wide_ints left = exponent > zero ? exponent : zero, right = exponent < zero ? -exponent : zero;
  // 32 bits shifted by up to 31 stay within 64.
  wide_ints shifted = limited_to_32(value << left);
  shifted = exponent > zero ? shifted : value;
  wide_ints high = (shifted * multiplier + (1ll << 30)) >> 31;
  wide_ints mask = (one << right) - 1, rest = high & mask;
  wide_ints threshold = (mask >> 1) + (high < zero ? one : zero);
  return (high >> right) + (rest > threshold ? one : zero);
}

INLINE ints coded_wide(wide_ints value, mq_code_range range) {
  const wide_ints low = range.low, high = range.high;
  value += range.zero;
  value = value < low ? low : value;
  value = value > high ? high : value;
  return __builtin_convertvector(value, ints);
}

#endif
