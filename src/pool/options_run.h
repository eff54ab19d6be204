/* SPDX-License-Identifier: ISC */
/*
 * The options of mp-pool that are about a run as a whole: what becomes of
 * failures.
 */
#ifndef MP_POOL_OPTIONS_RUN_H
#define MP_POOL_OPTIONS_RUN_H

#include <stdint.h>

#include "halt.h"
#include "opt.h"
#include "records.h"

struct run_opts {
	struct halt halt;
	struct records_conf records;
	int64_t retry_delay; /* nanoseconds */
	long long retries; /* 0 to 1000000 */
	int progress;
	int count; /* --exit count */
};

/* Functions for the table. */
int run_set_exit(void *at, const struct opt *, const char *, struct buf *);
int run_set_halt(void *at, const struct opt *, const char *, struct buf *);
int run_set_pause(void *at, const struct opt *, const char *, struct buf *);
int run_set_retries(void *at, const struct opt *, const char *, struct buf *);

/* What contradicts each other, or NULL. */
const char *run_opts_wrong(const struct run_opts *);

#endif
