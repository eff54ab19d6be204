/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of reading tasks from lines of JSON: what a line says, and at
 * which byte another is wrong.
 */
#include "config.h"

#include "unit.h"

#include <inttypes.h>
#include <string.h>

#include "jsonl.h"

#define NROWS(table) ((int)(sizeof(table) / sizeof((table)[0])))

/* A text that may hold NUL. */
#define T(literal) literal, sizeof(literal) - 1

/* As deep as may be passed over: 64. */
#define OPEN8 "[[[[[[[["
#define CLOSE8 "]]]]]]]]"
#define OPEN64 OPEN8 OPEN8 OPEN8 OPEN8 OPEN8 OPEN8 OPEN8 OPEN8
#define CLOSE64 CLOSE8 CLOSE8 CLOSE8 CLOSE8 CLOSE8 CLOSE8 CLOSE8 CLOSE8
#define SECOND INT64_C(1000000000)

static const struct {
	const char *line;
	size_t len;
	const char *body;
	size_t body_len;
	const char *key;
	int64_t pri, delay;
} lines[] = {
    {T("{\"body\":\"\"}"), T(""), NULL, 0, 0},
    {T("{\"body\":\"x\"}"), T("x"), NULL, 0, 0},
    {T("{\"body\":\"x\",\"pri\":-5,\"delay\":1.5,\"key\":\"k\"}"), T("x"), "k",
	-5, 3 * SECOND / 2},
    {T("{\"key\":\"k\",\"delay\":1,\"pri\":5,\"body\":\"x\"}"), T("x"), "k", 5,
	SECOND},
    {T(" \t\r\n{ \t\r\n\"body\" \t\r\n: \t\r\n\"x\" \t\r\n, \t\r\n\"pri\" "
       "\t\r\n: \t\r\n1 \t\r\n} \t\r\n"),
	T("x"), NULL, 1, 0},
    {T("{\"body\":\"x\"}\r"), T("x"), NULL, 0, 0},

    /* Strings. */
    {T("{\"body\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"}"), T("\"\\/\b\f\n\r\t"), NULL,
	0, 0},
    {T("{\"body\":\"a\\u0000b\\u0000\"}"), T("a\0b\0"), NULL, 0, 0},
    {T("{\"body\":\"\\u0001\\u001f \\u007f\x7f\"}"), T("\x01\x1f \x7f\x7f"),
	NULL, 0, 0},
    {T("{\"body\":\"\\u0080\\u07FF\\u0800\\uffff\"}"),
	T("\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf"), NULL, 0, 0},
    {T("{\"body\":\"\\ud7ff\\ue000\\ufeff\"}"),
	T("\xed\x9f\xbf\xee\x80\x80\xef\xbb\xbf"), NULL, 0, 0},
    {T("{\"body\":\"\\u00e4\\u00E4\\u20aC\"}"),
	T("\xc3\xa4\xc3\xa4\xe2\x82\xac"), NULL, 0, 0},
    {T("{\"body\":\"\\ud83d\\ude00\\uD83D\\uDE00\"}"),
	T("\xf0\x9f\x98\x80\xf0\x9f\x98\x80"), NULL, 0, 0},
    {T("{\"body\":\"\\ud800\\udc00\\udbff\\udfff\"}"),
	T("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"), NULL, 0, 0},
    {T("{\"body\":\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\xef\xbf\xbe\"}"),
	T("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\xef\xbf\xbe"), NULL, 0, 0},
    {T("{\"body\":\"\\\\u0041\\\\\"}"), T("\\u0041\\"), NULL, 0, 0},
    {T("{\"body\":\"{}[],:'/#\"}"), T("{}[],:'/#"), NULL, 0, 0},
    {T("{\"b\\u006fdy\":\"x\",\"\\u006b\\u0065y\":\"k\"}"), T("x"), "k", 0, 0},
    {T("{\"body\":\"x\",\"key\":\"\\u00e4 \\n\"}"), T("x"), "\xc3\xa4 \n", 0,
	0},

    /* Base64. */
    {T("{\"base64\":\"\"}"), T(""), NULL, 0, 0},
    {T("{\"base64\":\"AP8=\"}"), T("\0\xff"), NULL, 0, 0},
    {T("{\"base64\":\"Zm9vYmFy\"}"), T("foobar"), NULL, 0, 0},
    {T("{\"base64\":\"\\/w==\"}"), T("\xff"), NULL, 0, 0},
    {T("{\"base64\":\"Z\\u0067==\"}"), T("f"), NULL, 0, 0},

    /* Priorities. */
    {T("{\"body\":\"\",\"pri\":0}"), T(""), NULL, 0, 0},
    {T("{\"body\":\"\",\"pri\":-0}"), T(""), NULL, 0, 0},
    {T("{\"body\":\"\",\"pri\":1000000000}"), T(""), NULL, 1000000000, 0},
    {T("{\"body\":\"\",\"pri\":-1000000000}"), T(""), NULL, -1000000000, 0},
    {T("{\"body\":\"\",\"pri\":999999999}"), T(""), NULL, 999999999, 0},

    /* Delays. */
    {T("{\"body\":\"\",\"delay\":0}"), T(""), NULL, 0, 0},
    {T("{\"body\":\"\",\"delay\":-0}"), T(""), NULL, 0, 0},
    {T("{\"body\":\"\",\"delay\":-0.0e5}"), T(""), NULL, 0, 0},
    {T("{\"body\":\"\",\"delay\":0.000000000}"), T(""), NULL, 0, 0},
    {T("{\"body\":\"\",\"delay\":0e999999999999999999999}"), T(""), NULL, 0, 0},
    {T("{\"body\":\"\",\"delay\":0.0E-999999999999999999999}"), T(""), NULL, 0,
	0},
    {T("{\"body\":\"\",\"delay\":1e0}"), T(""), NULL, 0, SECOND},
    {T("{\"body\":\"\",\"delay\":1E+3}"), T(""), NULL, 0, 1000 * SECOND},
    {T("{\"body\":\"\",\"delay\":15e-1}"), T(""), NULL, 0, 3 * SECOND / 2},
    {T("{\"body\":\"\",\"delay\":0.5e1}"), T(""), NULL, 0, 5 * SECOND},
    {T("{\"body\":\"\",\"delay\":1e00000000000000000000001}"), T(""), NULL, 0,
	10 * SECOND},
    {T("{\"body\":\"\",\"delay\":1e-9}"), T(""), NULL, 0, 1},
    {T("{\"body\":\"\",\"delay\":1.0e-9}"), T(""), NULL, 0, 1},
    {T("{\"body\":\"\",\"delay\":10e-10}"), T(""), NULL, 0, 1},
    {T("{\"body\":\"\",\"delay\":11e-10}"), T(""), NULL, 0, 2},
    {T("{\"body\":\"\",\"delay\":1e-10}"), T(""), NULL, 0, 1},
    {T("{\"body\":\"\",\"delay\":9e-10}"), T(""), NULL, 0, 1},
    {T("{\"body\":\"\",\"delay\":1e-400}"), T(""), NULL, 0, 1},
    {T("{\"body\":\"\",\"delay\":1e-99999999999999999999}"), T(""), NULL, 0, 1},
    {T("{\"body\":\"\",\"delay\":0.1}"), T(""), NULL, 0, SECOND / 10},
    {T("{\"body\":\"\",\"delay\":0.3}"), T(""), NULL, 0, 3 * SECOND / 10},
    {T("{\"body\":\"\",\"delay\":0.999999999}"), T(""), NULL, 0, SECOND - 1},
    {T("{\"body\":\"\",\"delay\":0.9999999990}"), T(""), NULL, 0, SECOND - 1},
    {T("{\"body\":\"\",\"delay\":0.9999999991}"), T(""), NULL, 0, SECOND},
    {T("{\"body\":\"\",\"delay\":1.00000000000000000001}"), T(""), NULL, 0,
	SECOND + 1},
    {T("{\"body\":\"\",\"delay\":0.0000000000000000000001e22}"), T(""), NULL, 0,
	SECOND},
    {T("{\"body\":\"\",\"delay\":10000000000000000000000e-22}"), T(""), NULL, 0,
	SECOND},
    {T("{\"body\":\"\",\"delay\":10000000000000000000001e-22}"), T(""), NULL, 0,
	SECOND + 1},
    {T("{\"body\":\"\",\"delay\":123456789.123456789}"), T(""), NULL, 0,
	INT64_C(123456789123456789)},
    {T("{\"body\":\"\",\"delay\":9223372036.854775807}"), T(""), NULL, 0,
	INT64_MAX},
    {T("{\"body\":\"\",\"delay\":9223372036.8547758070000}"), T(""), NULL, 0,
	INT64_MAX},
    {T("{\"body\":\"\",\"delay\":9223372036.8547758069}"), T(""), NULL, 0,
	INT64_MAX},
    {T("{\"body\":\"\",\"delay\":9223372036854775807e-9}"), T(""), NULL, 0,
	INT64_MAX},
    {T("{\"body\":\"\",\"delay\":9.22e9}"), T(""), NULL, 0,
	INT64_C(9220000000) * SECOND},

    /* Other members. */
    {T("{\"id\":7,\"body\":\"x\",\"state\":\"ready\"}"), T("x"), NULL, 0, 0},
    {T("{\"\":\"\",\"Body\":1,\"body\\u0000\":2,\" body\":3,\"body\":\"x\"}"),
	T("x"), NULL, 0, 0},
    {T("{\"bod\":1,\"bodyy\":2,\"body\":\"x\",\"pr\":3,\"priority\":4}"),
	T("x"), NULL, 0, 0},
    {T("{\"a\":1,\"a\":2,\"a\":1,\"body\":\"x\"}"), T("x"), NULL, 0, 0},
    {T("{\"a\":null,\"b\":true,\"c\":false,\"body\":\"x\"}"), T("x"), NULL, 0,
	0},
    {T("{\"a\":[],\"b\":{},\"c\":[ ],\"d\":{ },\"body\":\"x\"}"), T("x"), NULL,
	0, 0},
    {T("{\"a\":[1,\"]\",[null],{\"body\":2,\"body\":[\"}\"]}],\"body\":\"x\"}"),
	T("x"), NULL, 0, 0},
    {T("{\"a\":{\"b\":{\"c\":[{\"d\":1}]},\"e\":-0.5e-7},\"body\":\"x\"}"),
	T("x"), NULL, 0, 0},
    {T("{\"a\":[ 1 , [ 2 , 3 ] , { \"b\" : 4 , \"c\" : 5 } ],\"body\":\"x\"}"),
	T("x"), NULL, 0, 0},
    {T("{\"a\":[0,-0,1,10,1.0,0.1,1e5,1E-5,1.5e+5,1e99999],\"body\":\"x\"}"),
	T("x"), NULL, 0, 0},
    {T("{\"a\":\"\\u0000\\ud83d\\ude00\xc3\xa4\\\"\",\"body\":\"x\"}"), T("x"),
	NULL, 0, 0},
    {T("{\"a\":" OPEN64 CLOSE64 ",\"b\":" OPEN64 CLOSE64 ",\"body\":\"x\"}"),
	T("x"), NULL, 0, 0},
};

