/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of blocks of a stream: where they end, in a file and in what
 * comes in pieces, what they hold, and that no more is read than is asked for.
 */
#include "config.h"

#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "aid.h"
#include "aid_loop.h"
#include "aid_source.h"
#include "io.h"
#include "source_block.h"

/* Text and its length, NULs included. */
#define BYTES(s) (s), sizeof(s) - 1

/* Where the stream stands, and blocks as text: "[ab,][c]". */
struct told {
	uint64_t at;
	struct buf text;
};

/* What the task is called says where its block is. */
static void
tell_task(struct told *t, struct task *task)
{
	struct block *b = task->block;
	char name[64], *room;

	ck_assert_ptr_nonnull(b);
	ck_assert_uint_gt(b->len, 0);
	(void)snprintf(name, sizeof(name), "bytes %ju-%ju", (uintmax_t)t->at,
	    (uintmax_t)(t->at + b->len - 1));
	ck_assert_str_eq(buf_data(&task->text), name);
	t->at += b->len;
	ck_assert_int_eq(buf_addc(&t->text, '['), 0);
	room = buf_reserve(&t->text, (size_t)b->len);
	ck_assert_ptr_nonnull(room);
	ck_assert_int_eq(
	    io_pread(b->fd, room, (size_t)b->len, b->at), (ssize_t)b->len);
	buf_grown(&t->text, (size_t)b->len);
	ck_assert_int_eq(buf_addc(&t->text, ']'), 0);
}

/* Asks until there is none now; returns why. */
static enum source_got
ask(struct source *s, struct told *t)
{
	struct task *task = task_new();
	enum source_got got;

	ck_assert_ptr_nonnull(task);
	while ((got = s->ops->next(s, task)) == SOURCE_TASK) {
		tell_task(t, task);
		task_reset(task);
	}
	ck_assert_ptr_null(task->block);
	task_free(task);
	return got;
}

static const struct {
	char delim;
	uint64_t size;
	const char *in;
	size_t len;
	const char *want;
	size_t want_len;
} rows[] = {
    {'\n', 1, BYTES(""), BYTES("")},
    {'\n', 1, BYTES("\n"), BYTES("[\n]")},
    {'\n', 1, BYTES("a"), BYTES("[a]")},
    {'\n', 1, BYTES("a\nbc\n"), BYTES("[a\n][bc\n]")},
    {'\n', 1, BYTES("a\nbc"), BYTES("[a\n][bc]")},
    {'\n', 1, BYTES("\n\n\n"), BYTES("[\n][\n][\n]")},
    {'\n', 2, BYTES("\n\n\n"), BYTES("[\n\n][\n]")},
    {'\n', 2, BYTES("a\nbc\nd\n"), BYTES("[a\n][bc\n][d\n]")},
    {'\n', 3, BYTES("a\nbc\nd\n"), BYTES("[a\nbc\n][d\n]")},
    {'\n', 5, BYTES("a\nbc\nd\n"), BYTES("[a\nbc\n][d\n]")},
    {'\n', 6, BYTES("a\nbc\nd\n"), BYTES("[a\nbc\nd\n]")},
    {'\n', 7, BYTES("a\nbc\nd\n"), BYTES("[a\nbc\nd\n]")},
    {'\n', 100, BYTES("a\nbc\nd\n"), BYTES("[a\nbc\nd\n]")},
    {'\n', UINT64_MAX, BYTES("a\nb"), BYTES("[a\nb]")},
    {'\n', 2, BYTES("abcdefg\nh\ni"), BYTES("[abcdefg\n][h\n][i]")},
    {'\0', 2, BYTES("a\nb\0c\0\0"), BYTES("[a\nb\0][c\0][\0]")},
    {',', 1, BYTES("a,b\n"), BYTES("[a,][b\n]")},
};

static void
expect_told(struct told *t, int row)
{
	ck_assert_msg(buf_len(&t->text) == rows[row].want_len &&
		(rows[row].want_len == 0 ||
		    memcmp(buf_data(&t->text), rows[row].want,
			rows[row].want_len) == 0),
	    "row %d: %.*s", row, (int)buf_len(&t->text), buf_data(&t->text));
	buf_free(&t->text);
}

/* A file, from its third byte on. */
START_TEST(cuts_files)
{
	struct told t = {.at = 2};
	struct source *s;
	int fd = io_tmpfile();

	ck_assert_int_eq(io_write_all(fd, "x\n", 2), 0);
	ck_assert_int_eq(io_write_all(fd, rows[_i].in, rows[_i].len), 0);
	ck_assert_int_eq(lseek(fd, 2, SEEK_SET), 2);
	s = aid_source(
	    source_block_new(fd, "file", rows[_i].delim, rows[_i].size));
	ck_assert_str_eq(s->name, "file");
	ck_assert_int_eq(ask(s, &t), SOURCE_END);
	ck_assert_int_eq(ask(s, &t), SOURCE_END);
	expect_told(&t, _i);
	source_stop(s);
	s->ops->free(s);
	io_close(&fd);
}
END_TEST

