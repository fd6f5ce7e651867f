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

// The sign of x, where the grid has signs.
static inline float signed_level(float level, float x, float low) {
  return low < 0 ? copysignf(level, x) : level;
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
    y[i] = signed_level(nearest(grid, fabsf(c)), c, low) * step;
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
    float level = signed_level(nearest(grid, inside ? fabsf(u) : 0), u, low);
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

// The first four steps of the search, in registers. They end at a level where there are 16, else at a
// group of `width` levels, where gathers go on. Comparisons give -1, so that sums of them count
// downwards: the entry for a count of k is at place -k modulo 8.
struct search {
  int width;
  __m256 quarters[3];
  __m256 third, fourth;
  // Of each pair of levels, the lower one and how far the upper one lies above it.
  __m256 lower, rise;
};

static struct search search(const struct grid *grid) {
  const int width = 1 << (grid->bits - few);
  float bounds[16], third[lanes] = {0}, fourth[lanes], lower[lanes], rise[lanes];
  for (int i = 0; i < 16; i++) bounds[i] = grid->bounds[(i + 1) * width - 1];
  for (int k = 0; k < lanes; k++) {
    int place = -k & (lanes - 1);
    if (k < lanes / 2) third[place] = bounds[4 * k + 1];
    fourth[place] = bounds[2 * k];
    lower[place] = grid->levels[2 * k];
    rise[place] = grid->levels[2 * k + 1] - grid->levels[2 * k];
  }
  return (struct search){
      width,
      {_mm256_set1_ps(bounds[3]), _mm256_set1_ps(bounds[7]), _mm256_set1_ps(bounds[11])},
      _mm256_loadu_ps(third),
      _mm256_loadu_ps(fourth),
      _mm256_loadu_ps(lower),
      _mm256_loadu_ps(rise),
  };
}

// -1 where the size is beyond the bound, else 0.
static inline __m256i is_beyond(__m256 size, __m256 bound) {
  return _mm256_castps_si256(_mm256_cmp_ps(size, bound, _CMP_GT_OQ));
}

static inline __m256i twice_plus(__m256i index, __m256i step) {
  return _mm256_add_epi32(_mm256_add_epi32(index, index), step);
}

static inline __m256 level_of_group(const struct grid *grid, __m256i first, __m256 size) {
  for (int half = 1 << (grid->bits - few - 1); half > 0; half >>= 1) {
    __m256 bound = _mm256_i32gather_ps(grid->bounds + half - 1, first, 4);
    first = _mm256_add_epi32(
        first, _mm256_and_si256(is_beyond(size, bound), _mm256_set1_epi32(half)));
  }
  return _mm256_i32gather_ps(grid->levels, first, 4);
}

static inline __m256 nearest_level(
    const struct grid *grid, const struct search *search, __m256 size) {
  __m256i index = _mm256_add_epi32(
      is_beyond(size, search->quarters[0]),
      _mm256_add_epi32(
          is_beyond(size, search->quarters[1]), is_beyond(size, search->quarters[2])));
  index = twice_plus(index, is_beyond(size, _mm256_permutevar8x32_ps(search->third, index)));
  __m256i is_upper = is_beyond(size, _mm256_permutevar8x32_ps(search->fourth, index));
  if (search->width > 1) {
    __m256i first = _mm256_mullo_epi32(
        twice_plus(index, is_upper), _mm256_set1_epi32(-search->width));
    return level_of_group(grid, first, size);
  }
  __m256 rise = _mm256_permutevar8x32_ps(search->rise, index);
  return _mm256_add_ps(
      _mm256_permutevar8x32_ps(search->lower, index),
      _mm256_and_ps(_mm256_castsi256_ps(is_upper), rise));
}

// The unsigned form, whose values are never negative once clipped, is spared the work on signs.
static inline __m256 magnitude(__m256 u, int is_signed) {
  return is_signed ? _mm256_andnot_ps(_mm256_set1_ps(-0.0f), u) : u;
}

static inline __m256 with_sign(__m256 level, __m256 u, int is_signed) {
  return is_signed ? _mm256_or_ps(level, _mm256_and_ps(_mm256_set1_ps(-0.0f), u)) : level;
}

static inline long forward_lanes(
    const struct grid *grid, const float *x, float *y, long n, const float *constants,
    int is_signed) {
  const struct search quick = search(grid);
  const __m256 inverse = _mm256_set1_ps(constants[0]), step = _mm256_set1_ps(constants[1]);
  const __m256 low = _mm256_set1_ps(constants[2]), high = _mm256_set1_ps(constants[3]);
  long i = 0;
  for (; i + lanes <= n; i += lanes) {
    __m256 u = _mm256_mul_ps(_mm256_loadu_ps(x + i), inverse);
    // min and max give their second operand when one is NaN, which keeps NaN visible.
    u = _mm256_min_ps(high, _mm256_max_ps(low, u));
    __m256 size = magnitude(u, is_signed);
    __m256 level = nearest_level(grid, &quick, size);
    level = _mm256_add_ps(level, _mm256_sub_ps(size, size));
    _mm256_storeu_ps(y + i, _mm256_mul_ps(with_sign(level, u, is_signed), step));
  }
  return i;
}

void mq_f32_apot_quant_forward(const float *x, float *y, long n, const float *constants) {
  struct grid grid;
  prepare(&grid, constants);
  long done = constants[2] < 0 ? forward_lanes(&grid, x, y, n, constants, 1)
                               : forward_lanes(&grid, x, y, n, constants, 0);
  forward_scalar(&grid, x + done, y + done, n - done, constants);
}

static inline long backward_lanes(
    const struct grid *grid, const float *x, const float *g, float *dx, long n,
    const float *constants, double *sums, int is_signed) {
  const struct search quick = search(grid);
  const __m256 inverse = _mm256_set1_ps(constants[0]);
  const __m256 low = _mm256_set1_ps(constants[2]), high = _mm256_set1_ps(constants[3]);
  __m256 sum = _mm256_setzero_ps();
  long i = 0;
  for (; i + lanes <= n; i += lanes) {
    __m256 gradient = _mm256_loadu_ps(g + i);
    __m256 u = _mm256_mul_ps(_mm256_loadu_ps(x + i), inverse);
    __m256 clipped = _mm256_min_ps(high, _mm256_max_ps(low, u));
    __m256 inside = _mm256_cmp_ps(u, clipped, _CMP_EQ_OQ);
    __m256 level = nearest_level(grid, &quick, magnitude(clipped, is_signed));
    level = with_sign(level, clipped, is_signed);
    // An end is a level, so that what is clipped gives the end; NaN gives 0.
    __m256 factor = _mm256_sub_ps(level, _mm256_and_ps(inside, u));
    sum = _mm256_add_ps(sum, _mm256_mul_ps(gradient, factor));
    _mm256_storeu_ps(dx + i, _mm256_and_ps(inside, gradient));
  }
  sums[0] += lane_sum(sum);
  return i;
}

void mq_f32_apot_quant_backward(
    const float *x, const float *g, float *dx, long n, const float *constants, double *sums) {
  struct grid grid;
  prepare(&grid, constants);
  long done = constants[2] < 0 ? backward_lanes(&grid, x, g, dx, n, constants, sums, 1)
                               : backward_lanes(&grid, x, g, dx, n, constants, sums, 0);
  backward_scalar(&grid, x + done, g + done, dx + done, n - done, constants, sums);
}
