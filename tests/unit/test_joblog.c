/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of the rows of a joblog.
 */
#include "config.h"

#include "unit.h"

#include <errno.h>
#include <string.h>

#include "buf.h"
#include "joblog.h"

#define NROWS(table) ((int)(sizeof(table) / sizeof((table)[0])))

static const struct {
	const char *text;
	struct joblog_row want;
} good[] = {
    {"1\t:\t0.000\t     0.000\t0\t0\t0\t0\t", {.seq = 1}},
    {"7\t:\t1700000000.123\t     1.500\t3\t4\t5\t9\techo a",
	{7, INT64_C(1700000000123000000), 1500000000, 3, 4, 5, 9, "echo a", 6}},
    {"7\thost\t1700000000\t12345678.9\t3\t4\t-1\t15\ta\tb",
	{7, INT64_C(1700000000000000000), INT64_C(12345678900000000), 3, 4, -1,
	    15, "a\tb", 3}},
    {"0\t2/user@host\t1.123456789\t0.1\t0\t0\t255\t0\t x",
	{0, 1123456789, 100000000, 0, 0, 255, 0, " x", 2}},
};

START_TEST(parses)
{
	const struct joblog_row *want = &good[_i].want;
	struct joblog_row row;

	ck_assert_int_eq(
	    joblog_parse(good[_i].text, strlen(good[_i].text), &row), 0);
	ck_assert_uint_eq(row.seq, want->seq);
	ck_assert_int_eq(row.start, want->start);
	ck_assert_int_eq(row.runtime, want->runtime);
	ck_assert_uint_eq(row.send, want->send);
	ck_assert_uint_eq(row.receive, want->receive);
	ck_assert_int_eq(row.exitval, want->exitval);
	ck_assert_int_eq(row.signal, want->signal);
	ck_assert_uint_eq(row.len, want->len);
	ck_assert_mem_eq(
	    row.command, want->command != NULL ? want->command : "", row.len);
}
END_TEST

static const char *const bad[] = {"", "1", "1\t:\t0.0\t0.0\t0\t0\t0\t0",
    "x\t:\t0.0\t0.0\t0\t0\t0\t0\tc", "-1\t:\t0.0\t0.0\t0\t0\t0\t0\tc",
    " 1\t:\t0.0\t0.0\t0\t0\t0\t0\tc", "+1\t:\t0.0\t0.0\t0\t0\t0\t0\tc",
    "1\t\t0.0\t0.0\t0\t0\t0\t0\tc", "1\t:\t\t0.0\t0\t0\t0\t0\tc",
    "1\t:\t.0\t0.0\t0\t0\t0\t0\tc", "1\t:\t0.\t0.0\t0\t0\t0\t0\tc",
    "1\t:\t0.0 \t0.0\t0\t0\t0\t0\tc", "1\t:\t0.0\t-1\t0\t0\t0\t0\tc",
    "1\t:\t0.0\t1e3\t0\t0\t0\t0\tc", "1\t:\t0.0\t0.0\t-1\t0\t0\t0\tc",
    "1\t:\t0.0\t0.0\t0\t-1\t0\t0\tc", "1\t:\t0.0\t0.0\t0\t0\t-2\t0\tc",
    "1\t:\t0.0\t0.0\t0\t0\t0\t-1\tc", "1\t:\t0.0\t0.0\t0\t0\t--1\t0\tc",
    "1\t:\t0.0\t0.0\t0\t0\t9999999999\t0\tc",
    "1\t:\t9999999999\t0.0\t0\t0\t0\t0\tc",
    "1\t:\t0.1234567890\t0.0\t0\t0\t0\t0\tc",
    "99999999999999999999\t:\t0.0\t0.0\t0\t0\t0\t0\tc",
    "1\t:\t0.0\t0.0\t0\t00000000000000000000000000000000\t0\t0\tc",
    "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCom"};

START_TEST(refuses)
{
	struct joblog_row row = {.seq = 42};

	errno = 0;
	ck_assert_msg(joblog_parse(bad[_i], strlen(bad[_i]), &row) == -1,
	    "'%s' is taken", bad[_i]);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_uint_eq(row.seq, 42);
}
END_TEST

START_TEST(formats)
{
	static const char want[] =
	    "12\t:\t1700000000.123\t     0.004\t1\t2\t3\t4\techo x\n"
	    "13\t:\t1.000\t123456789.000\t0\t0\t0\t0\t\n";
	const struct joblog_row row[] = {{12, INT64_C(1700000000123456789),
					     4321000, 1, 2, 3, 4, "echo x", 6},
	    {13, 1000000000, INT64_C(123456789000000000), 0, 0, 0, 0, "", 0}};
	struct buf b = BUF_INIT;

	ck_assert_int_eq(joblog_format(&b, &row[0]), 0);
	ck_assert_int_eq(joblog_format(&b, &row[1]), 0);
	ck_assert_uint_eq(buf_len(&b), strlen(want));
	ck_assert_mem_eq(buf_data(&b), want, strlen(want));
	buf_free(&b);
}
END_TEST

static Suite *
suite_joblog(void)
{
	Suite *s = suite_create("joblog");
	TCase *tc = tcase_create("joblog");

	tcase_add_loop_test(tc, parses, 0, NROWS(good));
	tcase_add_loop_test(tc, refuses, 0, NROWS(bad));
	tcase_add_test(tc, formats);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_joblog)
