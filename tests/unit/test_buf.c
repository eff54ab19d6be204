/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of the byte buffer: what was added comes out again, in order,
 * whatever was consumed in between, and a refused growth changes nothing.
 */
#include "unit.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "buf.h"

static void
assert_holds(const struct buf *b, const char *want)
{
	size_t n = strlen(want);

	ck_assert_uint_eq(buf_len(b), n);
	if (n > 0)
		ck_assert_mem_eq(buf_data(b), want, n);
}

START_TEST(starts_empty)
{
	struct buf b = BUF_INIT, c;

	memset(&c, 0x55, sizeof(c));
	buf_init(&c);
	ck_assert_uint_eq(buf_len(&b), 0);
	ck_assert_uint_eq(buf_len(&c), 0);
	ck_assert_ptr_null(b.p);
	ck_assert_ptr_null(c.p);
	buf_clear(&b);
	buf_drop(&b, 0);
	buf_reset(&b, 0);
	buf_free(&b);
	buf_free(&b);
	buf_free(&c);
}
END_TEST

START_TEST(appends)
{
	struct buf b = BUF_INIT;

	ck_assert_int_eq(buf_add(&b, "ab\0c", 4), 0);
	ck_assert_uint_eq(buf_len(&b), 4);
	ck_assert_mem_eq(buf_data(&b), "ab\0c", 4);
	buf_clear(&b);
	ck_assert_int_eq(buf_adds(&b, "one"), 0);
	ck_assert_int_eq(buf_addc(&b, ' '), 0);
	ck_assert_int_eq(buf_addf(&b, "%d-%s", 2, "three"), 0);
	ck_assert_int_eq(buf_adds(&b, ""), 0);
	ck_assert_int_eq(buf_add(&b, NULL, 0), 0);
	ck_assert_int_eq(buf_addf(&b, "%s", ""), 0);
	assert_holds(&b, "one 2-three");
	buf_free(&b);
	ck_assert_uint_eq(buf_len(&b), 0);
	ck_assert_ptr_null(b.p);
}
END_TEST

static const struct {
	uintmax_t value;
	unsigned digits;
	const char *text;
} numbers[] = {
    {0, 0, ""},
    {0, 1, "0"},
    {0, 3, "000"},
    {7, 0, "7"},
    {7, 1, "7"},
    {7, 6, "000007"},
    {10, 1, "10"},
    {1234567, 6, "1234567"},
    {UINTMAX_C(18446744073709551615), 1, "18446744073709551615"},
    {UINTMAX_C(18446744073709551615), 22, "0018446744073709551615"},
};

START_TEST(appends_numbers)
{
	struct buf b = BUF_INIT;

	ck_assert_int_eq(
	    buf_addu(&b, numbers[_i].value, numbers[_i].digits), 0);
	assert_holds(&b, numbers[_i].text);
	buf_free(&b);
}
END_TEST

static const struct {
	intmax_t value;
	const char *text;
} signeds[] = {
    {0, "0"},
    {42, "42"},
    {-1, "-1"},
    {-1234567890, "-1234567890"},
    {INT64_MAX, "9223372036854775807"},
    {INT64_MIN, "-9223372036854775808"},
};

START_TEST(appends_signed_numbers)
{
	struct buf b = BUF_INIT;

	ck_assert_int_eq(buf_addd(&b, signeds[_i].value), 0);
	assert_holds(&b, signeds[_i].text);
	buf_free(&b);
}
END_TEST

START_TEST(consumes)
{
	struct buf b = BUF_INIT;

	ck_assert_int_eq(buf_adds(&b, "abcdef"), 0);
	buf_drop(&b, 0);
	assert_holds(&b, "abcdef");
	buf_drop(&b, 2);
	assert_holds(&b, "cdef");
	ck_assert_int_eq(buf_adds(&b, "gh"), 0);
	assert_holds(&b, "cdefgh");
	buf_drop(&b, 6);
	assert_holds(&b, "");
	ck_assert_int_eq(buf_adds(&b, "x"), 0);
	assert_holds(&b, "x");
	buf_clear(&b);
	assert_holds(&b, "");
	buf_free(&b);
}
END_TEST

