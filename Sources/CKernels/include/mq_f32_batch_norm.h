// Batch normalization with statistics that stay accurate for a mean far from zero.
//
// Results do not overlap with operands, unless it is said.
#ifndef MQ_F32_BATCH_NORM_H
#define MQ_F32_BATCH_NORM_H
#include "mq_cpu.h"
#include "mq_layout.h"

// Sums of (x - shift) and (x - shift)^2 of slabs first..<last, to partial[slab][2][lanes]. The least
// and the greatest x go to extremes[slab][2][lanes], which may be null; NaN is left out of them.
MQ_VERSIONS(mq_f32_bn_moments, const float *x, const float *shift, double *partial,
            float *extremes, mq_layout layout, long first, long last);

// The other kernels work on some pixels of one slab, with the vectors of its block of channels:
// v = (x - mean) * scale + offset, to which `activation`, one of mq_activation.h, is applied.

// y = activation(v + addend); `addend` may be null.
MQ_VERSIONS(mq_f32_bn_apply, const float *x, const float *addend, float *y, const float *mean,
            const float *scale, const float *offset, int activation, long pixels, long lanes);

// Sums of g and g * (x - mean) to partial[2][lanes], with g = dy where the activation of v passes.
MQ_VERSIONS(mq_f32_bn_backward_sums, const float *x, const float *dy, const float *mean,
            const float *scale, const float *offset, int activation, double *partial, long pixels,
            long lanes);

// dx = scale * (g - mean_g - (x - mean) * slope); dx may be dy.
MQ_VERSIONS(mq_f32_bn_backward_apply, const float *x, const float *dy, float *dx,
            const float *mean, const float *scale, const float *offset, const float *mean_g,
            const float *slope, int activation, long pixels, long lanes);
#endif
