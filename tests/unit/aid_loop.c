/* SPDX-License-Identifier: ISC */
/*
 * What unit tests of things that live in a loop share.
 */
#include "config.h"

#include "aid_loop.h"

#include "aid.h"
#include "dur.h"

#define PATIENCE (20 * DUR_SECOND)

struct loop aid_loop;

void
aid_loop_begin(void)
{
	aid_enter();
	AID_NEED(loop_init(&aid_loop, NULL, 0, NULL, NULL) == 0);
}

void
aid_loop_end(void)
{
	loop_free(&aid_loop);
	aid_leave();
}

bool
aid_loop_until(bool (*cond)(void *arg), void *arg)
{
	int64_t until = loop_now() + PATIENCE;

	while (!cond(arg)) {
		if (loop_now() >= until)
			return false;
		AID_NEED(loop_step(&aid_loop, until) == 0);
	}
	return true;
}

void
aid_loop_for(int64_t ns)
{
	int64_t until = loop_now() + ns;

	while (loop_now() < until)
		AID_NEED(loop_step(&aid_loop, until) == 0);
}

bool
aid_loop_flag(void *arg)
{
	return *(bool *)arg;
}
