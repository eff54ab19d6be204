/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of reading logs: the last lines over several files, and what
 * comes while they are rotated, removed, cut off.
 */
#include "config.h"

#include "unit.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aid.h"
#include "aid_loop.h"
#include "dur.h"
#include "io.h"
#include "lines.h"
#include "logfile.h"
#include "logview.h"
#include "logview_impl.h"

static struct logview view;
static struct buf seen;
static int dirfd = -1, error;

static int
take(void *arg, const char *p, size_t n)
{
	return buf_add(arg, p, n);
}

static void
failed(void *arg, int err)
{
	(void)arg;
	error = err;
}

static void
begin(void)
{
	aid_loop_begin();
	dirfd = open(getenv("TMPDIR"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_ne(dirfd, -1);
	logview_init(&view, dirfd, "log", take, &seen);
	error = 0;
}

static void
end(void)
{
	logview_free(&view);
	logview_free(&view);
	io_close(&dirfd);
	buf_free(&seen);
	aid_loop_end();
}

static const char *
text(void)
{
	ck_assert_int_eq(buf_addc(&seen, '\0'), 0);
	seen.end--;
	return buf_data(&seen);
}

static const struct {
	uint64_t n;
	const char *text;
} tails[] = {
    {0, ""},
    {1, "7"},
    {2, "6\n7"},
    {3, "5\n6\n7"},
    {4, "4\n5\n6\n7"},
    {5, "\n4\n5\n6\n7"},
    {6, "2\n\n4\n5\n6\n7"},
    {7, "1\n2\n\n4\n5\n6\n7"},
    {8, "1\n2\n\n4\n5\n6\n7"},
    {LOGVIEW_ALL, "1\n2\n\n4\n5\n6\n7"},
};

START_TEST(tail)
{
	aid_make("log.3", "1\n2\n", 0600);
	aid_make("log.2", "\n4\n", 0600);
	aid_make("log.1", "", 0600);
	aid_make("log", "5\n6\n7", 0600);
	ck_assert_int_eq(logview_tail(&view, tails[_i].n), 0);
	ck_assert_str_eq(text(), tails[_i].text);
}
END_TEST

/* Blocks are no matter. */
START_TEST(tail_of_a_long_one)
{
	FILE *f = fopen(aid_file("log"), "we");
	int i;

	ck_assert_ptr_nonnull(f);
	for (i = 0; i < 3 * LOGVIEW_BLOCK; i++)
		(void)fprintf(f, "%d\n", i % 10);
	(void)fprintf(f, "%*d\nlast\n", 2 * LOGVIEW_BLOCK, 1);
	ck_assert_int_eq(fclose(f), 0);
	ck_assert_int_eq(logview_tail(&view, LOGVIEW_BLOCK + 2), 0);
	ck_assert_uint_eq(
	    lines_count(text(), buf_len(&seen)), LOGVIEW_BLOCK + 2);
	ck_assert_uint_eq(
	    buf_len(&seen), 2 * LOGVIEW_BLOCK + 2 * LOGVIEW_BLOCK + 1 + 5);
}
END_TEST

START_TEST(tail_of_nothing)
{
	errno = 0;
	ck_assert_int_eq(logview_tail(&view, 10), -1);
	ck_assert_int_eq(errno, ENOENT);
	ck_assert_int_eq(symlink("/etc/passwd", aid_file("log")), 0);
	ck_assert_int_eq(logview_tail(&view, 10), -1);
	ck_assert_int_eq(mkfifo(aid_file("fifo"), 0600), 0);
	view.name = "fifo";
	ck_assert_int_eq(logview_tail(&view, 10), -1);
	ck_assert_int_eq(errno, EINVAL);
}
END_TEST

static bool
has_come(void *want)
{
	return strstr(text(), want) != NULL || error != 0;
}

static void
comes(const char *want)
{
	ck_assert(aid_loop_until(has_come, (void *)(uintptr_t)want));
	ck_assert_int_eq(error, 0);
}

static void
append(const char *name, const char *what)
{
	int fd = open(
	    aid_file(name), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);

	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(io_write_all(fd, what, strlen(what)), 0);
	io_close(&fd);
}

static void
move(const char *from, const char *to)
{
	ck_assert_int_eq(rename(aid_file(from), aid_file(to)), 0);
}

/* By inotify(7), and without: then it is looked at again and again. */
static void
follow(int how)
{
	ck_assert_int_eq(logview_follow(&view, &aid_loop, failed), 0);
	if (how == 0)
		return;
	loop_fd_del(&aid_loop, &view.watch);
	io_close(&view.watch.fd);
	loop_timer_after(&aid_loop, &view.timer, 0);
}

START_TEST(follows)
{
	aid_make("log.1", "1\n", 0600);
	aid_make("log", "2\n3\n", 0600);
	ck_assert_int_eq(logview_tail(&view, 1), 0);
	follow(_i);
	append("log", "4\n");
	comes("4\n");
	append("log", "5\n");
	move("log.1", "log.2");
	move("log", "log.1");
	append("log", "6\n");
	comes("6\n");
	ck_assert_str_eq(text(), "3\n4\n5\n6\n");
}
END_TEST

/* Several rotations between two looks. */
START_TEST(follows_over_many)
{
	aid_make("log", "1\n", 0600);
	ck_assert_int_eq(logview_tail(&view, 1), 0);
	follow(_i);
	append("log", "2\n");
	move("log", "log.1");
	append("log", "3\n");
	move("log.1", "log.2");
	move("log", "log.1");
	append("log", "4\n");
	move("log.2", "log.3");
	move("log.1", "log.2");
	move("log", "log.1");
	append("log", "5\n");
	comes("5\n");
	ck_assert_str_eq(text(), "1\n2\n3\n4\n5\n");
}
END_TEST

/* Ours is gone, with only one old file kept: what there is comes. */
START_TEST(follows_what_is_left)
{
	aid_make("log.1", "0\n", 0600);
	aid_make("log", "1\n", 0600);
	ck_assert_int_eq(logview_tail(&view, 1), 0);
	follow(_i);
	move("log", "log.1");
	append("log", "2\n");
	move("log", "log.1");
	append("log", "3\n");
	comes("3\n");
	ck_assert_str_eq(text(), "1\n2\n3\n");
}
END_TEST

/* Removed: the old files are not shown again. Cut off: from the beginning. */
START_TEST(follows_a_new_one)
{
	aid_make("log.1", "0\n", 0600);
	aid_make("log", "1\n", 0600);
	ck_assert_int_eq(logview_tail(&view, 1), 0);
	follow(_i);
	ck_assert_int_eq(unlink(aid_file("log")), 0);
	aid_loop_for(20 * DUR_MS);
	append("log", "2\n");
	comes("2\n");
	ck_assert_int_eq(truncate(aid_file("log"), 0), 0);
	aid_loop_for(300 * DUR_MS);
	append("log", "3\n");
	comes("3\n");
	ck_assert_str_eq(text(), "1\n2\n3\n");
}
END_TEST

START_TEST(follows_what_is_not_there_yet)
{
	ck_assert_int_eq(logview_tail(&view, 10), -1);
	follow(_i);
	aid_loop_for(20 * DUR_MS);
	append("log", "1\n");
	comes("1\n");
	ck_assert_str_eq(text(), "1\n");
}
END_TEST

/* Nothing happens, nobody wakes up. */
START_TEST(is_quiet)
{
	aid_make("log", "1\n", 0600);
	ck_assert_int_eq(logview_tail(&view, 1), 0);
	ck_assert_int_eq(logview_follow(&view, &aid_loop, failed), 0);
	ck_assert_int_ne(view.watch.fd, -1);
	ck_assert(!view.timer.set);
	append("other", "1\n");
	aid_loop_for(20 * DUR_MS);
	ck_assert_str_eq(text(), "1\n");
}
END_TEST

static int
refuse(void *arg, const char *p, size_t n)
{
	(void)arg;
	(void)p;
	(void)n;
	errno = EPIPE;
	return -1;
}

static bool
has_failed(void *unused)
{
	(void)unused;
	return error != 0;
}

START_TEST(ends_with_its_reader)
{
	aid_make("log", "1\n", 0600);
	ck_assert_int_eq(logview_tail(&view, 0), 0);
	follow(_i);
	view.put = refuse;
	append("log", "2\n");
	ck_assert(aid_loop_until(has_failed, NULL));
	ck_assert_int_eq(error, EPIPE);
}
END_TEST

/* A writer that rotates all the time, and a reader that has its turn now and
 * then: all comes, in order. */
START_TEST(follows_a_writer)
{
	const struct logfile_conf conf = {aid_file("log"), 100, 50};
	struct logfile file;
	char line[32], *at;
	int i;

	ck_assert_int_eq(logfile_open(&file, &conf, "prog", false), 0);
	follow(_i);
	for (i = 0; i < 5000; i++) {
		(void)snprintf(line, sizeof(line), "line %d\n", i);
		logfile_write(&file, line, strlen(line));
		if (i % 37 == 0)
			ck_assert_int_eq(loop_step(&aid_loop, 0), 0);
	}
	comes("line 4999\n");
	ck_assert_int_eq(buf_addc(&seen, '\0'), 0);
	at = buf_data(&seen);
	for (i = 0; i < 5000; i++) {
		(void)snprintf(line, sizeof(line), "line %d\n", i);
		ck_assert_int_eq(strncmp(at, line, strlen(line)), 0);
		at += strlen(line);
	}
	logfile_close(&file);
}
END_TEST

static Suite *
suite_logview(void)
{
	Suite *s = suite_create("logview");
	TCase *tc = tcase_create("logview");

	tcase_add_checked_fixture(tc, begin, end);
	tcase_add_loop_test(tc, tail, 0, NROWS(tails));
	tcase_add_test(tc, tail_of_a_long_one);
	tcase_add_test(tc, tail_of_nothing);
	tcase_add_loop_test(tc, follows, 0, 2);
	tcase_add_loop_test(tc, follows_over_many, 0, 2);
	tcase_add_loop_test(tc, follows_what_is_left, 0, 2);
	tcase_add_loop_test(tc, follows_a_new_one, 0, 2);
	tcase_add_loop_test(tc, follows_what_is_not_there_yet, 0, 2);
	tcase_add_test(tc, is_quiet);
	tcase_add_loop_test(tc, ends_with_its_reader, 0, 2);
	tcase_add_test(tc, follows_a_writer);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_logview)
