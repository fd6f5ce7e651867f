// Where threads take memory from.
#ifndef MQ_HEAP_H
#define MQ_HEAP_H

// Lets all threads take memory from one heap.
void mq_share_heap(void);

#endif
