/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of writing tasks as lines of JSON, and of reading these back.
 */
#include "config.h"

#include "unit.h"

#include <errno.h>
#include <string.h>

#include "jsonl.h"

#define NROWS(table) ((int)(sizeof(table) / sizeof((table)[0])))

/* A text that may hold NUL. */
#define T(literal) literal, sizeof(literal) - 1

static const struct {
	const char *body;
	size_t len;
	const char *key;
	int64_t pri, delay;
	const char *line;
} tasks[] = {
    {T(""), NULL, 0, 0, "{\"body\":\"\"}\n"},
    {T("x"), NULL, 0, 0, "{\"body\":\"x\"}\n"},
    {T("x"), "k", -5, 1500000000,
	"{\"body\":\"x\",\"pri\":-5,\"delay\":1.5,\"key\":\"k\"}\n"},
    {T("x"), NULL, 1000000000, 0, "{\"body\":\"x\",\"pri\":1000000000}\n"},
    {T("x"), NULL, -1000000000, 0, "{\"body\":\"x\",\"pri\":-1000000000}\n"},

    /* Bodies. */
    {T("a\nb\n"), NULL, 0, 0, "{\"body\":\"a\\nb\\n\"}\n"},
    {T("\"\\/\b\f\n\r\t"), NULL, 0, 0,
	"{\"body\":\"\\\"\\\\/\\b\\f\\n\\r\\t\"}\n"},
    {T("\0\x01\v\x1b\x1f \x7e\x7f"), NULL, 0, 0,
	"{\"body\":\"\\u0000\\u0001\\u000b\\u001b\\u001f ~\\u007f\"}\n"},
    {T("\0"), NULL, 0, 0, "{\"body\":\"\\u0000\"}\n"},
    {T("a\0\0b"), NULL, 0, 0, "{\"body\":\"a\\u0000\\u0000b\"}\n"},
    {T("\xc2\x80\xc2\x9b\xc2\x9f\xc2\xa0\xc3\x80"), NULL, 0, 0,
	"{\"body\":\"\\u0080\\u009b\\u009f\xc2\xa0\xc3\x80\"}\n"},
    {T("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"), NULL, 0, 0,
	"{\"body\":\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"}\n"},
    {T("\xf4\x8f\xbf\xbf\xef\xbb\xbf\xef\xbf\xbf"), NULL, 0, 0,
	"{\"body\":\"\xf4\x8f\xbf\xbf\xef\xbb\xbf\xef\xbf\xbf\"}\n"},
    {T("\\u0041"), NULL, 0, 0, "{\"body\":\"\\\\u0041\"}\n"},
    {T("{}[],:'"), NULL, 0, 0, "{\"body\":\"{}[],:'\"}\n"},
    {T("\xff"), NULL, 0, 0, "{\"base64\":\"/w==\"}\n"},
    {T("\x80\0"), NULL, 0, 0, "{\"base64\":\"gAA=\"}\n"},
    {T("foo\xe2\x82"), NULL, 0, 0, "{\"base64\":\"Zm9v4oI=\"}\n"},
    {T("\xed\xa0\x80"), NULL, 0, 0, "{\"base64\":\"7aCA\"}\n"},
    {T("\xc0\x80"), "k", 1, 1000000000,
	"{\"base64\":\"wIA=\",\"pri\":1,\"delay\":1,\"key\":\"k\"}\n"},

    /* Delays. */
    {T(""), NULL, 0, 1, "{\"body\":\"\",\"delay\":0.000000001}\n"},
    {T(""), NULL, 0, 10, "{\"body\":\"\",\"delay\":0.00000001}\n"},
    {T(""), NULL, 0, 999999999, "{\"body\":\"\",\"delay\":0.999999999}\n"},
    {T(""), NULL, 0, 100000000, "{\"body\":\"\",\"delay\":0.1}\n"},
    {T(""), NULL, 0, INT64_C(10000000000), "{\"body\":\"\",\"delay\":10}\n"},
    {T(""), NULL, 0, INT64_C(100000000010),
	"{\"body\":\"\",\"delay\":100.00000001}\n"},
    {T(""), NULL, 0, INT64_MAX,
	"{\"body\":\"\",\"delay\":9223372036.854775807}\n"},

    /* Keys. */
    {T(""), "\xc3\xa4 \"\\\n\x7f\xc2\x85", 0, 0,
	"{\"body\":\"\",\"key\":\"\xc3\xa4 \\\"\\\\\\n\\u007f\\u0085\"}\n"},
};

