/* SPDX-License-Identifier: ISC */
/*
 * The file "status" of a service: lines KEY=VALUE, the first of which is the
 * version. Pure: who writes it replaces it as a whole.
 */
#ifndef MP_STATUSFILE_H
#define MP_STATUSFILE_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"

#define STATUSFILE_MAX 4096 /* bytes of a file, at most */
#define STATUSFILE_TEXT 256 /* bytes of text, with its NUL */
#define STATUSFILE_BOOT 37 /* /proc/sys/kernel/random/boot_id, and a NUL */

enum statusfile_state {
	STATUSFILE_STARTING, /* not ready yet */
	STATUSFILE_RUNNING,
	STATUSFILE_RELOADING,
	STATUSFILE_STOPPING,
	STATUSFILE_WAITING, /* until it is started again */
	STATUSFILE_STOPPED, /* on demand */
	STATUSFILE_EXITED, /* by itself, not started again */
	STATUSFILE_FAILED /* never ready, never executed, restart limit */
};

enum statusfile_end {
	STATUSFILE_NO_END, /* it has not ended yet */
	STATUSFILE_EXIT, /* code is the exit status */
	STATUSFILE_SIGNAL, /* code is the signal */
	STATUSFILE_NOT_STARTED /* code is the errno of exec */
};

struct statusfile {
	enum statusfile_state state;
	bool ready;
	pid_t pid; /* of the service, 0: none runs */
	uint64_t start; /* and when it began, in clock ticks after boot, as
			   in proc(5); 0 without a pid */
	char boot[STATUSFILE_BOOT]; /* the boot that start counts from */
	enum statusfile_end end; /* the last one */
	int code;
	uint64_t restarts;
	uint64_t drops; /* lines of the log */
	int64_t since; /* of the state: milliseconds after 1970 */
	char text[STATUSFILE_TEXT]; /* what the service says of itself */
};

/* The state's name, as in the file. */
const char *statusfile_state_name(enum statusfile_state);

/* Takes over the first n bytes for text, at most STATUSFILE_TEXT - 1, not
 * within a character, control characters and bytes that are no UTF-8 as
 * '?'. */
void statusfile_set_text(struct statusfile *, const char *, size_t n);

/* Appends the file. Returns 0, or -1 and ENOMEM. */
int statusfile_format(const struct statusfile *, struct buf *);

/*
 * Reads a whole file. Each key stands once, in the order in which they are
 * written, all are there, no value is out of range. Returns 0; or -1 and
 * EINVAL, or EPROTONOSUPPORT for a version that is not known; then *s is as
 * it was.
 */
int statusfile_parse(const char *, size_t n, struct statusfile *s);

#endif
