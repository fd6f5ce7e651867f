// Adam (Kingma and Ba, 2015) and AdamW (Loshchilov and Hutter, 2019).
#ifndef MQ_F32_ADAM_H
#define MQ_F32_ADAM_H

typedef struct {
  // rate / (1 - beta1^t).
  float step;
  // 1 - beta1: the weight of the new gradient in the first moment.
  float weight1;
  float beta2;
  // 1 - beta2.
  float weight2;
  // 1 / sqrt(1 - beta2^t).
  float correction2;
  float epsilon;
  // Of the L2 penalty that is added to the gradient; 0 for AdamW.
  float decay;
  // What the weight is multiplied with first: 1 - rate * decay for AdamW, else 1.
  float shrink;
} mq_adam;

// One step as PyTorch defines it:
//   w *= shrink;  d = g + decay w;  m += weight1 (d - m);  v = beta2 v + weight2 d^2;
//   w -= step * m / (sqrt(v) * correction2 + epsilon).
// The arrays do not overlap.
void mq_f32_adam(float *w, const float *g, float *m, float *v, mq_adam constants, long n);

#endif