static void
assert_empty(const struct jsonl *j)
{
	ck_assert_uint_eq(buf_len(&j->body), 0);
	ck_assert_uint_eq(buf_len(&j->key), 0);
	ck_assert(!j->has_key);
	ck_assert_int_eq(j->pri, 0);
	ck_assert_int_eq(j->delay, 0);
}

/* A task that holds something. */
static void
fill(struct jsonl *j)
{
	jsonl_init(j);
	ck_assert_int_eq(buf_adds(&j->body, "before"), 0);
	ck_assert_int_eq(buf_add(&j->key, "before", 7), 0);
	j->has_key = true;
	j->pri = j->delay = 4711;
}

/* Without Check's assertions, each of which takes a while. */
static void
add(struct buf *b, const char *s, size_t times)
{
	while (times-- > 0)
		if (buf_adds(b, s) != 0)
			ck_abort_msg("no memory");
}

/* From memory of the very size. */
static int
parse(struct jsonl *j, const char *line, size_t len, struct buf *why)
{
	char *copy = malloc(len + (len == 0));
	int rc;

	ck_assert_ptr_nonnull(copy);
	memcpy(copy, line, len);
	rc = jsonl_parse(j, copy, len, why);
	free(copy);
	return rc;
}

static void
assert_is(struct buf *why, const char *want)
{
	ck_assert_int_eq(buf_addc(why, '\0'), 0);
	ck_assert_str_eq(buf_data(why), want);
	buf_free(why);
}

