/* SPDX-License-Identifier: ISC */
/*
 * The worker's side of built-in work, and the frames that it and its
 * runner exchange over two pipes. Both are this program: the byte order is
 * the machine's.
 *
 * To the worker goes, for each task, a struct builtin_ask and the record.
 * Back come, for each task in the same order, any number of frames and one
 * BUILTIN_END.
 *
 * A bundle is several tasks in one: their records, with a NUL behind each.
 * Back come the same frames for each of them, or one BUILTIN_DONE, and in the
 * end one BUILTIN_OVER; that comes for a task alone, too, if it was taken back
 * (claim.h).
 */
#ifndef MP_BUILTIN_H
#define MP_BUILTIN_H

#include <stdint.h>

#include "claim.h"
#include "outbox.h"
#include "task_class.h"

enum builtin_kind {
	BUILTIN_OUT, /* bytes of standard output */
	BUILTIN_ERR, /* bytes of standard error */
	BUILTIN_REASON, /* why it failed */
	BUILTIN_END, /* a struct builtin_end: the task is done */
	BUILTIN_DONE, /* its output: the task is done, has succeeded and said
			 nothing else */
	BUILTIN_OVER, /* a struct builtin_over: there is no more */
	BUILTIN_BROKEN /* an int, errno: the class could not be made */
};

struct builtin_ask {
	uint32_t len; /* of what follows */
	uint32_t n; /* tasks */
};

struct builtin_frame {
	uint32_t kind;
	uint32_t len; /* of what follows, at most BUILTIN_FRAME_MAX */
};

#define BUILTIN_FRAME_MAX ((uint32_t)64 * 1024)

struct builtin_end {
	int64_t ns; /* how long it ran */
	int32_t code;
	int32_t unused;
};

struct builtin_over {
	int64_t ns; /* how long its tasks ran, all in all */
	uint32_t n; /* tasks that have run */
	uint32_t left; /* those that were taken back */
};

/* What a worker and its runner share. */
struct builtin_shared {
	struct outbox outbox; /* what the worker has not written yet */
	struct claim claim; /* the tasks that it was given */
};

/* What a worker needs. */
struct builtin_work {
	const struct task_class *class;
	struct builtin_shared *shared;
	int ask, reply; /* descriptors */
};

/* Runs tasks until the asking end is closed; arg is a struct builtin_work.
 * Returns the exit status for the worker process. */
int builtin_worker(void *arg);

#endif
