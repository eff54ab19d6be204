/* SPDX-License-Identifier: ISC */
/*
 * Whether a service that has ended is started again, and when. Pure: the
 * time and a random number are handed in.
 */
#ifndef MP_RESTART_H
#define MP_RESTART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"

enum restart_when {
	RESTART_NO,
	RESTART_ON_FAILURE, /* any end but exit status 0 */
	RESTART_ON_ABNORMAL, /* death by a signal */
	RESTART_ALWAYS
};

#define RESTART_LIMIT_MAX 1000
#define RESTART_CODES 256

/* Durations are in nanoseconds. */
struct restart_conf {
	enum restart_when when;
	int64_t base, cap; /* the first delay and the largest; base <= cap */
	int64_t factor; /* from one delay to the next, in billionths */
	int64_t stable; /* who has run that long begins with base again;
			   0: nobody does */
	unsigned limit; /* restarts in window; 0: no limit */
	int64_t window;
	uint8_t final[RESTART_CODES / 8]; /* exit statuses, one bit each,
					     after which there is none */
};

/* Never; 100ms,2,30s; stable after 10 s; no limit; no final statuses. */
extern const struct restart_conf restart_default;

/*
 * Read the values of options: "no", "on-failure", "on-abnormal", "always";
 * BASE[,FACTOR[,CAP]], a factor from 1 to 1000, BASE at least 1 ms, CAP
 * not infinite; N/WINDOW, N from 1 to RESTART_LIMIT_MAX; exit statuses and
 * ranges of them, "0,64-78". What is not named stays as it is. All return
 * 0; or -1 and in why "'TEXT': reason", with *conf as it was.
 */
int restart_parse_when(const char *, struct restart_conf *, struct buf *why);
int restart_parse_backoff(const char *, struct restart_conf *, struct buf *why);
int restart_parse_limit(const char *, struct restart_conf *, struct buf *why);
int restart_parse_final(const char *, struct restart_conf *, struct buf *why);

/*
 * Call when all options are read. Refused: a limit that could never trip,
 * because its window is shorter than the sum of the first N delays. Returns
 * 0; or -1 and in why the reason.
 */
int restart_check(const struct restart_conf *, struct buf *why);

/* How it has gone so far. */
struct restart {
	const struct restart_conf *conf;
	unsigned row; /* ends in a row without a stable run between them */
	uint64_t count; /* restarts in all */
	size_t next; /* in ends, which is a ring */
	int64_t ends[RESTART_LIMIT_MAX]; /* the last ends after which there
					    was a restart */
};

void restart_init(struct restart *, const struct restart_conf *);

enum restart_what {
	RESTART_AGAIN,
	RESTART_ENOUGH, /* the policy wants no restart */
	RESTART_TRIPPED /* it would be the one that is beyond the limit */
};

struct restart_end {
	int status; /* as of wait(2) */
	int64_t began, ended; /* in the time of loop_now() */
	uint32_t random; /* any number */
};

/*
 * The service has ended. With RESTART_AGAIN, *delay is how long to wait
 * before the start: min(cap, base × factor^n), at most a tenth more or less.
 * An end of the kind that the policy names counts for the limit, also when
 * the service was never ready.
 */
enum restart_what restart_decide(
    struct restart *, const struct restart_end *, int64_t *delay);

/* The n-th delay, from 0, without its random part. */
int64_t restart_delay(const struct restart_conf *, unsigned n);

#endif
