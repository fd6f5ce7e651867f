#include "mq_u8_color.h"

#include <immintrin.h>
#include <math.h>

// Products and sums round one by one, as in Pillow's builds.
#pragma STDC FP_CONTRACT OFF

// In both cases the result is cut off; within 0...1 it cannot leave the range.
static inline uint8_t blend(float grey, float value, float factor) {
  float mixed = grey + factor * (value - grey);
  mixed = mixed < 0 ? 0 : mixed > 255 ? 255 : mixed;
  return (uint8_t)(int)mixed;
}

void mq_u8_blend_level(uint8_t *y, int grey, float factor, long n) {
  for (long i = 0; i < n; i++) y[i] = blend((float)grey, y[i], factor);
}

void mq_u8_blend_plane(uint8_t *restrict y, const uint8_t *restrict grey, float factor, long n) {
  for (long i = 0; i < n; i++) y[i] = blend(grey[i], y[i], factor);
}

uint64_t mq_u8_luma(const uint8_t *restrict r, const uint8_t *restrict g,
                    const uint8_t *restrict b, uint8_t *restrict y, long n) {
  uint64_t total = 0;
  // Blocks keep the sum within 32 bits, which vectorizes.
  for (long start = 0; start < n; start += 65536) {
    long end = start + 65536 < n ? start + 65536 : n;
    uint32_t sum = 0;
    for (long i = start; i < end; i++) {
      uint32_t luma = (r[i] * 19595u + g[i] * 38470u + b[i] * 7471u + 0x8000u) >> 16;
      y[i] = (uint8_t)luma;
      sum += luma;
    }
    total += sum;
  }
  return total;
}

static inline int min3(int a, int b, int c) { return a < b ? (a < c ? a : c) : (b < c ? b : c); }
static inline int max3(int a, int b, int c) { return a > b ? (a > c ? a : c) : (b > c ? b : c); }

// Hue and saturation in 0...255 of a pixel that is not grey.
static inline void hue_saturation(int r, int g, int b, int top, int range, int *hue, int *sat) {
  float c = (float)range;
  float rc = (float)(top - r) / c, gc = (float)(top - g) / c, bc = (float)(top - b) / c;
  float h = r == top   ? bc - gc
            : g == top ? (float)(2.0 + rc - bc)
                       : (float)(4.0 + gc - rc);
  double turned = h / 6.0 + 1.0;
  float turn = (float)(turned >= 1.0 ? turned - 1.0 : turned);
  *hue = (int)(turn * 255.0);
  *sat = (int)((c / (float)top) * 255.0);
}

void mq_u8_hue_scalar(uint8_t *r, uint8_t *g, uint8_t *b, int shift, long n) {
  for (long i = 0; i < n; i++) {
    int v = max3(r[i], g[i], b[i]);
    int range = v - min3(r[i], g[i], b[i]);
    if (range == 0) continue;
    int hue, sat;
    hue_saturation(r[i], g[i], b[i], v, range, &hue, &sat);
    if (sat == 0) {
      r[i] = g[i] = b[i] = (uint8_t)v;
      continue;
    }
    double sixths = (float)((hue + shift) & 255) * 6.0 / 255.0;
    int sector = (int)sixths;
    float f = (float)(sixths - (float)sector);
    float fs = (float)((float)sat / 255.0);
    uint8_t p = (uint8_t)(int)round((float)v * (1.0 - fs));
    uint8_t q = (uint8_t)(int)round((float)v * (1.0 - fs * f));
    uint8_t t = (uint8_t)(int)round((float)v * (1.0 - fs * (1.0 - f)));
    uint8_t top = (uint8_t)v;
    switch (sector % 6) {
      case 0: r[i] = top, g[i] = t, b[i] = p; break;
      case 1: r[i] = q, g[i] = top, b[i] = p; break;
      case 2: r[i] = p, g[i] = top, b[i] = t; break;
      case 3: r[i] = p, g[i] = q, b[i] = top; break;
      case 4: r[i] = t, g[i] = p, b[i] = top; break;
      default: r[i] = top, g[i] = p, b[i] = q; break;
    }
  }
}

// One pixel without branches, which the compiler turns into vectors. A grey pixel and one without
// saturation come out as they are: fs = 0 makes p, q and t the brightness.
static inline void turn_hue(uint8_t *r8, uint8_t *g8, uint8_t *b8, int shift) {
  int r = *r8, g = *g8, b = *b8;
  int v = max3(r, g, b);
  int range = v - min3(r, g, b);
  float c = (float)(range ? range : 1);
  float rc = (float)(v - r) / c, gc = (float)(v - g) / c, bc = (float)(v - b) / c;
  float red = bc - gc, green = (float)(2.0 + rc - bc), blue = (float)(4.0 + gc - rc);
  float h = r == v ? red : g == v ? green : blue;
  double turned = h / 6.0 + 1.0;
  float turn = (float)(turned >= 1.0 ? turned - 1.0 : turned);
  int hue = (int)(turn * 255.0);
  int sat = range ? (int)((c / (float)(v ? v : 1)) * 255.0) : 0;
  double sixths = (float)((hue + shift) & 255) * 6.0 / 255.0;
  int sector = (int)sixths;
  float f = (float)(sixths - (float)sector);
  float fs = (float)((float)sat / 255.0);
  // None is negative, so cutting off after adding one half rounds as round() does.
  int p = (int)((float)v * (1.0 - fs) + 0.5);
  int q = (int)((float)v * (1.0 - fs * f) + 0.5);
  int t = (int)((float)v * (1.0 - fs * (1.0 - f)) + 0.5);
  // A whole turn, sector 6, is the first again.
  int s = sector == 6 ? 0 : sector;
  *r8 = (uint8_t)(s == 0 || s == 5 ? v : s == 1 ? q : s == 4 ? t : p);
  *g8 = (uint8_t)(s == 1 || s == 2 ? v : s == 0 ? t : s == 3 ? q : p);
  *b8 = (uint8_t)(s == 3 || s == 4 ? v : s == 2 ? t : s == 5 ? q : p);
}

void mq_u8_hue(uint8_t *restrict r, uint8_t *restrict g, uint8_t *restrict b, int shift, long n) {
  for (long i = 0; i < n; i++) turn_hue(r + i, g + i, b + i, shift);
}
