/* SPDX-License-Identifier: ISC */
/*
 * The state of the runner of processes, shared by the files that make it
 * up: runner_exec.c (what the pool sees) and exec_slot.c (one process).
 */
#ifndef MP_EXEC_IMPL_H
#define MP_EXEC_IMPL_H

#include "args.h"
#include "capture.h"
#include "env.h"
#include "feed.h"
#include "proc.h"
#include "runner_exec.h"

struct exec_slot {
	struct runner_exec *r;
	struct task *task; /* NULL: the slot is free */
	unsigned no;
	struct loop_child child;
	struct capture capture;
	int note; /* of a warden, or -1 */
	int input; /* what the process is to read, or -1 */
	struct feed feed; /* of what it reads */
	struct exec_slot *free;
};

struct runner_exec {
	struct runner head;
	struct runner_exec_conf conf;
	char *path; /* of the command, NULL where it varies */
	int null; /* /dev/null, or -1 */
	bool broken; /* the command cannot be executed */
	struct exec_slot **slot;
	size_t nslots, capslots, running;
	struct exec_slot *free;
	struct env env;
	struct args args;
};

/* A free slot: the one used last, or a new one; NULL and ENOMEM. */
struct exec_slot *exec_slot_get(struct runner_exec *);
void exec_slot_put(struct runner_exec *, struct exec_slot *);

/* Makes the task's block, or its text, what its process will read. Returns
 * 0, or -1 and errno. */
int exec_slot_feed(struct exec_slot *, const struct task *);

/* Starts the task's process with its pipes. Returns 0, or -1, errno and the
 * step that failed. */
int exec_slot_start(struct exec_slot *, struct task *, enum proc_step *step);

#endif
