/* SPDX-License-Identifier: ISC */
/*
 * Task classes for mp-pool, to be loaded from a shared object:
 *
 *	mp-pool -c ./mine.so
 *
 * See mp-task(3).
 */
#ifndef MP_TASK_CLASS_FILE_H
#define MP_TASK_CLASS_FILE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MP_TASK_VERSION 1

/* What a run() says, by calls of these. It is valid within that run(). */
struct mp_task_reply {
	/* Append to the task's standard output and standard error. Return 0,
	 * or -1 and ENOMEM. */
	int (*out)(struct mp_task_reply *, const void *, size_t);
	int (*err)(struct mp_task_reply *, const void *, size_t);

	/* Appends to the reason why the task failed, a short phrase. Returns
	 * as out(). */
	int (*reason)(struct mp_task_reply *, const char *);

	/* Does what run() of the base class does. Returns what that returns;
	 * -1 and ENOSYS where there is none. */
	int (*base)(
	    struct mp_task_reply *, void *self, const char *rec, size_t len);
};

struct mp_task_class {
	unsigned version; /* MP_TASK_VERSION */
	const char *name; /* for messages */
	const char *base; /* a built-in class whose methods stand for those
			     that are NULL; or NULL */

	/* Makes the object of a process that runs many tasks. Returns 0; or
	 * -1 and errno, which ends the run. With init there is a run, too:
	 * a base could not know the object. */
	int (*init)(void **self);

	/*
	 * Does one task. rec holds len bytes, of which any may be NUL, and a
	 * NUL behind them. Returns the exit status of the task, 0 to 255.
	 */
	int (*run)(void *self, const char *rec, size_t len,
	    struct mp_task_reply *reply);

	/* Releases what init has made. */
	void (*fini)(void *self);
};

/* What the shared object defines. */
extern const struct mp_task_class mp_task_class;

#ifdef __cplusplus
}
#endif

#endif
