/* SPDX-License-Identifier: ISC */
/*
 * Locks between processes, flock(2), as the gate of a place, under which each
 * transaction runs. The kernel lets go of a lock whose holder dies.
 */
#ifndef MP_GATE_H
#define MP_GATE_H

#include <sys/types.h>

#include <stdint.h>

struct gate {
	int fd; /* -1: closed */
};

/* Opens the file in that directory, made with mode 0600 where there is
 * none; no symbolic link (ELOOP), regular files only (EINVAL and others).
 * Returns 0, or -1 and errno. gate_close() lets go of the lock, too. */
int gate_open(struct gate *, int dirfd, const char *name);
void gate_close(struct gate *);

/* Takes the lock if it is free, or ours already. Returns 0; or -1 and
 * EWOULDBLOCK where it is not, or another errno. */
int gate_try(struct gate *);

/*
 * Takes the lock, waiting for it until that time of loop_now()
 * (LOOP_NEVER: as long as it takes). A wait with an end uses ITIMER_REAL and
 * SIGALRM, be it blocked, and then restores them: others' timer goes on
 * less what has passed, or goes off at once; others' signal is sent again.
 * Returns 0; or -1 and ETIMEDOUT; or EINTR where that timer was due, or
 * another signal's handler, one without SA_RESTART, ran during the wait (one
 * that runs just before it goes unnoticed); or another errno.
 */
int gate_lock(struct gate *, int64_t until);

/* Who holds the lock, as far as the kernel tells; 0 where nobody does, or it
 * is not known. */
pid_t gate_holder(const struct gate *);

/* Keeps errno. */
void gate_unlock(struct gate *);

#endif
