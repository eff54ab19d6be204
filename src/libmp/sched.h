/* SPDX-License-Identifier: ISC */
/*
 * What to start now. Pure: it makes no system call and is told the time,
 * so that a table can test it. Times are nanoseconds of any one clock.
 */
#ifndef MP_SCHED_H
#define MP_SCHED_H

#include <stdbool.h>
#include <stdint.h>

#include "task.h"

#define SCHED_NEVER INT64_MAX

enum sched_what {
	SCHED_NEW, /* start a new task of the source's */
	SCHED_AGAIN, /* start the task sched_again() gives */
	SCHED_WAIT, /* nothing now, see *when */
	SCHED_OVER /* nothing runs, nothing will */
};

struct sched {
	uint64_t ahead; /* tasks begun and not yet written, at most */
	uint64_t open; /* tasks begun and not yet written */
	uint64_t running; /* tasks with the runner, a bundle is one */
	struct task_list again; /* by their numbers */
	struct task_list later; /* to be run once more, by due */
	int64_t not_before; /* the system refused a process: try again then */
	int64_t delay; /* how long it was put off the last time */
	int64_t held; /* nothing starts before that */
	bool drained; /* the source has ended */
	bool stopped; /* nothing is to be started any more */
	bool full; /* what is finished has nowhere to wait */
};

void sched_init(struct sched *, uint64_t ahead);

/* What to do at the time now, given whether the runner has room. *when is
 * the time to ask again if nothing else happens, or SCHED_NEVER. */
enum sched_what sched_next(
    const struct sched *, bool room, int64_t now, int64_t *when);

/* The task to be started again at the time now, the one with the lowest
 * number; it is the caller's then. SCHED_NEVER gives those that are not due,
 * too. NULL: none. */
struct task *sched_again(struct sched *, int64_t now);

/* Something else than room is short: nothing is started before until. */
void sched_hold(struct sched *, int64_t until);

/* n new tasks were taken from the source. */
void sched_begin(struct sched *, uint64_t n);

/* The task goes to the runner. */
void sched_start(struct sched *);

/* The runner has no process for the task now (EAGAIN): it is kept, and
 * starting waits until another ends, or for 10 ms, 20 ms, … 1 s. Returns
 * whether this is the first refusal since a task has ended. */
bool sched_refuse(struct sched *, struct task *, int64_t now);

/* The runner gives a task back that it has not begun to run. */
void sched_back(struct sched *, struct task *);

/* The task has ended. */
void sched_end(struct sched *);

/* The same, but it is to be run once more, at task->due or later. */
void sched_retry(struct sched *, struct task *);

/* The delay before the attempt that follows number attempt (from 1): base,
 * twice as long each time, which stops at about a day. */
int64_t sched_retry_delay(int64_t base, unsigned attempt);

/* The output of n tasks was written. */
void sched_release(struct sched *, uint64_t n);

#endif
