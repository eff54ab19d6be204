/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of the time before lines.
 */
#include "unit.h"

#include <string.h>

#include "aid.h"
#include "dur.h"
#include "lines.h"
#include "logstamp.h"

static const struct {
	int64_t ns;
	const char *text;
} times[] = {
    {0, "1970-01-01T00:00:00.000Z "},
    {999999, "1970-01-01T00:00:00.000Z "},
    {DUR_SECOND - 1, "1970-01-01T00:00:00.999Z "},
    {1709251199 * DUR_SECOND + 7 * DUR_MS, "2024-02-29T23:59:59.007Z "},
    {1735689599 * DUR_SECOND + 120 * DUR_MS, "2024-12-31T23:59:59.120Z "},
};

START_TEST(formats)
{
	char text[LOGSTAMP_LEN + 1];

	ck_assert_str_eq(logstamp_format(times[_i].ns, text), times[_i].text);
}
END_TEST

#define T "1970-01-01T00:00:00.000Z "

static const struct {
	const char *in;
	bool open_line;
	const char *out;
} texts[] = {
    {"", false, ""},
    {"a\n", false, T "a\n"},
    {"a\n\nb\n", false, T "a\n" T "\n" T "b\n"},
    {"a\nb", false, T "a\n" T "b"},
    {"a\nb\n", true, "a\n" T "b\n"},
    {"\n", true, "\n"},
    {"abc", true, "abc"},
};

START_TEST(adds)
{
	struct buf b = BUF_INIT;

	ck_assert_int_eq(buf_adds(&b, "> "), 0);
	ck_assert_int_eq(logstamp_add(&b, T, texts[_i].open_line, texts[_i].in,
			     strlen(texts[_i].in)),
	    0);
	ck_assert_int_eq(buf_addc(&b, '\0'), 0);
	ck_assert_str_eq(buf_data(&b) + 2, texts[_i].out);
	buf_free(&b);
}
END_TEST

static const struct {
	const char *text;
	size_t first, whole;
	uint64_t count;
} cuts[] = {
    {"", 0, 0, 0},
    {"a", 1, 0, 1},
    {"\n", 1, 1, 1},
    {"a\nbc\nd", 2, 5, 3},
    {"a\nbc\n", 2, 5, 2},
};

START_TEST(finds_lines)
{
	const char *text = cuts[_i].text;
	size_t n = strlen(text);

	ck_assert_uint_eq(lines_first(text, n), cuts[_i].first);
	ck_assert_uint_eq(lines_whole(text, n), cuts[_i].whole);
	ck_assert_uint_eq(lines_count(text, n), cuts[_i].count);
}
END_TEST

static Suite *
suite_logstamp(void)
{
	Suite *s = suite_create("logstamp");
	TCase *tc = tcase_create("logstamp");

	tcase_add_loop_test(tc, formats, 0, NROWS(times));
	tcase_add_loop_test(tc, adds, 0, NROWS(texts));
	tcase_add_loop_test(tc, finds_lines, 0, NROWS(cuts));
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_logstamp)