START_TEST(formats_long_text)
{
	char text[5000];
	struct buf b = BUF_INIT;

	memset(text, 'y', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	ck_assert_int_eq(buf_addf(&b, "%s%s", text, "z"), 0);
	ck_assert_uint_eq(buf_len(&b), sizeof(text));
	ck_assert_mem_eq(buf_data(&b), text, sizeof(text) - 1);
	ck_assert_int_eq(buf_data(&b)[sizeof(text) - 1], 'z');
	buf_free(&b);
}
END_TEST

START_TEST(reserves)
{
	struct buf b = BUF_INIT;
	char *p;
	size_t n;

	ck_assert_ptr_nonnull(buf_reserve(&b, 0));
	for (n = 1; n < 5000; n = n * 3 + 1) {
		p = buf_reserve(&b, n);
		ck_assert_ptr_nonnull(p);
		memset(p, 'r', n);
		ck_assert_uint_eq(buf_len(&b), 0);
	}
	p = buf_reserve(&b, 3);
	memcpy(p, "abc", 3);
	buf_grown(&b, 2);
	assert_holds(&b, "ab");
	ck_assert_ptr_eq(buf_reserve(&b, 1), p + 2);
	buf_free(&b);
}
END_TEST

START_TEST(refuses_what_no_memory_holds)
{
	static const size_t sizes[] = {
	    SIZE_MAX, SIZE_MAX - 1, SIZE_MAX / 2 + 1, SIZE_MAX / 2 - 1};
	struct buf b = BUF_INIT;
	size_t i;

	ck_assert_int_eq(buf_adds(&b, "xyz"), 0);
	buf_drop(&b, 1);
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		errno = 0;
		ck_assert_ptr_null(buf_reserve(&b, sizes[i]));
		ck_assert_int_eq(errno, ENOMEM);
		assert_holds(&b, "yz");
	}
	errno = 0;
	ck_assert_int_eq(buf_add(&b, "", SIZE_MAX), -1);
	ck_assert_int_eq(errno, ENOMEM);
	assert_holds(&b, "yz");
	buf_free(&b);
}
END_TEST

START_TEST(resets)
{
	struct buf b = BUF_INIT;

	ck_assert_ptr_nonnull(buf_reserve(&b, 100000));
	buf_grown(&b, 0);
	ck_assert_int_eq(buf_adds(&b, "text"), 0);
	buf_reset(&b, SIZE_MAX);
	assert_holds(&b, "");
	ck_assert_uint_ge(b.cap, 100000);
	buf_reset(&b, 99999);
	ck_assert_uint_le(b.cap, 99999);
	assert_holds(&b, "");
	ck_assert_int_eq(buf_adds(&b, "again"), 0);
	assert_holds(&b, "again");
	buf_free(&b);
}
END_TEST

/* The n first bytes count up from *next, which moves on. */
static void
need_counting(const struct buf *b, size_t n, unsigned char *next)
{
	size_t i;

	for (i = 0; i < n; i++)
		if ((unsigned char)buf_data(b)[i] != (*next)++)
			ck_abort_msg("byte %zu is another one", i);
}

/* A queue of bytes counting up: rounds add and drop by different amounts,
 * so that all ways of making room are taken. */
START_TEST(is_a_queue)
{
	static const size_t step[][2] = {
	    {1, 1}, {3, 2}, {100, 99}, {127, 126}, {64, 40}, {4096, 4000}};
	struct buf b = BUF_INIT;
	unsigned char in = 0, out = 0;
	size_t i, round, len = 0;

	for (round = 0; round < 600; round++) {
		const size_t *s = step[round / 100];

		for (i = 0; i < s[0]; i++)
			if (buf_addc(&b, (char)in++) != 0)
				ck_abort_msg("byte %zu is refused", i);
		len += s[0];
		ck_assert_uint_eq(buf_len(&b), len);
		need_counting(&b, s[1], &out);
		buf_drop(&b, s[1]);
		len -= s[1];
	}
	need_counting(&b, len, &out);
	ck_assert_uint_eq(in, out);
	buf_free(&b);
}
END_TEST

/* Memory follows what is held, not what has passed. */
START_TEST(does_not_grow_with_what_passes)
{
	static const char block[1000];
	struct buf b = BUF_INIT;
	int i;

	for (i = 0; i < 10000; i++) {
		if (buf_add(&b, block, sizeof(block)) != 0)
			ck_abort_msg("block %d is refused", i);
		buf_drop(&b, i % 2 == 0 ? 900 : 1100);
	}
	ck_assert_uint_le(b.cap, 8 * sizeof(block));
	buf_free(&b);
}
END_TEST

static Suite *
suite_buf(void)
{
	Suite *s = suite_create("buf");
	TCase *tc = tcase_create("buf");

	tcase_add_test(tc, starts_empty);
	tcase_add_test(tc, appends);
	tcase_add_loop_test(tc, appends_numbers, 0,
	    (int)(sizeof(numbers) / sizeof(numbers[0])));
	tcase_add_loop_test(tc, appends_signed_numbers, 0,
	    (int)(sizeof(signeds) / sizeof(signeds[0])));
	tcase_add_test(tc, consumes);
	tcase_add_test(tc, formats_long_text);
	tcase_add_test(tc, reserves);
	tcase_add_test(tc, refuses_what_no_memory_holds);
	tcase_add_test(tc, resets);
	tcase_add_test(tc, is_a_queue);
	tcase_add_test(tc, does_not_grow_with_what_passes);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_buf)
