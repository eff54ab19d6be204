/* SPDX-License-Identifier: ISC */
/*
 * The argument vectors of tasks: a command template filled with a task's
 * records.
 */
#ifndef MP_ARGS_H
#define MP_ARGS_H

#include <stdbool.h>

#include "buf.h"
#include "task.h"
#include "tmpl.h"

struct args {
	struct tmpl *tmpl;
	const char **recs; /* of the task that is being expanded */
	size_t cap;
	bool none; /* the records are no arguments */
};

/* Takes the template over; args_free() releases both. */
void args_init(struct args *, struct tmpl *);
void args_free(struct args *);

/* The argv of the task, valid until the next call and as long as the task's
 * text; or NULL and ENOMEM. */
char **args_expand(struct args *, const struct task *);

/* The bytes that execve(2) counts for it, or a few more; SIZE_MAX where that
 * cannot be told. */
size_t args_size(struct args *, const struct task *);

/* Appends it, quoted for the shell. Returns 0, or -1 and ENOMEM. */
int args_describe(struct args *, const struct task *, struct buf *);

#endif
