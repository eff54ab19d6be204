/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of durations and sizes: the formats of mp-utils(7), rounding,
 * the ends of the ranges, and what is no duration or size.
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
} durations[] = {
    {"0", 0},
    {"00", 0},
    {"0.0", 0},
    {"0.000000000000000000000000000000000", 0},
    {"0ms", 0},
    {"0d", 0},
    {"1", DUR_SECOND},
    {"1s", DUR_SECOND},
    {"007", 7 * DUR_SECOND},
    {"1.5", 1500 * DUR_MS},
    {"1.50000000000000000000000000000000000", 1500 * DUR_MS},
    {"300ms", 300 * DUR_MS},
    {"0.5ms", 500000},
    {"2m", 120 * DUR_SECOND},
    {"1h", 3600 * DUR_SECOND},
    {"1d", 86400 * DUR_SECOND},
    {"1.5d", 129600 * DUR_SECOND},
    {"0.1m", 6 * DUR_SECOND},
    {"0.000000001", 1},
    {"0.0000000001", 1},
    {"0.000000000000000000000000000000000000000000000000000000001", 1},
    {"0.000000000000000000000000000000000000000000000000000000001d", 1},
    {"0.000001ms", 1},
    {"0.0000011ms", 2},
    {"1.0000000001", DUR_SECOND + 1},
    {"0.9999999999", DUR_SECOND},
    {"0.999999999", DUR_SECOND - 1},
    {"0.9999999990", DUR_SECOND - 1},
    {"0.99999999900000000000000000000000001", DUR_SECOND},
    {"0.33333333333333d", INT64_C(28800000000000)},
    {"0.333333333333334d", INT64_C(28800000000001)},
    {"0.123456789012345678901234567890d", INT64_C(10666666570667)},
    {"0.123456789012345678901234567890h", INT64_C(444444440445)},
    {"0.123456789012345678901234567890m", INT64_C(7407407341)},
    /* Exactly 27 ns, and next to it. */
    {"0.0000000000003125d", 27},
    {"0.00000000000031250000000000000000000000000d", 27},
    {"0.00000000000031250000000000000000000000001d", 28},
    {"0.00000000000031249999999999999999999999999d", 27},
    {"1.1", 1100 * DUR_MS},
    {"123456789.123456789", INT64_C(123456789123456789)},
    {"9223372036.854775806", INT64_MAX - 1},
    {"9223372036.854775807", DUR_INFINITE},
    {"9223372036.8547758061", DUR_INFINITE},
    {"9223372036.854775808", DUR_INFINITE},
    {"9223372036.999999999", DUR_INFINITE},
    {"9223372037", DUR_INFINITE},
    {"9223372036854ms", INT64_C(9223372036854) * DUR_MS},
    {"9223372036855ms", DUR_INFINITE},
    {"106751d", INT64_C(106751) * 86400 * DUR_SECOND},
    {"106752d", DUR_INFINITE},
    {"9223372036854775807", DUR_INFINITE},
    {"9223372036854775808", DUR_INFINITE},
    {"18446744073709551616", DUR_INFINITE},
    {"18446744073709551617", DUR_INFINITE},
    {"99999999999999999999999999999999999999999ms", DUR_INFINITE},
    {"inf", DUR_INFINITE},
    {"infinity", DUR_INFINITE},
};

START_TEST(reads_durations)
{
	int64_t ns = UNTOUCHED;

	ck_assert_msg(dur_parse(durations[_i].text, &ns) == 0, "'%s' fails",
	    durations[_i].text);
	ck_assert_msg(
	    ns == durations[_i].ns, "'%s' is %" PRId64, durations[_i].text, ns);
}
END_TEST

static const char *const no_durations[] = {
    "",
    " ",
    "-1",
    "+1",
    "-0",
    " 1",
    "1 ",
    "1 s",
    "s",
    "ms",
    ".",
    ".5",
    "1.",
    "1.s",
    ".s",
    "1..5",
    "1.5.5",
    "1e3",
    "1E3",
    "0x10",
    "1f",
    "1S",
    "1MS",
    "1M",
    "1H",
    "1D",
    "1sm",
    "1ss",
    "1mm",
    "1us",
    "1ns",
    "1w",
    "1m30s",
    "1,5",
    "1_000",
    "infinit",
    "infinityy",
    "Infinity",
    "INF",
    "infs",
    "-inf",
    "+inf",
    "nan",
    "1\n",
    "\t1",
    "one",
    "1s\xc2\xa0",
    "\xd9\xa1",
    "1.-5",
    "1.+5",
    "1. 5",
    "--1",
    "%d",
    "%s",
};

START_TEST(rejects_durations)
{
	int64_t ns = UNTOUCHED;

	errno = 0;
	ck_assert_msg(dur_parse(no_durations[_i], &ns) == -1,
	    "'%s' is %" PRId64, no_durations[_i], ns);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_int_eq(ns, UNTOUCHED);
}
END_TEST

