/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of records of a stream, which come in pieces, as tasks of one
 * or several of them.
 */
#include "config.h"

#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "aid.h"
#include "aid_loop.h"
#include "aid_source.h"
#include "io.h"
#include "source.h"

/* Asks until there is none now; returns why. The task is used again, as
 * the pool does, or given away. */
static enum source_got
ask(struct source *s, struct aid_told *t)
{
	struct task *task = task_new();
	enum source_got got;

	for (;;) {
		ck_assert_ptr_nonnull(task);
		got = s->ops->next(s, task);
		if (got != SOURCE_TASK)
			break;
		aid_tell(t, task);
		source_done(s, task);
		if (t->len % 2 == 0) {
			task_free(task);
			task = task_new();
		} else {
			task_reset(task);
		}
	}
	ck_assert_uint_eq(task->nrec, 0);
	ck_assert_uint_eq(buf_len(&task->text), 0);
	task_free(task);
	return got;
}

static const struct {
	char delim;
	size_t per_task;
	const char *in;
	size_t len;
	const char *want;
	size_t want_len;
} streams[] = {
    {'\n', 1, BYTES(""), BYTES("")},
    {'\n', 1, BYTES("\n"), BYTES("()")},
    {'\n', 1, BYTES("a"), BYTES("(a)")},
    {'\n', 1, BYTES("a\nbc\n"), BYTES("(a)(bc)")},
    {'\n', 1, BYTES("a\n\nbc"), BYTES("(a)()(bc)")},
    {'\0', 1, BYTES("a\nb\0c\0\0"), BYTES("(a\nb)(c)()")},
    {',', 1, BYTES("a,b\n"), BYTES("(a)(b\n)")},
    {'\n', 1, BYTES("a\0b\nc\n\0\n"), BYTES("0(a\0b)(c)0(\0)")},
    {'\n', 2, BYTES(""), BYTES("")},
    {'\n', 2, BYTES("a\n"), BYTES("(a)")},
    {'\n', 2, BYTES("a\nb\n"), BYTES("(a|b)")},
    {'\n', 2, BYTES("a\nb\nc"), BYTES("(a|b)(c)")},
    {'\n', 2, BYTES("\n\n\n"), BYTES("(|)()")},
    {'\n', 3, BYTES("a\nb\nc\nd\ne\nf\n"), BYTES("(a|b|c)(d|e|f)")},
    {'\n', 3, BYTES("1\n2\n3\n4\n5\n6\n7\n"), BYTES("(1|2|3)(4|5|6)(7)")},
    {'\0', 3, BYTES("1\0\n\0\0004\0"), BYTES("(1|\n|)(4)")},
    {'\n', 1000000, BYTES("a\nb\n"), BYTES("(a|b)")},
};

static void
expect_told(const struct aid_told *t, int row)
{
	ck_assert_msg(t->len == streams[row].want_len &&
		memcmp(t->text, streams[row].want, t->len) == 0,
	    "row %d: %.*s", row, (int)t->len, t->text);
}

/* Through a pipe, so many bytes at a time. A task is handed out as soon as
 * it is whole. */
static void
run_pipe(int row, size_t piece)
{
	struct aid_told t = {.len = 0};
	struct source *s;
	size_t done = 0, n;
	int fd[2];

	ck_assert_int_eq(io_pipe(fd), 0);
	s = aid_source(source_rec_new(
	    fd[0], "name", streams[row].delim, streams[row].per_task));
	ck_assert_str_eq(s->name, "name");
	while (ask(s, &t) == SOURCE_WAIT) {
		aid_source_wakes = 0;
		n = streams[row].len - done < piece ? streams[row].len - done
						    : piece;
		if (n > 0)
			ck_assert_int_eq(
			    io_write_all(fd[1], streams[row].in + done, n), 0);
		else
			io_close(&fd[1]);
		done += n;
		ck_assert_int_eq(loop_step(&aid_loop, LOOP_NEVER), 0);
		ck_assert_int_eq(aid_source_wakes, 1);
	}
	ck_assert_int_eq(ask(s, &t), SOURCE_END);
	ck_assert_int_eq(fd[1], -1);
	ck_assert_int_eq(fcntl(fd[0], F_GETFL) & O_NONBLOCK, 0);
	expect_told(&t, row);
	ck_assert_uint_eq(aid_loop.n, 1);
	source_stop(s);
	s->ops->free(s);
	io_close(&fd[0]);
}

