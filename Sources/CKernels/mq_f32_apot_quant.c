#include "mq_f32_apot_quant.h"
#include "mq_lanes.h"

#include <math.h>

#include "mq_apot_levels.h"

// As in mq_affine_quant.h: rounded after every operation.
#pragma clang fp contract(off)

enum { few = 4, most = 1 << mq_apot_most_bits };

// What the search needs, made at each call. All numbers are integers or half integers, thus exact.
struct grid {
  int bits;
  float levels[most];
  // bounds[i] lies half-way between levels i and i + 1; infinite beyond the last.
  float bounds[most];
};

static void prepare(struct grid *grid, const float *constants) {
  const int bits = (int)constants[4];
  const short *levels = mq_apot_levels(bits);
  // The quick search takes at least 16.
  grid->bits = bits < few ? few : bits;
  for (int i = 0; i < 1 << grid->bits; i++) {
    int last = (1 << bits) - 1, level = i < last ? i : last;
    grid->levels[i] = (float)levels[level];
    grid->bounds[i] = i < last ? 0.5f * (float)(levels[i] + levels[i + 1]) : INFINITY;
  }
}

static inline float nearest(const struct grid *grid, float size) {
  int first = 0;
  for (int half = 1 << (grid->bits - 1); half > 0; half >>= 1) {
    first += size > grid->bounds[first + half - 1] ? half : 0;
  }
  // NaN ends at level 0; the difference puts it back.
  return grid->levels[first] + (size - size);
}

static void forward_scalar(
    const struct grid *grid, const float *x, float *y, long n, const float *constants) {
  const float inverse = constants[0], step = constants[1];
  const float low = constants[2], high = constants[3];
  for (long i = 0; i < n; i++) {
    float u = x[i] * inverse, c = u < low ? low : (u > high ? high : u);
    y[i] = copysignf(nearest(grid, fabsf(c)), c) * step;
  }
}

static void backward_scalar(
    const struct grid *grid, const float *x, const float *g, float *dx, long n,
    const float *constants, double *sums) {
  const float inverse = constants[0], low = constants[2], high = constants[3];
  double sum = 0;
  for (long i = 0; i < n; i++) {
    float u = x[i] * inverse, gradient = g[i];
    int inside = u >= low && u <= high;
    float level = copysignf(nearest(grid, inside ? fabsf(u) : 0), u);
    sum += (double)(gradient * (inside ? level - u : (u > high ? high : (u < low ? low : 0))));
    dx[i] = inside ? gradient : 0.0f;
  }
  sums[0] += sum;
}

void mq_f32_apot_quant_forward_scalar(
    const float *x, float *y, long n, const float *constants) {
  struct grid grid;
  prepare(&grid, constants);
  forward_scalar(&grid, x, y, n, constants);
}

void mq_f32_apot_quant_backward_scalar(
    const float *x, const float *g, float *dx, long n, const float *constants, double *sums) {
  struct grid grid;
  prepare(&grid, constants);
  backward_scalar(&grid, x, g, dx, n, constants, sums);
}

// The first four steps of the search, in registers: each looks its bound up by a permutation. They end
// at a level where there are 16, else at a group of `width` levels, where gathers go on.
struct search {
  int width;
  __m256 root, second, third, fourth, low, high;
};

static struct search search(const struct grid *grid) {
  const int width = 1 << (grid->bits - few);
  float b[16];
  for (int i = 0; i < 16; i++) b[i] = grid->bounds[(i + 1) * width - 1];
  return (struct search){
      width,
      _mm256_set1_ps(b[7]),
      _mm256_setr_ps(b[3], b[11], 0, 0, 0, 0, 0, 0),
      _mm256_setr_ps(b[1], b[5], b[9], b[13], 0, 0, 0, 0),
      _mm256_setr_ps(b[0], b[2], b[4], b[6], b[8], b[10], b[12], b[14]),
      _mm256_loadu_ps(grid->levels),
      _mm256_loadu_ps(grid->levels + lanes),
  };
}

// 2 * index + 1 where the size is beyond the bound of its index, else 2 * index.
static inline __m256i descend(__m256i index, __m256 size, __m256 bounds) {
  __m256 bound = _mm256_permutevar8x32_ps(bounds, index);
  __m256i is_beyond = _mm256_castps_si256(_mm256_cmp_ps(size, bound, _CMP_GT_OQ));
  return _mm256_sub_epi32(_mm256_add_epi32(index, index), is_beyond);
}

