/* SPDX-License-Identifier: ISC */
/*
 * What is told of the members when all is over.
 */
#ifndef MP_PIPE_TELL_H
#define MP_PIPE_TELL_H

#include "buf.h"
#include "crew.h"

/* Appends "member 2 'gzip'". Returns 0, or -1 and ENOMEM. */
int tell_name(struct buf *, const struct crew *, size_t i);

/* On standard error: who failed and who ended because of that, the culprit
 * first; with all, everybody. */
void tell_verdict(const struct crew *, size_t culprit, bool all);

/* On standard error: the statuses, "0 3 141". */
void tell_statuses(const struct crew *);

/* Appends the report, one line of JSON; status is the exit status or minus
 * a signal. Returns 0, or -1 and ENOMEM. */
int tell_report(struct buf *, const struct crew *, size_t culprit, int status);

#endif
