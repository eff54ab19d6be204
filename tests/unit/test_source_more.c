/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of records of a stream that are put together as they come.
 */
#include "config.h"

#include "unit.h"

#include <string.h>
#include <unistd.h>

#include "aid.h"
#include "aid_loop.h"
#include "aid_source.h"
#include "io.h"
#include "source.h"

/* Bundles of a file: what is at hand, but for what has to be alone. */
static const struct {
	size_t more;
	const char *in;
	size_t len;
	const char *want;
	size_t want_len;
	uint64_t total;
} bundles[] = {
    {3, BYTES(""), BYTES(""), 0},
    {0, BYTES("a\nb\n"), BYTES("(a)(b)"), 2},
    {1, BYTES("a\nb\nc\n"), BYTES("(a|b)(c)"), 3},
    {1, BYTES("a\n\nc\n\n"), BYTES("(a|)(c|)"), 4},
    {9, BYTES("a\nb\nc"), BYTES("(a|b)(c)"), 3},
    {9, BYTES("a\nb\0c\nd\ne\n"), BYTES("(a)0(b\0c)(d|e)"), 4},
    {2, BYTES("a\nb\n\0\nd\ne\n"), BYTES("(a|b)0(\0)(d|e)"), 5},
    {9, BYTES("\0\n\0\na\n\0"), BYTES("0(\0)0(\0)(a)0(\0)"), 4},
};

START_TEST(gives_more_at_a_time)
{
	struct task *task = task_new();
	struct aid_told t = {.len = 0};
	struct source *s;
	int fd = io_tmpfile();

	ck_assert_int_eq(io_write_all(fd, bundles[_i].in, bundles[_i].len), 0);
	ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
	s = aid_source(source_rec_new(fd, "file", '\n', 1));
	while (s->ops->next(s, task) == SOURCE_TASK) {
		if (!task->has_nul)
			s->ops->more(s, task, bundles[_i].more);
		aid_tell(&t, task);
		task_reset(task);
	}
	ck_assert_msg(t.len == bundles[_i].want_len &&
		memcmp(t.text, bundles[_i].want, t.len) == 0,
	    "row %d: %.*s", _i, (int)t.len, t.text);
	ck_assert_uint_eq(s->total, bundles[_i].total);
	task_free(task);
	s->ops->free(s);
	io_close(&fd);
}
END_TEST

/* It reads nothing for more. */
START_TEST(gives_what_is_at_hand)
{
	struct task *task = task_new();
	struct source *s;
	int fd[2];

	ck_assert_int_eq(io_pipe(fd), 0);
	ck_assert_int_eq(io_write_all(fd[1], "a\nb\nc", 5), 0);
	s = aid_source(source_rec_new(fd[0], "pipe", '\n', 1));
	ck_assert_int_eq(s->ops->next(s, task), SOURCE_WAIT);
	ck_assert_int_eq(loop_step(&aid_loop, LOOP_NEVER), 0);
	ck_assert_int_eq(io_write_all(fd[1], "d\n", 2), 0);
	ck_assert_int_eq(s->ops->next(s, task), SOURCE_TASK);
	s->ops->more(s, task, 9);
	ck_assert_uint_eq(task->nrec, 2);
	source_stop(s);
	s->ops->free(s);
	io_close(&fd[0]);
	io_close(&fd[1]);
	task_free(task);
}
END_TEST

/* The next task, and what is put behind it. */
static void
next_row(struct source *s, struct task *task, size_t nrec, size_t len)
{
	task_reset(task);
	ck_assert_int_eq(s->ops->next(s, task), SOURCE_TASK);
	if (!task->too_long)
		s->ops->more(s, task, 9);
	ck_assert_uint_eq(task->nrec, nrec);
	ck_assert_uint_eq(buf_len(&task->text), len);
}

/* What is much is enough; and nothing stands with a record that was cut. */
START_TEST(gives_no_more_than_is_good)
{
	static char text[SOURCE_RECORD_MAX + 2];
	struct task *task = task_new();
	struct source *s;
	int fd = io_tmpfile();

	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\n';
	ck_assert_int_eq(io_write_all(fd, "a\n", 2), 0);
	ck_assert_int_eq(io_write_all(fd, text, sizeof(text)), 0);
	ck_assert_int_eq(io_write_all(fd, "b\n", 2), 0);
	ck_assert_int_eq(
	    io_write_all(fd, text + sizeof(text) - 50000, 50000), 0);
	ck_assert_int_eq(io_write_all(fd, "c\n", 2), 0);
	ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
	s = aid_source(source_rec_new(fd, "file", '\n', 1));
	next_row(s, task, 1, 2);
	next_row(s, task, 1, SOURCE_RECORD_MAX + 1);
	next_row(s, task, 2, 2 + 50000);
	next_row(s, task, 1, 2);
	ck_assert_int_eq(s->ops->next(s, task), SOURCE_END);
	task_free(task);
	s->ops->free(s);
	io_close(&fd);
}
END_TEST

static Suite *
suite_source_more(void)
{
	Suite *s = suite_create("source_more");
	TCase *tc = tcase_create("source_more");

	tcase_add_checked_fixture(tc, aid_loop_begin, aid_loop_end);
	tcase_add_loop_test(tc, gives_more_at_a_time, 0, NROWS(bundles));
	tcase_add_test(tc, gives_what_is_at_hand);
	tcase_add_test(tc, gives_no_more_than_is_good);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_source_more)
