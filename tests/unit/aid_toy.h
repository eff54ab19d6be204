/* SPDX-License-Identifier: ISC */
/*
 * For unit tests of whole runs without processes: what all runners have that
 * only pretend to run something.
 */
#ifndef MP_AID_TOY_H
#define MP_AID_TOY_H

#include <stdint.h>

#include "runner.h"

/* Without room, start and what may be left out: a copy is given these. A task
 * is described as "toy" and its first record. */
extern const struct runner_ops aid_toy_ops;

/* The next pseudo-random number below n. */
uint32_t aid_draw(uint32_t *seed, uint32_t n);

#endif
