// The activations that other kernels compute in their own pass over memory.
#ifndef MQ_ACTIVATION_H
#define MQ_ACTIVATION_H

enum { MQ_LINEAR = 0, MQ_RELU = 1, MQ_RELU6 = 2 };

// The activation of one value. A NaN stays one: it must reach the loss.
static inline __attribute__((always_inline)) float mq_activate(float v, int activation) {
  if (activation == MQ_LINEAR) return v;
  v = v < 0 ? 0 : v;
  return activation == MQ_RELU6 && v > 6 ? 6 : v;
}

// dy where the activation passed, judged by its result y, else 0. Both are loaded before they are
// compared: a load behind a branch would keep the loops from becoming vector code.
static inline __attribute__((always_inline)) float mq_gate(float y, float dy, int activation) {
  if (activation == MQ_LINEAR) return dy;
  if (activation == MQ_RELU) return y > 0 ? dy : 0;
  return ((y > 0) & (y < 6)) ? dy : 0;
}

#endif
