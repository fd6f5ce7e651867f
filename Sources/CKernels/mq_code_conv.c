#include "mq_code_conv.h"

#include <immintrin.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))

enum { lanes = mq_conv_lanes, quad = mq_conv_quad, step_bytes = lanes * quad };

long mq_code_conv_block_bytes(mq_conv_window window) {
  return window.height * window.width * window.quads * step_bytes;
}

void mq_code_conv_pack(
    const int8_t *w, int8_t *packed, mq_conv_window window, long channels, long outputs) {
  long taps = window.height * window.width;
  memset(packed, 0, (unsigned long)mq_code_conv_block_bytes(window));
  for (long o = 0; o < outputs; o++)
    for (long c = 0; c < channels; c++)
      for (long tap = 0; tap < taps; tap++) {
        long step = tap * window.quads + c / quad;
        packed[step * step_bytes + o * quad + c % quad] = w[(o * channels + c) * taps + tap];
      }
}

// Calls STEP(x of the tap's quad, packed weights of it) for every quad of the window.
#define EACH_QUAD(STEP) \
  for (long ky = 0; ky < window.height; ky++) \
    for (long kx = 0; kx < window.width; kx++) { \
      const uint8_t *tap = x + ky * window.row + kx * window.pixel; \
      for (long q = 0; q < window.quads; q++, w += step_bytes) STEP(tap + q * quad, w); \
    }

INLINE int32_t four_codes(const uint8_t *x) {
  int32_t codes;
  memcpy(&codes, x, quad);
  return codes;
}

// MARK: 512 bits

#define VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))

#define VNNI_TILE(P, B) \
  { \
    __m512i sum[P][B]; \
    _Pragma("unroll") for (int p = 0; p < P; p++) \
      _Pragma("unroll") for (int b = 0; b < B; b++) sum[p][b] = _mm512_setzero_si512(); \
    EACH_QUAD(VNNI_STEP_##B) \
    _Pragma("unroll") for (int p = 0; p < P; p++) \
      _Pragma("unroll") for (int b = 0; b < B; b++) \
        _mm512_storeu_si512(sums + (2 * p + b) * lanes, sum[p][b]); \
    return; \
  }
#define VNNI_STEP_1(X, W) \
  { \
    __m512i w0 = _mm512_loadu_si512(W); \
    _Pragma("unroll") for (int p = 0; p < PIXELS; p++) \
      sum[p][0] = _mm512_dpbusd_epi32(sum[p][0], _mm512_set1_epi32(four_codes(X + p * window.step)), w0); \
  }
#define VNNI_STEP_2(X, W) \
  { \
    __m512i w0 = _mm512_loadu_si512(W), w1 = _mm512_loadu_si512(W + block); \
    _Pragma("unroll") for (int p = 0; p < PIXELS; p++) { \
      __m512i codes = _mm512_set1_epi32(four_codes(X + p * window.step)); \
      sum[p][0] = _mm512_dpbusd_epi32(sum[p][0], codes, w0); \
      sum[p][1] = _mm512_dpbusd_epi32(sum[p][1], codes, w1); \
    } \
  }

// One function for each number of pixels, so that every sum is a register.
#define VNNI_FUNCTION(P) \
  VNNI static void vnni_tile_##P( \
      const uint8_t *x, const int8_t *w, int32_t *sums, long blocks, mq_conv_window window) { \
    enum { PIXELS = P }; \
    const long block = mq_code_conv_block_bytes(window); \
    if (blocks == 2) VNNI_TILE(P, 2) \
    VNNI_TILE(P, 1) \
  }
VNNI_FUNCTION(1)
VNNI_FUNCTION(2)
VNNI_FUNCTION(3)
VNNI_FUNCTION(4)
VNNI_FUNCTION(5)
VNNI_FUNCTION(6)
VNNI_FUNCTION(7)
VNNI_FUNCTION(8)
VNNI_FUNCTION(9)
VNNI_FUNCTION(10)
VNNI_FUNCTION(11)
VNNI_FUNCTION(12)
VNNI_FUNCTION(13)
VNNI_FUNCTION(14)

