/* SPDX-License-Identifier: ISC */
/*
 * Sources and their surroundings.
 */
#include "config.h"

#include "aid_source.h"

#include <check.h>

#include "aid_loop.h"
#include "io.h"

int aid_source_wakes;

static void
wake(void *arg)
{
	ck_assert_ptr_eq(arg, &aid_source_wakes);
	aid_source_wakes++;
}

static const struct source_calls calls = {.wake = wake};

struct source *
aid_source(struct source *s)
{
	ck_assert_ptr_nonnull(s);
	s->loop = &aid_loop;
	s->calls = &calls;
	s->arg = &aid_source_wakes;
	aid_source_wakes = 0;
	return s;
}

void
aid_source_steal(struct loop_fd *w, short revents)
{
	char byte[10];

	(void)revents;
	ck_assert_int_eq(io_read(w->fd, byte, sizeof(byte)), 2);
	loop_fd_del(&aid_loop, w);
}
