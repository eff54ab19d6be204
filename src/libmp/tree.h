/* SPDX-License-Identifier: ISC */
/*
 * The tree below this process: signalling all of it, ending all of it,
 * however its members have moved: setsid(2), double forks, lost parents.
 *
 * The process becomes a child subreaper (PR_SET_CHILD_SUBREAPER,
 * prctl(2)), so that every descendant whose parent dies becomes its child;
 * then waitpid() == ECHILD is the exact test for "nothing is left". Where
 * there is no subreaper only process groups can be reached; tree_exact()
 * tells.
 */
#ifndef MP_TREE_H
#define MP_TREE_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scan.h"

struct tree {
	pid_t *foreign; /* children that this process had at its start */
	size_t nforeign;
	bool spares; /* the last of them is that of tree_spare() */
	bool exact;
};

#define TREE_NAMED 16

struct tree_left {
	struct scan_proc proc;
	uid_t uid;
};

/* What could not be ended. */
struct tree_report {
	size_t nleft; /* how many, 0 if all is gone */
	struct tree_left left[TREE_NAMED]; /* the first of them */
	bool eperm; /* some may not be signalled */
};

/*
 * Call before the first child is started. Children that exist already
 * (inherited across exec) are remembered and never signalled; what they
 * leave behind is. tree_free() releases. Returns 0, or -1 and errno.
 */
int tree_init(struct tree *);
void tree_free(struct tree *);

/* The one child of ours that is not to be touched either from now on, and
 * does not count; 0 for none. Returns 0, or -1 and ENOMEM. */
int tree_spare(struct tree *, pid_t);

/* Whether descendants outside of the children's groups can be reached. */
bool tree_exact(const struct tree *);

/*
 * Sends sig to the n process groups in groups, each led by a child that
 * was not reaped, and continues what is stopped. That is the polite end of
 * a command: each of its processes gets the signal once.
 */
void tree_signal_groups(int sig, const pid_t *groups, size_t n);

/*
 * Sends sig once to each descendant that is in none of the groups, one by
 * one, and continues it if it is stopped. Returns 0, or -1 and errno if
 * the processes could not be listed.
 */
int tree_signal_rest(struct tree *, int sig, const pid_t *groups, size_t n);

/* Whether no descendant is left, not even one to be reaped. */
bool tree_empty(struct tree *);

/* The CPU time of all descendants so far in nanoseconds, reaped or not: of
 * what was reaped by a process that ignored SIGCHLD nothing is known. -1
 * and errno if the processes could not be listed. */
int64_t tree_cpu(struct tree *);

/*
 * Kills all descendants and waits until they are gone. reap(arg) reaps
 * whatever has ended and returns whether children are left; it is called
 * between the scans, never within one. Takes at most bound nanoseconds,
 * and no longer than something changes if what is left may not be
 * signalled. Returns 0 when nothing is left; -1
 * and the report otherwise.
 */
int tree_end(struct tree *, int64_t bound, bool (*reap)(void *arg), void *arg,
    struct tree_report *);

/* Writes the i-th line that tells of what is left, of at most TREE_TEXT
 * bytes. Returns whether there is one. */
#define TREE_TEXT 200
bool tree_left_text(const struct tree_report *, size_t i, char *text);

#endif
