/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of restart policies: what is decided when, by a clock of the
 * test's own.
 */
#include "unit.h"

#include <signal.h>

#include "aid.h"
#include "dur.h"
#include "restart.h"

#define S DUR_SECOND
#define EXIT(code) ((code) << 8)
#define MIDDLE (UINT32_MAX / 2) /* next to no jitter */

static const struct {
	enum restart_when when;
	int status;
	enum restart_what what;
} decisions[] = {
    {RESTART_NO, EXIT(0), RESTART_ENOUGH},
    {RESTART_NO, EXIT(1), RESTART_ENOUGH},
    {RESTART_NO, SIGSEGV, RESTART_ENOUGH},
    {RESTART_ON_FAILURE, EXIT(0), RESTART_ENOUGH},
    {RESTART_ON_FAILURE, EXIT(1), RESTART_AGAIN},
    {RESTART_ON_FAILURE, SIGTERM, RESTART_AGAIN},
    {RESTART_ON_ABNORMAL, EXIT(0), RESTART_ENOUGH},
    {RESTART_ON_ABNORMAL, EXIT(1), RESTART_ENOUGH},
    {RESTART_ON_ABNORMAL, SIGKILL, RESTART_AGAIN},
    {RESTART_ALWAYS, EXIT(0), RESTART_AGAIN},
    {RESTART_ALWAYS, EXIT(255), RESTART_AGAIN},
    {RESTART_ALWAYS, SIGHUP, RESTART_AGAIN},
    {RESTART_ALWAYS, EXIT(3), RESTART_ENOUGH}, /* final */
    {RESTART_ON_FAILURE, EXIT(3), RESTART_ENOUGH},
    {RESTART_ALWAYS, 3, RESTART_AGAIN}, /* a signal is no exit status */
};

START_TEST(decides)
{
	struct restart_conf c = restart_default;
	struct restart_end end = {.status = decisions[_i].status};
	struct restart r;
	int64_t delay;

	c.when = decisions[_i].when;
	c.final[0] = 1 << 3;
	restart_init(&r, &c);
	ck_assert_int_eq(restart_decide(&r, &end, &delay), decisions[_i].what);
	ck_assert_uint_eq(r.count, decisions[_i].what == RESTART_AGAIN);
}
END_TEST

/* One more end, after a run of that many nanoseconds. */
static enum restart_what
ends(struct restart *r, int64_t *now, int64_t run, int64_t *delay)
{
	struct restart_end end = {SIGKILL, *now, *now + run, MIDDLE};
	enum restart_what what = restart_decide(r, &end, delay);

	*now += run;
	if (what == RESTART_AGAIN)
		*now += *delay;
	return what;
}

/* The delay is, but for the jitter that is left in the middle. */
static void
delay_is(int64_t delay, int64_t want)
{
	ck_assert_msg(delay <= want && want - delay <= want / 1000 + 2,
	    "%lld instead of %lld", (long long)delay, (long long)want);
}

START_TEST(delays_grow)
{
	static const int64_t want[] = {S, 2 * S, 4 * S, 8 * S, 10 * S, 10 * S};
	struct restart_conf c = restart_default;
	struct restart r;
	int64_t now = 0, delay;
	size_t i;

	c.when = RESTART_ALWAYS;
	c.base = S;
	c.cap = 10 * S;
	restart_init(&r, &c);
	for (i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		ck_assert_int_eq(ends(&r, &now, 0, &delay), RESTART_AGAIN);
		delay_is(delay, want[i]);
	}
	ck_assert_uint_eq(r.count, 6);
}
END_TEST

START_TEST(a_stable_run_begins_anew)
{
	struct restart_conf c = restart_default;
	struct restart r;
	int64_t now = 0, delay;

	c.when = RESTART_ALWAYS;
	c.base = S;
	c.stable = 10 * S;
	restart_init(&r, &c);
	ck_assert_int_eq(ends(&r, &now, 0, &delay), RESTART_AGAIN);
	ck_assert_int_eq(ends(&r, &now, 10 * S - 1, &delay), RESTART_AGAIN);
	delay_is(delay, 2 * S);
	ck_assert_int_eq(ends(&r, &now, 10 * S, &delay), RESTART_AGAIN);
	delay_is(delay, S);
	ck_assert_int_eq(ends(&r, &now, 0, &delay), RESTART_AGAIN);
	delay_is(delay, 2 * S);
	c.stable = 0;
	ck_assert_int_eq(ends(&r, &now, 1000000 * S, &delay), RESTART_AGAIN);
	delay_is(delay, 4 * S);
}
END_TEST

