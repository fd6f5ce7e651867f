#include "mq_f32_elementwise.h"
#include "mq_f32_batch_norm.h"

#include <math.h>

static inline __attribute__((always_inline)) float activate(float v, int activation) {
  if (activation == MQ_LINEAR) return v;
  v = v < 0 ? 0 : v;  // keeps a NaN, which must reach the loss
  return activation == MQ_RELU6 && v > 6 ? 6 : v;
}

void mq_f32_activate(const float *x, float *y, int activation, long n) {
  if (activation == MQ_RELU)
    for (long i = 0; i < n; i++) y[i] = activate(x[i], MQ_RELU);
  else
    for (long i = 0; i < n; i++) y[i] = activate(x[i], MQ_RELU6);
}

void mq_f32_add(const float *a, const float *b, float *y, int activation, long n) {
  if (activation == MQ_LINEAR)
    for (long i = 0; i < n; i++) y[i] = a[i] + b[i];
  else if (activation == MQ_RELU)
    for (long i = 0; i < n; i++) y[i] = activate(a[i] + b[i], MQ_RELU);
  else
    for (long i = 0; i < n; i++) y[i] = activate(a[i] + b[i], MQ_RELU6);
}

void mq_f32_activate_backward(const float *y, const float *dy, float *dx, int activation, long n) {
  if (activation == MQ_RELU)
    for (long i = 0; i < n; i++) dx[i] = y[i] > 0 ? dy[i] : 0;
  else
    for (long i = 0; i < n; i++) dx[i] = y[i] > 0 && y[i] < 6 ? dy[i] : 0;
}

void mq_f32_sgd(float *w, const float *g, float *v, float rate, float momentum, float decay,
                int nesterov, long n) {
  for (long i = 0; i < n; i++) {
    float d = g[i] + decay * w[i];
    v[i] = momentum * v[i] + d;
    w[i] -= rate * (nesterov ? d + momentum * v[i] : v[i]);
  }
}

long mq_f32_first_non_finite(const float *x, long n) {
  for (long i = 0; i < n; i++)
    if (!isfinite(x[i])) return i;
  return -1;
}
