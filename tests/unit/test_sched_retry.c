/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of the schedule of tasks that are run once more.
 */
#include "config.h"

#include "unit.h"

#include <stdint.h>
#include <string.h>

#include "dur.h"
#include "sched.h"

#define NROWS(table) ((int)(sizeof(table) / sizeof((table)[0])))

/* The delay doubles, and stops doing so. */
static const struct {
	int64_t base;
	unsigned attempt;
	int64_t want;
} delays[] = {
    {0, 1, 0},
    {0, 1000000, 0},
    {7, 1, 7},
    {7, 2, 14},
    {7, 3, 28},
    {DUR_SECOND, 11, 1024 * DUR_SECOND},
    {DUR_SECOND, 17, 65536 * DUR_SECOND},
    {DUR_SECOND, 18, 65536 * DUR_SECOND},
    {DUR_SECOND, 4000000000, 65536 * DUR_SECOND},
    {SCHED_NEVER - 1, 2, SCHED_NEVER - 1},
};

START_TEST(delays_double)
{
	ck_assert_int_eq(sched_retry_delay(delays[_i].base, delays[_i].attempt),
	    delays[_i].want);
}
END_TEST

/* Tasks in the order in which they have failed, with the times at which
 * they are due; what is given at which time. */
static const struct {
	int64_t due[3];
	struct {
		int64_t now;
		enum sched_what what;
		int64_t when; /* with SCHED_AGAIN: the number of the task */
	} step[5];
} retries[] = {
    {{5, 6, 7},
	{{4, SCHED_WAIT, 5}, {5, SCHED_AGAIN, 1}, {5, SCHED_WAIT, 6},
	    {6, SCHED_AGAIN, 2}, {7, SCHED_AGAIN, 3}}},
    {{9, 5, 7},
	{{4, SCHED_WAIT, 5}, {5, SCHED_AGAIN, 2}, {6, SCHED_WAIT, 7},
	    {20, SCHED_AGAIN, 1}, {20, SCHED_AGAIN, 3}}},
    {{7, 7, 7},
	{{6, SCHED_WAIT, 7}, {7, SCHED_AGAIN, 1}, {7, SCHED_AGAIN, 2},
	    {7, SCHED_AGAIN, 3}, {7, SCHED_OVER, SCHED_NEVER}}},
};

START_TEST(runs_again_when_due)
{
	struct task task[3], *t;
	enum sched_what what;
	struct sched s;
	int64_t when;
	int i;

	memset(task, 0, sizeof(task));
	sched_init(&s, 10);
	s.drained = true;
	for (i = 0; i < 3; i++) {
		task[i].seq = (uint64_t)i + 1;
		task[i].due = retries[_i].due[i];
		sched_start(&s);
		sched_retry(&s, &task[i]);
	}
	for (i = 0; i < 5; i++) {
		what = sched_next(&s, true, retries[_i].step[i].now, &when);
		ck_assert_int_eq(what, retries[_i].step[i].what);
		if (what == SCHED_AGAIN) {
			t = sched_again(&s, retries[_i].step[i].now);
			when = (int64_t)t->seq;
		}
		ck_assert_int_eq(when, retries[_i].step[i].when);
	}
}
END_TEST

/* While one waits to be due new tasks are started, and it ends with a stop;
 * who clears up gets it whatever the time is. */
START_TEST(does_not_wait_for_what_is_due)
{
	struct task task = {.seq = 1, .due = 2000};
	struct sched s;
	int64_t when;

	sched_init(&s, 10);
	sched_start(&s);
	sched_retry(&s, &task);
	ck_assert_int_eq(sched_next(&s, true, 1000, &when), SCHED_NEW);
	ck_assert_int_eq(when, 2000);
	s.stopped = true;
	ck_assert_int_eq(sched_next(&s, true, 1000, &when), SCHED_OVER);
	ck_assert_ptr_null(sched_again(&s, 1000));
	ck_assert_ptr_eq(sched_again(&s, SCHED_NEVER), &task);
}
END_TEST

static Suite *
suite_sched_retry(void)
{
	Suite *s = suite_create("sched_retry");
	TCase *tc = tcase_create("sched_retry");

	tcase_add_loop_test(tc, delays_double, 0, NROWS(delays));
	tcase_add_loop_test(tc, runs_again_when_due, 0, NROWS(retries));
	tcase_add_test(tc, does_not_wait_for_what_is_due);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_sched_retry)
