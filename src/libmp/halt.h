/* SPDX-License-Identifier: ISC */
/*
 * When the tasks that have ended end the whole run: --halt. Pure.
 */
#ifndef MP_HALT_H
#define MP_HALT_H

#include <stdbool.h>
#include <stdint.h>

enum halt_when {
	HALT_NEVER,
	HALT_SOON, /* nothing more is started */
	HALT_NOW /* and what runs is ended */
};

enum halt_why { HALT_FAIL, HALT_SUCCESS, HALT_DONE };

struct halt {
	enum halt_when when;
	enum halt_why why;
	uint64_t count; /* of tasks, at least 1 */
	bool percent; /* of all tasks, count is up to 100 */
};

struct halt_tally {
	uint64_t done, failed;
	uint64_t total; /* 0: not known */
};

/* "never", or "soon" or "now", a comma, "fail", "success" or "done", and
 * "=N" or "=N%". Returns 0, or -1 and EINVAL with *halt as it was. */
int halt_parse(const char *, struct halt *);

/*
 * Whether the run is to be halted. While the total is not known a share is
 * one of the tasks that have ended, from three that count on; a share of
 * those that are done is not reached before it is known.
 */
bool halt_reached(const struct halt *, const struct halt_tally *);

#endif
