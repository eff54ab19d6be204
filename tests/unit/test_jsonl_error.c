/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of lines of JSON that are no tasks: the reason, and the byte.
 */
#include "config.h"

#include "unit.h"

#include <string.h>

#include "jsonl.h"

#define NROWS(table) ((int)(sizeof(table) / sizeof((table)[0])))

/* A text that may hold NUL. */
#define T(literal) literal, sizeof(literal) - 1

/* Behind a body, which is 12 bytes; a comma in front. */
#define B(literal) T("{\"body\":\"x\"," literal)

#define OPEN8 "[[[[[[[["
#define OPEN64 OPEN8 OPEN8 OPEN8 OPEN8 OPEN8 OPEN8 OPEN8 OPEN8

static const struct {
	const char *line;
	size_t len;
	const char *why;
} errors[] = {
    {T(""), "byte 1: no object"},
    {T(" "), "byte 2: no object"},
    {T("\r\n\t x"), "byte 5: no object"},
    {T("\v{}"), "byte 1: no object"},
    {T("\0"), "byte 1: no object"},
    {T("\xef\xbb\xbf{\"body\":\"\"}"), "byte 1: no object"},
    {T("null"), "byte 1: no object"},
    {T("\"body\""), "byte 1: no object"},
    {T("[{\"body\":\"\"}]"), "byte 1: no object"},
    {T("}"), "byte 1: no object"},
    {T("{}"), "byte 1: no body"},
    {T("  { }"), "byte 3: no body"},
    {T("{\"pri\":1}"), "byte 1: no body"},
    {T("{\"a\":{\"body\":\"\"}}"), "byte 1: no body"},
    {T("{\"Body\":\"\"}"), "byte 1: no body"},
    {T("{\"body\":\"\"}}"), "byte 12: text behind the object"},
    {T("{\"body\":\"\"}{\"body\":\"\"}"), "byte 12: text behind the object"},
    {T("{\"body\":\"\"} \0"), "byte 13: text behind the object"},
    {T("{\"body\":\"\"},"), "byte 12: text behind the object"},
    {T("{\"body\":\"\"}#"), "byte 12: text behind the object"},
    {T("{\"body\":\"\"}\xc3\xa4"), "byte 12: text behind the object"},

    /* Members. */
    {T("{"), "byte 2: no name"},
    {T("{ "), "byte 3: no name"},
    {T("{,"), "byte 2: no name"},
    {T("{]"), "byte 2: no name"},
    {T("{body:\"\"}"), "byte 2: no name"},
    {T("{'body':''}"), "byte 2: no name"},
    {T("{1:2}"), "byte 2: no name"},
    {T("{null:2}"), "byte 2: no name"},
    {T("{{}:2}"), "byte 2: no name"},
    {B("}"), "byte 13: no name"},
    {B(" }"), "byte 14: no name"},
    {B(",\"a\":1}"), "byte 13: no name"},
    {B(""), "byte 13: no name"},
    {T("{\"body\""), "byte 8: no ':'"},
    {T("{\"body\" "), "byte 9: no ':'"},
    {T("{\"body\"}"), "byte 8: no ':'"},
    {T("{\"body\",\"a\":1}"), "byte 8: no ':'"},
    {T("{\"body\"=\"\"}"), "byte 8: no ':'"},
    {T("{\"body\"\"\"}"), "byte 8: no ':'"},
    {T("{\"body\":\"\""), "byte 11: neither ',' nor '}'"},
    {T("{\"body\":\"\"]"), "byte 11: neither ',' nor '}'"},
    {T("{\"body\":\"\" \"a\":1}"), "byte 12: neither ',' nor '}'"},
    {T("{\"body\":\"\";\"a\":1}"), "byte 11: neither ',' nor '}'"},
    {B("\"body\":\"x\"}"), "byte 13: member twice"},
    {B(" \"b\\u006fdy\":\"\"}"), "byte 14: member twice"},
    {B("\"body\""), "byte 19: no ':'"},
    {B("\"body\":}"), "byte 13: member twice"},
    {B("\"pri\":1,\"pri\":1}"), "byte 21: member twice"},
    {B("\"delay\":1,\"delay\":1}"), "byte 23: member twice"},
    {B("\"key\":\"k\",\"key\":\"l\"}"), "byte 23: member twice"},
    {B("\"base64\":\"eA==\"}"), "byte 13: body and base64"},
    {T("{\"base64\":\"\",\"base64\":\"\"}"), "byte 14: member twice"},
    {T("{\"base64\":\"\",\"body\":\"\"}"), "byte 14: body and base64"},

    /* Other values than these must have. */
    {T("{\"body\":"), "byte 9: no string"},
    {T("{\"body\":}"), "byte 9: no string"},
    {T("{\"body\":1}"), "byte 9: no string"},
    {T("{\"body\":null}"), "byte 9: no string"},
    {T("{\"body\":[\"\"]}"), "byte 9: no string"},
    {T("{\"body\": {}}"), "byte 10: no string"},
    {T("{\"body\":'x'}"), "byte 9: no string"},
    {T("{\"base64\":1}"), "byte 11: no string"},
    {B("\"key\":1}"), "byte 19: no string"},
    {B("\"key\":null}"), "byte 19: no string"},
    {B("\"pri\":\"1\"}"), "byte 19: no number"},
    {B("\"pri\":null}"), "byte 19: no number"},
    {B("\"pri\":}"), "byte 19: no number"},
    {B("\"pri\":"), "byte 19: no number"},
    {B("\"pri\":+1}"), "byte 19: no number"},
    {B("\"pri\":NaN}"), "byte 19: no number"},
    {B("\"delay\":\"1\"}"), "byte 21: no number"},
    {B("\"delay\":.5}"), "byte 21: no number"},
    {B("\"delay\":Infinity}"), "byte 21: no number"},
    {B("\"delay\":[1]}"), "byte 21: no number"},

    /* Strings. */
    {T("{\""), "byte 2: unterminated string"},
    {T("{\"body"), "byte 2: unterminated string"},
    {T("{\"body\":\""), "byte 9: unterminated string"},
    {T("{\"body\":\"x\\\""), "byte 9: unterminated string"},
    {T("{\"body\":\"x\\\\\\\"}"), "byte 9: unterminated string"},
    {T("{\"body\":\"\\"), "byte 10: unknown escape"},
    {T("{\"body\":\"\\a\"}"), "byte 10: unknown escape"},
    {T("{\"body\":\"\\'\"}"), "byte 10: unknown escape"},
    {T("{\"body\":\"\\N\"}"), "byte 10: unknown escape"},
    {T("{\"body\":\"\\0\"}"), "byte 10: unknown escape"},
    {T("{\"body\":\"\\\0\"}"), "byte 10: unknown escape"},
    {T("{\"body\":\"x\\x41\"}"), "byte 11: unknown escape"},
    {T("{\"body\":\"\\U0041\"}"), "byte 10: unknown escape"},
    {T("{\"body\":\"\\u"), "byte 10: unknown escape"},
    {T("{\"body\":\"\\u004"), "byte 10: unknown escape"},
    {T("{\"body\":\"\\u004\"}"), "byte 10: unknown escape"},
    {T("{\"body\":\"\\u004g\"}"), "byte 10: unknown escape"},
    {T("{\"body\":\"\\u 041\"}"), "byte 10: unknown escape"},
    {T("{\"body\":\"\\u+041\"}"), "byte 10: unknown escape"},
    {T("{\"body\":\"\\u{41}\"}"), "byte 10: unknown escape"},
    {T("{\"body\":\"\\u004\0\"}"), "byte 10: unknown escape"},
    {T("{\"body\":\"a\nb\"}"), "byte 11: control character"},
    {T("{\"body\":\"\t\"}"), "byte 10: control character"},
    {T("{\"body\":\"\x1f\"}"), "byte 10: control character"},
    {T("{\"body\":\"\0\"}"), "byte 10: control character"},
    {T("{\"bo\0dy\":\"\"}"), "byte 5: control character"},
    {T("{\"a\":\"\r\"}"), "byte 7: control character"},

    /* Surrogates. */
    {T("{\"body\":\"\\ud800\"}"), "byte 10: lone surrogate"},
    {T("{\"body\":\"\\ud800x\"}"), "byte 10: lone surrogate"},
    {T("{\"body\":\"\\udbff\\n\"}"), "byte 10: lone surrogate"},
    {T("{\"body\":\"\\udc00\"}"), "byte 10: lone surrogate"},
    {T("{\"body\":\"\\udfff\"}"), "byte 10: lone surrogate"},
    {T("{\"body\":\"\\udc00\\ud800\"}"), "byte 10: lone surrogate"},
    {T("{\"body\":\"\\ud800\\ud800\\udc00\"}"), "byte 10: lone surrogate"},
    {T("{\"body\":\"\\ud800\\udbff\"}"), "byte 10: lone surrogate"},
    {T("{\"body\":\"\\ud800\\ue000\"}"), "byte 10: lone surrogate"},
    {T("{\"body\":\"\\ud800\\u0041\"}"), "byte 10: lone surrogate"},
    {T("{\"body\":\"\\ud800\\\\udc00\"}"), "byte 10: lone surrogate"},
    {T("{\"body\":\"\\ud800\\udc0\"}"), "byte 10: lone surrogate"},
    {T("{\"body\":\"\\ud800"), "byte 10: lone surrogate"},
    {T("{\"body\":\"\\ud800\\udc00\\udc00\"}"), "byte 22: lone surrogate"},
    {T("{\"a\":\"\\ud800\"}"), "byte 7: lone surrogate"},
    {T("{\"\\udead\":1}"), "byte 3: lone surrogate"},

    /* UTF-8. */
    {T("{\"body\":\"\xff\"}"), "byte 10: not UTF-8"},
    {T("{\"body\":\"a\x80\"}"), "byte 11: not UTF-8"},
    {T("{\"body\":\"\xc3\xa4\xc3\"}"), "byte 12: not UTF-8"},
    {T("{\"body\":\"\xc0\x80\"}"), "byte 10: not UTF-8"},
    {T("{\"body\":\"\xed\xa0\x80\xed\xb0\x80\"}"), "byte 10: not UTF-8"},
    {T("{\"body\":\"\xf4\x90\x80\x80\"}"), "byte 10: not UTF-8"},
    {T("{\"body\":\"\xf0\x9f\x98"), "byte 10: not UTF-8"},
    {T("{\"a\":\"\xe2\x82\"}"), "byte 7: not UTF-8"},
    {T("{\"\xe4\":1}"), "byte 3: not UTF-8"},
    {T("{\"a\":[{\"b\":\"\xfe\"}]}"), "byte 13: not UTF-8"},
    {T("{\"body\":\xc3\xa4}"), "byte 9: no string"},

    /* Base64. */
    {T("{\"base64\":\"eA=\"}"), "byte 11: no base64"},
    {T("{\"base64\": \"eA\"}"), "byte 12: no base64"},
    {T("{\"base64\":\"eB==\"}"), "byte 11: no base64"},
    {T("{\"base64\":\"e A=\"}"), "byte 11: no base64"},
    {T("{\"base64\":\"eA==\\n\"}"), "byte 11: no base64"},
    {T("{\"base64\":\"_-A=\"}"), "byte 11: no base64"},
    {T("{\"base64\":\"AAA\\u0000\"}"), "byte 11: no base64"},
    {T("{\"base64\":\"eA==\xff\"}"), "byte 16: not UTF-8"},

    /* Numbers. */
    {B("\"pri\":-}"), "byte 20: no digit"},
    {B("\"pri\":-x}"), "byte 20: no digit"},
    {B("\"pri\":--1}"), "byte 20: no digit"},
    {B("\"pri\":00}"), "byte 19: zero in front of a number"},
    {B("\"pri\":01}"), "byte 19: zero in front of a number"},
    {B("\"pri\":-01}"), "byte 20: zero in front of a number"},
    {B("\"pri\":1x}"), "byte 20: neither ',' nor '}'"},
    {B("\"pri\":0x10}"), "byte 20: neither ',' nor '}'"},
    {B("\"pri\":1 2}"), "byte 21: neither ',' nor '}'"},
    {B("\"pri\":1.}"), "byte 21: no digit"},
    {B("\"pri\":1.0}"), "byte 19: no integer"},
    {B("\"pri\":1e0}"), "byte 19: no integer"},
    {B("\"pri\":0.5}"), "byte 19: no integer"},
    {B("\"pri\":1000000001}"), "byte 19: out of range"},
    {B("\"pri\":-1000000001}"), "byte 19: out of range"},
    {B("\"pri\":4294967296}"), "byte 19: out of range"},
    {B("\"pri\":18446744073709551616}"), "byte 19: out of range"},
    {B("\"pri\":-18446744073709551617}"), "byte 19: out of range"},
    {B("\"delay\":1.}"), "byte 23: no digit"},
    {B("\"delay\":1.e5}"), "byte 23: no digit"},
    {B("\"delay\":1e}"), "byte 23: no digit"},
    {B("\"delay\":1e+}"), "byte 24: no digit"},
    {B("\"delay\":1e+-1}"), "byte 24: no digit"},
    {B("\"delay\":1E-"), "byte 24: no digit"},
    {B("\"delay\":1e1.5}"), "byte 24: neither ',' nor '}'"},
    {B("\"delay\":1.5.5}"), "byte 24: neither ',' nor '}'"},
    {B("\"delay\":1_000}"), "byte 22: neither ',' nor '}'"},
    {B("\"delay\":5s}"), "byte 22: neither ',' nor '}'"},
    {B("\"delay\":-1}"), "byte 21: out of range"},
    {B("\"delay\":-0.1}"), "byte 21: out of range"},
    {B("\"delay\":-1e-400}"), "byte 21: out of range"},
    {B("\"delay\":9223372036.854775808}"), "byte 21: out of range"},
    {B("\"delay\":9223372036.8547758070001}"), "byte 21: out of range"},
    {B("\"delay\":9223372037}"), "byte 21: out of range"},
    {B("\"delay\":-9223372037}"), "byte 21: out of range"},
    {B("\"delay\":18446744073.709551617}"), "byte 21: out of range"},
    {B("\"delay\":1e10}"), "byte 21: out of range"},
    {B("\"delay\":1e99999999999999999999}"), "byte 21: out of range"},
    {B("\"delay\":0.1e18446744073709551616}"), "byte 21: out of range"},
    {B("\"delay\":1e9223372036854775807}"), "byte 21: out of range"},

    /* Keys. */
    {B("\"key\":\"\"}"), "byte 19: empty key"},
    {B("\"key\":\"\\u0000\"}"), "byte 19: NUL in key"},
    {B("\"key\":\"a\\u0000\"}"), "byte 19: NUL in key"},
    {B("\"key\":\"\\u0000a\"}"), "byte 19: NUL in key"},

    /* What is passed over is JSON, too. */
    {T("{\"a\":"), "byte 6: no value"},
    {T("{\"a\":}"), "byte 6: no value"},
    {T("{\"a\":,"), "byte 6: no value"},
    {T("{\"a\":True}"), "byte 6: no value"},
    {T("{\"a\":nul}"), "byte 6: no value"},
    {T("{\"a\":tru"), "byte 6: no value"},
    {T("{\"a\":fals"), "byte 6: no value"},
    {T("{\"a\":true"), "byte 10: neither ',' nor '}'"},
    {T("{\"a\":nulll}"), "byte 10: neither ',' nor '}'"},
    {T("{\"a\":'b'}"), "byte 6: no value"},
    {T("{\"a\":/**/1}"), "byte 6: no value"},
    {T("{\"a\":\0}"), "byte 6: no value"},
    {T("{\"a\":+1}"), "byte 6: no value"},
    {T("{\"a\":.1}"), "byte 6: no value"},
    {T("{\"a\":-}"), "byte 7: no digit"},
    {T("{\"a\":1.}"), "byte 8: no digit"},
    {T("{\"a\":012}"), "byte 6: zero in front of a number"},
    {T("{\"a\":["), "byte 7: no value"},
    {T("{\"a\":[1"), "byte 8: neither ',' nor ']'"},
    {T("{\"a\":[1,"), "byte 9: no value"},
    {T("{\"a\":[1,]}"), "byte 9: no value"},
    {T("{\"a\":[,1]}"), "byte 7: no value"},
    {T("{\"a\":[1 2]}"), "byte 9: neither ',' nor ']'"},
    {T("{\"a\":[1}]"), "byte 8: neither ',' nor ']'"},
    {T("{\"a\":[}"), "byte 7: no value"},
    {T("{\"a\":{]"), "byte 7: no name"},
    {T("{\"a\":{1}}"), "byte 7: no name"},
    {T("{\"a\":{\"b\"}}"), "byte 10: no ':'"},
    {T("{\"a\":{\"b\":}}"), "byte 11: no value"},
    {T("{\"a\":{\"b\":1,}}"), "byte 13: no name"},
    {T("{\"a\":{\"b\":1]}"), "byte 12: neither ',' nor '}'"},
    {T("{\"a\":" OPEN64), "byte 70: no value"},
    {T("{\"a\":" OPEN64 "["), "byte 70: nested too deep"},
    {T("{\"a\":" OPEN64 "{"), "byte 70: nested too deep"},
};

/* From memory of the very size. */
START_TEST(tells_what_is_wrong)
{
	size_t len = errors[_i].len;
	char *line = malloc(len + (len == 0));
	struct buf why = BUF_INIT;
	struct jsonl j;

	jsonl_init(&j);
	ck_assert_int_eq(buf_adds(&j.body, "before"), 0);
	ck_assert_ptr_nonnull(line);
	memcpy(line, errors[_i].line, len);
	ck_assert_int_eq(jsonl_parse(&j, line, len, &why), -1);
	ck_assert_int_eq(buf_addc(&why, '\0'), 0);
	ck_assert_str_eq(buf_data(&why), errors[_i].why);
	ck_assert_uint_eq(buf_len(&j.body), 0);
	ck_assert_uint_eq(buf_len(&j.key), 0);
	ck_assert(!j.has_key && j.pri == 0 && j.delay == 0);
	free(line);
	buf_free(&why);
	jsonl_free(&j);
}
END_TEST

static Suite *
suite_jsonl_error(void)
{
	Suite *s = suite_create("jsonl_error");
	TCase *tc = tcase_create("jsonl_error");

	tcase_add_loop_test(tc, tells_what_is_wrong, 0, NROWS(errors));
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_jsonl_error)
