#include "mq_code_depthwise.h"

#include <immintrin.h>
#include <string.h>

enum { lanes = mq_depthwise_lanes };

// Weights lie as [four taps][place][tap], where the places of 64 channels follow from how the bytes of four
// taps are interleaved: register r, lane l of 128 bits and word i hold channel 16 l + 4 r + i.
static long place_of(long channel) {
  long lane = channel / 16, r = channel % 16 / 4, i = channel % 4;
  return 16 * r + 4 * lane + i;
}

static long groups_of(mq_depthwise_window window) { return (window.height * window.width + 3) / 4; }

long mq_code_depthwise_block_bytes(mq_depthwise_window window) {
  return groups_of(window) * 4 * lanes;
}

void mq_code_depthwise_pack(
    const int8_t *w, int8_t *packed, mq_depthwise_window window, long channels) {
  long taps = window.height * window.width;
  memset(packed, 0, (unsigned long)mq_code_depthwise_block_bytes(window));
  for (long c = 0; c < channels; c++)
    for (long tap = 0; tap < taps; tap++)
      packed[tap / 4 * 4 * lanes + place_of(c) * 4 + tap % 4] = w[c * taps + tap];
}

// Where the taps of a window lie; those that fill up the last four read the first one, with weight 0.
static long offsets_of(mq_depthwise_window window, long *offsets) {
  long count = 0;
  for (long ky = 0; ky < window.height; ky++)
    for (long kx = 0; kx < window.width; kx++)
      offsets[count++] = ky * window.row + kx * window.pixel;
  while (count % 4) offsets[count++] = 0;
  return count / 4;
}

// MARK: 512 bits

#define VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))

VNNI static inline __attribute__((always_inline)) void four_taps(
    const uint8_t *x, const long *offsets, const int8_t *w, __mmask64 valid, __m512i *sum) {
  __m512i a = _mm512_maskz_loadu_epi8(valid, x + offsets[0]);
  __m512i b = _mm512_maskz_loadu_epi8(valid, x + offsets[1]);
  __m512i c = _mm512_maskz_loadu_epi8(valid, x + offsets[2]);
  __m512i d = _mm512_maskz_loadu_epi8(valid, x + offsets[3]);
  __m512i ab = _mm512_unpacklo_epi8(a, b), ab_high = _mm512_unpackhi_epi8(a, b);
  __m512i cd = _mm512_unpacklo_epi8(c, d), cd_high = _mm512_unpackhi_epi8(c, d);
  const __m512i *weights = (const __m512i *)w;
  sum[0] = _mm512_dpbusd_epi32(
      sum[0], _mm512_unpacklo_epi16(ab, cd), _mm512_loadu_si512(weights));
  sum[1] = _mm512_dpbusd_epi32(
      sum[1], _mm512_unpackhi_epi16(ab, cd), _mm512_loadu_si512(weights + 1));
  sum[2] = _mm512_dpbusd_epi32(
      sum[2], _mm512_unpacklo_epi16(ab_high, cd_high), _mm512_loadu_si512(weights + 2));
  sum[3] = _mm512_dpbusd_epi32(
      sum[3], _mm512_unpackhi_epi16(ab_high, cd_high), _mm512_loadu_si512(weights + 3));
}

// Turns registers of every fourth group of four channels into channels in order.
VNNI static inline __attribute__((always_inline)) void store_in_order(
    const __m512i *sum, int32_t *y) {
  __m512i a = _mm512_shuffle_i32x4(sum[0], sum[1], 0x44), b = _mm512_shuffle_i32x4(sum[2], sum[3], 0x44);
  __m512i c = _mm512_shuffle_i32x4(sum[0], sum[1], 0xee), d = _mm512_shuffle_i32x4(sum[2], sum[3], 0xee);
  _mm512_storeu_si512(y, _mm512_shuffle_i32x4(a, b, 0x88));
  _mm512_storeu_si512(y + 16, _mm512_shuffle_i32x4(a, b, 0xdd));
  _mm512_storeu_si512(y + 32, _mm512_shuffle_i32x4(c, d, 0x88));
  _mm512_storeu_si512(y + 48, _mm512_shuffle_i32x4(c, d, 0xdd));
}

VNNI void mq_code_depthwise_tile_vnni(
    const uint8_t *x, const int8_t *packed, int32_t *sums, long pixels, long channels,
    mq_depthwise_window window) {
  long offsets[mq_depthwise_taps];
  long groups = offsets_of(window, offsets);
  __mmask64 valid = channels >= lanes ? ~0ull : (1ull << channels) - 1;
  for (long p = 0; p < pixels; p++) {
    __m512i sum[4];
    for (int r = 0; r < 4; r++) sum[r] = _mm512_setzero_si512();
    for (long g = 0; g < groups; g++)
      four_taps(x + p * window.step, offsets + 4 * g, packed + g * 4 * lanes, valid, sum);
    store_in_order(sum, sums + p * lanes);
  }
}

// MARK: 256 bits

// Sixteen channels at a time: each four taps as two pairs of 16-bit words, whose products are summed in 32
// bits. The packed order is that of the bytes' interleaving within 128 bits.
void mq_code_depthwise_tile_avx2(
    const uint8_t *x, const int8_t *packed, int32_t *sums, long pixels, long channels,
    mq_depthwise_window window) {
  long offsets[mq_depthwise_taps];
  long groups = offsets_of(window, offsets);
  for (long p = 0; p < pixels; p++)
    for (long c = 0; c < channels; c += 16) {
      __m128i sum[4];
      for (int r = 0; r < 4; r++) sum[r] = _mm_setzero_si128();
      const uint8_t *at = x + p * window.step + c;
      for (long g = 0; g < groups; g++) {
        const long *o = offsets + 4 * g;
        __m128i a = _mm_loadu_si128((const __m128i *)(at + o[0]));
        __m128i b = _mm_loadu_si128((const __m128i *)(at + o[1]));
        __m128i d = _mm_loadu_si128((const __m128i *)(at + o[2]));
        __m128i e = _mm_loadu_si128((const __m128i *)(at + o[3]));
        __m128i low = _mm_unpacklo_epi8(a, b), high = _mm_unpackhi_epi8(a, b);
        __m128i low2 = _mm_unpacklo_epi8(d, e), high2 = _mm_unpackhi_epi8(d, e);
        __m128i codes[4] = {
            _mm_unpacklo_epi16(low, low2), _mm_unpackhi_epi16(low, low2),
            _mm_unpacklo_epi16(high, high2), _mm_unpackhi_epi16(high, high2)};
        for (int r = 0; r < 4; r++) {
          const int8_t *w = packed + g * 4 * lanes + (16 * r + c / 4) * 4;
          __m256i words = _mm256_cvtepu8_epi16(codes[r]);
          __m256i weights = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)w));
          __m256i pairs = _mm256_madd_epi16(words, weights);
          // Two pairs belong to one channel.
          __m128i halves = _mm_hadd_epi32(
              _mm256_castsi256_si128(pairs), _mm256_extracti128_si256(pairs, 1));
          sum[r] = _mm_add_epi32(sum[r], halves);
        }
      }
      for (int r = 0; r < 4; r++)
        _mm_storeu_si128((__m128i *)(sums + p * lanes + c + 4 * r), sum[r]);
    }
}

mq_depthwise_tile mq_code_depthwise_tile(void) {
  return mq_cpu_has_vnni() ? mq_code_depthwise_tile_vnni : mq_code_depthwise_tile_avx2;
}
