/* SPDX-License-Identifier: ISC */
/*
 * What the programs share that run a command for each task: how many at
 * once, and the runner.
 */
#ifndef MP_COMMAND_H
#define MP_COMMAND_H

#include "opt.h"
#include "runner.h"
#include "tmpl.h"

struct command {
	char *const *argv;
	size_t n; /* of them, at least 1 */
	const struct tmpl_forms *forms; /* what the record replaces */
	size_t jobs;
	const int *keep; /* see struct runner_exec_conf */
	bool no_input, feed, raw; /* see struct runner_exec_conf */
	const struct state *state; /* of each, or NULL; to the end */
	int64_t time; /* limit of a task in nanoseconds; 0: none */
	int64_t kill_after; /* of that; 0: never */
};

/* For a table of options: -j. Sets a const char *. */
int command_set_jobs(
    void *at, const struct opt *, const char *value, struct buf *why);

/* What that text, or NULL where none was given, means here and now. */
size_t command_jobs(const char *text);

/* Returns the runner; or NULL, says why, and sets *status to exit with. */
struct runner *command_runner(const struct command *, int *status);

#endif
