/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of what an earlier run has done, as its joblog tells.
 */
#include "config.h"

#include "unit.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "aid.h"
#include "io.h"
#include "joblog.h"
#include "resume.h"

/* A log with a row for each letter: of task "a", which has succeeded, for an
 * a, which has failed, for an A. */
static int
make_log(const char *letters)
{
	struct joblog_row row = {.len = 1};
	struct buf b = BUF_INIT;
	int fd = aid_memfd();
	char name;

	ck_assert_int_eq(buf_addf(&b, "%s\n", joblog_header), 0);
	for (; *letters != '\0'; letters++) {
		name = (char)(*letters | 0x20);
		row.command = &name;
		row.exitval = name != *letters;
		ck_assert_int_eq(joblog_format(&b, &row), 0);
	}
	ck_assert_int_eq(io_write_all(fd, buf_data(&b), buf_len(&b)), 0);
	buf_free(&b);
	return fd;
}

static const struct {
	const char *log, *asked;
	const char *left; /* of these: not done */
	const char *failed_left; /* the same, what has failed is not done */
} rows[] = {
    {"", "abc", "abc", "abc"},
    {"abc", "abc", "", ""},
    {"abc", "cba", "", ""},
    {"ab", "xaybz", "xyz", "xyz"},
    {"aBc", "abc", "", "b"},
    /* As many equal ones as there were. */
    {"a", "aaa", "aa", "aa"},
    {"aa", "aaa", "a", "a"},
    {"aba", "bbaa", "b", "b"},
    /* Failed, and run again. */
    {"Aa", "aa", "a", "a"},
    {"AAA", "aa", "a", "aa"},
    {"AAa", "a", "", ""},
    {"aA", "aaa", "a", "aa"},
};

static void
check(const char *log, const char *asked, const char *left, bool failed_again)
{
	char got[8] = "";
	struct resume r;
	uint64_t line;
	int fd = make_log(log);

	ck_assert_int_eq(
	    resume_load(&r, fd, resume_whole(fd), failed_again, &line), 0);
	ck_assert_uint_eq(line, 1 + strlen(log));
	for (; *asked != '\0'; asked++)
		if (!resume_take(&r, asked, 1))
			got[strlen(got)] = *asked;
	ck_assert_msg(strcmp(got, left) == 0, "%s: %s", log, got);
	resume_free(&r);
	io_close(&fd);
}

START_TEST(knows_what_is_done)
{
	check(rows[_i].log, rows[_i].asked, rows[_i].left, false);
	check(rows[_i].log, rows[_i].asked, rows[_i].failed_left, true);
}
END_TEST

/* More commands than fit the first table, and others that are not there. */
START_TEST(knows_many)
{
	struct joblog_row row = {.seq = 1};
	struct buf b = BUF_INIT;
	int fd = aid_memfd(), i;
	char name[16];
	struct resume r;
	uint64_t line;

	ck_assert_int_eq(buf_addf(&b, "%s\n", joblog_header), 0);
	for (i = 0; i < 20000; i += 2) {
		row.len = (size_t)snprintf(name, sizeof(name), "c %d", i);
		row.command = name;
		ck_assert_int_eq(joblog_format(&b, &row), 0);
	}
	ck_assert_int_eq(io_write_all(fd, buf_data(&b), buf_len(&b)), 0);
	ck_assert_int_eq(
	    resume_load(&r, fd, resume_whole(fd), false, &line), 0);
	for (i = 0; i < 20000; i++) {
		(void)snprintf(name, sizeof(name), "c %d", i);
		ck_assert_int_eq(
		    resume_take(&r, name, strlen(name)), i % 2 == 0);
	}
	resume_free(&r);
	buf_free(&b);
	io_close(&fd);
}
END_TEST

/* The end of the last whole line, behind more than is looked at at once. */
START_TEST(finds_the_torn_line)
{
	static const int tail[] = {0, 1, 4095, 4096, 4097, 10000};
	char text[10001];
	int fd, i;

	memset(text, 'x', sizeof(text));
	for (i = 0; i < NROWS(tail); i++) {
		fd = make_log("abc");
		ck_assert_int_eq(io_write_all(fd, text, (size_t)tail[i]), 0);
		ck_assert_int_eq(
		    resume_whole(fd), lseek(fd, 0, SEEK_END) - tail[i]);
		io_close(&fd);
	}
	fd = aid_memfd();
	ck_assert_int_eq(resume_whole(fd), 0);
	ck_assert_int_eq(io_write_all(fd, text, sizeof(text)), 0);
	ck_assert_int_eq(resume_whole(fd), 0);
	io_close(&fd);
}
END_TEST

static const struct {
	const char *text;
	uint64_t line;
} bad[] = {
    {"\n", 1},
    {"Seq\tHost\n", 1},
    {"Seq\tHost\tStarttime\tRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n",
	1},
    {"Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\t"
     "Command\n\n",
	2},
    {"Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\t"
     "Command\n1\t:\t0.0\t0.0\t0\t0\t0\t0\tc\nx\n",
	3},
};

START_TEST(refuses)
{
	int fd = aid_memfd();
	struct resume r;
	uint64_t line;

	ck_assert_int_eq(
	    io_write_all(fd, bad[_i].text, strlen(bad[_i].text)), 0);
	errno = 0;
	ck_assert_int_eq(
	    resume_load(&r, fd, resume_whole(fd), false, &line), -1);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_uint_eq(line, bad[_i].line);
	resume_free(&r);
	io_close(&fd);
}
END_TEST

static Suite *
suite_resume(void)
{
	Suite *s = suite_create("resume");
	TCase *tc = tcase_create("resume");

	tcase_add_loop_test(tc, knows_what_is_done, 0, NROWS(rows));
	tcase_add_test(tc, knows_many);
	tcase_add_test(tc, finds_the_torn_line);
	tcase_add_loop_test(tc, refuses, 0, NROWS(bad));
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_resume)
