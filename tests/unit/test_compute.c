/* SPDX-License-Identifier: ISC */
/*
 * The task classes compute and prime and the sieve below them: known
 * results, all small limits, limits around the ends of segments, and what
 * is no number.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "sieve.h"
#include "task_class.h"
#include "unit.h"

#define LENGTH(array) (int)(sizeof(array) / sizeof((array)[0]))

static struct task_reply reply = {BUF_INIT, BUF_INIT, BUF_INIT};
static void *object;

/* prime inherits the object: one serves both. */
static void
setup(void)
{
	ck_assert_int_eq(task_class_init(&task_prime, &object), 0);
	ck_assert_ptr_nonnull(object);
}

static void
teardown(void)
{
	task_class_fini(&task_prime, object);
	buf_free(&reply.out);
	buf_free(&reply.err);
	buf_free(&reply.reason);
}

static void
check_text(const char *what, struct buf *b, const char *want)
{
	ck_assert_int_eq(buf_addc(b, '\0'), 0);
	ck_assert_msg(
	    buf_len(b) == strlen(want) + 1 && strcmp(buf_data(b), want) == 0,
	    "%s: '%s', not '%s'", what, buf_data(b), want);
	buf_clear(b);
}

/* The task succeeds and says out alone. */
static void
check_run(const struct task_class *c, const char *rec, const char *out)
{
	int status = task_class_run(c, object, rec, strlen(rec), &reply);

	ck_assert_msg(status == 0, "%s '%s': %d", c->name, rec, status);
	check_text(rec, &reply.out, out);
	check_text(rec, &reply.err, "");
	check_text(rec, &reply.reason, "");
}

static const struct {
	const char *rec, *primes, *sum;
} results[] = {
    {"0", "0\t0\t-", "0.000000"},
    {"1", "1\t0\t-", "1.000000"},
    {"2", "2\t0\t-", "3.562009"},
    {"3", "3\t1\t2", "6.014271"},
    {"4", "4\t2\t3", "9.260858"},
    {"5", "5\t2\t3", "13.601043"},
    {"10", "10\t4\t7", "37.439471"},
    {"97", "97\t24\t89", "991.789556"},
    {"98", "98\t25\t97", "1005.922825"},
    {"100", "100\t25\t97", "1035.502965"},
    {"1000", "1000\t168\t997", "27009.571065"},
    {"12345", "12345\t1474\t12343", "1018437.969302"},
    {"100000", "100000\t9592\t99991", "22133308.214090"},
    /* In canonical form. */
    {"0010", "10\t4\t7", "37.439471"},
    {"+10", "10\t4\t7", "37.439471"},
    {" 10", "10\t4\t7", "37.439471"},
    {"-0", "0\t0\t-", "0.000000"},
};

START_TEST(results_are_right)
{
	char want[128];

	(void)snprintf(want, sizeof(want), "%s\n", results[_i].primes);
	check_run(&task_prime, results[_i].rec, want);
	(void)snprintf(want, sizeof(want), "%s\t%s\n", results[_i].primes,
	    results[_i].sum);
	check_run(&task_compute, results[_i].rec, want);
}
END_TEST

START_TEST(a_result_is_appended)
{
	ck_assert_int_eq(buf_adds(&reply.out, "before "), 0);
	check_run(&task_compute, "1", "before 1\t0\t-\t1.000000\n");
}
END_TEST

static const struct {
	const char *rec;
	size_t len;
	const char *reason;
} failures[] = {
    {"", 0, "invalid"},
    {"abc", 3, "invalid"},
    {"10x", 3, "invalid"},
    {"10 ", 3, "invalid"},
    {"10\r", 3, "invalid"},
    {"10\n", 3, "invalid"},
    {"1 0", 3, "invalid"},
    {"1e3", 3, "invalid"},
    {"1.0", 3, "invalid"},
    {"0x10", 4, "invalid"},
    {"+", 1, "invalid"},
    {"--1", 3, "invalid"},
    {"10\0", 3, "invalid"},
    {"10\0junk", 7, "invalid"},
    {"\0", 1, "invalid"},
    {"\00010", 3, "invalid"},
    {"-1", 2, "too small"},
    {"-99999999999999999999", 21, "too small"},
    {"1000000001", 10, "too large"},
    {"4294967296", 10, "too large"},
    {"99999999999999999999", 20, "too large"},
};