static void
make(struct jsonl *j, int i)
{
	jsonl_init(j);
	ck_assert_int_eq(buf_add(&j->body, tasks[i].body, tasks[i].len), 0);
	j->has_key = tasks[i].key != NULL;
	if (j->has_key)
		ck_assert_int_eq(
		    buf_add(&j->key, tasks[i].key, strlen(tasks[i].key) + 1),
		    0);
	j->pri = tasks[i].pri;
	j->delay = tasks[i].delay;
}

START_TEST(writes)
{
	struct buf out = BUF_INIT;
	struct jsonl j;

	make(&j, _i);
	ck_assert_int_eq(jsonl_format(&j, &out), 0);
	ck_assert_int_eq(buf_addc(&out, '\0'), 0);
	ck_assert_str_eq(buf_data(&out), tasks[_i].line);
	buf_free(&out);
	jsonl_free(&j);
}
END_TEST

static void
assert_same(const struct jsonl *a, const struct jsonl *b)
{
	ck_assert_uint_eq(buf_len(&a->body), buf_len(&b->body));
	if (buf_len(&a->body) > 0)
		ck_assert_mem_eq(
		    buf_data(&a->body), buf_data(&b->body), buf_len(&a->body));
	ck_assert_int_eq(a->has_key, b->has_key);
	if (a->has_key) {
		ck_assert_uint_eq(buf_len(&a->key), buf_len(&b->key));
		ck_assert_str_eq(buf_data(&a->key), buf_data(&b->key));
	}
	ck_assert_int_eq(a->pri, b->pri);
	ck_assert_int_eq(a->delay, b->delay);
}

START_TEST(is_read_back)
{
	struct buf out = BUF_INIT, why = BUF_INIT;
	struct jsonl j, back;

	make(&j, _i);
	jsonl_init(&back);
	ck_assert_int_eq(jsonl_format(&j, &out), 0);
	ck_assert_int_eq(
	    jsonl_parse(&back, buf_data(&out), buf_len(&out) - 1, &why), 0);
	assert_same(&j, &back);
	buf_free(&out);
	jsonl_free(&j);
	jsonl_free(&back);
}
END_TEST

/* Without Check's assertions, each of which takes a while. */
static bool
comes_back(struct jsonl *j, struct jsonl *back, struct buf *out)
{
	buf_clear(out);
	return jsonl_format(j, out) == 0 &&
	    memchr(buf_data(out), '\n', buf_len(out)) ==
	    buf_data(out) + buf_len(out) - 1 &&
	    jsonl_parse(back, buf_data(out), buf_len(out) - 1, NULL) == 0 &&
	    buf_len(&back->body) == buf_len(&j->body) &&
	    memcmp(buf_data(&back->body), buf_data(&j->body),
		buf_len(&j->body)) == 0;
}

/* All pairs of them, and each alone. */
START_TEST(brings_all_bytes_back)
{
	struct buf out = BUF_INIT;
	struct jsonl j, back;
	char body[2];
	int v;

	jsonl_init(&j);
	jsonl_init(&back);
	for (v = 0; v < 0x10100; v++) {
		body[0] = (char)v;
		body[1] = (char)(v >> 8);
		buf_clear(&j.body);
		if (buf_add(&j.body, body, v < 0x10000 ? 2 : 1) != 0 ||
		    !comes_back(&j, &back, &out))
			ck_abort_msg("%x does not come back", v);
	}
	buf_free(&out);
	jsonl_free(&j);
	jsonl_free(&back);
}
END_TEST

START_TEST(appends)
{
	struct buf out = BUF_INIT;
	struct jsonl j;

	make(&j, 1);
	ck_assert_int_eq(jsonl_format(&j, &out), 0);
	ck_assert_int_eq(jsonl_format(&j, &out), 0);
	ck_assert_int_eq(buf_addc(&out, '\0'), 0);
	ck_assert_str_eq(
	    buf_data(&out), "{\"body\":\"x\"}\n{\"body\":\"x\"}\n");
	buf_free(&out);
	jsonl_free(&j);
}
END_TEST

