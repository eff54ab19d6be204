/* SPDX-License-Identifier: ISC */
/*
 * The options of mp-pool that are about a run as a whole: what becomes of
 * failures, what is written down, how fast it goes.
 */
#ifndef MP_POOL_OPTIONS_RUN_H
#define MP_POOL_OPTIONS_RUN_H

#include <stdint.h>

#include "halt.h"
#include "opt.h"
#include "records.h"
#include "state.h"
#include "throttle.h"

struct run_opts {
	struct halt halt;
	struct records_conf records;
	struct throttle_conf throttle;
	struct state state; /* of the tasks */
	struct rlim *limit;
	int64_t retry_delay; /* nanoseconds */
	long long retries; /* up to 1000000, -1: not given */
	int progress;
	int count; /* --exit count */
};

/* Functions for the table. */
int run_set_exit(void *at, const struct opt *, const char *, struct buf *);
int run_set_halt(void *at, const struct opt *, const char *, struct buf *);
int run_set_limit(void *at, const struct opt *, const char *, struct buf *);
int run_set_load(void *at, const struct opt *, const char *, struct buf *);
int run_set_nice(void *at, const struct opt *, const char *, struct buf *);
int run_set_pressure(void *at, const struct opt *, const char *, struct buf *);
int run_set_rate(void *at, const struct opt *, const char *, struct buf *);
int run_set_pause(void *at, const struct opt *, const char *, struct buf *);
int run_set_retries(void *at, const struct opt *, const char *, struct buf *);

/* Whether tasks are to take on a state. */
bool run_opts_state(const struct run_opts *);

#endif
