#include "mq_heap.h"

#include <malloc.h>

void mq_share_heap(void) { mallopt(M_ARENA_MAX, 1); }
