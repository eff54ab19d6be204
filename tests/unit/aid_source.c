/* SPDX-License-Identifier: ISC */
/*
 * Sources and their surroundings.
 */
#include "config.h"

#include "aid_source.h"

#include <check.h>
#include <string.h>

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

static void
tell(struct aid_told *t, const char *p, size_t n)
{
	ck_assert_uint_lt(t->len + n, sizeof(t->text));
	memcpy(t->text + t->len, p, n);
	t->len += n;
}

void
aid_tell(struct aid_told *t, const struct task *task)
{
	const char *p = buf_data(&task->text);
	size_t n = buf_len(&task->text), i;

	ck_assert_uint_gt(n, 0);
	ck_assert_int_eq(p[n - 1], '\0');
	if (task->has_nul)
		tell(t, "0", 1);
	if (task->too_long)
		tell(t, "+", 1);
	tell(t, "(", 1);
	if (task->nrec == 1) {
		tell(t, p, n - 1);
		tell(t, ")", 1);
		return;
	}
	for (i = 0; i < task->nrec; i++, p += strlen(p) + 1) {
		tell(t, p, strlen(p));
		tell(t, i + 1 < task->nrec ? "|" : ")", 1);
	}
	ck_assert_ptr_eq(p, buf_data(&task->text) + n);
}
