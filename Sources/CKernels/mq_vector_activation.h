// Activations of vectors, for kernels that compute them in their own pass over memory.
#ifndef MQ_VECTOR_ACTIVATION_H
#define MQ_VECTOR_ACTIVATION_H
#include "mq_activation.h"
#include "mq_vector.h"

// A NaN stays one: it must reach the loss.
INLINE vector activated(vector v, const int activation) {
  const vector zero = 0, six = 6;
  if (activation == MQ_LINEAR) return v;
  v = zero > v ? zero : v;
  return activation == MQ_RELU6 ? six < v ? six : v : v;
}

// dy where the activation passed, judged by its argument or by its result, else 0.
INLINE vector gated(vector v, vector dy, const int activation) {
  const vector zero = 0;
  if (activation == MQ_LINEAR) return dy;
  if (activation == MQ_RELU) return v > zero ? dy : zero;
  return ((v > zero) & (v < 6)) ? dy : zero;
}

// Calls CALL with the activation as a constant.
#define EACH_ACTIVATION(ACTIVATION, CALL) \
  if (ACTIVATION == MQ_LINEAR) CALL(MQ_LINEAR); \
  else if (ACTIVATION == MQ_RELU) CALL(MQ_RELU); \
  else CALL(MQ_RELU6)

#endif
