// Passes over flat arrays; blocked or plain makes no difference to them. Results may be written over
// operands.
#ifndef MQ_F32_ELEMENTWISE_H
#define MQ_F32_ELEMENTWISE_H
#include "mq_cpu.h"

// y = activation(x); `activation` is one of MQ_LINEAR, MQ_RELU, MQ_RELU6.
MQ_VERSIONS(mq_f32_activate, const float *x, float *y, int activation, long n);

// y = activation(a + b).
MQ_VERSIONS(mq_f32_add, const float *a, const float *b, float *y, int activation, long n);

// dx = dy + addend where the activation passed, judged by its result y, else 0. NULL for addend adds
// nothing.
MQ_VERSIONS(mq_f32_activate_backward, const float *y, const float *dy, const float *addend, float *dx,
            int activation, long n);

// The index of the first element that is NaN or infinite, or -1.
long mq_f32_first_non_finite(const float *x, long n);

#endif
