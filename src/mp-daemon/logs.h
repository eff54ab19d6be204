/* SPDX-License-Identifier: ISC */
/*
 * The captured log: what the service writes is read from a pipe, cut at
 * newlines and handed on to a file, a command, and whoever watches for a
 * line. The service never waits for a full disk, nor for long for a command
 * that stands still.
 */
#ifndef MP_LOGS_H
#define MP_LOGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "logfile.h"
#include "logpipe.h"
#include "loop.h"

/* What is longer without a newline is handed on in pieces, of which only the
 * first has the time before it. */
#define LOGS_LINE_MAX ((size_t)64 * 1024)

struct logs_conf {
	struct logfile_conf file; /* path NULL: none */
	const char *command; /* for sh -c, NULL: none */
	bool stamp; /* each line begins with the time */
	const char *program; /* the name in notices of dropped lines */
};

struct logs {
	struct loop *loop;
	const struct logs_conf *conf;
	struct loop_fd pipe; /* read here; -1: not open */
	int child_fd; /* the service's end */
	struct buf in; /* what was read and not handed on */
	struct buf stamped; /* lines with the time */
	bool open_line; /* what was handed on last had no newline */
	const char *held; /* what the command has not taken, within in or */
	size_t nheld; /* stamped; nothing is read as long as there is some */
	struct logfile file;
	struct logpipe command;
	void (*watch)(void *arg, const char *, size_t n);
	void *watch_arg;
	void (*dropped)(void *arg);
	void *dropped_arg;
	uint64_t told; /* lines, by dropped() */
	struct loop_timer news; /* set: it was called just now */
	void (*ended)(void *arg);
	void *ended_arg;
	struct loop_timer patience; /* of logs_end() */
};

/*
 * Opens the file, starts the command, and makes the pipe: child_fd is to
 * become descriptors 1 and 2 of the service, and of those that follow it. It
 * stays open here, so that the pipe has no end of file. conf must stay.
 * Returns 0; or -1, errno, and in why what failed, "PATH: reason", with
 * nothing left to be freed.
 */
int logs_open(
    struct logs *, struct loop *, const struct logs_conf *, struct buf *why);

/* Has fn called with all that is read, as it comes; NULL: no more. */
void logs_watch(
    struct logs *, void (*fn)(void *arg, const char *, size_t n), void *arg);

/* Has fn called when lines were dropped: at once, and then again, if there
 * are more, at most once a second. */
void logs_watch_drops(struct logs *, void (*fn)(void *arg), void *arg);

/*
 * The service has ended: hands on what is in the pipe now, and ends a line
 * that it has left open. Does not wait for others that hold the pipe: what
 * they write is taken when it comes. If the command is to be waited for the
 * rest comes out of the loop, too.
 */
void logs_drain(struct logs *);

/*
 * The same, and then ends the command, which has patience nanoseconds to
 * read what is there; after that it is killed, and what it has not read is
 * counted as dropped. Calls ended(arg) then, maybe before it returns. Only
 * logs_dropped() and logs_free() may be called after that.
 */
void logs_end(
    struct logs *, int64_t patience, void (*ended)(void *arg), void *arg);

/* Closes all, kills the command if it still runs. At any time, and again. */
void logs_free(struct logs *);

/* The lines that were dropped so far, of the file's and the command's. Stays
 * after logs_free(). */
uint64_t logs_dropped(const struct logs *);

#endif
