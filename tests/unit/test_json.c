/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of JSON text: commas, numbers, and any bytes in strings.
 */
#include "unit.h"

#include <inttypes.h>
#include <string.h>

#include "json.h"

#define NROWS(table) ((int)(sizeof(table) / sizeof((table)[0])))
#define BAD "\xef\xbf\xbd"

static void
check_is(struct buf *b, const char *want)
{
	ck_assert_int_eq(buf_addc(b, '\0'), 0);
	ck_assert_str_eq(buf_data(b), want);
	buf_free(b);
}

static const struct {
	const char *text, *json;
} strings[] = {
    {"", ""},
    {"plain", "plain"},
    {"a b", "a b"},
    {"\"", "\\\""},
    {"\\", "\\\\"},
    {"/", "/"},
    {"'", "'"},
    {"\x01", "\\u0001"},
    {"\n\t\r\b\f", "\\u000a\\u0009\\u000d\\u0008\\u000c"},
    {"\x1f", "\\u001f"},
    {"\x7f", "\\u007f"},
    {",{}[]:", ",{}[]:"},
    {"\xc3\xa4", "\xc3\xa4"},
    {"\xe2\x82\xac", "\xe2\x82\xac"},
    {"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
    {"\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf"},
    {"\xed\x9f\xbf", "\xed\x9f\xbf"},
    {"\xee\x80\x80", "\xee\x80\x80"},
    {"\xc2\x80", "\xc2\x80"},
    {"\xe0\xa0\x80", "\xe0\xa0\x80"},
    {"\xf0\x90\x80\x80", "\xf0\x90\x80\x80"},
    /* No UTF-8: each byte for itself. */
    {"\xff", BAD},
    {"\x80", BAD},
    {"a\x80z", "a" BAD "z"},
    {"\xc3", BAD},
    {"\xc3\"", BAD "\\\""},
    {"\xe2\x82", BAD BAD},
    {"\xe2\x82\\", BAD BAD "\\\\"},
    {"\xf0\x9f\x98", BAD BAD BAD},
    {"\xc0\x80", BAD BAD},
    {"\xc1\xbf", BAD BAD},
    {"\xe0\x9f\xbf", BAD BAD BAD},
    {"\xed\xa0\x80", BAD BAD BAD},
    {"\xf0\x8f\xbf\xbf", BAD BAD BAD BAD},
    {"\xf4\x90\x80\x80", BAD BAD BAD BAD},
    {"\xf5\x80\x80\x80", BAD BAD BAD BAD},
    {"\xc3\xc3\xa4", BAD "\xc3\xa4"},
};

START_TEST(strings_are_text)
{
	struct buf b = BUF_INIT, want = BUF_INIT;

	ck_assert_int_eq(json_open(&b, NULL, '{'), 0);
	ck_assert_int_eq(json_string(&b, "k", strings[_i].text), 0);
	ck_assert_int_eq(json_close(&b, '}'), 0);
	(void)buf_addf(&want, "{\"k\":\"%s\"}", strings[_i].json);
	(void)buf_addc(&want, '\0');
	check_is(&b, buf_data(&want));
	buf_free(&want);
}
END_TEST

START_TEST(members)
{
	struct buf b = BUF_INIT;

	ck_assert_int_eq(json_open(&b, NULL, '{'), 0);
	ck_assert_int_eq(json_string(&b, "a", "{"), 0);
	ck_assert_int_eq(json_string(&b, "b", "["), 0);
	ck_assert_int_eq(json_null(&b, "n"), 0);
	ck_assert_int_eq(json_open(&b, "l", '['), 0);
	ck_assert_int_eq(json_element(&b, "x"), 0);
	ck_assert_int_eq(json_element(&b, "["), 0);
	ck_assert_int_eq(json_element(&b, "{"), 0);
	ck_assert_int_eq(json_element(&b, ""), 0);
	ck_assert_int_eq(json_close(&b, ']'), 0);
	ck_assert_int_eq(json_open(&b, "o", '['), 0);
	ck_assert_int_eq(json_open(&b, NULL, '{'), 0);
	ck_assert_int_eq(json_number(&b, "p", 1), 0);
	ck_assert_int_eq(json_close(&b, '}'), 0);
	ck_assert_int_eq(json_open(&b, NULL, '{'), 0);
	ck_assert_int_eq(json_close(&b, '}'), 0);
	ck_assert_int_eq(json_close(&b, ']'), 0);
	ck_assert_int_eq(json_open(&b, "e", '['), 0);
	ck_assert_int_eq(json_close(&b, ']'), 0);
	ck_assert_int_eq(json_number(&b, "z", 0), 0);
	ck_assert_int_eq(json_close(&b, '}'), 0);
	check_is(&b,
	    "{\"a\":\"{\",\"b\":\"[\",\"n\":null,"
	    "\"l\":[\"x\",\"[\",\"{\",\"\"],\"o\":[{\"p\":1},{}],"
	    "\"e\":[],\"z\":0}");
}
END_TEST

static const struct {
	int64_t n;
	const char *number, *seconds;
} numbers[] = {
    {0, "0", "0.000000"},
    {999, "999", "0.000000"},
    {1000, "1000", "0.000001"},
    {1999, "1999", "0.000001"},
    {1000000000, "1000000000", "1.000000"},
    {1234567890, "1234567890", "1.234567"},
    {INT64_C(100000000050000), "100000000050000", "100000.000050"},
    {INT64_MAX, "9223372036854775807", "9223372036.854775"},
};

START_TEST(numbers_are_exact)
{
	struct buf b = BUF_INIT, want = BUF_INIT;

	ck_assert_int_eq(json_number(&b, "n", numbers[_i].n), 0);
	ck_assert_int_eq(json_seconds(&b, "s", numbers[_i].n), 0);
	(void)buf_addf(&want, "\"n\":%s,\"s\":%s", numbers[_i].number,
	    numbers[_i].seconds);
	(void)buf_addc(&want, '\0');
	check_is(&b, buf_data(&want));
	buf_free(&want);
}
END_TEST

START_TEST(negative_numbers)
{
	struct buf b = BUF_INIT;

	ck_assert_int_eq(json_number(&b, "n", -1), 0);
	ck_assert_int_eq(json_number(&b, "m", INT64_MIN), 0);
	check_is(&b, "\"n\":-1,\"m\":-9223372036854775808");
}
END_TEST

static Suite *
suite_json(void)
{
	Suite *s = suite_create("json");
	TCase *tc = tcase_create("json");

	tcase_add_loop_test(tc, strings_are_text, 0, NROWS(strings));
	tcase_add_test(tc, members);
	tcase_add_loop_test(tc, numbers_are_exact, 0, NROWS(numbers));
	tcase_add_test(tc, negative_numbers);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_json)
