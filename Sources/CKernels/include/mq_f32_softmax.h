#ifndef MQ_F32_SOFTMAX_H
#define MQ_F32_SOFTMAX_H

// Cross entropy of softmax(logits[n][k]) with smoothed targets: the true class has 1 - e + e/k, the
// others e/k. Gives the sum of the losses over the n rows, computed in double; when `gradient` is
// given, writes (softmax - target) / n to it.
double mq_f32_softmax_cross_entropy(const float *logits, const int *labels, float *gradient,
                                    double smoothing, long n, long k);

// How many rows have their label among the `top` largest logits. Of equal logits the one with the
// smaller index is the larger, so that a constant network is not right about everything.
long mq_f32_count_top(const float *logits, const int *labels, long top, long n, long k);

#endif
