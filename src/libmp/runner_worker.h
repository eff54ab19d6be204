/* SPDX-License-Identifier: ISC */
/*
 * The runner of commands that answer a record with a record.
 */
#ifndef MP_RUNNER_WORKER_H
#define MP_RUNNER_WORKER_H

#include <stddef.h>
#include <stdint.h>

#include "runner.h"
#include "state.h"

struct runner_worker_conf {
	char *const *argv; /* the caller's, to the end */
	size_t jobs; /* at most so many workers */
	char delim; /* ends each record and each reply */
	size_t depth; /* tasks of a worker at most; 0: as many as are short */
	size_t max_tasks; /* of a worker before it is replaced; 0: all */
	int64_t timeout; /* of a task in nanoseconds; 0: none */
	int64_t kill_after; /* of a worker's SIGTERM; 0: the default */
	int64_t reply_timeout; /* of a reply; 0: silence is told only */
	const struct state *state; /* of each worker, or NULL; to the end */
	unsigned retries; /* what the pool does */
};

/* Commands that answer a record with a record, each for many tasks. NULL
 * and errno, which is about the command unless it is ENOMEM. */
struct runner *runner_worker_new(const struct runner_worker_conf *);

#endif
