/* SPDX-License-Identifier: ISC */
/*
 * Two processes that look after each other: each is a subreaper, and when
 * one of them is killed the other ends what the two have below them.
 */
#ifndef MP_GUARD_H
#define MP_GUARD_H

#include "proc.h"

struct guard_conf {
	/* What the inner process runs: its end of the line is a descriptor
	 * that becomes readable when the outer one has died. Returns the exit
	 * status of both, or does not return but dies by a signal, which the
	 * outer one repeats. Calls guard_done() before either. */
	int (*run)(void *arg, int line);
	void *arg;
	int keep; /* a descriptor that the inner process needs, or -1 */
	bool same_group; /* both stay in one process group */
};

/* Runs the inner process to its end. Returns its exit status; or minus the
 * signal that it died by; or -1000 and errno if it could not be started. */
#define GUARD_FAILED (-1000)
int guard_run(const struct guard_conf *);

/* In the inner process: what comes now is the regular end. */
void guard_done(void);

#endif
