#include "mq_u8_resample.h"

#include <immintrin.h>
#include <string.h>

static inline uint8_t clamp(int32_t sum) {
  int32_t value = sum >> MQ_RESAMPLE_BITS;
  return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
}

static const int32_t half = 1 << (MQ_RESAMPLE_BITS - 1);

static inline void row_scalar(const uint8_t *x, uint8_t *y, long begin, long outputs,
                              const int32_t *first, const int32_t *weights, int taps) {
  for (long o = begin; o < outputs; o++) {
    int32_t sum = half;
    const uint8_t *from = x + first[o];
    for (int t = 0; t < taps; t++) sum += from[t] * weights[t * outputs + o];
    y[o] = clamp(sum);
  }
}

void mq_u8_resample_rows_scalar(const uint8_t *restrict x, long stride, long rows,
                                uint8_t *restrict y, long outputs, const int32_t *restrict first,
                                const int32_t *restrict weights, int taps) {
  for (long r = 0; r < rows; r++)
    row_scalar(x + r * stride, y + r * outputs, 0, outputs, first, weights, taps);
}

void mq_u8_resample_columns_scalar(const uint8_t *restrict x, long width, uint8_t *restrict y,
                                   long outputs, const int32_t *restrict first,
                                   const int32_t *restrict weights, int taps) {
  for (long o = 0; o < outputs; o++)
    for (long c = 0; c < width; c++) {
      int32_t sum = half;
      for (int t = 0; t < taps; t++)
        sum += x[(first[o] + t) * width + c] * weights[t * outputs + o];
      y[o * width + c] = clamp(sum);
    }
}

// Eight sums of 32 bits to eight bytes at y.
static inline void store8(__m256i sum, uint8_t *y) {
  __m256i value = _mm256_srai_epi32(sum, MQ_RESAMPLE_BITS);
  __m128i words =
      _mm_packs_epi32(_mm256_castsi256_si128(value), _mm256_extracti128_si256(value, 1));
  _mm_storel_epi64((__m128i *)y, _mm_packus_epi16(words, words));
}

// Eight outputs at a time; a gather brings four neighbouring pixels for each of them.
static inline void row_avx2(const uint8_t *x, uint8_t *y, long outputs, const int32_t *first,
                            const int32_t *weights, int taps) {
  const __m256i low = _mm256_set1_epi32(255);
  long o = 0;
  for (; o + 8 <= outputs; o += 8) {
    __m256i sum = _mm256_set1_epi32(half);
    __m256i place = _mm256_loadu_si256((const __m256i *)(first + o));
    for (int t = 0; t < taps; t += 4) {
      __m256i pixels = _mm256_i32gather_epi32((const int *)(x + t), place, 1);
      int quad = taps - t < 4 ? taps - t : 4;
      for (int k = 0; k < quad; k++) {
        __m256i weight = _mm256_loadu_si256((const __m256i *)(weights + (t + k) * outputs + o));
        sum = _mm256_add_epi32(sum, _mm256_mullo_epi32(_mm256_and_si256(pixels, low), weight));
        pixels = _mm256_srli_epi32(pixels, 8);
      }
    }
    store8(sum, y + o);
  }
  row_scalar(x, y, o, outputs, first, weights, taps);
}

void mq_u8_resample_rows(const uint8_t *restrict x, long stride, long rows, uint8_t *restrict y,
                         long outputs, const int32_t *restrict first,
                         const int32_t *restrict weights, int taps) {
  for (long r = 0; r < rows; r++)
    row_avx2(x + r * stride, y + r * outputs, outputs, first, weights, taps);
}

static inline __m256i widen8(const uint8_t *x) {
  return _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)x));
}

void mq_u8_resample_columns(const uint8_t *restrict x, long width, uint8_t *restrict y,
                            long outputs, const int32_t *restrict first,
                            const int32_t *restrict weights, int taps) {
  for (long o = 0; o < outputs; o++) {
    const uint8_t *from = x + first[o] * width;
    // Most outputs have fewer taps than the largest.
    int begin = 0, end = taps;
    while (begin < end && weights[begin * outputs + o] == 0) begin++;
    while (end > begin && weights[(end - 1) * outputs + o] == 0) end--;
    long c = 0;
    for (; c + 32 <= width; c += 32) {
      __m256i sum[4];
      for (int k = 0; k < 4; k++) sum[k] = _mm256_set1_epi32(half);
      for (int t = begin; t < end; t++) {
        __m256i weight = _mm256_set1_epi32(weights[t * outputs + o]);
        for (int k = 0; k < 4; k++)
          sum[k] = _mm256_add_epi32(
              sum[k], _mm256_mullo_epi32(widen8(from + t * width + c + 8 * k), weight));
      }
      for (int k = 0; k < 4; k++) store8(sum[k], y + o * width + c + 8 * k);
    }
    for (; c < width; c++) {
      int32_t sum = half;
      for (int t = begin; t < end; t++)
        sum += from[t * width + c] * weights[t * outputs + o];
      y[o * width + c] = clamp(sum);
    }
  }
}
