// What the machine can do at most, for comparing kernels with it.
#ifndef MQ_PROBE_H
#define MQ_PROBE_H

// Runs `rounds` times 16 independent multiply-adds on whole vectors; `lanes` is 8 or 16. The result
// is there so that nothing can be left out.
float mq_probe_fma(long rounds, int lanes);

#endif
