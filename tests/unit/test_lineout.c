/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of lines to where there is no room: a file under a limit.
 */
#include "config.h"

#include "unit.h"

#include <sys/resource.h>

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "aid.h"
#include "io.h"
#include "lineout.h"

static struct lineout out;
static struct rlimit unlimited;
static off_t at; /* up to here the file was looked at */

static void
begin(void)
{
	(void)signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &unlimited), 0);
	aid_enter();
	ck_assert_int_eq(lineout_init(&out, "prog", false), 0);
	out.fd = io_tmpfile();
	ck_assert_int_ne(out.fd, -1);
	at = 0;
}

static void
end(void)
{
	io_close(&out.fd);
	lineout_free(&out);
	aid_leave();
}

static void
give(const char *text)
{
	lineout_write(&out, text, strlen(text));
}

/* From now on there is room for so many bytes. */
static void
room(size_t n)
{
	struct rlimit limit = unlimited;

	limit.rlim_cur = (rlim_t)out.written + n;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* What was written since the last look; from now on there is room. */
static const char *
taken(void)
{
	static char text[1024];
	ssize_t n = pread(out.fd, text, sizeof(text) - 1, at);

	ck_assert_int_ge(n, 0);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &unlimited), 0);
	at += n;
	text[n] = '\0';
	return text;
}

START_TEST(passes_on)
{
	give("one\n");
	give("two\nthree\n");
	give("fo");
	ck_assert(!lineout_between(&out));
	give("ur\n");
	ck_assert(lineout_between(&out));
	ck_assert_str_eq(taken(), "one\ntwo\nthree\nfour\n");
	ck_assert_uint_eq(out.dropped, 0);
	ck_assert_uint_eq(out.written, 19);
}
END_TEST

START_TEST(finishes_what_is_half_written)
{
	room(6);
	give("one\ntwo\nthree\nfour\n");
	ck_assert_uint_eq(out.dropped, 2);
	ck_assert_str_eq(taken(), "one\ntw");
	ck_assert(!lineout_between(&out));
	give("five\n");
	ck_assert_str_eq(taken(), "o\nprog: 2 lines were dropped here\nfive\n");
	ck_assert_uint_eq(out.dropped, 2);
	ck_assert_uint_eq(out.untold, 0);
}
END_TEST

START_TEST(drops_whole_lines)
{
	room(0);
	give("one\ntwo\n");
	give("three\n");
	ck_assert_uint_eq(out.dropped, 3);
	ck_assert_int_eq(out.error, EFBIG);
	ck_assert_str_eq(taken(), "");
	ck_assert(lineout_flush(&out));
	ck_assert_str_eq(taken(), "prog: 3 lines were dropped here\n");
	give("four\n");
	ck_assert_str_eq(taken(), "four\n");
}
END_TEST

/* A line that comes in pieces is dropped as one. */
START_TEST(drops_pieces)
{
	room(0);
	give("on");
	give("e");
	ck_assert_uint_eq(out.dropped, 1);
	ck_assert_str_eq(taken(), "");
	give(" more\ntwo\n");
	ck_assert_str_eq(taken(), "prog: 1 lines were dropped here\ntwo\n");
	ck_assert_uint_eq(out.dropped, 1);
}
END_TEST

/* One whose beginning is out, and whose next pieces do not go, ends there. */
START_TEST(cuts_off)
{
	give("begin-");
	room(0);
	give("second-");
	ck_assert_uint_eq(out.dropped, 0);
	give("third");
	give("-last\nnext\n");
	ck_assert_uint_eq(out.dropped, 2);
	ck_assert_str_eq(taken(), "begin-");
	give("last\n");
	ck_assert_str_eq(
	    taken(), "second-\nprog: 2 lines were dropped here\nlast\n");
}
END_TEST

START_TEST(try_stops)
{
	room(4);
	ck_assert_uint_eq(lineout_try(&out, "one\ntwo\n", 8), 4);
	ck_assert_uint_eq(lineout_try(&out, "two\n", 4), 0);
	ck_assert_uint_eq(out.dropped, 0);
	ck_assert_str_eq(taken(), "one\n");
	ck_assert_uint_eq(lineout_try(&out, "two\n", 4), 4);
	ck_assert_str_eq(taken(), "two\n");
}
END_TEST

START_TEST(forgets)
{
	room(3);
	give("one\n");
	give("two\n");
	ck_assert_uint_eq(out.dropped, 1);
	lineout_forget(&out);
	ck_assert_uint_eq(out.dropped, 2);
	ck_assert(lineout_between(&out));
	lineout_forget(&out);
	ck_assert_uint_eq(out.dropped, 2);
	ck_assert_str_eq(taken(), "one");
	give("three\n");
	ck_assert_str_eq(taken(), "prog: 2 lines were dropped here\nthree\n");
}
END_TEST

START_TEST(without_a_file)
{
	io_close(&out.fd);
	give("one\ntwo\n");
	ck_assert_uint_eq(out.dropped, 2);
	ck_assert_int_eq(out.error, EBADF);
}
END_TEST

START_TEST(notice_with_the_time)
{
	out.stamp = true;
	room(0);
	give("one\n");
	(void)taken();
	ck_assert(lineout_flush(&out));
	ck_assert_ptr_nonnull(
	    strstr(taken(), "Z prog: 1 lines were dropped here\n"));
}
END_TEST

static Suite *
suite_lineout(void)
{
	Suite *s = suite_create("lineout");
	TCase *tc = tcase_create("lineout");

	tcase_add_checked_fixture(tc, begin, end);
	tcase_add_test(tc, passes_on);
	tcase_add_test(tc, finishes_what_is_half_written);
	tcase_add_test(tc, drops_whole_lines);
	tcase_add_test(tc, drops_pieces);
	tcase_add_test(tc, cuts_off);
	tcase_add_test(tc, try_stops);
	tcase_add_test(tc, forgets);
	tcase_add_test(tc, without_a_file);
	tcase_add_test(tc, notice_with_the_time);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_lineout)
