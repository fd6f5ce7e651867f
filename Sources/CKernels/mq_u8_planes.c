#include "mq_u8_planes.h"

#include <immintrin.h>

// Sixteen pixels of three bytes a turn.
static inline long split3_avx2(const uint8_t *rgb, uint8_t *planes, long n) {
  // For each channel, where its bytes lie in the first, second and third 16 bytes; 128 gives a 0.
  static const uint8_t places[3][3][16] = {
      {{0, 3, 6, 9, 12, 15, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128},
       {128, 128, 128, 128, 128, 128, 2, 5, 8, 11, 14, 128, 128, 128, 128, 128},
       {128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 1, 4, 7, 10, 13}},
      {{1, 4, 7, 10, 13, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128},
       {128, 128, 128, 128, 128, 0, 3, 6, 9, 12, 15, 128, 128, 128, 128, 128},
       {128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 2, 5, 8, 11, 14}},
      {{2, 5, 8, 11, 14, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128},
       {128, 128, 128, 128, 128, 1, 4, 7, 10, 13, 128, 128, 128, 128, 128, 128},
       {128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 0, 3, 6, 9, 12, 15}}};
  long i = 0;
  for (; i + 16 <= n; i += 16) {
    __m128i part[3];
    for (int k = 0; k < 3; k++) part[k] = _mm_loadu_si128((const __m128i *)(rgb + 3 * i) + k);
    for (int c = 0; c < 3; c++) {
      __m128i plane = _mm_setzero_si128();
      for (int k = 0; k < 3; k++)
        plane = _mm_or_si128(
            plane, _mm_shuffle_epi8(part[k], _mm_loadu_si128((const __m128i *)places[c][k])));
      _mm_storeu_si128((__m128i *)(planes + c * n + i), plane);
    }
  }
  return i;
}

void mq_u8_split3(const uint8_t *restrict rgb, uint8_t *restrict planes, long n) {
  for (long i = split3_avx2(rgb, planes, n); i < n; i++)
    for (int c = 0; c < 3; c++) planes[c * n + i] = rgb[3 * i + c];
}

// a * b / 255, rounded.
static inline int product(int a, int b) {
  int x = a * b + 128;
  return ((x >> 8) + x) >> 8;
}

void mq_u8_split_cmyk(const uint8_t *restrict cmyk, uint8_t *restrict planes, long n) {
  for (long i = 0; i < n; i++) {
    // What the file holds is inverted: it is already 255 minus the ink.
    int light = cmyk[4 * i + 3];
    for (int c = 0; c < 3; c++) {
      int value = light - product(255 - cmyk[4 * i + c], light);
      planes[c * n + i] = (uint8_t)(value < 0 ? 0 : value);
    }
  }
}

void mq_u8_mirror(uint8_t *x, long rows, long width) {
  for (long r = 0; r < rows; r++, x += width)
    for (long i = 0, j = width - 1; i < j; i++, j--) {
      uint8_t kept = x[i];
      x[i] = x[j];
      x[j] = kept;
    }
}

void mq_u8_lookup(const uint8_t *restrict x, const float *restrict table, float *restrict y,
                  long n) {
  for (long i = 0; i < n; i++) y[i] = table[x[i]];
}
