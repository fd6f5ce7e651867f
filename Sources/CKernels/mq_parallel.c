#include "mq_parallel.h"

// clang does not generate calls to libgomp; its entry points are stable and declared here instead of
// through -fopenmp, which would bring in clang's own runtime and a second pool of threads.
extern void GOMP_parallel(void (*)(void *), void *, unsigned, unsigned);
extern int omp_get_thread_num(void);
extern int omp_get_num_threads(void);

struct call {
  mq_task task;
  void *context;
};

static void trampoline(void *data) {
  struct call *call = data;
  call->task(call->context, omp_get_thread_num(), omp_get_num_threads());
}

void mq_parallel_run(mq_task task, void *context, int threads) {
  if (threads <= 1) {
    task(context, 0, 1);
    return;
  }
  struct call call = {task, context};
  GOMP_parallel(trampoline, &call, (unsigned)threads, 0);
}
