/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of lines with names.
 */
#include "unit.h"

#include <stdbool.h>
#include <string.h>

#include "tagger.h"

#define NROWS(table) ((int)(sizeof(table) / sizeof((table)[0])))

/* What comes, piece by piece; what is out when each is in, with the end
 * last. */
static const struct {
	const char *in[4], *out[4];
} streams[] = {
    {{"a\n"}, {"n\ta\n", ""}},
    {{"a"}, {"", "n\ta\n"}},
    {{"a", "b", "\nc"}, {"", "", "n\tab\n", "n\tc\n"}},
    {{"\n\n"}, {"n\t\nn\t\n", ""}},
    {{"a\nb\nc"}, {"n\ta\nn\tb\n", "n\tc\n"}},
    {{"a\r\n\tb\n"}, {"n\ta\r\nn\t\tb\n", ""}},
    {{"\n"}, {"n\t\n", ""}},
    {{""}, {"", ""}},
    {{"a\n", "\n", "b\n"}, {"n\ta\n", "n\t\n", "n\tb\n", ""}},
};

static void
expect(struct buf *out, const char *want)
{
	ck_assert_int_eq(buf_addc(out, '\0'), 0);
	ck_assert_str_eq(buf_data(out), want);
	buf_clear(out);
}

START_TEST(puts_names_before_lines)
{
	const char *const *in = streams[_i].in;
	struct buf out = BUF_INIT;
	struct tagger t;
	int i;

	tagger_init(&t);
	for (i = 0; i < 3 && in[i] != NULL; i++) {
		ck_assert_int_eq(
		    tagger_add(&t, "n", in[i], strlen(in[i]), &out), 0);
		expect(&out, streams[_i].out[i]);
	}
	ck_assert_int_eq(tagger_end(&t, "n", &out), 0);
	expect(&out, streams[_i].out[i]);
	tagger_free(&t);
	buf_free(&out);
}
END_TEST

/* A line of that many bytes, in pieces; and the lengths of those that come
 * out. A newline is a byte, too. */
static const struct {
	size_t n;
	bool newline;
	size_t out[3];
} lines[] = {
    {TAGGER_LINE_MAX - 1, true, {TAGGER_LINE_MAX - 1}},
    {TAGGER_LINE_MAX, true, {TAGGER_LINE_MAX}},
    {TAGGER_LINE_MAX, false, {TAGGER_LINE_MAX}},
    {TAGGER_LINE_MAX + 1, true, {TAGGER_LINE_MAX, 1}},
    {2 * TAGGER_LINE_MAX + 5, false, {TAGGER_LINE_MAX, TAGGER_LINE_MAX, 5}},
};

static void
add_many(struct tagger *t, char c, size_t n, struct buf *out)
{
	char piece[4096];
	size_t len;

	memset(piece, c, sizeof(piece));
	for (; n > 0; n -= len) {
		len = n < sizeof(piece) ? n : sizeof(piece);
		ck_assert_int_eq(tagger_add(t, "name", piece, len, out), 0);
	}
}

START_TEST(breaks_long_lines)
{
	struct buf out = BUF_INIT;
	const char *p, *end;
	struct tagger t;
	int i;

	tagger_init(&t);
	add_many(&t, 'x', lines[_i].n, &out);
	if (lines[_i].newline)
		add_many(&t, '\n', 1, &out);
	ck_assert_int_eq(tagger_end(&t, "name", &out), 0);
	ck_assert_int_eq(buf_addc(&out, '\0'), 0);
	p = buf_data(&out);
	for (i = 0; i < 3 && lines[_i].out[i] > 0; i++) {
		ck_assert_int_eq(strncmp(p, "name\t", 5), 0);
		end = strchr(p, '\n');
		ck_assert_ptr_nonnull(end);
		ck_assert_uint_eq((size_t)(end - p) - 5, lines[_i].out[i]);
		p = end + 1;
	}
	ck_assert_str_eq(p, "");
	tagger_free(&t);
	buf_free(&out);
}
END_TEST

static Suite *
suite_tagger(void)
{
	Suite *s = suite_create("tagger");
	TCase *tc = tcase_create("tagger");

	tcase_add_loop_test(tc, puts_names_before_lines, 0, NROWS(streams));
	tcase_add_loop_test(tc, breaks_long_lines, 0, NROWS(lines));
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_tagger)