START_TEST(reads_pipes)
{
	size_t piece;

	for (piece = 1; piece <= streams[_i].len + 1; piece++)
		run_pipe(_i, piece);
}
END_TEST

/* A file never waits. */
START_TEST(reads_files)
{
	struct aid_told t = {.len = 0};
	struct source *s;
	int fd = io_tmpfile();

	ck_assert_int_eq(io_write_all(fd, streams[_i].in, streams[_i].len), 0);
	ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
	s = aid_source(source_rec_new(
	    fd, "file", streams[_i].delim, streams[_i].per_task));
	ck_assert_int_eq(ask(s, &t), SOURCE_END);
	ck_assert_int_eq(ask(s, &t), SOURCE_END);
	ck_assert_int_eq(aid_source_wakes, 0);
	ck_assert_uint_eq(aid_loop.n, 1);
	expect_told(&t, _i);
	s->ops->free(s);
	io_close(&fd);
}
END_TEST

/* Records around the longest, and one after it. */
static void
long_row(size_t len, bool cut)
{
	struct source *s;
	struct task *task = task_new();
	int fd = io_tmpfile();

	ck_assert_ptr_nonnull(task);
	ck_assert_int_eq(ftruncate(fd, (off_t)len), 0); /* of NULs */
	ck_assert_int_eq(pwrite(fd, "\nx\n", 3, (off_t)len), 3);
	s = aid_source(source_rec_new(fd, "file", '\n', 1));
	ck_assert_int_eq(s->ops->next(s, task), SOURCE_TASK);
	ck_assert_uint_eq(task->nrec, 1);
	ck_assert_uint_eq(
	    buf_len(&task->text), (cut ? SOURCE_RECORD_MAX : len) + 1);
	ck_assert_int_eq(task->too_long, cut);
	ck_assert(task->has_nul);
	task_reset(task);
	ck_assert_int_eq(s->ops->next(s, task), SOURCE_TASK);
	ck_assert_str_eq(buf_data(&task->text), "x");
	ck_assert(!task->too_long);
	task_reset(task);
	ck_assert_int_eq(s->ops->next(s, task), SOURCE_END);
	s->ops->free(s);
	task_free(task);
	io_close(&fd);
}

START_TEST(cuts_long_records)
{
	long_row(SOURCE_RECORD_MAX - 1, false);
	long_row(SOURCE_RECORD_MAX, false);
	long_row(SOURCE_RECORD_MAX + 1, true);
	long_row(3 * SOURCE_RECORD_MAX, true);
}
END_TEST

