/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of the line between a supervisor and who asks it.
 */
#include "config.h"

#include "unit.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "aid.h"
#include "ctl.h"
#include "dur.h"
#include "io.h"
#include "loop.h"

static int dir;

static void
enter(void)
{
	char name[201];

	/* Deeper than a socket's name may be long. */
	aid_enter();
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	dir = open(aid_file("."), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_eq(mkdirat(dir, name, 0700), 0);
	io_close(&dir);
	dir = open(aid_file(name), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_ne(dir, -1);
}

static void
leave(void)
{
	io_close(&dir);
	aid_leave();
}

START_TEST(asks)
{
	int fd = ctl_listen(dir), line, other;
	char text[CTL_MAX + 1];
	struct buf said = BUF_INIT;

	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(ctl_accept(fd), -1);
	ck_assert_int_eq(errno, EAGAIN);
	line = ctl_connect(dir);
	ck_assert_int_ne(line, -1);
	other = ctl_accept(fd);
	ck_assert_int_ne(other, -1);
	ck_assert_int_eq(ctl_send(line, "stop TERM/1"), 0);
	ck_assert_int_eq(ctl_receive(other, text), 11);
	ck_assert_str_eq(text, "stop TERM/1");
	ck_assert_int_eq(ctl_receive(other, text), -1);
	ck_assert_int_eq(errno, EAGAIN);
	ck_assert_int_eq(ctl_answer(other, 2, "two\nlines"), 0);
	io_close(&other);
	ck_assert_int_eq(ctl_await(line, -1, LOOP_NEVER, &said), 2);
	ck_assert_str_eq(buf_data(&said), "two\nlines");
	ck_assert_int_eq(ctl_await(line, -1, LOOP_NEVER, &said), -1);
	ck_assert_int_eq(errno, EPIPE);
	ck_assert_int_eq(ctl_send(line, "x"), -1);
	buf_free(&said);
	io_close(&line);
	io_close(&fd);
}
END_TEST

START_TEST(nobody_is_there)
{
	int fd;

	ck_assert_int_eq(ctl_connect(dir), -1);
	ck_assert_int_eq(errno, ENOENT);
	fd = ctl_listen(dir);
	io_close(&fd);
	ck_assert_int_eq(ctl_connect(dir), -1);
	ck_assert_int_eq(errno, ECONNREFUSED);
	fd = ctl_listen(dir);
	ck_assert_int_ne(fd, -1);
	io_close(&fd);
}
END_TEST

static const struct {
	const char *text;
	int status; /* -1: no answer */
	const char *said;
} answers[] = {
    {"0", 0, ""},
    {"0 ", 0, ""},
    {"7 text", 7, "text"},
    {"255  text", 255, " text"},
    {"256", -1, NULL},
    {"-1", -1, NULL},
    {"text", -1, NULL},
    {"7text", -1, NULL},
};

START_TEST(understands)
{
	struct buf said = BUF_INIT;
	int fd[2];

	ck_assert_int_eq(ctl_pair(fd), 0);
	ck_assert_int_eq(ctl_send(fd[0], answers[_i].text), 0);
	ck_assert_int_eq(
	    ctl_await(fd[1], -1, LOOP_NEVER, &said), answers[_i].status);
	if (answers[_i].said != NULL)
		ck_assert_str_eq(buf_data(&said), answers[_i].said);
	else
		ck_assert_int_eq(errno, EPROTO);
	buf_free(&said);
	io_close(&fd[0]);
	io_close(&fd[1]);
}
END_TEST

START_TEST(takes_its_time)
{
	struct buf said = BUF_INIT;
	int fd[2], dead[2];

	ck_assert_int_eq(ctl_pair(fd), 0);
	ck_assert_int_eq(
	    ctl_await(fd[0], -1, loop_now() + 10 * DUR_MS, &said), -1);
	ck_assert_int_eq(errno, ETIMEDOUT);
	/* What becomes readable stands for a process that has ended. */
	ck_assert_int_eq(io_pipe(dead), 0);
	io_close(&dead[1]);
	ck_assert_int_eq(ctl_await(fd[0], dead[0], LOOP_NEVER, &said), -1);
	ck_assert_int_eq(errno, EPIPE);
	ck_assert_int_eq(ctl_answer(fd[1], 3, ""), 0);
	ck_assert_int_eq(ctl_await(fd[0], dead[0], LOOP_NEVER, &said), 3);
	buf_free(&said);
	io_close(&dead[0]);
	io_close(&fd[0]);
	io_close(&fd[1]);
}
END_TEST

START_TEST(is_cut)
{
	static char text[2 * CTL_MAX + 1], got[CTL_MAX + 1];
	int fd[2];

	memset(text, 'x', sizeof(text) - 1);
	ck_assert_int_eq(ctl_pair(fd), 0);
	ck_assert_int_eq(ctl_send(fd[0], text), 0);
	ck_assert_int_eq(ctl_receive(fd[1], got), CTL_MAX);
	io_close(&fd[0]);
	ck_assert_int_eq(ctl_receive(fd[1], got), 0);
	io_close(&fd[1]);
}
END_TEST

static Suite *
suite_ctl(void)
{
	Suite *s = suite_create("ctl");
	TCase *tc = tcase_create("ctl");

	tcase_add_checked_fixture(tc, enter, leave);
	tcase_add_test(tc, asks);
	tcase_add_test(tc, nobody_is_there);
	tcase_add_loop_test(tc, understands, 0, NROWS(answers));
	tcase_add_test(tc, takes_its_time);
	tcase_add_test(tc, is_cut);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_ctl)
