/* SPDX-License-Identifier: ISC */
/*
 * A task on its way from the source to the output.
 *
 * The source fills in the text; the pool gives it its number; the runner
 * its slot, times and result; the sink keeps its output. Who holds a task
 * may change what is its own only.
 */
#ifndef MP_TASK_H
#define MP_TASK_H

#include <sys/queue.h>

#include <stdbool.h>
#include <stdint.h>

#include "block.h"
#include "buf.h"
#include "hold.h"

/* How it ended. */
enum task_how {
	TASK_NOT_YET,
	TASK_EXITED, /* code: exit status */
	TASK_SIGNALED, /* code: signal */
	TASK_NO_EXEC, /* its command could not be executed: reason */
	TASK_REFUSED, /* never started: reason */
	TASK_TIMED_OUT, /* ended at its time limit */
	TASK_BROKEN, /* not done, whatever became of its process: reason */
	TASK_CANCELLED /* ended because the pool was */
};

enum { TASK_OUT, TASK_ERR, TASK_STREAMS };

struct lines;
struct outfile;

struct task {
	/* source */
	struct buf text; /* the records, a NUL after each */
	size_t nrec;
	size_t width; /* records of a row, see tmpl.h; 0: 1 */
	bool has_nul; /* a NUL within a record */
	bool too_long; /* the record was cut */
	uint64_t id; /* what it is called; 0: its number */
	void *receipt; /* the source's own */
	struct block *block; /* its command's input, until it has ended */

	/* pool */
	uint64_t seq; /* from 1 */
	size_t extra; /* so many more tasks follow in it: a bundle */
	unsigned attempt; /* from 1, or from what the source says */
	int64_t due; /* when it may be started again */
	bool shown; /* its start has been told */
	bool unwanted; /* the source has no use for its end */
	struct outfile *file; /* takes its standard output, or NULL */

	/* runner */
	unsigned slot; /* from 1 */
	int64_t started, ended; /* loop_now() */
	enum task_how how;
	int code; /* what to exit with, if it was not executed */
	int64_t user, sys; /* CPU time in nanoseconds */
	long maxrss; /* KiB */
	uint64_t bytes[TASK_STREAMS]; /* that it has written to the pool */
	struct buf reason; /* a short phrase; empty for none */
	void *running; /* the runner's own */

	/* sink */
	struct hold out[TASK_STREAMS];
	struct buf last; /* the last line on standard error, or its start */
	struct lines
	    *lines; /* that have no end yet, and what they are called */
	bool line_done; /* what comes next begins a new line */
	bool last_cut; /* it is only the start */
	bool lined_up; /* has its place in the order of output */
	bool withheld; /* may be run again: nothing is written before its end */
	bool done;
	bool said; /* something on standard output */
	bool awaited; /* that it is written, whether it has a receipt or not */
	bool unseen; /* and not all of it could be written */
	uint64_t until; /* where its standard output ends in ours */
	uint64_t joined; /* later tasks whose output was put behind its own */

	TAILQ_ENTRY(task) order; /* begun and not yet written */
	TAILQ_ENTRY(task) queue; /* of whoever holds it */
};

TAILQ_HEAD(task_list, task);

/* An empty task, or NULL and ENOMEM; task_free() releases, NULL is allowed. */
struct task *task_new(void);
void task_free(struct task *);

/* Makes a used task new again and keeps its small buffers. */
void task_reset(struct task *);

/* It is to be run once more: forgets how the last attempt went. */
void task_rewind(struct task *);

/* How many tasks it is: the records of a bundle, or 1. */
static inline size_t
task_span(const struct task *t)
{
	return 1 + t->extra;
}

/* Parts a bundle: its first n tasks, not all, stay; rest, a fresh task, gets
 * the others. Returns 0, or -1 and ENOMEM with nothing changed. */
int task_cut(struct task *, struct task *rest, size_t n);

/* Appends a record. Returns 0, or -1 and ENOMEM. */
int task_add_record(struct task *, const char *, size_t);

bool task_failed(const struct task *);

/* An exit status, from 0 to 255, that says how it ended. */
int task_status(const struct task *);

#endif
