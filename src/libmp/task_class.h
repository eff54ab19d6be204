/* SPDX-License-Identifier: ISC */
/*
 * Task classes: work that is built in, as a class whose missing methods
 * come from its base, all the way up. One worker process makes one object
 * of the class and runs many tasks on it.
 */
#ifndef MP_TASK_CLASS_H
#define MP_TASK_CLASS_H

#include <stddef.h>

#include "buf.h"

/* Where run() puts what it has to say. */
struct task_reply {
	struct buf out; /* standard output of the task */
	struct buf err; /* standard error of the task */
	struct buf reason; /* why it failed, e.g. "invalid": one short phrase
			      without newline; "" where it did not */
};

struct task_class {
	const char *name;
	const char *summary; /* one line for --list-classes; never inherited */
	const struct task_class *base;

	/* Makes the object of one worker, once. Returns 0, or -1 and errno. */
	int (*init)(void **self);

	/*
	 * Does one task. rec holds len bytes, which may include NUL, and a NUL
	 * behind them. Returns the task's exit status, 0 for success; puts
	 * into reply->reason why not, where there is more to say than the
	 * status.
	 */
	int (*run)(
	    void *self, const char *rec, size_t len, struct task_reply *reply);

	/* Releases what init made. */
	void (*fini)(void *self);
};

extern const struct task_class task_compute;
extern const struct task_class task_prime;

/* All built-in classes, NULL-terminated, the default one first. */
extern const struct task_class *const task_classes[];

/* The class of that name, or NULL. */
const struct task_class *task_class_find(const char *name);

/* The methods, found in the class or in the nearest base that has one. A
 * class without init makes a NULL object; without run ENOSYS and -1. */
int task_class_init(const struct task_class *, void **self);
int task_class_run(const struct task_class *, void *self, const char *rec,
    size_t len, struct task_reply *);
void task_class_fini(const struct task_class *, void *self);

#endif
