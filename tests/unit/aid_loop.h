/* SPDX-License-Identifier: ISC */
/*
 * What unit tests of things that live in a loop share.
 */
#ifndef MP_AID_LOOP_H
#define MP_AID_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "loop.h"

extern struct loop aid_loop;

/* Fixtures, checked: the loop, and a directory as by aid_enter(). */
void aid_loop_begin(void);
void aid_loop_end(void);

/* Steps until cond(arg) holds, for 20 seconds at most. Returns whether it
 * does. */
bool aid_loop_until(bool (*cond)(void *arg), void *arg);

/* Steps until that many nanoseconds have passed. */
void aid_loop_for(int64_t ns);

/* For conditions: whether the bool at arg is true. */
bool aid_loop_flag(void *arg);

#endif
