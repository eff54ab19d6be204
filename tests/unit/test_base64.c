/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of base64: the vectors of RFC 4648, all pairs of bytes, and
 * what is none.
 */
#include "config.h"

#include "unit.h"

#include <errno.h>
#include <string.h>

#include "base64.h"

#define NROWS(table) ((int)(sizeof(table) / sizeof((table)[0])))

static const struct {
	const char *bytes;
	size_t n;
	const char *text;
} vectors[] = {
    {"", 0, ""},
    {"f", 1, "Zg=="},
    {"fo", 2, "Zm8="},
    {"foo", 3, "Zm9v"},
    {"foob", 4, "Zm9vYg=="},
    {"fooba", 5, "Zm9vYmE="},
    {"foobar", 6, "Zm9vYmFy"},
    {"\0", 1, "AA=="},
    {"\0\0", 2, "AAA="},
    {"\0\0\0", 3, "AAAA"},
    {"\xff", 1, "/w=="},
    {"\xff\xff", 2, "//8="},
    {"\xff\xff\xff", 3, "////"},
    {"\xfb\xef\xbe", 3, "++++"},
    {"\x00\x10\x83\x10\x51\x87\x20\x92\x8b\x30\xd3\x8f\x41\x14\x93\x51"
     "\x55\x97\x61\x96\x9b\x71\xd7\x9f\x82\x18\xa3\x92\x59\xa7\xa2\x9a"
     "\xab\xb2\xdb\xaf\xc3\x1c\xb3\xd3\x5d\xb7\xe3\x9e\xbb\xf3\xdf\xbf",
	48, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"},
};

START_TEST(encodes)
{
	struct buf b = BUF_INIT;

	ck_assert_int_eq(buf_adds(&b, "x"), 0);
	ck_assert_int_eq(
	    base64_encode(&b, vectors[_i].bytes, vectors[_i].n), 0);
	ck_assert_uint_eq(buf_len(&b), 1 + strlen(vectors[_i].text));
	ck_assert_int_eq(buf_addc(&b, '\0'), 0);
	ck_assert_str_eq(buf_data(&b) + 1, vectors[_i].text);
	buf_free(&b);
}
END_TEST

START_TEST(decodes)
{
	struct buf b = BUF_INIT;

	ck_assert_int_eq(buf_adds(&b, "x"), 0);
	ck_assert_int_eq(
	    base64_decode(&b, vectors[_i].text, strlen(vectors[_i].text)), 0);
	ck_assert_uint_eq(buf_len(&b), 1 + vectors[_i].n);
	ck_assert_mem_eq(buf_data(&b) + 1, vectors[_i].bytes, vectors[_i].n);
	buf_free(&b);
}
END_TEST

static const struct {
	const char *text;
	size_t n;
} wrong[] = {
    {"=", 1},
    {"==", 2},
    {"===", 3},
    {"====", 4},
    {"A", 1},
    {"AA", 2},
    {"AAA", 3},
    {"AAAAA", 5},
    {"A===", 4},
    {"A=AA", 4},
    {"AA=A", 4},
    {"=AAA", 4},
    {"AA==AAAA", 8},
    {"AAA=AAAA", 8},
    {"AA==AA==", 8},
    {"AAAA====", 8},
    {"AAAA=", 5},
    {"AA===", 5},
    {"Zg=", 3},
    {"Zg", 2},
    {"Zm8", 3},
    /* Bits that are left over. */
    {"Zh==", 4},
    {"Zx==", 4},
    {"Zm9=", 4},
    {"Zm+=", 4},
    {"//==", 4},
    {"///=", 4},
    /* Other bytes. */
    {"AA-A", 4},
    {"AA_A", 4},
    {"AAA\n", 4},
    {"AAAA\n", 5},
    {"AA A", 4},
    {" AAA", 4},
    {"AA\0A", 4},
    {"AAA\0", 4},
    {"AA@A", 4},
    {"AA[A", 4},
    {"AA`A", 4},
    {"AA{A", 4},
    {"AA:A", 4},
    {"AA.A", 4},
    {"AA,A", 4},
    {"AA*A", 4},
    {"AAA\xc1", 4},
    {"AAA\xff", 4},
};

START_TEST(refuses)
{
	struct buf b = BUF_INIT;

	ck_assert_int_eq(buf_adds(&b, "before"), 0);
	errno = 0;
	ck_assert_msg(base64_decode(&b, wrong[_i].text, wrong[_i].n) == -1,
	    "'%s' passes", wrong[_i].text);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_uint_eq(buf_len(&b), 6);
	ck_assert_mem_eq(buf_data(&b), "before", 6);
	buf_free(&b);
}
END_TEST

START_TEST(takes_nothing_of_nowhere)
{
	struct buf b = BUF_INIT;

	ck_assert_int_eq(base64_encode(&b, NULL, 0), 0);
	ck_assert_int_eq(base64_decode(&b, NULL, 0), 0);
	ck_assert_uint_eq(buf_len(&b), 0);
	buf_free(&b);
}
END_TEST

/* Pairs of bytes in all places of groups of one, two and three. */
START_TEST(goes_around)
{
	struct buf text = BUF_INIT, back = BUF_INIT;
	const size_t n = (size_t)_i / 3 + 1;
	char bytes[3];
	int v;

	for (v = 0; v < 0x10000; v++) {
		bytes[_i % 3] = (char)(v >> 8);
		bytes[(_i + 1) % 3] = (char)v;
		bytes[(_i + 2) % 3] = (char)(v * 7);
		buf_clear(&text);
		buf_clear(&back);
		if (base64_encode(&text, bytes, n) != 0 ||
		    base64_decode(&back, buf_data(&text), buf_len(&text)) !=
			0 ||
		    buf_len(&back) != n ||
		    memcmp(buf_data(&back), bytes, n) != 0)
			ck_abort_msg("%d does not come back", v);
	}
	buf_free(&text);
	buf_free(&back);
}
END_TEST

/* As many texts are right as there are bytes: none in two ways. */
START_TEST(knows_one_text_only)
{
	char text[4] = "AA==";
	struct buf b = BUF_INIT;
	int a, c, right = 0;

	for (a = 0; a < 256; a++) {
		for (c = 0; c < 256; c++) {
			text[0] = (char)a;
			text[1] = (char)c;
			buf_clear(&b);
			right += base64_decode(&b, text, sizeof(text)) == 0;
		}
	}
	ck_assert_int_eq(right, 256);
	buf_free(&b);
}
END_TEST

static Suite *
suite_base64(void)
{
	Suite *s = suite_create("base64");
	TCase *tc = tcase_create("base64");

	tcase_add_loop_test(tc, encodes, 0, NROWS(vectors));
	tcase_add_loop_test(tc, decodes, 0, NROWS(vectors));
	tcase_add_loop_test(tc, refuses, 0, NROWS(wrong));
	tcase_add_test(tc, takes_nothing_of_nowhere);
	tcase_add_loop_test(tc, goes_around, 0, 9);
	tcase_add_test(tc, knows_one_text_only);
	tcase_set_timeout(tc, 60);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_base64)
