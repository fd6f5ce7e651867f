#include "mq_f32_half_up_quant.h"
#include "mq_affine_quant.h"

AFFINE_KERNELS(half_up_quant, 1)
