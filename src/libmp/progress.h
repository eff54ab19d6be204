/* SPDX-License-Identifier: ISC */
/*
 * How far a run has come, as one line for a terminal. Pure.
 */
#ifndef MP_PROGRESS_H
#define MP_PROGRESS_H

#include <stdint.h>

#include "buf.h"

struct progress {
	uint64_t done, failed, running;
	uint64_t total; /* 0: not known */
	int64_t elapsed; /* nanoseconds */
};

/*
 * Appends the line, of ASCII characters and at most width of them: a bar and
 * a share where the total is known, counts, the rate, the time that is left
 * or else has passed. What does not fit is left out from the bar on, then at
 * the end. Returns 0, or -1 and ENOMEM.
 */
int progress_format(struct buf *, const struct progress *, unsigned width);

#endif
