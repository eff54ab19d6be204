/* SPDX-License-Identifier: ISC */
/*
 * The environment of a task: ours, and what it may want to know of itself.
 */
#ifndef MP_ENV_H
#define MP_ENV_H

#include "task.h"

enum { ENV_SLOT, ENV_SEQ, ENV_ATTEMPT, ENV_VARS };
#define ENV_VAR_MAX 64

struct env {
	char **envp; /* for execve(2) */
	char var[ENV_VARS][ENV_VAR_MAX]; /* MP_SLOT=…, MP_SEQ=…, MP_ATTEMPT=… */
	size_t first; /* where they stand in envp */
};

/* Takes our environment as it is now; its strings are not copied. Returns
 * 0, or -1 and ENOMEM. */
int env_init(struct env *);
void env_free(struct env *);

/* Makes env->envp that of the task. */
void env_set(struct env *, const struct task *);

/* Makes it that of what is there for many tasks: its slot is known only.
 * From then on it is not that of a task. */
void env_set_slot(struct env *, unsigned slot);

#endif
