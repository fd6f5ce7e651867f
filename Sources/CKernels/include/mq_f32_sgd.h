// Stochastic gradient descent.
#ifndef MQ_F32_SGD_H
#define MQ_F32_SGD_H

// One step of SGD as PyTorch defines it: d = g + decay w; v = momentum v + d;
// w -= rate * (nesterov ? d + momentum v : v). The arrays do not overlap.
void mq_f32_sgd(float *w, const float *g, float *v, float rate, float momentum, float decay,
                int nesterov, long n);

#endif