START_TEST(reads)
{
	struct buf why = BUF_INIT;
	struct jsonl j;

	fill(&j);
	ck_assert_int_eq(parse(&j, lines[_i].line, lines[_i].len, &why), 0);
	assert_is(&why, "");
	ck_assert_uint_eq(buf_len(&j.body), lines[_i].body_len);
	if (lines[_i].body_len > 0)
		ck_assert_mem_eq(
		    buf_data(&j.body), lines[_i].body, lines[_i].body_len);
	ck_assert_int_eq(j.has_key, lines[_i].key != NULL);
	if (j.has_key) {
		ck_assert_uint_eq(buf_len(&j.key), strlen(lines[_i].key) + 1);
		ck_assert_str_eq(buf_data(&j.key), lines[_i].key);
	}
	ck_assert_int_eq(j.pri, lines[_i].pri);
	ck_assert_int_eq(j.delay, lines[_i].delay);
	jsonl_free(&j);
	assert_empty(&j);
}
END_TEST

/* No start of a line is one. */
START_TEST(needs_the_whole_line)
{
	const char *line = lines[_i].line;
	size_t n = lines[_i].len;
	struct jsonl j;

	while (n > 0 && line[n - 1] != '}')
		n--;
	while (n-- > 0) {
		fill(&j);
		ck_assert_msg(
		    parse(&j, line, n, NULL) == -1, "%zu bytes are enough", n);
		assert_empty(&j);
		jsonl_free(&j);
	}
}
END_TEST