START_TEST(jitter_is_a_tenth)
{
	static const struct {
		uint32_t random;
		int64_t want;
	} rows[] = {
	    {0, 9 * S}, {UINT32_MAX, 11 * S}, {UINT32_MAX / 4 * 3, 21 * S / 2}};
	struct restart_conf c = restart_default;
	struct restart_end end = {.status = SIGKILL};
	struct restart r;
	int64_t delay;
	size_t i;

	c.when = RESTART_ALWAYS;
	c.base = 10 * S;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		restart_init(&r, &c);
		end.random = rows[i].random;
		ck_assert_int_eq(
		    restart_decide(&r, &end, &delay), RESTART_AGAIN);
		ck_assert_msg(llabs(delay - rows[i].want) <= 10, "%u: %lld",
		    rows[i].random, (long long)delay);
	}
}
END_TEST

START_TEST(factors_have_fractions)
{
	struct restart_conf c = restart_default;

	c.base = S;
	c.factor = 3 * S / 2;
	ck_assert_int_eq(restart_delay(&c, 0), S);
	ck_assert_int_eq(restart_delay(&c, 2), 9 * S / 4);
	ck_assert_int_eq(restart_delay(&c, UINT32_MAX), 30 * S);
	c.factor = S;
	ck_assert_int_eq(restart_delay(&c, UINT32_MAX), S);
	c.cap = DUR_INFINITE - 1;
	c.factor = 1000 * S;
	ck_assert_int_eq(restart_delay(&c, UINT32_MAX), c.cap);
}
END_TEST

/* Three restarts in a minute are well, a fourth is not. */
START_TEST(limit_trips)
{
	struct restart_conf c = restart_default;
	struct restart r;
	int64_t now = 5 * S, delay;
	int i;

	c.when = RESTART_ALWAYS;
	c.limit = 3;
	c.window = 60 * S;
	restart_init(&r, &c);
	for (i = 0; i < 3; i++)
		ck_assert_int_eq(ends(&r, &now, S, &delay), RESTART_AGAIN);
	ck_assert_int_eq(ends(&r, &now, S, &delay), RESTART_TRIPPED);
	ck_assert_uint_eq(r.count, 3);
}
END_TEST

START_TEST(limit_forgets_what_is_past)
{
	struct restart_conf c = restart_default;
	struct restart r;
	int64_t now = 0, delay;
	int i;

	c.when = RESTART_ALWAYS;
	c.limit = 3;
	c.window = 60 * S;
	c.cap = c.base; /* 100 ms */
	restart_init(&r, &c);
	for (i = 0; i < 100; i++)
		ck_assert_int_eq(ends(&r, &now, 20 * S, &delay), RESTART_AGAIN);
	now = 10000 * S;
	for (i = 0; i < 3; i++)
		ck_assert_int_eq(ends(&r, &now, 0, &delay), RESTART_AGAIN);
	ck_assert_int_eq(ends(&r, &now, 0, &delay), RESTART_TRIPPED);
}
END_TEST

/* The window's edge belongs to it. */
START_TEST(limit_at_the_edge)
{
	struct restart_conf c = restart_default;
	struct restart_end end = {SIGKILL, 0, 0, 0};
	struct restart r;
	int64_t delay;
	int i;

	c.when = RESTART_ALWAYS;
	c.limit = 1;
	c.window = 10 * S;
	for (i = 0; i < 2; i++) {
		restart_init(&r, &c);
		end.ended = 0;
		ck_assert_int_eq(
		    restart_decide(&r, &end, &delay), RESTART_AGAIN);
		end.ended = 10 * S + i;
		ck_assert_int_eq(restart_decide(&r, &end, &delay),
		    i == 0 ? RESTART_TRIPPED : RESTART_AGAIN);
	}
}
END_TEST

static Suite *
suite_restart(void)
{
	Suite *s = suite_create("restart");
	TCase *tc = tcase_create("restart");

	tcase_add_loop_test(tc, decides, 0, NROWS(decisions));
	tcase_add_test(tc, delays_grow);
	tcase_add_test(tc, a_stable_run_begins_anew);
	tcase_add_test(tc, jitter_is_a_tenth);
	tcase_add_test(tc, factors_have_fractions);
	tcase_add_test(tc, limit_trips);
	tcase_add_test(tc, limit_forgets_what_is_past);
	tcase_add_test(tc, limit_at_the_edge);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_restart)
