/* SPDX-License-Identifier: ISC */
/*
 * Reading a log that is being written and rotated: its last lines, and what
 * comes.
 */
#ifndef MP_LOGVIEW_H
#define MP_LOGVIEW_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loop.h"

struct logview {
	int dirfd; /* the caller's */
	const char *name; /* of the log there; the caller's */
	/* Takes n bytes; returns 0, or -1 and errno to stop. */
	int (*put)(void *arg, const char *, size_t n);
	void *arg;

	int fd; /* the file that is read, -1: none yet */
	off_t at; /* up to here it was put */
	ino_t ino; /* its number */
	int before_fd; /* the file before it: open, so that its number is not */
	ino_t before; /* given to another; -1 and 0: none */

	struct loop *loop; /* while following */
	struct loop_fd watch; /* inotify(7), or fd -1 */
	struct loop_timer timer; /* where there is none */
	void (*failed)(void *arg, int error);
};

#define LOGVIEW_ALL UINT64_MAX

void logview_init(struct logview *, int dirfd, const char *name,
    int (*put)(void *arg, const char *, size_t), void *arg);
void logview_free(struct logview *);

/*
 * Puts the last n lines (LOGVIEW_ALL: all there are), over NAME and NAME.1,
 * NAME.2, … as far as needed. A line without its newline is one. Returns 0;
 * or -1 and errno, ENOENT where there is no log.
 */
int logview_tail(struct logview *, uint64_t n);

/*
 * Then puts what is appended, from the loop; over rotations without a gap,
 * as long as the files are still there; a log that is removed, cut off or
 * not there yet is read from its beginning when it is. A failure, or one of
 * put, ends it and is told by failed(arg, errno). Returns 0; or -1 and errno.
 */
int logview_follow(
    struct logview *, struct loop *, void (*failed)(void *arg, int error));

#endif
