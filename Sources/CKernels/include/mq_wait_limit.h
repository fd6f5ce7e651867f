// How long libgomp's threads spin before they give up their core.
#ifndef MQ_WAIT_LIMIT_H
#define MQ_WAIT_LIMIT_H

// Whether libgomp was given the limit before it started; 0 where the user has said something about
// waiting, and where there was no way to say it in time.
int mq_wait_is_limited(void);

// The limit as an entry of the environment; stays where it is.
char *mq_wait_limit(void);

#endif
