/* SPDX-License-Identifier: ISC */
/*
 * The state that a process takes on before it executes a command: limits,
 * priorities, CPUs, user, directory. Applied by the process itself.
 */
#ifndef MP_STATE_H
#define MP_STATE_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>

#include "cpulist.h"
#include "ident.h"
#include "rlim.h"

/* What can fail, in the order in which it is done. */
enum state_step {
	STATE_LIMIT,
	STATE_NICE,
	STATE_SCHED,
	STATE_IONICE,
	STATE_AFFINITY,
	STATE_GROUPS,
	STATE_GROUP,
	STATE_USER,
	STATE_UMASK,
	STATE_DIRECTORY,
	STATE_NO_NEW_PRIVS,
	STATE_DONE
};

struct state {
	const struct rlim *limits; /* complete */
	size_t nlimits;
	bool set_nice, set_sched, set_umask;
	int nice; /* -20 to 19 */
	int policy, priority; /* sched_setscheduler(2) */
	int io; /* ioprio_set(2), or -1 */
	const struct cpulist *cpus; /* or NULL */
	struct ident ident;
	mode_t umask;
	const char *dir; /* or NULL */
	bool no_new_privs;
};

/* All that changes nothing. */
#define STATE_INIT \
	{ \
		.io = -1 \
	}

/* Where it failed. */
struct state_fault {
	enum state_step step;
	size_t limit; /* which one, with STATE_LIMIT */
};

/*
 * Gives this process the state. Only async-signal-safe calls are made, and
 * no memory but *fault is written, so that it can be used after vfork(2).
 * What the kernel would quietly do in part fails: EINVAL where a CPU of
 * cpus is not to be had; EPERM where the old user could be had back.
 * Returns 0; or -1, errno and *fault.
 */
int state_apply(const struct state *, struct state_fault *fault);

#endif
