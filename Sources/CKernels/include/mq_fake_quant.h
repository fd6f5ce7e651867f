// The shape of every fake-quantization kernel.
#ifndef MQ_FAKE_QUANT_H
#define MQ_FAKE_QUANT_H

// y[i] = f(x[i]) for i in 0..<n; `constants` has eight floats. y may be x.
typedef void (*mq_fake_quant_forward)(const float *x, float *y, long n, const float *constants);

// dx[i] = g[i] * df/dx, and adds to the four `sums` what the gradient of the learned numbers needs.
// dx may be g. Called on short runs, so float partial sums inside one call are accurate.
typedef void (*mq_fake_quant_backward)(
    const float *x, const float *g, float *dx, long n, const float *constants, double *sums);

// slopes[i] = what the backward kernel adds to sums[item] for g = 1 and x[i] alone.
typedef void (*mq_fake_quant_slopes)(
    const float *x, float *slopes, long n, const float *constants, int item);

#endif
