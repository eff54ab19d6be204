/* SPDX-License-Identifier: ISC */
/*
 * Workers of built-in work, each with an object of a task class; builtin.h
 * has what they and we say to each other.
 */
#ifndef MP_WORKER_CLASS_H
#define MP_WORKER_CLASS_H

#include "crew.h"
#include "task_class.h"

struct runner_builtin {
	struct crew crew;
	const struct task_class *class;
};

/* The kind of the workers of a struct runner_builtin. */
extern const struct crew_kind worker_class;

#endif
