/* SPDX-License-Identifier: ISC */
/*
 * When a task may be started although there is room for it: not too soon
 * after others, and not while the system is too busy.
 */
#ifndef MP_THROTTLE_H
#define MP_THROTTLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gauge.h"

#define THROTTLE_STARTS_MAX 100000

/* In all, 0 is no limit. */
struct throttle_conf {
	int64_t delay; /* nanoseconds between two starts */
	size_t starts; /* at most so many, up to THROTTLE_STARTS_MAX, */
	int64_t period; /* in any so many nanoseconds */
	uint64_t load; /* start while fewer run than this */
	uint64_t memfree; /* and so many bytes are free */
	/* and there is less pressure; hundredths of a percent */
	unsigned pressure[GAUGE_PRESSURES];
};

struct throttle {
	struct throttle_conf conf;
	const char *root; /* of the gauges */
	int64_t *start; /* the times of the last starts, as a ring */
	size_t next, n;
	int64_t last;
	int64_t idle; /* since when nothing runs and the system is too busy */
};

/* "N/T": so many starts in a duration, which may be a unit alone ("10/s").
 * Returns 0, or -1 and EINVAL. */
int throttle_rate_parse(const char *, struct throttle_conf *);

/* Whether anything is limited. */
bool throttle_limits(const struct throttle_conf *);

/* Returns 0, or -1 and errno; throttle_free() releases. */
int throttle_init(struct throttle *, const struct throttle_conf *);
void throttle_free(struct throttle *);

/* Reads all gauges that are needed, root as in gauge.h. Returns NULL, or what
 * cannot be read and errno. */
const char *throttle_probe(const struct throttle_conf *, const char *root);

/*
 * Whether a task may be started now, given how many run. Returns 0, or the
 * time to ask again. Where nothing runs and the system stays too busy a task
 * may be started after ten seconds, so that no run hangs for good. What cannot
 * be read holds nothing up.
 */
int64_t throttle_ask(struct throttle *, uint64_t running, int64_t now);

/* A task has been started. */
void throttle_started(struct throttle *, int64_t now);

#endif