/* Through a pipe, so many bytes at a time. */
static void
cut_pipe(int row, size_t piece)
{
	struct told t = {.at = 0};
	size_t done = 0, n;
	struct source *s;
	int fd[2];

	ck_assert_int_eq(io_pipe(fd), 0);
	s = aid_source(
	    source_block_new(fd[0], "pipe", rows[row].delim, rows[row].size));
	while (ask(s, &t) == SOURCE_WAIT) {
		n = rows[row].len - done;
		n = n < piece ? n : piece;
		if (n > 0)
			ck_assert_int_eq(
			    io_write_all(fd[1], rows[row].in + done, n), 0);
		else
			io_close(&fd[1]);
		done += n;
		aid_source_wakes = 0;
		ck_assert_int_eq(loop_step(&aid_loop, LOOP_NEVER), 0);
		ck_assert_int_eq(aid_source_wakes, 1);
	}
	ck_assert_int_eq(ask(s, &t), SOURCE_END);
	ck_assert_int_eq(fd[1], -1);
	expect_told(&t, row);
	source_stop(s);
	s->ops->free(s);
	io_close(&fd[0]);
}

START_TEST(cuts_pipes)
{
	size_t piece;

	for (piece = 1; piece <= rows[_i].len + 1; piece++)
		cut_pipe(_i, piece);
}
END_TEST

/* A file that has no size is read at once. */
START_TEST(copies_what_has_no_size)
{
	struct told t = {.at = 0};
	struct source *s;
	int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);

	ck_assert_int_ne(fd, -1);
	s = aid_source(source_block_new(fd, "status", '\n', 1 << 20));
	ck_assert_int_eq(ask(s, &t), SOURCE_END);
	ck_assert_int_eq(aid_source_wakes, 0);
	ck_assert_uint_gt(t.at, 100);
	ck_assert_int_eq(memcmp(buf_data(&t.text), "[Name:", 6), 0);
	buf_free(&t.text);
	s->ops->free(s);
	io_close(&fd);
}
END_TEST

/* Who is stopped reads no more, though there is more. */
START_TEST(stops)
{
	struct told t = {.at = 0};
	struct source *s;
	int fd[2];

	ck_assert_int_eq(io_pipe(fd), 0);
	s = aid_source(source_block_new(fd[0], "pipe", '\n', 1));
	ck_assert_int_eq(ask(s, &t), SOURCE_WAIT);
	source_stop(s);
	ck_assert_int_eq(io_write_all(fd[1], "a\n", 2), 0);
	ck_assert_int_eq(loop_step(&aid_loop, 0), 0);
	ck_assert_int_eq(aid_source_wakes, 0);
	ck_assert_uint_eq(io_pending(fd[0]), 2);
	s->ops->free(s);
	io_close(&fd[0]);
	io_close(&fd[1]);
}
END_TEST

/* Someone else reads what we were told of, once. */
START_TEST(shares_its_descriptor)
{
	struct loop_fd thief = {.events = POLLIN, .cb = aid_source_steal};
	struct told t = {.at = 0};
	struct source *s;
	int fd[2];

	ck_assert_int_eq(io_pipe(fd), 0);
	ck_assert_int_eq(fcntl(fd[0], F_SETFL, O_NONBLOCK), 0);
	s = aid_source(source_block_new(fd[0], "pipe", '\n', 1));
	ck_assert_int_eq(ask(s, &t), SOURCE_WAIT);
	thief.fd = fd[0];
	ck_assert_int_eq(loop_fd_add(&aid_loop, &thief), 0);
	ck_assert_int_eq(io_write_all(fd[1], "a\n", 2), 0);
	ck_assert_int_eq(loop_step(&aid_loop, LOOP_NEVER), 0);
	ck_assert_int_eq(aid_source_wakes, 1);
	ck_assert_int_eq(ask(s, &t), SOURCE_WAIT);
	ck_assert_int_eq(io_write_all(fd[1], "b\n", 2), 0);
	io_close(&fd[1]);
	while (ask(s, &t) == SOURCE_WAIT)
		ck_assert_int_eq(loop_step(&aid_loop, LOOP_NEVER), 0);
	ck_assert_uint_eq(buf_len(&t.text), 4);
	ck_assert_int_eq(memcmp(buf_data(&t.text), "[b\n]", 4), 0);
	buf_free(&t.text);
	s->ops->free(s);
	io_close(&fd[0]);
}
END_TEST

static void
expect_failure(int fd, int why)
{
	struct told t = {.at = 0};
	struct source *s = aid_source(source_block_new(fd, "it", '\n', 2));
	enum source_got got = ask(s, &t);

	if (got == SOURCE_WAIT) {
		ck_assert_int_eq(loop_step(&aid_loop, LOOP_NEVER), 0);
		got = ask(s, &t);
	}
	ck_assert_int_eq(got, SOURCE_FAILED);
	ck_assert_int_eq(errno, why);
	source_stop(s);
	s->ops->free(s);
	(void)close(fd);
}

START_TEST(tells_why_it_failed)
{
	expect_failure(open("/", O_RDONLY | O_CLOEXEC), EISDIR);
	expect_failure(open("/dev/null", O_WRONLY | O_CLOEXEC), EBADF);
	aid_make("file", "a\nb\nc\n", 0600);
	expect_failure(open(aid_file("file"), O_WRONLY | O_CLOEXEC), EBADF);
}
END_TEST

static Suite *
suite_source_block(void)
{
	Suite *s = suite_create("source_block");
	TCase *tc = tcase_create("source_block");

	tcase_add_checked_fixture(tc, aid_loop_begin, aid_loop_end);
	tcase_add_loop_test(tc, cuts_files, 0, NROWS(rows));
	tcase_add_loop_test(tc, cuts_pipes, 0, NROWS(rows));
	tcase_add_test(tc, copies_what_has_no_size);
	tcase_add_test(tc, stops);
	tcase_add_test(tc, shares_its_descriptor);
	tcase_add_test(tc, tells_why_it_failed);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_source_block)
