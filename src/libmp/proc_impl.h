/* SPDX-License-Identifier: ISC */
/*
 * What the two sides of a start share: proc.c is the parent's, proc_child.c
 * the child's.
 */
#ifndef MP_PROC_IMPL_H
#define MP_PROC_IMPL_H

#include "proc.h"

/* With vfork in shared memory, else over a pipe. */
struct proc_news {
	enum proc_step step;
	int err;
	struct state_fault fault;
};

/* State of one start. */
struct proc_try {
	const struct proc_spec *spec;
	pid_t parent;
	volatile struct proc_news news;
	int report; /* the pipe's writing end, or -1 */
};

/* Becomes what the spec says, up to the execution of the file. Comes back
 * only if that fails, with errno and what failed. */
enum proc_step proc_become(struct proc_try *);

/* The child's life. Returns the status for its _exit(2). */
int proc_child(struct proc_try *);

#endif
