// Batch normalization with statistics that stay accurate for a mean far from zero.
//
// Results do not overlap with operands.
#ifndef MQ_F32_BATCH_NORM_H
#define MQ_F32_BATCH_NORM_H
#include "mq_layout.h"

// `activation`, one of mq_activation.h, follows the normalization in the same pass over memory.

// Sums of (x - shift) and (x - shift)^2 of slabs first..<last, to partial[slab][2][lanes].
void mq_f32_bn_moments(const float *x, const float *shift, double *partial, mq_layout layout,
                       long first, long last);

// y = activation((x - mean) * scale + offset + addend), per channel; `addend` may be null.
void mq_f32_bn_apply(const float *x, const float *addend, float *y, const float *mean,
                     const float *scale, const float *offset, int activation, mq_layout layout,
                     long first, long last);

// Sums of g and g * (x - mean) to partial[slab][2][lanes], with g = dy where the activation passes.
void mq_f32_bn_backward_sums(const float *x, const float *y, const float *dy, const float *mean,
                             int activation, double *partial, mq_layout layout, long first,
                             long last);

// dx = scale * (g - mean_g - (x - mean) * slope), per channel.
void mq_f32_bn_backward_apply(const float *x, const float *y, const float *dy, float *dx,
                              const float *mean, const float *scale, const float *mean_g,
                              const float *slope, int activation, mq_layout layout, long first,
                              long last);
#endif