START_TEST(no_number_fails_alone)
{
	const struct task_class *const *c;
	int status;

	for (c = task_classes; *c != NULL; c++) {
		status = task_class_run(
		    *c, object, failures[_i].rec, failures[_i].len, &reply);
		ck_assert_int_eq(status, 1);
		check_text("reason", &reply.reason, failures[_i].reason);
		check_text("out", &reply.out, "");
		check_text("err", &reply.err, "");
		check_run(&task_prime, "10", "10\t4\t7\n");
	}
}
END_TEST

START_TEST(large_limits_are_counted)
{
	check_run(&task_prime, "10000000", "10000000\t664579\t9999991\n");
	check_run(&task_prime, "100000000", "100000000\t5761455\t99999989\n");
	check_run(&task_prime, "10", "10\t4\t7\n");
}
END_TEST

/* The plain sieve of Eratosthenes, to compare with. */
static bool *
plain_sieve(size_t end)
{
	bool *composite = calloc(end, sizeof(*composite));
	size_t i, j;

	ck_assert_ptr_nonnull(composite);
	composite[0] = composite[1] = true;
	for (i = 2; i * i < end; i++)
		for (j = i * i; !composite[i] && j < end; j += i)
			composite[j] = true;
	return composite;
}

static void
check_below(struct sieve *s, uint32_t limit, const struct sieve_found *want)
{
	struct sieve_found got = sieve_below(s, limit);

	ck_assert_msg(got.count == want->count && got.largest == want->largest,
	    "below %u: %u, last %u; not %u, last %u", limit, got.count,
	    got.largest, want->count, want->largest);
}

/* Whether n is within distance of a multiple of unit. */
static bool
is_near(uint32_t n, uint32_t unit, uint32_t distance)
{
	return (n + distance) % unit <= 2 * distance;
}

START_TEST(every_small_limit_agrees_with_the_plain_sieve)
{
	const uint32_t end = 12000;
	bool *composite = plain_sieve(end);
	struct sieve *s = sieve_new();
	struct sieve_found want = {0, 0};
	uint32_t n;

	ck_assert_ptr_nonnull(s);
	for (n = 0; n < end; n++) {
		check_below(s, n, &want);
		if (!composite[n])
			want = (struct sieve_found){want.count + 1, n};
	}
	sieve_free(s);
	free(composite);
}
END_TEST

/* Where a segment, a word or a byte of the map could end. */
START_TEST(limits_at_segment_ends_agree_with_the_plain_sieve)
{
	const uint32_t end = 2200000;
	bool *composite = plain_sieve(end);
	struct sieve *s = sieve_new();
	struct sieve_found want = {0, 0};
	uint32_t n;

	ck_assert_ptr_nonnull(s);
	for (n = 0; n < end; n++) {
		if (is_near(n, 1 << 19, 20) || is_near(n, 1 << 16, 2))
			check_below(s, n, &want);
		if (!composite[n])
			want = (struct sieve_found){want.count + 1, n};
	}
	sieve_free(s);
	free(composite);
}
END_TEST

static Suite *
compute_suite(void)
{
	Suite *s = suite_create("compute");
	TCase *tc = tcase_create("classes");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, results_are_right, 0, LENGTH(results));
	tcase_add_test(tc, a_result_is_appended);
	tcase_add_loop_test(tc, no_number_fails_alone, 0, LENGTH(failures));
	tcase_add_test(tc, large_limits_are_counted);
	suite_add_tcase(s, tc);

	tc = tcase_create("sieve");
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, every_small_limit_agrees_with_the_plain_sieve);
	tcase_add_test(tc, limits_at_segment_ends_agree_with_the_plain_sieve);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(compute_suite)