void mq_code_conv_tile_vnni(
    const uint8_t *x, const int8_t *packed, int32_t *sums, long pixels, long blocks,
    mq_conv_window window) {
  switch (pixels) {
    case 1: return vnni_tile_1(x, packed, sums, blocks, window);
    case 2: return vnni_tile_2(x, packed, sums, blocks, window);
    case 3: return vnni_tile_3(x, packed, sums, blocks, window);
    case 4: return vnni_tile_4(x, packed, sums, blocks, window);
    case 5: return vnni_tile_5(x, packed, sums, blocks, window);
    case 6: return vnni_tile_6(x, packed, sums, blocks, window);
    case 7: return vnni_tile_7(x, packed, sums, blocks, window);
    case 8: return vnni_tile_8(x, packed, sums, blocks, window);
    case 9: return vnni_tile_9(x, packed, sums, blocks, window);
    case 10: return vnni_tile_10(x, packed, sums, blocks, window);
    case 11: return vnni_tile_11(x, packed, sums, blocks, window);
    case 12: return vnni_tile_12(x, packed, sums, blocks, window);
    case 13: return vnni_tile_13(x, packed, sums, blocks, window);
    default: return vnni_tile_14(x, packed, sums, blocks, window);
  }
}

// MARK: 256 bits

// Eight outputs of one quad each: 16-bit pairs of the even and the odd bytes, so that no product is cut.
// Bytes 0 and 2 of each output become the words of one register, bytes 1 and 3 those of another.
INLINE __m256i wide_products(__m256i sum, __m256i even, __m256i odd, __m256i w) {
  __m256i w_even = _mm256_srai_epi16(_mm256_slli_epi16(w, 8), 8), w_odd = _mm256_srai_epi16(w, 8);
  sum = _mm256_add_epi32(sum, _mm256_madd_epi16(even, w_even));
  return _mm256_add_epi32(sum, _mm256_madd_epi16(odd, w_odd));
}

INLINE __m256i narrow_products(__m256i sum, __m256i codes, __m256i w) {
  const __m256i ones = _mm256_set1_epi16(1);
  return _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_maddubs_epi16(codes, w), ones));
}

INLINE void avx2_pixels(
    const uint8_t *x, const int8_t *w, int32_t *sums, const int count, mq_conv_window window,
    const int narrow) {
  __m256i sum[3][2];
  for (int p = 0; p < count; p++) sum[p][0] = sum[p][1] = _mm256_setzero_si256();
#define AVX2_STEP(X, W) \
  { \
    __m256i w0 = _mm256_loadu_si256((const __m256i *)(W)); \
    __m256i w1 = _mm256_loadu_si256((const __m256i *)(W + 32)); \
    _Pragma("unroll") for (int p = 0; p < count; p++) { \
      __m256i codes = _mm256_set1_epi32(four_codes(X + p * window.step)); \
      if (narrow) { \
        sum[p][0] = narrow_products(sum[p][0], codes, w0); \
        sum[p][1] = narrow_products(sum[p][1], codes, w1); \
      } else { \
        __m256i even = _mm256_and_si256(codes, _mm256_set1_epi16(255)); \
        __m256i odd = _mm256_srli_epi16(codes, 8); \
        sum[p][0] = wide_products(sum[p][0], even, odd, w0); \
        sum[p][1] = wide_products(sum[p][1], even, odd, w1); \
      } \
    } \
  }
  EACH_QUAD(AVX2_STEP)
#undef AVX2_STEP
  for (int p = 0; p < count; p++)
    for (int half = 0; half < 2; half++)
      _mm256_storeu_si256((__m256i *)(sums + 2 * p * lanes + 8 * half), sum[p][half]);
}

INLINE void avx2_tile(
    const uint8_t *x, const int8_t *packed, int32_t *sums, long pixels, long blocks,
    mq_conv_window window, const int narrow) {
  long size = mq_code_conv_block_bytes(window);
  for (long b = 0; b < blocks; b++) {
    const int8_t *w = packed + b * size;
    long p = 0;
    for (; p + 3 <= pixels; p += 3)
      avx2_pixels(x + p * window.step, w, sums + (2 * p + b) * lanes, 3, window, narrow);
    for (; p < pixels; p++)
      avx2_pixels(x + p * window.step, w, sums + (2 * p + b) * lanes, 1, window, narrow);
  }
}

void mq_code_conv_tile_avx2(
    const uint8_t *x, const int8_t *packed, int32_t *sums, long pixels, long blocks,
    mq_conv_window window) {
  avx2_tile(x, packed, sums, pixels, blocks, window, 0);
}

void mq_code_conv_tile_avx2_narrow(
    const uint8_t *x, const int8_t *packed, int32_t *sums, long pixels, long blocks,
    mq_conv_window window) {
  avx2_tile(x, packed, sums, pixels, blocks, window, 1);
}

mq_conv_tile mq_code_conv_tile(int largest) {
  if (mq_cpu_has_vnni()) return mq_code_conv_tile_vnni;
  return largest <= 127 ? mq_code_conv_tile_avx2_narrow : mq_code_conv_tile_avx2;
}
