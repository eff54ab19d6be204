/* SPDX-License-Identifier: ISC */
/*
 * Texts for scheduling policies (sched(7)) and I/O priorities
 * (ioprio_set(2)).
 */
#ifndef MP_PRIO_H
#define MP_PRIO_H

/*
 * "other", "batch", "idle", "fifo:N", "rr:N" with N from 1 to 99. Returns
 * 0 and SCHED_… and its priority, 0 for the first three; or -1 and EINVAL
 * with both as they were.
 */
int prio_sched(const char *, int *policy, int *priority);

/*
 * "none", "idle", "realtime:N", "best-effort:N" with N from 0 to 7, or no
 * ":N" for 4. Returns the value for ioprio_set(2), at least 0; or -1 and
 * EINVAL.
 */
int prio_io(const char *);

#endif
