// Scaled sums of arrays.
#ifndef MQ_F32_AXPY_H
#define MQ_F32_AXPY_H

// y += a x. The arrays do not overlap.
void mq_f32_axpy(float *y, const float *x, float a, long n);

#endif
