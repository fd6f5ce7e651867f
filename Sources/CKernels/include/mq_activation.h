// The activations that other kernels compute in their own pass over memory.
#ifndef MQ_ACTIVATION_H
#define MQ_ACTIVATION_H

enum { MQ_LINEAR = 0, MQ_RELU = 1, MQ_RELU6 = 2 };

#endif
