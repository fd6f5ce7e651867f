#include "mq_f32_elementwise.h"
#include "mq_vector_activation.h"

#include <math.h>

INLINE void activate_one(const float *x, float *y, long count, const int activation) {
  store(y, activated(load(x, count), activation), count);
}

INLINE void activate_all(const float *x, float *y, long n, const int activation) {
#define STEP(I, COUNT, SET) activate_one(x + I, y + I, COUNT, activation)
  EACH_VECTOR(0, n, STEP)
#undef STEP
}

INLINE void activate(const float *x, float *y, int activation, long n) {
#define ALL(A) activate_all(x, y, n, A)
  EACH_ACTIVATION(activation, ALL);
#undef ALL
}

INLINE void add_one(const float *a, const float *b, float *y, long count, const int activation) {
  store(y, activated(load(a, count) + load(b, count), activation), count);
}

INLINE void add_all(const float *a, const float *b, float *y, long n, const int activation) {
#define STEP(I, COUNT, SET) add_one(a + I, b + I, y + I, COUNT, activation)
  EACH_VECTOR(0, n, STEP)
#undef STEP
}

INLINE void add(const float *a, const float *b, float *y, int activation, long n) {
#define ALL(A) add_all(a, b, y, n, A)
  EACH_ACTIVATION(activation, ALL);
#undef ALL
}

INLINE void gate_one(const float *y, const float *dy, const float *addend, float *dx, long count,
                     const int activation, const int adds) {
  vector g = load(dy, count);
  if (adds) g += load(addend, count);
  store(dx, gated(load(y, count), g, activation), count);
}

INLINE void gate_all(const float *y, const float *dy, const float *addend, float *dx, long n,
                     const int activation, const int adds) {
#define STEP(I, COUNT, SET) gate_one(y + I, dy + I, addend + I, dx + I, COUNT, activation, adds)
  EACH_VECTOR(0, n, STEP)
#undef STEP
}

INLINE void gate(const float *y, const float *dy, const float *addend, float *dx, int activation,
                 long n) {
#define ALONE(A) gate_all(y, dy, dy, dx, n, A, 0)
#define JOINED(A) gate_all(y, dy, addend, dx, n, A, 1)
  if (addend) EACH_ACTIVATION(activation, JOINED);
  else EACH_ACTIVATION(activation, ALONE);
#undef JOINED
#undef ALONE
}

VERSIONS(mq_f32_activate, activate, (const float *x, float *y, int activation, long n),
         (x, y, activation, n))

VERSIONS(mq_f32_add, add, (const float *a, const float *b, float *y, int activation, long n),
         (a, b, y, activation, n))

VERSIONS(mq_f32_activate_backward, gate,
         (const float *y, const float *dy, const float *addend, float *dx, int activation, long n),
         (y, dy, addend, dx, activation, n))

long mq_f32_first_non_finite(const float *x, long n) {
  for (long i = 0; i < n; i++)
    if (!isfinite(x[i])) return i;
  return -1;
}