START_TEST(limits_the_length_of_keys)
{
	static const struct {
		const char *unit;
		size_t n;
		int rc;
	} keys[] = {
	    {"x", 1000, 0},
	    {"x", 1001, -1},
	    {"\\u00e4", 500, 0},
	    {"\\u00e4", 501, -1},
	    {"\\ud83d\\ude00", 250, 0},
	    {"\\ud83d\\ude00", 251, -1},
	};
	struct buf line = BUF_INIT, why = BUF_INIT;
	struct jsonl j;
	size_t i;

	jsonl_init(&j);
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		buf_clear(&line);
		add(&line, "{\"body\":\"\",\"key\":\"", 1);
		add(&line, keys[i].unit, keys[i].n);
		add(&line, "\"}", 1);
		ck_assert_int_eq(
		    parse(&j, buf_data(&line), buf_len(&line), &why),
		    keys[i].rc);
		assert_is(&why, keys[i].rc == 0 ? "" : "byte 18: key too long");
		ck_assert_uint_eq(buf_len(&j.key), keys[i].rc == 0 ? 1001 : 0);
	}
	buf_free(&line);
	jsonl_free(&j);
}
END_TEST

/* A line after the other in the same task. */
START_TEST(leaves_nothing_behind)
{
	struct buf why = BUF_INIT;
	struct jsonl j;

	jsonl_init(&j);
	ck_assert_int_eq(parse(&j, lines[2].line, lines[2].len, &why), 0);
	ck_assert(j.has_key && j.pri == -5);
	ck_assert_int_eq(parse(&j, T("{\"base64\":\"\"}"), &why), 0);
	assert_empty(&j);
	ck_assert_int_eq(
	    parse(&j, T("{\"body\":\"a\",\"key\":\"b\"}"), &why), 0);
	ck_assert_int_eq(
	    parse(&j, T("{\"key\":\"c\",\"pri\":1,\"body\":\"d\""), &why), -1);
	assert_empty(&j);
	assert_is(&why, "byte 30: neither ',' nor '}'");
	jsonl_free(&j);
}
END_TEST

