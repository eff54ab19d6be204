/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of UTF-8: all code points, all that begins with any two
 * bytes, and the ends of the ranges.
 */
#include "config.h"

#include "unit.h"

#include <string.h>

#include "utf8.h"

#define NROWS(table) ((int)(sizeof(table) / sizeof((table)[0])))

static const struct {
	const char *s;
	size_t n, len;
} sequences[] = {
    {"\0", 1, 1},
    {"a", 1, 1},
    {"\x7f", 1, 1},
    {"\x7f\x80", 2, 1},
    {"\xc2\x80", 2, 2},
    {"\xc2\x80\x80", 3, 2},
    {"\xdf\xbf", 2, 2},
    {"\xe0\xa0\x80", 3, 3},
    {"\xed\x9f\xbf", 3, 3},
    {"\xee\x80\x80", 3, 3},
    {"\xef\xbf\xbf", 3, 3},
    {"\xf0\x90\x80\x80", 4, 4},
    {"\xf4\x8f\xbf\xbf", 4, 4},
    {"\xf4\x8f\xbf\xbf\x80", 5, 4},

    /* Alone, or cut. */
    {"\x80", 1, 0},
    {"\xbf", 1, 0},
    {"\xc2", 1, 0},
    {"\xe1\x80", 2, 0},
    {"\xf1\x80\x80", 3, 0},
    {"\xf1", 1, 0},
    {"\xc2z", 2, 0},
    {"\xc2\xc2", 2, 0},
    {"\xe1\x80z", 3, 0},
    {"\xe1z\x80", 3, 0},
    {"\xf1\x80\x80\x7f", 4, 0},
    {"\xf1\x80\x80\xc0", 4, 0},
    {"\xf1\x80\xc0\x80", 4, 0},

    /* Too long, surrogates, too large, never. */
    {"\xc0\x80", 2, 0},
    {"\xc1\xbf", 2, 0},
    {"\xe0\x80\x80", 3, 0},
    {"\xe0\x9f\xbf", 3, 0},
    {"\xed\xa0\x80", 3, 0},
    {"\xed\xbf\xbf", 3, 0},
    {"\xf0\x80\x80\x80", 4, 0},
    {"\xf0\x8f\xbf\xbf", 4, 0},
    {"\xf4\x90\x80\x80", 4, 0},
    {"\xf5\x80\x80\x80", 4, 0},
    {"\xf8\x88\x80\x80\x80", 5, 0},
    {"\xfe", 1, 0},
    {"\xff", 1, 0},
};

/* From memory of the very size. */
START_TEST(tells_lengths)
{
	size_t n = sequences[_i].n;
	char *s = malloc(n);

	ck_assert_ptr_nonnull(s);
	memcpy(s, sequences[_i].s, n);
	ck_assert_uint_eq(utf8_len(s, n), sequences[_i].len);
	ck_assert_int_eq(utf8_valid(s, n), sequences[_i].len == n);
	free(s);
}
END_TEST

/* In a string its NUL ends what is cut. */
START_TEST(looks_no_further_than_a_nul)
{
	char *s = malloc(3);

	ck_assert_ptr_nonnull(s);
	memcpy(s, "\xf1\x80", 3);
	ck_assert_uint_eq(utf8_len(s, UTF8_MAX), 0);
	ck_assert_uint_eq(utf8_len(s + 1, UTF8_MAX), 0);
	ck_assert_uint_eq(utf8_len(s + 2, UTF8_MAX), 1);
	free(s);
}
END_TEST

static size_t
length_of(unsigned code)
{
	return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

/* Each is longer than the one before or comes behind it. */
START_TEST(knows_all_code_points)
{
	char s[UTF8_MAX], before[UTF8_MAX] = {0};
	size_t len, had = 0, count = 0;
	unsigned code;

	for (code = 0; code <= 0x10ffff; code++) {
		len = utf8_put(code, s);
		if (len != length_of(code))
			ck_abort_msg("U+%X has length %zu", code, len);
		if (code >> 11 == 0xd800 >> 11) {
			if (utf8_len(s, len) != 0)
				ck_abort_msg("surrogate U+%X passes", code);
			continue;
		}
		if (utf8_len(s, len) != len || !utf8_valid(s, len))
			ck_abort_msg("U+%X does not pass", code);
		if (len == had && memcmp(before, s, len) >= 0)
			ck_abort_msg("U+%X is not in its place", code);
		memcpy(before, s, len);
		had = len;
		count++;
	}
	ck_assert_uint_eq(count, 0x110000 - 0x800);
}
END_TEST

/* There are no more sequences than code points. */
START_TEST(knows_no_others)
{
	size_t count[UTF8_MAX + 1] = {0}, n;
	unsigned v;
	char s[4];

	for (v = 0; v < 0x1000000; v++) {
		for (n = 0; n < 3; n++)
			s[n] = (char)(v >> (16 - 8 * n) & 0xff);
		/* All last bytes are alike. */
		s[3] = (char)(0x80 | (v & 0x3f));
		count[utf8_len(s, sizeof(s))]++;
	}
	ck_assert_uint_eq(count[1], 0x80 * 0x10000UL);
	ck_assert_uint_eq(count[2], (0x800 - 0x80) * 0x100UL);
	ck_assert_uint_eq(count[3], 0x10000 - 0x800 - 0x800);
	ck_assert_uint_eq(count[4], 0x100000 / 0x40);
}
END_TEST

START_TEST(tells_valid_texts)
{
	ck_assert(utf8_valid(NULL, 0));
	ck_assert(utf8_valid("a\0\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80z", 12));
	ck_assert(!utf8_valid("a\0\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80z", 10));
	ck_assert(!utf8_valid("aaaaaaaa\xff", 9));
	ck_assert(utf8_valid("aaaaaaaa\xff", 8));
	ck_assert(!utf8_valid("\x80zzzzzz", 7));
	ck_assert(!utf8_valid("a\xc3", 2));
}
END_TEST

static Suite *
suite_utf8(void)
{
	Suite *s = suite_create("utf8");
	TCase *tc = tcase_create("utf8");

	tcase_add_loop_test(tc, tells_lengths, 0, NROWS(sequences));
	tcase_add_test(tc, looks_no_further_than_a_nul);
	tcase_add_test(tc, knows_all_code_points);
	tcase_add_test(tc, knows_no_others);
	tcase_add_test(tc, tells_valid_texts);
	tcase_set_timeout(tc, 60);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_utf8)
