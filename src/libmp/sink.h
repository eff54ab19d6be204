/* SPDX-License-Identifier: ISC */
/*
 * All output. Tasks hand in bytes as they come; they leave as if the tasks
 * had run one after the other (or in order of their ends), standard output
 * and standard error apart. Our own messages and the digest of failures
 * leave here, too.
 */
#ifndef MP_SINK_H
#define MP_SINK_H

#include <stdbool.h>
#include <stddef.h>

#include "hold.h"
#include "loop.h"
#include "out.h"
#include "task.h"

enum sink_order {
	SINK_ORDERED, /* by task number; the first unfinished task streams */
	SINK_UNORDERED, /* by time of end, each task's bytes together */
	SINK_LINES, /* by time, line by line */
	SINK_RAW /* as they come */
};

struct sink_calls {
	/* The task was written, and task->joined others with it: it leaves
	 * the sink. */
	void (*released)(void *arg, struct task *);
	/* Its output was put behind that of an earlier one, which counts it,
	 * and it leaves. It has succeeded, and nobody waits for it. */
	void (*joined)(void *arg, struct task *);
	/* The stream of the task is welcome (again). */
	void (*resume)(void *arg, struct task *, int stream);
};

struct sink {
	enum sink_order how;
	struct out out[TASK_STREAMS];
	struct hold_store store;
	struct task_list order;
	struct task_list leaving; /* not all they said is written yet */
	struct hold digest;
	const char *prog;
	const struct sink_calls *calls;
	void *arg;
	int err; /* errno of what made it lose output, or 0 */
	bool mid_line[TASK_STREAMS]; /* it does not end in a newline */
	bool bar; /* one is shown */
	bool shared; /* standard output goes to a terminal, too */
	bool warned; /* of a temporary file that cannot grow */
	bool stopped;
	const struct task *last_live; /* after sink_stop() */
	bool tags; /* each line begins with its task's records and a tab */
	bool stalled[TASK_STREAMS]; /* SINK_LINES: tasks were told to wait */
	struct buf lined; /* lines on their way */
	struct lines *spare;
};

/* Writes to descriptors 1 and 2; buffer is in bytes, see hold.h. prog and,
 * but not with SINK_RAW, tags are the caller's to set. */
void sink_init(struct sink *, enum sink_order, size_t buffer, struct loop *);
void sink_free(struct sink *);

/* A task takes its place in the order; call in the order of numbers. The rest
 * of one that was cut has its place behind that. */
void sink_begin(struct sink *, struct task *);
void sink_begin_rest(struct sink *, struct task *, struct task *rest);

/* Takes n bytes of the task's stream. Returns whether more is welcome: if
 * not, resume() will be called. */
bool sink_data(
    struct sink *, struct task *, int stream, const char *, size_t n);

/* The task has ended. It is released now or later. */
void sink_end(struct sink *, struct task *);

/* From now on nothing streams but what does: it may be thrown away. */
void sink_stop(struct sink *);

/* Throws away what is held of the task. */
void sink_forget(struct sink *, struct task *);

/* The same, and all that is known of what it said: it is run once more. */
void sink_rewind(struct sink *, struct task *);

/* Brings forward what can be written, and writes. Call before waiting. */
void sink_pump(struct sink *);

/* Whether output waits and has nowhere to wait. */
bool sink_full(const struct sink *);

/* Whether all was written, or cannot be. */
bool sink_idle(const struct sink *);

/* errno of a write that failed on a stream, or 0. */
int sink_error(const struct sink *, int stream);

/* Our own line on standard error, with "prog: " before it and a newline. */
void sink_message(struct sink *, const char *, ...)
    __attribute__((format(printf, 2, 3)));

/* Bytes of nobody's on standard error, at once. */
void sink_aside(struct sink *, const char *, size_t);

/* The same as sink_message() with the digest, at the end of the run. */
void sink_digest(struct sink *, const struct buf *);

/* A line without "prog: ", written before anything else happens. */
void sink_line(struct sink *, const struct buf *);

/* Shows a line on standard error, a terminal, until something else is written
 * or the next one is shown; not where the line would not be one of its own.
 * NULL takes away what is shown. */
void sink_bar(struct sink *, const struct buf *);

/* Moves the digest to standard error, once all else is written. */
void sink_finish(struct sink *);

#endif