/* Nothing is read that was not asked for, and then one read's worth. */
START_TEST(reads_lazily)
{
	struct aid_told t = {.len = 0};
	struct task *task = task_new();
	struct source *s;
	int fd[2];

	ck_assert_int_eq(io_pipe(fd), 0);
	ck_assert_int_eq(io_write_all(fd[1], "a\nb\n", 4), 0);
	s = aid_source(source_rec_new(fd[0], "pipe", '\n', 1));
	ck_assert_int_eq(loop_step(&aid_loop, 0), 0);
	ck_assert_uint_eq(io_pending(fd[0]), 4);
	ck_assert_int_eq(s->ops->next(s, task), SOURCE_WAIT);
	ck_assert_int_eq(loop_step(&aid_loop, LOOP_NEVER), 0);
	ck_assert_int_eq(io_write_all(fd[1], "c\n", 2), 0);
	ck_assert_int_eq(loop_step(&aid_loop, 0), 0);
	ck_assert_int_eq(s->ops->next(s, task), SOURCE_TASK);
	ck_assert_int_eq(loop_step(&aid_loop, 0), 0);
	ck_assert_uint_eq(io_pending(fd[0]), 2);
	ck_assert_int_eq(aid_source_wakes, 1);
	ck_assert_int_eq(ask(s, &t), SOURCE_WAIT);
	source_stop(s);
	ck_assert_int_eq(loop_step(&aid_loop, 0), 0);
	ck_assert_uint_eq(io_pending(fd[0]), 2);
	ck_assert_int_eq(aid_source_wakes, 1);
	ck_assert_uint_eq(aid_loop.n, 1);
	s->ops->free(s);
	task_free(task);
	io_close(&fd[0]);
	io_close(&fd[1]);
}
END_TEST

/* Someone else has read what we were told of. */
START_TEST(shares_its_descriptor)
{
	struct loop_fd thief = {.events = POLLIN, .cb = aid_source_steal};
	struct aid_told t = {.len = 0};
	struct source *s;
	int fd[2];

	ck_assert_int_eq(io_pipe(fd), 0);
	ck_assert_int_eq(fcntl(fd[0], F_SETFL, O_NONBLOCK), 0);
	s = aid_source(source_rec_new(fd[0], "pipe", '\n', 1));
	ck_assert_int_eq(ask(s, &t), SOURCE_WAIT);
	thief.fd = fd[0];
	ck_assert_int_eq(loop_fd_add(&aid_loop, &thief), 0);
	ck_assert_int_eq(io_write_all(fd[1], "a\n", 2), 0);
	ck_assert_int_eq(loop_step(&aid_loop, LOOP_NEVER), 0);
	ck_assert_int_eq(ask(s, &t), SOURCE_WAIT);
	ck_assert_int_eq(io_write_all(fd[1], "b\n", 2), 0);
	ck_assert_int_eq(loop_step(&aid_loop, LOOP_NEVER), 0);
	ck_assert_int_eq(ask(s, &t), SOURCE_WAIT);
	ck_assert_uint_eq(t.len, 3);
	ck_assert_mem_eq(t.text, "(b)", 3);
	source_stop(s);
	s->ops->free(s);
	io_close(&fd[0]);
	io_close(&fd[1]);
}
END_TEST

static void
expect_failure(int fd, int why)
{
	struct aid_told t = {.len = 0};
	struct source *s = aid_source(source_rec_new(fd, "it", '\n', 2));
	enum source_got got = ask(s, &t);

	if (got == SOURCE_WAIT) {
		ck_assert_int_eq(loop_step(&aid_loop, LOOP_NEVER), 0);
		got = ask(s, &t);
	}
	ck_assert_int_eq(got, SOURCE_FAILED);
	ck_assert_int_eq(errno, why);
	ck_assert_str_eq(s->name, "it");
	source_stop(s);
	s->ops->free(s);
	(void)close(fd);
}

START_TEST(tells_why_it_failed)
{
	expect_failure(open("/", O_RDONLY | O_CLOEXEC), EISDIR);
	expect_failure(open("/dev/null", O_WRONLY | O_CLOEXEC), EBADF);
}
END_TEST

static Suite *
suite_source(void)
{
	Suite *s = suite_create("source");
	TCase *tc = tcase_create("source");

	tcase_add_checked_fixture(tc, aid_loop_begin, aid_loop_end);
	tcase_add_loop_test(tc, reads_pipes, 0, NROWS(streams));
	tcase_add_loop_test(tc, reads_files, 0, NROWS(streams));
	tcase_add_test(tc, cuts_long_records);
	tcase_add_test(tc, reads_lazily);
	tcase_add_test(tc, shares_its_descriptor);
	tcase_add_test(tc, tells_why_it_failed);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_source)
