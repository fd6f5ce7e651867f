#include "mq_f32_elementwise.h"
#include "mq_activation.h"

#include <math.h>

void mq_f32_activate(const float *x, float *y, int activation, long n) {
  if (activation == MQ_RELU)
    for (long i = 0; i < n; i++) y[i] = mq_activate(x[i], MQ_RELU);
  else
    for (long i = 0; i < n; i++) y[i] = mq_activate(x[i], MQ_RELU6);
}

void mq_f32_add(const float *a, const float *b, float *y, int activation, long n) {
  if (activation == MQ_LINEAR)
    for (long i = 0; i < n; i++) y[i] = a[i] + b[i];
  else if (activation == MQ_RELU)
    for (long i = 0; i < n; i++) y[i] = mq_activate(a[i] + b[i], MQ_RELU);
  else
    for (long i = 0; i < n; i++) y[i] = mq_activate(a[i] + b[i], MQ_RELU6);
}

void mq_f32_activate_backward(const float *y, const float *dy, float *dx, int activation, long n) {
  if (activation == MQ_RELU)
    for (long i = 0; i < n; i++) dx[i] = mq_gate(y[i], dy[i], MQ_RELU);
  else
    for (long i = 0; i < n; i++) dx[i] = mq_gate(y[i], dy[i], MQ_RELU6);
}

long mq_f32_first_non_finite(const float *x, long n) {
  for (long i = 0; i < n; i++)
    if (!isfinite(x[i])) return i;
  return -1;
}