static inline __m256 level_of_group(const struct grid *grid, __m256i first, __m256 size) {
  for (int half = 1 << (grid->bits - few - 1); half > 0; half >>= 1) {
    __m256 bound = _mm256_i32gather_ps(grid->bounds + half - 1, first, 4);
    __m256i is_beyond = _mm256_castps_si256(_mm256_cmp_ps(size, bound, _CMP_GT_OQ));
    first = _mm256_add_epi32(first, _mm256_and_si256(is_beyond, _mm256_set1_epi32(half)));
  }
  return _mm256_i32gather_ps(grid->levels, first, 4);
}

static inline __m256 nearest_level(
    const struct grid *grid, const struct search *search, __m256 size) {
  __m256 is_high = _mm256_cmp_ps(size, search->root, _CMP_GT_OQ);
  __m256i index = _mm256_srli_epi32(_mm256_castps_si256(is_high), 31);
  index = descend(index, size, search->second);
  index = descend(index, size, search->third);
  index = descend(index, size, search->fourth);
  if (search->width > 1) {
    __m256i first = _mm256_mullo_epi32(index, _mm256_set1_epi32(search->width));
    return level_of_group(grid, first, size);
  }
  return _mm256_blendv_ps(
      _mm256_permutevar8x32_ps(search->low, index),
      _mm256_permutevar8x32_ps(search->high, index), is_high);
}

void mq_f32_apot_quant_forward(const float *x, float *y, long n, const float *constants) {
  struct grid grid;
  prepare(&grid, constants);
  const struct search quick = search(&grid);
  const __m256 inverse = _mm256_set1_ps(constants[0]), step = _mm256_set1_ps(constants[1]);
  const __m256 low = _mm256_set1_ps(constants[2]), high = _mm256_set1_ps(constants[3]);
  const __m256 sign = _mm256_set1_ps(-0.0f);
  long i = 0;
  for (; i + lanes <= n; i += lanes) {
    __m256 u = _mm256_mul_ps(_mm256_loadu_ps(x + i), inverse);
    // min and max give their second operand when one is NaN, which keeps NaN visible.
    u = _mm256_min_ps(high, _mm256_max_ps(low, u));
    __m256 size = _mm256_andnot_ps(sign, u);
    __m256 level = nearest_level(&grid, &quick, size);
    level = _mm256_add_ps(level, _mm256_sub_ps(size, size));
    level = _mm256_or_ps(level, _mm256_and_ps(sign, u));
    _mm256_storeu_ps(y + i, _mm256_mul_ps(level, step));
  }
  forward_scalar(&grid, x + i, y + i, n - i, constants);
}

void mq_f32_apot_quant_backward(
    const float *x, const float *g, float *dx, long n, const float *constants, double *sums) {
  struct grid grid;
  prepare(&grid, constants);
  const struct search quick = search(&grid);
  const __m256 inverse = _mm256_set1_ps(constants[0]);
  const __m256 low = _mm256_set1_ps(constants[2]), high = _mm256_set1_ps(constants[3]);
  const __m256 sign = _mm256_set1_ps(-0.0f);
  __m256 sum = _mm256_setzero_ps();
  long i = 0;
  for (; i + lanes <= n; i += lanes) {
    __m256 gradient = _mm256_loadu_ps(g + i);
    __m256 u = _mm256_mul_ps(_mm256_loadu_ps(x + i), inverse);
    __m256 is_above = _mm256_cmp_ps(u, high, _CMP_GT_OQ);
    __m256 is_below = _mm256_cmp_ps(u, low, _CMP_LT_OQ);
    __m256 inside =
        _mm256_and_ps(_mm256_cmp_ps(u, low, _CMP_GE_OQ), _mm256_cmp_ps(u, high, _CMP_LE_OQ));
    __m256 level = nearest_level(&grid, &quick, _mm256_andnot_ps(sign, u));
    level = _mm256_or_ps(level, _mm256_and_ps(sign, u));
    __m256 end = _mm256_or_ps(_mm256_and_ps(is_above, high), _mm256_and_ps(is_below, low));
    __m256 factor = _mm256_blendv_ps(end, _mm256_sub_ps(level, u), inside);
    sum = _mm256_add_ps(sum, _mm256_mul_ps(gradient, factor));
    _mm256_storeu_ps(dx + i, _mm256_and_ps(inside, gradient));
  }
  sums[0] += lane_sum(sum);
  backward_scalar(&grid, x + i, g + i, dx + i, n - i, constants, sums);
}
