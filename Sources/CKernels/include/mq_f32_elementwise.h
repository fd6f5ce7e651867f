// Passes over flat arrays; blocked or plain makes no difference to them.
#ifndef MQ_F32_ELEMENTWISE_H
#define MQ_F32_ELEMENTWISE_H

// y = activation(x); `activation` is one of MQ_LINEAR, MQ_RELU, MQ_RELU6.
void mq_f32_activate(const float *x, float *y, int activation, long n);

// y = activation(a + b).
void mq_f32_add(const float *a, const float *b, float *y, int activation, long n);

// dx = dy where the activation passed, judged by its result y, else 0.
void mq_f32_activate_backward(const float *y, const float *dy, float *dx, int activation, long n);

// The index of the first element that is NaN or infinite, or -1.
long mq_f32_first_non_finite(const float *x, long n);

#endif
