/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of receipts: what is written is read back, and nothing else.
 */
#include "config.h"

#include "unit.h"

#include <errno.h>
#include <string.h>

#include "receipt.h"

#define NROWS(table) ((int)(sizeof(table) / sizeof((table)[0])))

static const struct {
	const char *text;
	struct receipt r;
} receipts[] = {
    {"12.1.0123456789abcdef",
	{12, 1, {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef}}},
    {"1.1.0000000000000000", {1, 1, {0}}},
    {"1.10.ffffffffffffffff",
	{1, 10, {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}}},
    {"10.1.8000000000000001", {10, 1, {0x80, 0, 0, 0, 0, 0, 0, 1}}},
    {"9.8.0e00000000000000", {9, 8, {0x0e}}},
    {"2147483648.4294967296.00000000deadbeef",
	{INT64_C(2147483648), INT64_C(4294967296),
	    {0, 0, 0, 0, 0xde, 0xad, 0xbe, 0xef}}},
    {"9223372036854775807.9223372036854775807.0102030405060708",
	{INT64_MAX, INT64_MAX, {1, 2, 3, 4, 5, 6, 7, 8}}},
    {"9223372036854775806.1000000000000000000.f0e0d0c0b0a09080",
	{INT64_MAX - 1, INT64_C(1000000000000000000),
	    {0xf0, 0xe0, 0xd0, 0xc0, 0xb0, 0xa0, 0x90, 0x80}}},
};

START_TEST(formats)
{
	char out[RECEIPT_STRLEN];

	ck_assert_ptr_eq(receipt_format(&receipts[_i].r, out), out);
	ck_assert_str_eq(out, receipts[_i].text);
}
END_TEST

START_TEST(parses)
{
	struct receipt r = {.id = 4711};

	ck_assert_int_eq(receipt_parse(receipts[_i].text, &r), 0);
	ck_assert_int_eq(r.id, receipts[_i].r.id);
	ck_assert_int_eq(r.tries, receipts[_i].r.tries);
	ck_assert_mem_eq(r.token, receipts[_i].r.token, RECEIPT_TOKEN);
}
END_TEST

#define TOKEN "0123456789abcdef"

static const char *const no_receipts[] = {
    "",
    ".",
    "..",
    "...",
    "1",
    "1.1",
    "1.1.",
    "1." TOKEN,
    TOKEN,
    ".1." TOKEN,
    "1.." TOKEN,
    "." TOKEN,
    ".." TOKEN,
    "1.1." TOKEN ".",
    "1.1.1." TOKEN,
    "1.1." TOKEN "\n",
    "1.1." TOKEN " ",
    " 1.1." TOKEN,
    "\n1.1." TOKEN,
    "1 .1." TOKEN,
    "1. 1." TOKEN,
    "1.\t1." TOKEN,
    "1.1. " TOKEN,
    "1.1. 123456789abcdef",

    /* Numbers. */
    "0.1." TOKEN,
    "1.0." TOKEN,
    "0.0." TOKEN,
    "00.1." TOKEN,
    "01.1." TOKEN,
    "1.01." TOKEN,
    "1.001." TOKEN,
    "+1.1." TOKEN,
    "1.+1." TOKEN,
    "-1.1." TOKEN,
    "1.-1." TOKEN,
    "--1.1." TOKEN,
    "0x1.1." TOKEN,
    "1.0x1." TOKEN,
    "a.1." TOKEN,
    "1.a." TOKEN,
    "1a.1." TOKEN,
    "1.1a." TOKEN,
    "1e0.1." TOKEN,
    "1,1," TOKEN,
    "1:1:" TOKEN,
    "inf.1." TOKEN,
    "\xd9\xa1.1." TOKEN,
    "9223372036854775808.1." TOKEN,
    "1.9223372036854775808." TOKEN,
    "-9223372036854775808.1." TOKEN,
    "18446744073709551615.1." TOKEN,
    "18446744073709551617.1." TOKEN,
    "1.18446744073709551617." TOKEN,
    "10000000000000000000.1." TOKEN,
    "99999999999999999999.1." TOKEN,
    "9223372036854775807.9223372036854775807." TOKEN "0",
    "9223372036854775807.9223372036854775807." TOKEN "0123456",
    "9223372036854775807.9223372036854775807." TOKEN "01234567",
    "9223372036854775807.9223372036854775807." TOKEN TOKEN,
    "00000000000000000000000000000000000000000000000000000000000000001.1." TOKEN,

    /* Tokens. */
    "1.1.0",
    "1.1.0123456789abcde",
    "1.1.0123456789abcdef0",
    "1.1.00123456789abcdef",
    "1.1.0123456789ABCDEF",
    "1.1.0123456789abcdeF",
    "1.1.0123456789abcdeg",
    "1.1.g123456789abcdef",
    "1.1.01234567-9abcdef",
    "1.1.0x23456789abcdef",
    "1.1.0x0123456789abcdef",
    "1.1.+123456789abcdef",
    "1.1.-123456789abcdef",
    "1.1.-000000000000000",
    "1.1.-0000000000000000",
    "1.1.-fffffffffffffff",
    "1.1.\t23456789abcdef0",
    "1.1.fffffffffffffffff",
    "1.1.10000000000000000",
    "1.1.0123456789abcde\xef",
    "1.1.01234567.9abcdef",
};

START_TEST(refuses)
{
	struct receipt r = {4711, 42, {1, 2, 3, 4, 5, 6, 7, 8}}, was = r;

	errno = 0;
	ck_assert_msg(receipt_parse(no_receipts[_i], &r) == -1, "'%s' passes",
	    no_receipts[_i]);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_int_eq(r.id, was.id);
	ck_assert_int_eq(r.tries, was.tries);
	ck_assert_mem_eq(r.token, was.token, RECEIPT_TOKEN);
}
END_TEST

/* One byte changed to any other is another receipt, or none. */
START_TEST(tells_all_bytes_apart)
{
	char text[RECEIPT_STRLEN], out[RECEIPT_STRLEN];
	const char *good = receipts[_i].text;
	struct receipt r;
	size_t i;
	int c;

	for (i = 0; good[i] != '\0'; i++) {
		for (c = 1; c < 256; c++) {
			(void)strlcpy(text, good, sizeof(text));
			text[i] = (char)c;
			if (receipt_parse(text, &r) == 0)
				ck_assert_str_eq(receipt_format(&r, out), text);
		}
		text[i] = '\0';
		ck_assert_int_eq(receipt_parse(text, &r), -1);
	}
}
END_TEST

static Suite *
suite_receipt(void)
{
	Suite *s = suite_create("receipt");
	TCase *tc = tcase_create("receipt");

	tcase_add_loop_test(tc, formats, 0, NROWS(receipts));
	tcase_add_loop_test(tc, parses, 0, NROWS(receipts));
	tcase_add_loop_test(tc, refuses, 0, NROWS(no_receipts));
	tcase_add_loop_test(tc, tells_all_bytes_apart, 0, NROWS(receipts));
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_receipt)
