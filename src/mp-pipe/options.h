/* SPDX-License-Identifier: ISC */
/*
 * The command line of mp-pipe, but for its verbs.
 */
#ifndef MP_PIPE_OPTIONS_H
#define MP_PIPE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "members.h"
#include "opt.h"
#include "relay_types.h"
#include "verdict.h"

enum pipe_mode { PIPE_RUN, PIPE_HELP, PIPE_VERSION };

/* --on-fail: how a failure ends the others. */
enum pipe_on_fail { PIPE_WAIT, PIPE_TERM, PIPE_KILL };

/* In the name of a copy: the letters of the member that writes. */
#define PIPE_TEE_MARK "{}"

struct pipe_opts {
	struct members members;
	const char *sep;
	int line; /* not a ring */
	int socket; /* as struct wires has it */
	struct verdict_rules rules;
	int strict;
	int pick; /* enum verdict_pick */
	int on_fail; /* enum pipe_on_fail */
	int leftover; /* enum copies_leftover */
	int64_t time, kill_after; /* nanoseconds, 0: none */
	const char *report;
	int print_status;
	bool relayed; /* there is a relay, by one of the following */
	struct relay_conf relay; /* but for trace */
	int trace;
	const char *trace_file; /* or NULL: standard error */
	const char *tee; /* or NULL */
	int hex, meter, buffer, spool;
	int deadlock; /* enum relay_deadlock, or -1: not said */
	int verbose;
	int mode; /* enum pipe_mode */
};

extern const struct opt pipe_options[];

/* Reads the command line, whose strings it refers to; pipe_opts_free()
 * releases, also when it fails. Returns 0; or -1 and what is wrong in why. */
int pipe_opts_parse(struct pipe_opts *, int argc, char **argv, struct buf *why);
void pipe_opts_free(struct pipe_opts *);

#endif
