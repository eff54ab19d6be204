/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of the limit of a rate, with a clock of their own.
 */
#include "unit.h"

#include <stdint.h>

#include "dur.h"
#include "rate.h"

#define NROWS(table) ((int)(sizeof(table) / sizeof((table)[0])))

static const uint64_t rates[] = {1, 3, 1000, 4096, 1000000, 123456789,
    UINT64_C(5000000000), UINT64_C(999999999999)};

/* Whoever takes all that is allowed, whenever he is told to, gets the rate:
 * no more at any time, and no less by more than a step. */
START_TEST(is_kept)
{
	const uint64_t rate = rates[_i];
	const int64_t begin = 5 * DUR_SECOND;
	int64_t now = begin, end = begin + 20 * DUR_SECOND;
	double most, got = 0;
	struct rate r;
	size_t n;

	rate_init(&r, rate, begin);
	while (now < end) {
		n = rate_allows(&r, now, SIZE_MAX / 4);
		rate_used(&r, n);
		got += (double)n;
		most = (double)(now - begin) / 1e9 * (double)rate;
		ck_assert_msg(got <= most + 1, "%g of %g", got, most);
		if (rate_allows(&r, now, 1) > 0)
			continue;
		ck_assert_int_gt(rate_next(&r), now);
		now = rate_next(&r);
	}
	most = 20.0 * (double)rate;
	ck_assert_msg(got >= 0.98 * most - 1, "%g of %g", got, most);
}
END_TEST

START_TEST(gives_no_more_than_is_wanted)
{
	struct rate r;

	rate_init(&r, 1000000, 0);
	ck_assert_uint_eq(rate_allows(&r, 0, 100), 0);
	ck_assert_uint_eq(rate_allows(&r, DUR_SECOND / 10, 100), 100);
	rate_used(&r, 100);
	ck_assert_uint_eq(rate_allows(&r, DUR_SECOND / 10, 1000000), 99900);
}
END_TEST

/* What was not used for long is not saved up. */
START_TEST(forgets)
{
	struct rate r;

	rate_init(&r, 1000000, 0);
	ck_assert_uint_le(rate_allows(&r, 3600 * DUR_SECOND, SIZE_MAX), 250000);
}
END_TEST

START_TEST(without_a_limit_all_may_go)
{
	struct rate r;

	rate_init(&r, 0, 0);
	ck_assert_uint_eq(rate_allows(&r, 0, SIZE_MAX), SIZE_MAX);
	rate_used(&r, SIZE_MAX);
	ck_assert_uint_eq(rate_allows(&r, 0, SIZE_MAX), SIZE_MAX);
	rate_init(&r, UINT64_MAX, 0);
	ck_assert_uint_eq(rate_allows(&r, 0, SIZE_MAX), SIZE_MAX);
}
END_TEST

static Suite *
suite_rate(void)
{
	Suite *s = suite_create("rate");
	TCase *tc = tcase_create("rate");

	tcase_add_loop_test(tc, is_kept, 0, NROWS(rates));
	tcase_add_test(tc, gives_no_more_than_is_wanted);
	tcase_add_test(tc, forgets);
	tcase_add_test(tc, without_a_limit_all_may_go);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_rate)
