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
#include "options_run.h"
#include "tmpl.h"

enum pool_jobserver {
	JOBSERVER_AUTO,
	JOBSERVER_CLIENT,
	JOBSERVER_NONE,
	JOBSERVER_SERVER
};

enum pool_mode { POOL_RUN, POOL_HELP, POOL_VERSION, POOL_LIST_CLASSES };

struct pool_opts {
	const char *file; /* -a */
	const char *class; /* -c */
	const char *jobs; /* -j */
	const char *mark; /* -I */
	const char *output; /* -O */
	const char *script; /* --sh */
	char *script_text, **script_argv; /* of that, or NULL */
	size_t ahead;
	uint64_t block; /* -b; 0: not given */
	uint64_t buffer;
	int64_t timeout; /* for each task, nanoseconds, 0: none */
	int64_t kill_after; /* 0: not given */
	int64_t reply_timeout; /* 0: not given */
	size_t depth; /* 0: not given; the same below */
	size_t max_tasks;
	size_t per_task; /* -n */
	struct columns *columns; /* -C, or NULL */
	struct run_opts run;
	int worker; /* -w */
	int delim; /* a byte */
	int jobserver; /* enum pool_jobserver */
	int order; /* enum sink_order */
	int pack; /* -X */
	int show;
	int tag;
	int verbose;
	int dry_run;
	int mode; /* enum pool_mode */

	char **command;
	size_t ncommand;
	char **tasks; /* behind ":::", NULL without it */
	size_t ntasks; /* words of them */
	size_t nlists; /* lists of them */
};

extern const struct opt pool_opts_table[];

/* Reads the command line, whose strings it refers to. Returns 0; or -1 and
 * what is wrong in why. */
int pool_opts_parse(struct pool_opts *, int argc, char **argv, struct buf *why);

/* Releases what was read, also if it was wrong. */
void pool_opts_free(struct pool_opts *);

/* How often a task that fails is run again. */
unsigned pool_retries(const struct pool_opts *);

/* Makes the command that of a script, if there is one: so many words before
 * those that were given. Returns 0, or -1 and ENOMEM. */
#define POOL_SCRIPT_WORDS 4
int pool_script_take(struct pool_opts *);

/* What in the command is a form. */
struct tmpl_forms pool_forms(const struct pool_opts *);

/* For the table: -C. */
int pool_set_columns(
    void *at, const struct opt *, const char *value, struct buf *why);

/* For the table: --jobserver. */
int pool_set_jobserver(
    void *at, const struct opt *, const char *value, struct buf *why);

/* Returns 0; or -1 and in why which form is not closed. */
int pool_forms_check(const struct pool_opts *, struct buf *why);

#endif
