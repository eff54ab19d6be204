/* SPDX-License-Identifier: ISC */
/*
 * What is said about a task: one line for each that failed, in the digest
 * at the end of a run.
 */
#ifndef MP_DIGEST_H
#define MP_DIGEST_H

#include "buf.h"
#include "task.h"

/*
 * Appends "task 7: 'a.gz': exit status 1 (0.012 s): its last line on
 * standard error". Records and that line are made visible and cut. No
 * newline. Returns 0, or -1 and ENOMEM.
 */
int digest_task(struct buf *, const struct task *);

/* Appends the "exit status 1" part alone. */
int digest_how(struct buf *, const struct task *);

#endif
