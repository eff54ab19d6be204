/* SPDX-License-Identifier: ISC */
/*
 * Whose end is the end of a bound service: the process that it is bound to,
 * and the mp-daemon main below which it was started, if any. Both are held
 * by descriptors, so that no number is mistaken for another's.
 */
#ifndef MP_MAINS_H
#define MP_MAINS_H

#include <sys/types.h>

#include <stdbool.h>

#include "buf.h"
#include "procid.h"

/* Where mp-daemon main tells who it is, as mains_text() writes it. */
#define MAINS_VARIABLE "MP_DAEMON_MAIN"

enum { MAINS_BOUND, MAINS_SCRIPT, MAINS };

struct main_proc {
	struct procid id; /* pid 0: nobody */
	int fd; /* a pidfd, or -1 */
};

/*
 * Finds both. pid is who it is bound to: 0 for parent, our own, which must
 * be so still, and of our session: one that has taken the place of a parent
 * that is dead is not. Without bind there are no descriptors. Returns 0, or
 * -1 and why; mains_free() in any case.
 */
int mains_find(
    struct main_proc m[MAINS], const pid_t *pid, pid_t parent, struct buf *why);
void mains_free(struct main_proc m[MAINS]);

/* Appends this process as the variable's value, and a NUL. Returns 0, or -1
 * and errno. */
int mains_text(struct buf *);

#endif
