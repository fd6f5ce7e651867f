#ifndef MQ_CPU_H
#define MQ_CPU_H

// Whether the CPU and the operating system support the instruction set. Compiled for any x86-64.
int mq_cpu_has_avx2(void);
int mq_cpu_has_fma(void);
// Of AVX-512: F, VL, BW and DQ.
int mq_cpu_has_avx512(void);
// The same with VNNI: products of bytes that are summed in 32 bits.
int mq_cpu_has_vnni(void);

// Declares a kernel, and its versions for a test to compare.
#define MQ_VERSIONS(NAME, ...) \
  void NAME(__VA_ARGS__); \
  void NAME##_avx2(__VA_ARGS__); \
  void NAME##_avx512(__VA_ARGS__)

#endif
