/* SPDX-License-Identifier: ISC */
/*
 * The names of the states of tasks.
 */
#ifndef MP_STATES_H
#define MP_STATES_H

#include "queue_types.h"

const char *states_name(enum queue_state);

/* "ready,delayed": a mask of 1 << state. NULL changes nothing. Returns 0,
 * or -1. */
int states_parse(const char *, unsigned *states);

#endif