START_TEST(reads_very_long_durations)
{
	char text[20003];
	int64_t ns;

	memset(text, '0', sizeof(text));
	text[10000] = '.';
	text[20001] = '1';
	text[20002] = '\0';
	ck_assert_int_eq(dur_parse(text, &ns), 0);
	ck_assert_int_eq(ns, 1);
	text[0] = '1';
	ck_assert_int_eq(dur_parse(text, &ns), 0);
	ck_assert(ns == DUR_INFINITE);
	memset(text, '9', 10000);
	ck_assert_int_eq(dur_parse(text, &ns), 0);
	ck_assert(ns == DUR_INFINITE);
}
END_TEST

#define K UINT64_C(1024)

static const struct {
	const char *text;
	uint64_t bytes;
} sizes[] = {
    {"0", 0},
    {"1", 1},
    {"1B", 1},
    {"1b", 1},
    {"64K", 64 * K},
    {"64k", 64 * K},
    {"64KB", 64 * K},
    {"64kb", 64 * K},
    {"1M", K *K},
    {"1m", K *K},
    {"16M", 16 * K *K},
    {"1G", K *K *K},
    {"1T", K *K *K *K},
    {"1P", K *K *K *K *K},
    {"1E", K *K *K *K *K *K},
    {"15E", 15 * K *K *K *K *K *K},
    {"0E", 0},
    {"00", 0},
    {"0K", 0},
    {"010", 10},
    {"0010K", 10 * K},
    {"08", 8},
    {"00000000000000000000000000000000000000000000000000001", 1},
    {"18446744073709551615", UINT64_MAX},
    {"018446744073709551615", UINT64_MAX},
    {"18014398509481983K", UINT64_MAX - 1023},
};

START_TEST(reads_sizes)
{
	uint64_t bytes = UNTOUCHED;

	ck_assert_msg(size_parse(sizes[_i].text, &bytes) == 0, "'%s' fails",
	    sizes[_i].text);
	ck_assert_msg(bytes == sizes[_i].bytes, "'%s' is %" PRIu64,
	    sizes[_i].text, bytes);
}
END_TEST

static const struct {
	const char *text;
	int error;
} no_sizes[] = {
    {"", EINVAL},
    {" ", EINVAL},
    {"K", EINVAL},
    {"B", EINVAL},
    {"-1", EINVAL},
    {"-0", EINVAL},
    {"+1", EINVAL},
    {" 1", EINVAL},
    {"1 ", EINVAL},
    {"1 K", EINVAL},
    {"\t1", EINVAL},
    {"\n1", EINVAL},
    {"1\n", EINVAL},
    {"0x10", EINVAL},
    {"0X1", EINVAL},
    {"1.5K", EINVAL},
    {"1e3", EINVAL},
    {"1KiB", EINVAL},
    {"1Ki", EINVAL},
    {"1KK", EINVAL},
    {"1KBB", EINVAL},
    {"1BK", EINVAL},
    {"1BB", EINVAL},
    {"1KBx", EINVAL},
    {"1Kx", EINVAL},
    {"1Z", EINVAL},
    {"1Y", EINVAL},
    {"infinity", EINVAL},
    {"one", EINVAL},
    {"16E", ERANGE},
    {"17179869184G", ERANGE},
    {"18014398509481984K", ERANGE},
    {"18446744073709551616", ERANGE},
    {"18446744073709551616B", ERANGE},
    {"018446744073709551616", ERANGE},
    {"99999999999999999999999", ERANGE},
    {"99999999999999999999999K", ERANGE},
};

START_TEST(rejects_sizes)
{
	uint64_t bytes = UNTOUCHED;

	errno = 0;
	ck_assert_msg(size_parse(no_sizes[_i].text, &bytes) == -1,
	    "'%s' is %" PRIu64, no_sizes[_i].text, bytes);
	ck_assert_msg(errno == no_sizes[_i].error, "'%s': errno %d",
	    no_sizes[_i].text, errno);
	ck_assert_uint_eq(bytes, UNTOUCHED);
}
END_TEST

static const struct {
	int64_t ns;
	const char *text;
} formatted[] = {
    {0, "0.000"},
    {1, "0.000"},
    {499999, "0.000"},
    {500000, "0.001"},
    {1499999, "0.001"},
    {12 * DUR_MS, "0.012"},
    {999499999, "0.999"},
    {999500000, "1.000"},
    {DUR_SECOND, "1.000"},
    {1200 * DUR_MS, "1.200"},
    {90061 * DUR_SECOND + 5 * DUR_MS, "90061.005"},
    {INT64_MAX, "9223372036.855"},
};

START_TEST(formats)
{
	char out[DUR_STRLEN];

	ck_assert_ptr_eq(dur_format(formatted[_i].ns, out), out);
	ck_assert_str_eq(out, formatted[_i].text);
}
END_TEST

static Suite *
suite_dur(void)
{
	Suite *s = suite_create("dur");
	TCase *tc = tcase_create("dur");

	tcase_add_loop_test(tc, reads_durations, 0, NROWS(durations));
	tcase_add_loop_test(tc, rejects_durations, 0, NROWS(no_durations));
	tcase_add_test(tc, reads_very_long_durations);
	tcase_add_loop_test(tc, reads_sizes, 0, NROWS(sizes));
	tcase_add_loop_test(tc, rejects_sizes, 0, NROWS(no_sizes));
	tcase_add_loop_test(tc, formats, 0, NROWS(formatted));
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_dur)
