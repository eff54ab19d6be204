/* SPDX-License-Identifier: ISC */
/*
 * For unit tests of whole runs of commands: a run in a child.
 */
#ifndef MP_AID_POOL_H
#define MP_AID_POOL_H

#include <sys/resource.h>

#include <stdbool.h>

#include "pool.h"

#define AID_WORDS_MAX 6

/* A run of a command on the numbers from 1 to n. "@" is the helper, and
 * "%NAME" a file in our directory. */
struct aid_run {
	const char *word[AID_WORDS_MAX];
	size_t n;
	size_t jobs; /* 0: 4 */
	enum sink_order order;
	size_t buffer; /* 0: much */
	rlim_t nofile, nproc; /* limits, or 0 */
	bool sigpipe_ignored;
	bool print; /* nothing is run */
	bool show; /* each command is shown */
	int fd[TASK_STREAMS];
};

/* How the last run went. */
extern struct pool_result *aid_result;

/* Makes files of fd, closes them; and what the child does, to be given to
 * aid_in_child() or aid_begin(). */
void aid_run_begin(struct aid_run *);
void aid_run_child(void *run);
void aid_run_end(struct aid_run *);

/* The run has written that text. */
void aid_run_expect(const struct aid_run *, int stream, const char *want);

/* $1 is the task's number. */
#define AID_SH(script) \
	{ \
		"/bin/sh", "-c", script, "sh" \
	}

/* Whether we may become somebody else who may execute the helper. */
bool aid_others_may(void);

#endif
