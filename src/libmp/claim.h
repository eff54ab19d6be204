/* SPDX-License-Identifier: ISC */
/*
 * Which of the tasks that a worker was given it has begun: a word in memory
 * that it shares with its runner, so that the runner can take back those that
 * it has not, at any time. Neither waits for the other.
 *
 * Tasks are begun in the order in which they were given, and count modulo
 * CLAIM_MAX + 1.
 */
#ifndef MP_CLAIM_H
#define MP_CLAIM_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define CLAIM_MAX 65535 /* tasks that have not begun, at most */

struct claim {
	_Atomic uint32_t word; /* those begun, and below them those given */
};

/* The runner's: n more are given; and what was not begun is taken back, but for
 * one where all that have begun, their number is ended, have ended. Returns how
 * many tasks that are, the last ones. */
void claim_give(struct claim *, uint32_t n);
uint32_t claim_recall(struct claim *, uint32_t ended);

/* The worker's: whether it may begin the next one, which it has then. */
bool claim_begin(struct claim *);

#endif
