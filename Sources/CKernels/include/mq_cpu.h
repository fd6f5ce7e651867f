#ifndef MQ_CPU_H
#define MQ_CPU_H

// Whether the CPU and the operating system support the instruction set. Compiled for any x86-64.
int mq_cpu_has_avx2(void);
int mq_cpu_has_fma(void);

#endif
