/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of durations as timeout(1) takes them: real numbers in all
 * forms of strtod(3), rounding, saturation, and what is none.
 */
#include "unit.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "dur.h"

#define NROWS(table) ((int)(sizeof(table) / sizeof((table)[0])))
#define UNTOUCHED 4711

static const struct {
	const char *text;
	int64_t ns;
} reals[] = {
    {"0", 0},
    {"-0", 0},
    {"0.0s", 0},
    {"0x0", 0},
    {"0e99d", 0},
    {"1", DUR_SECOND},
    {"+1", DUR_SECOND},
    {" 1", DUR_SECOND},
    {"\t1s", DUR_SECOND},
    {".5", 500 * DUR_MS},
    {"1.", DUR_SECOND},
    {"1.m", 60 * DUR_SECOND},
    {"1.5", 1500 * DUR_MS},
    {"300ms", 300 * DUR_MS},
    {"2m", 120 * DUR_SECOND},
    {"1h", 3600 * DUR_SECOND},
    {"1d", 86400 * DUR_SECOND},
    {"1e3", 1000 * DUR_SECOND},
    {"1E3s", 1000 * DUR_SECOND},
    {"1e-3", DUR_MS},
    {"0x10", 16 * DUR_SECOND},
    {"0X1P-1s", 500 * DUR_MS},
    {"0x1d", 29 * DUR_SECOND},
    {"0x1dd", 477 * DUR_SECOND},
    {"0x1.8p1h", 3 * 3600 * DUR_SECOND},
    {"1e-9", 1},
    {"1e-10", 1},
    {"1e-99", 1},
    {"1e-4000", 1},
    {"1e-5000", 1},
    {"1e-5000d", 1},
    {"1e-99999999999999999999", 1},
    {"0x1p-99999", 1},
    {"9223372036", INT64_C(9223372036) * DUR_SECOND},
    {"9223372037", DUR_INFINITE},
    {"106751d", INT64_C(106751) * 86400 * DUR_SECOND},
    {"106752d", DUR_INFINITE},
    {"18446744073709551616", DUR_INFINITE},
    {"1e99", DUR_INFINITE},
    {"1e5000", DUR_INFINITE},
    {"1e5000d", DUR_INFINITE},
    {"9.9e99d", DUR_INFINITE},
    {"0x1p+99999", DUR_INFINITE},
    {"inf", DUR_INFINITE},
    {"INF", DUR_INFINITE},
    {"+inf", DUR_INFINITE},
    {"infinity", DUR_INFINITE},
    {"Infinity", DUR_INFINITE},
    {"infd", DUR_INFINITE},
};

START_TEST(reads_reals)
{
	int64_t ns = UNTOUCHED;

	/* Its long double is a double. */
	if (getenv("MP_VALGRIND") != NULL && strstr(reals[_i].text, "e-4"))
		return;
	ck_assert_msg(dur_parse_real(reals[_i].text, &ns) == 0, "'%s' fails",
	    reals[_i].text);
	ck_assert_msg(
	    ns == reals[_i].ns, "'%s' is %" PRId64, reals[_i].text, ns);
}
END_TEST

static const char *const no_reals[] = {
    "",
    " ",
    "x",
    "s",
    "d",
    ".",
    "+",
    "-",
    "-1",
    "-.1",
    "-1e-9",
    "-1e-5000",
    "-inf",
    "nan",
    "NAN",
    "-nan",
    "nan(1)",
    "nans",
    "1 ",
    "1 s",
    "1ss",
    "1sm",
    "1S",
    "1D",
    "1us",
    "0x",
    "1e",
    "1e+",
    "1..",
    "1.5.5",
    "1,5",
    "1d1",
    "1m30s",
    "inff",
    "infinit",
    "infin ity",
    "1\n",
    "--1",
    "+-1",
};

START_TEST(rejects_reals)
{
	int64_t ns = UNTOUCHED;

	errno = 0;
	ck_assert_msg(dur_parse_real(no_reals[_i], &ns) == -1,
	    "'%s' is %" PRId64, no_reals[_i], ns);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_int_eq(ns, UNTOUCHED);
}
END_TEST

static Suite *
suite_dur_real(void)
{
	Suite *s = suite_create("dur_real");
	TCase *tc = tcase_create("dur_real");

	tcase_add_loop_test(tc, reads_reals, 0, NROWS(reals));
	tcase_add_loop_test(tc, rejects_reals, 0, NROWS(no_reals));
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_dur_real)
