/* SPDX-License-Identifier: ISC */
/*
 * An escalation ladder: signals to be sent one after the other, with times
 * in between. "TERM", or "INT:2s,TERM:5s,KILL". Pure.
 */
#ifndef MP_LADDER_H
#define MP_LADDER_H

#include <stddef.h>
#include <stdint.h>

#define LADDER_MAX 8

struct ladder_step {
	int sig;
	int64_t
	    wait; /* nanoseconds until the next one; of no use in the last */
};

struct ladder {
	struct ladder_step step[LADDER_MAX];
	size_t n;
};

/*
 * Reads a ladder: signals as sig_number() takes them, each but the last
 * with a colon and a duration as dur_parse_real() takes it. Returns 0, or
 * -1 and EINVAL; then *l is as it was.
 */
int ladder_parse(const char *, struct ladder *l);

/* Puts one more signal at the end, wait nanoseconds after the last one.
 * Returns 0, or -1 and ENOSPC. */
int ladder_add(struct ladder *, int sig, int64_t wait);

#endif