START_TEST(appends_the_reason)
{
	struct buf why = BUF_INIT;
	struct jsonl j;

	jsonl_init(&j);
	ck_assert_int_eq(buf_adds(&why, "line 7: "), 0);
	ck_assert_int_eq(jsonl_parse(&j, "{}", 2, &why), -1);
	assert_is(&why, "line 7: byte 1: no body");
	ck_assert_int_eq(jsonl_parse(&j, NULL, 0, &why), -1);
	assert_is(&why, "byte 1: no object");
	ck_assert_int_eq(jsonl_parse(&j, NULL, 0, NULL), -1);
	jsonl_free(&j);
}
END_TEST

/* Numbers whose digits would be too much for any arithmetic but this. */
START_TEST(reads_long_numbers)
{
	static const struct {
		const char *before, *behind;
		int64_t delay;
	} numbers[] = {
	    {"0.", "1", 1},
	    {"0.", "1e100001", SECOND},
	    {"0.", "9e99990", 1},
	    {"1", "e-100000", SECOND},
	    {"1", "1e-100001", SECOND + 1},
	    {"1.", "", SECOND},
	    {"1e-", "1", SECOND / 10},
	};
	struct buf line = BUF_INIT;
	struct jsonl j;
	size_t i;

	jsonl_init(&j);
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		buf_clear(&line);
		add(&line, "{\"body\":\"\",\"delay\":", 1);
		add(&line, numbers[i].before, 1);
		add(&line, "0", 100000);
		add(&line, numbers[i].behind, 1);
		add(&line, "}", 1);
		ck_assert_int_eq(
		    parse(&j, buf_data(&line), buf_len(&line), NULL), 0);
		ck_assert_msg(j.delay == numbers[i].delay, "%s…%s is %" PRId64,
		    numbers[i].before, numbers[i].behind, j.delay);
	}
	buf_free(&line);
	jsonl_free(&j);
}
END_TEST

/* A long nesting must not need memory, nor a long time. */
START_TEST(ends_at_a_deep_nesting)
{
	struct buf line = BUF_INIT, why = BUF_INIT;
	struct jsonl j;

	jsonl_init(&j);
	add(&line, "{\"a\":", 1);
	add(&line, _i == 0 ? "[" : "{\"\":", 1000000);
	ck_assert_int_eq(parse(&j, buf_data(&line), buf_len(&line), &why), -1);
	assert_is(&why,
	    _i == 0 ? "byte 70: nested too deep" : "byte 262: nested too deep");
	buf_free(&line);
	jsonl_free(&j);
}
END_TEST

static Suite *
suite_jsonl(void)
{
	Suite *s = suite_create("jsonl");
	TCase *tc = tcase_create("jsonl");

	tcase_add_loop_test(tc, reads, 0, NROWS(lines));
	tcase_add_loop_test(tc, needs_the_whole_line, 0, NROWS(lines));
	tcase_add_test(tc, limits_the_length_of_keys);
	tcase_add_test(tc, leaves_nothing_behind);
	tcase_add_test(tc, appends_the_reason);
	tcase_add_test(tc, reads_long_numbers);
	tcase_add_loop_test(tc, ends_at_a_deep_nesting, 0, 2);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_jsonl)
