/* SPDX-License-Identifier: ISC */
/*
 * What the task class compute shares with the classes based on it.
 */
#ifndef MP_TASK_COMPUTE_H
#define MP_TASK_COMPUTE_H

#include <stddef.h>
#include <stdint.h>

#include "task_class.h"

/*
 * The first half of a task: takes rec as a number N, counts the primes
 * below it and appends "N<TAB>count<TAB>largest or -" to reply->out. self
 * is the object of compute. Returns 0 and N in *n; or 1 with the reason in
 * reply->reason.
 */
int compute_primes(void *self, const char *rec, size_t len,
    struct task_reply *reply, uint32_t *n);

/* Fails the task for errno: puts its text into reply->reason, returns 1. */
int compute_failed(struct task_reply *reply);

#endif
