// Kernels of the engine: plain C on flat buffers, no allocation, no global state.
//
// A name says what it computes on what: mq_<dtypes>_<op>. Every function works on the range it is
// given; threads are the caller's affair, see mq_parallel.h.
#ifndef MQ_KERNELS_H
#define MQ_KERNELS_H
#include "mq_activation.h"
#include "mq_apot_levels.h"
#include "mq_cpu.h"
#include "mq_f32_adam.h"
#include "mq_f32_apot_quant.h"
#include "mq_f32_axpy.h"
#include "mq_f32_batch_norm.h"
#include "mq_f32_channels.h"
#include "mq_f32_concatenate.h"
#include "mq_f32_depthwise.h"
#include "mq_f32_elementwise.h"
#include "mq_f32_groups.h"
#include "mq_f32_half_up_quant.h"
#include "mq_f32_histogram.h"
#include "mq_f32_interval_quant.h"
#include "mq_f32_offset_quant.h"
#include "mq_f32_range_quant.h"
#include "mq_f32_sgd.h"
#include "mq_f32_shortcut.h"
#include "mq_f32_soft_quant.h"
#include "mq_f32_softmax.h"
#include "mq_f32_uniform_quant.h"
#include "mq_f32_weight_transform.h"
#include "mq_fake_quant.h"
#include "mq_layout.h"
#include "mq_parallel.h"
#include "mq_probe.h"
#include "mq_wait_limit.h"
#include "mq_random.h"
#include "mq_u8_color.h"
#include "mq_u8_planes.h"
#include "mq_u8_resample.h"
#endif
