/* SPDX-License-Identifier: ISC */
/*
 * The pool: takes tasks from a source, starts them on a runner as the
 * schedule says, gives their output to the sink, and tells how it went.
 */
#ifndef MP_POOL_H
#define MP_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "halt.h"
#include "jobserver.h"
#include "outfile.h"
#include "records.h"
#include "runner.h"
#include "sink.h"
#include "source.h"
#include "status.h"
#include "throttle.h"

struct pool_conf {
	const char *prog; /* before each message */
	enum sink_order order;
	uint64_t ahead; /* tasks begun and not yet written, at least 1 */
	size_t buffer; /* bytes of held output in memory */
	unsigned retries; /* of a task that fails: so often */
	int64_t retry_delay; /* nanoseconds before the first; then doubled */
	struct halt halt;
	struct throttle_conf throttle;
	bool count; /* the number of failed tasks is the status, 101 for more */
	struct records *records; /* or NULL; the caller's */
	bool
	    control; /* SIGUSR1, SIGUSR2 and SIGTSTP are for the pool; the first
			 two are ignored from then on */
	bool progress; /* a line on the terminal */
	struct jobserver *jobserver; /* gives leave to run tasks, or NULL */
	struct outfiles *files; /* take what tasks write, or NULL */
	bool tag; /* each line with its records before it */
	bool show; /* each command on standard error (-t) */
	bool verbose; /* start and end of each task, a summary (-v) */
};

struct pool_result {
	enum mp_status status; /* to exit with, unless signo is set */
	int signo; /* to die by, or 0 */
	uint64_t done, failed; /* tasks that ended; those that failed */
};

/*
 * Runs to the end. Becomes a subreaper and takes over SIGINT, SIGTERM,
 * SIGHUP, SIGQUIT and SIGCHLD for that time; nothing that it started is
 * left when it returns after a signal, or it says what is. Failures are
 * reported on standard error. source and runner stay the caller's and
 * must be new. Returns 0, or -1 and errno if the pool could not start.
 */
int pool_run(const struct pool_conf *, struct source *, struct runner *,
    struct pool_result *);

#endif