START_TEST(writes_large_bodies)
{
	const size_t n = 1000000;
	struct buf out = BUF_INIT;
	struct jsonl j, back;
	size_t i;

	jsonl_init(&j);
	jsonl_init(&back);
	ck_assert_ptr_nonnull(buf_reserve(&j.body, n));
	for (i = 0; i < n; i++)
		buf_data(&j.body)[i] = "ab\n"[i % 3];
	buf_grown(&j.body, n);
	if (_i == 1)
		ck_assert_int_eq(buf_addc(&j.body, '\xff'), 0);
	ck_assert_int_eq(jsonl_format(&j, &out), 0);
	ck_assert_uint_eq(
	    buf_len(&out), _i == 0 ? n + n / 3 + 12 : (n + 3) / 3 * 4 + 14);
	ck_assert_int_eq(
	    jsonl_parse(&back, buf_data(&out), buf_len(&out) - 1, NULL), 0);
	assert_same(&j, &back);
	buf_free(&out);
	jsonl_free(&j);
	jsonl_free(&back);
}
END_TEST

/* A key that is none. */
static const struct {
	const char *bytes;
	size_t n;
} no_keys[] = {
    {"", 0},
    {"\0", 1},
    {"k", 1},
    {"\0\0", 2},
    {"a\0b\0", 4},
    {"ab\0\0", 4},
    {"\xff\0", 2},
    {"\xc3\0", 2},
    {"\xed\xa0\x80\0", 4},
};

static void
assert_refused(const struct jsonl *j)
{
	struct buf out = BUF_INIT;

	ck_assert_int_eq(buf_adds(&out, "before"), 0);
	errno = 0;
	ck_assert_int_eq(jsonl_format(j, &out), -1);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_uint_eq(buf_len(&out), 6);
	ck_assert_mem_eq(buf_data(&out), "before", 6);
	buf_free(&out);
}

START_TEST(refuses_keys)
{
	struct jsonl j;

	make(&j, 1);
	j.has_key = true;
	if (no_keys[_i].n > 0)
		ck_assert_int_eq(
		    buf_add(&j.key, no_keys[_i].bytes, no_keys[_i].n), 0);
	assert_refused(&j);
	jsonl_free(&j);
}
END_TEST

START_TEST(refuses_what_is_out_of_range)
{
	struct buf out = BUF_INIT;
	struct jsonl j;
	int i;

	make(&j, 1);
	j.pri = JSONL_PRI_MAX + 1;
	assert_refused(&j);
	j.pri = -JSONL_PRI_MAX - 1;
	assert_refused(&j);
	j.pri = 0;
	j.delay = -1;
	assert_refused(&j);
	j.delay = 0;
	j.has_key = true;
	for (i = 0; i < JSONL_KEY_MAX; i++)
		ck_assert_int_eq(buf_addc(&j.key, 'k'), 0);
	ck_assert_int_eq(buf_addc(&j.key, '\0'), 0);
	ck_assert_int_eq(jsonl_format(&j, &out), 0);
	buf_clear(&j.key);
	for (i = 0; i <= JSONL_KEY_MAX; i++)
		ck_assert_int_eq(buf_addc(&j.key, 'k'), 0);
	ck_assert_int_eq(buf_addc(&j.key, '\0'), 0);
	assert_refused(&j);
	buf_free(&out);
	jsonl_free(&j);
}
END_TEST

static Suite *
suite_jsonl_format(void)
{
	Suite *s = suite_create("jsonl_format");
	TCase *tc = tcase_create("jsonl_format");

	tcase_add_loop_test(tc, writes, 0, NROWS(tasks));
	tcase_add_loop_test(tc, is_read_back, 0, NROWS(tasks));
	tcase_add_test(tc, brings_all_bytes_back);
	tcase_add_test(tc, appends);
	tcase_add_loop_test(tc, writes_large_bodies, 0, 2);
	tcase_add_loop_test(tc, refuses_keys, 0, NROWS(no_keys));
	tcase_add_test(tc, refuses_what_is_out_of_range);
	tcase_set_timeout(tc, 60);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_jsonl_format)
