/* SPDX-License-Identifier: ISC */
/*
 * The command line of mp-timeout.
 */
#ifndef MP_TIMEOUT_OPTS_H
#define MP_TIMEOUT_OPTS_H

#include <stdint.h>

#include "buf.h"
#include "ladder.h"
#include "opt.h"

enum timeout_mode { TIMEOUT_RUN, TIMEOUT_HELP, TIMEOUT_VERSION };

struct timeout_opts {
	struct ladder ladder; /* -s and -k */
	int64_t kill_after; /* -k, nanoseconds, 0: none */
	int64_t idle, cpu;
	int64_t time; /* the operand */
	int64_t pid; /* --pid, 0: none */
	int64_t warn_before;
	int warn_signal;
	int leftover; /* enum limit_leftover */
	int foreground;
	int preserve;
	int verbose;
	int guard;
	int exit_code; /* on a limit */
	int status_fd; /* or -1 */
	const char *report;
	int mode; /* enum timeout_mode */
	char **command; /* NULL with --pid */
};

extern const struct opt timeout_opts_table[];

/* Reads the command line, whose strings it refers to. Returns 0; or -1 and
 * what is wrong in why. */
int timeout_opts_parse(
    struct timeout_opts *, int argc, char **argv, struct buf *why);

#endif
