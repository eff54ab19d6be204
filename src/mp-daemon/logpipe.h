/* SPDX-License-Identifier: ISC */
/*
 * A command that gets the lines of the log on its standard input, started
 * again when it dies. The pipe stays the same all the time: what a command
 * has not read is there for the next one.
 */
#ifndef MP_LOGPIPE_H
#define MP_LOGPIPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lineout.h"
#include "loop.h"
#include "restart.h"

struct logpipe_conf {
	const char *command; /* for sh -c */
	const char *program; /* the name in notices */
	bool stamp; /* notices with the time */
	int64_t patience; /* nanoseconds for which a command may stand still
			     before lines are dropped rather than waiting */
};

struct logpipe {
	struct logpipe_conf conf;
	struct loop *loop;
	struct lineout out; /* out.fd is the pipe's end, non-blocking */
	int rd; /* its other end, which each command gets; -1: not open */
	struct loop_fd room; /* watched while something waits for room */
	struct loop_timer patience;
	bool stuck; /* patience is at its end: what does not go is dropped */
	struct loop_child child; /* pid 0: none runs */
	struct loop_timer again; /* the next start */
	struct restart restart;
	int64_t began;
	bool closing;
	void (*event)(void *arg);
	void *arg;
};

/*
 * Opens the pipe and starts the command with our standard output and error,
 * in a process group of its own. event(arg) is called when lines that were
 * refused may be given again, and when the command has ended after
 * logpipe_close(). What conf points to must stay. Returns 0, or -1 and errno
 * with nothing left to be freed.
 */
int logpipe_open(struct logpipe *, struct loop *, const struct logpipe_conf *,
    void (*event)(void *arg), void *arg);

/* Hands on n bytes, whole lines or a piece of a long one (LINEOUT_PIECE at
 * most). Returns how many are done with, be it dropped; the others are to be
 * given again after the event. */
size_t logpipe_write(struct logpipe *, const char *, size_t n);

/* No more lines come: the command is to see the end of its input, and is
 * not started again unless there is something left to read. */
void logpipe_close(struct logpipe *);

/* Whether it has ended after that. */
bool logpipe_ended(const struct logpipe *);

/* Kills the command, counts the lines that nobody has read as dropped, and
 * frees. out.dropped stays. At any time, and again. */
void logpipe_free(struct logpipe *);

#endif
