#include "mq_f32_uniform_quant.h"
#include "mq_affine_quant.h"

AFFINE_KERNELS(uniform_quant, 0)
