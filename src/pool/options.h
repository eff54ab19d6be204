/* SPDX-License-Identifier: ISC */
/*
 * The command line of mp-pool.
 */
#ifndef MP_POOL_OPTIONS_H
#define MP_POOL_OPTIONS_H

#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "opt.h"

enum pool_mode { POOL_RUN, POOL_HELP, POOL_VERSION, POOL_LIST_CLASSES };

struct pool_opts {
	const char *file; /* -a */
	const char *class; /* -c */
	const char *jobs; /* -j */
	const char *mark; /* -I */
	const char *output; /* -O */
	uint64_t ahead;
	uint64_t buffer;
	int64_t timeout; /* for each task, nanoseconds, 0: none */
	int64_t kill_after; /* 0: not given */
	size_t per_task; /* -n, 0: not given */
	int delim; /* a byte */
	int order; /* enum sink_order */
	int show;
	int tag;
	int verbose;
	int dry_run;
	int mode; /* enum pool_mode */

	char **command;
	size_t ncommand;
	char **tasks; /* behind ":::", NULL without it */
	size_t ntasks;
};

extern const struct opt pool_opts_table[];

/* Reads the command line, whose strings it refers to. Returns 0; or -1 and
 * what is wrong in why. */
int pool_opts_parse(struct pool_opts *, int argc, char **argv, struct buf *why);

#endif
