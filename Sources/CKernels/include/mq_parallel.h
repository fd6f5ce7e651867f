// Runs one task on every thread of the libgomp team that oneDNN uses too, so that kernels and
// convolutions never compete for cores.
#ifndef MQ_PARALLEL_H
#define MQ_PARALLEL_H

#ifdef __cplusplus
extern "C" {
#endif

// Called once for each thread, with its index and the size of the team.
typedef void (*mq_task)(void *context, int thread, int threads);

// Calls `task` on `threads` threads and waits; with one thread it is a plain call.
void mq_parallel_run(mq_task task, void *context, int threads);

#ifdef __cplusplus
}
#endif
#endif
