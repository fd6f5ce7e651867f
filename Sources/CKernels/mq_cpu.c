#include "mq_cpu.h"

int mq_cpu_has_avx2(void) { return __builtin_cpu_supports("avx2") != 0; }
int mq_cpu_has_fma(void) { return __builtin_cpu_supports("fma") != 0; }

int mq_cpu_has_avx512(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")
      && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
}

int mq_cpu_has_vnni(void) { return mq_cpu_has_avx512() && __builtin_cpu_supports("avx512vnni"); }
