/* SPDX-License-Identifier: ISC */
/*
 * The pool's state, shared by the files that make it up: pool.c (the run),
 * pool_fill.c (starting tasks), pool_task.c (a task's way from then on),
 * pool_stop.c (ending early) and more.
 */
#ifndef MP_POOL_IMPL_H
#define MP_POOL_IMPL_H

#include "loop.h"
#include "pool.h"
#include "sched.h"
#include "tree.h"

struct pool {
	const struct pool_conf *conf;
	struct pool_result *result;
	struct source *source;
	struct runner *runner;
	struct loop loop;
	struct tree tree;
	struct sched sched;
	struct sink sink;
	struct throttle throttle;
	uint64_t seq; /* of the last task */
	struct task_list spare; /* used tasks */
	uint64_t skipped; /* tasks that an earlier run has done */
	struct buf command; /* of the task that is written down */
	pid_t *groups; /* that were signalled by a stop */
	size_t ngroups;
	int stop_signal; /* what they got */
	struct loop_timer kill; /* when patience ends, after a stop */
	struct loop_timer progress; /* set: the line is drawn */
	int64_t begun; /* loop_now() */
	bool waits; /* for the source's wake() */
	bool halted; /* by a task, as conf->halt says: */
	int verdict; /* its status */
	bool halt_done; /* what runs was dealt with */
	bool stopping; /* tasks were signalled */
	bool killed; /* and killed: only what can be written now is */
	bool summed_up; /* the summary was given */
	bool lingering; /* what the tasks left got the signal, too */
	bool left; /* some of them cannot be ended */
};

/* pool_task.c */
extern const struct runner_events pool_events;
extern const struct sink_calls pool_sink_calls;
extern const struct source_calls pool_source_calls;

/* pool_fill.c */
/* How many tasks there are to run, or 0 where that is not known. */
uint64_t pool_total(const struct pool *);
/* Starts what the schedule allows. Returns when to look again at the
 * latest, or LOOP_NEVER. */
int64_t pool_fill(struct pool *);
/* A task to be filled in, or NULL and ENOMEM; it is used again, those that
 * were used are released. */
struct task *pool_task_get(struct pool *);
void pool_task_put(struct pool *, struct task *);
void pool_spare_free(struct pool *);
/* It is not running: what its file may hold is of no use. */
void pool_drop_file(struct pool *, struct task *);
/* Tokens of a jobserver that are not needed are put back. */
void pool_settle(struct pool *);

/* pool_bundle.c */
/* Whether tasks may be put together: what they are, and what is asked of the
 * run, leaves no difference to be seen. */
bool pool_bundles(const struct pool *);
/* Adds to a task of the source's what its runner had best get with it. */
void pool_bundle(struct pool *, struct task *);
/* Parts a bundle: its first n tasks stay, the rest is returned, or NULL and
 * ENOMEM. */
struct task *pool_cut(struct pool *, struct task *, size_t n);

/* pool_control.c */
/* Deals with a signal that ends nothing. Returns whether it was one. */
bool pool_control(struct pool *, int signo);

/* pool_record.c */
/* Whether the task need not be run. */
bool pool_done_before(struct pool *, const struct task *);
/* An attempt has ended; the task has ended and its output is written. */
void pool_record_attempt(struct pool *, const struct task *);
void pool_record(struct pool *, const struct task *);
/* Writes that. What cannot be written ends the run, and is said; returns
 * whether there is such. */
bool pool_write_records(struct pool *);

/* pool_progress.c */
void pool_progress_start(struct pool *);
void pool_progress_draw(struct pool *);
void pool_progress_end(struct pool *);

/* pool_stop.c */
/* Starts nothing more; what runs ends by itself. */
void pool_close(struct pool *, enum mp_status);
void pool_signal(void *pool, const struct loop_signal *);
/* Counts a task that has ended, which may halt the run; and does what that
 * needs, when no task is being dealt with. */
void pool_count(struct pool *, const struct task *);
void pool_check_halt(struct pool *);
/* Looks for a failed write, which ends the run. */
void pool_check_output(struct pool *);
/* No task runs any more after a stop: ends what they have left, politely
 * first. Returns whether it is over. */
bool pool_linger(struct pool *);
/* Names what could not be ended. */
void pool_say_left(struct pool *, const struct tree_report *);
/* Kills all that is left. */
void pool_sweep(struct pool *);

#endif
