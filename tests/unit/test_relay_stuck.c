/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of the relay when nothing moves: rings in which all wait for
 * each other, and silence.
 */
#include "config.h"

#include "unit.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "aid.h"
#include "aid_relay.h"
#include "dur.h"
#include "io.h"

#define MUCH ((size_t)8 << 20)
#define SHORTLY (50 * DUR_MS)

/* Each member writes as much as it can. */
static void
jam(struct aid_ring *a, size_t wrote[AID_RING_MAX])
{
	size_t i;

	for (i = 0; i < a->n; i++)
		wrote[i] = aid_ring_fill(a, i, MUCH);
}

static bool
no_deadlock_yet(struct aid_ring *a)
{
	return a->deadlocks == 0;
}

START_TEST(tells_who_waits_for_whom)
{
	static const char *const texts[] = {"",
	    "deadlock: A waits for A, which has * bytes to read\n",
	    "deadlock: A waits for B, which has * bytes to read; "
	    "B waits for A, which has * bytes to read\n",
	    "deadlock: A waits for B, which has * bytes to read; "
	    "B waits for C, which has * bytes to read; "
	    "C waits for A, which has * bytes to read\n"};
	size_t wrote[AID_RING_MAX];
	char want[400], number[30];
	struct aid_ring a;
	const char *p;
	size_t i, n = (size_t)_i;

	aid_ring_init(&a, n);
	a.conf.deadlock_after = SHORTLY;
	aid_ring_begin(&a);
	jam(&a, wrote);
	aid_ring_run(&a, no_deadlock_yet);
	*want = '\0';
	for (i = 0, p = texts[n]; *p != '\0'; p++) {
		(void)snprintf(
		    number, sizeof(number), "%zu", *p == '*' ? wrote[i++] : 0);
		if (*p != '*')
			(void)snprintf(number, sizeof(number), "%c", *p);
		(void)strlcat(want, number, sizeof(want));
	}
	ck_assert_str_eq(aid_ring_said(&a), want);
	/* Once; and once more when it has come to it again. */
	aid_ring_wait(&a, 200);
	ck_assert_int_eq(a.deadlocks, 1);
	ck_assert_uint_eq(aid_ring_read(&a, 0, 0), wrote[0]);
	aid_ring_fill(&a, 0, MUCH);
	a.deadlocks = 0;
	aid_ring_run(&a, no_deadlock_yet);
	aid_ring_end(&a);
}
END_TEST

/* A member that is only slow is no deadlock. */
START_TEST(is_not_too_quick)
{
	struct aid_ring a;

	aid_ring_init(&a, 2);
	a.conf.deadlock_after = SHORTLY;
	aid_ring_begin(&a);
	(void)aid_ring_fill(&a, 0, MUCH);
	aid_ring_wait(&a, 200);
	ck_assert_int_eq(a.deadlocks, 0);
	aid_ring_end(&a);
}
END_TEST

/* There is room in its pipe: it could write, but does not. */
START_TEST(knows_a_writer_that_could_write)
{
	struct aid_ring a;
	size_t n;

	aid_ring_init(&a, 2);
	a.conf.deadlock_after = SHORTLY;
	aid_ring_begin(&a);
	n = aid_ring_fill(&a, 0, MUCH);
	(void)aid_ring_fill(&a, 1, n - 100000);
	aid_ring_wait(&a, 200);
	ck_assert_int_eq(a.deadlocks, 0);
	(void)aid_ring_fill(&a, 1, MUCH);
	aid_ring_run(&a, no_deadlock_yet);
	aid_ring_end(&a);
}
END_TEST

START_TEST(is_not_looked_for_without_a_time)
{
	size_t wrote[AID_RING_MAX];
	struct aid_ring a;

	aid_ring_init(&a, 2);
	aid_ring_begin(&a);
	jam(&a, wrote);
	aid_ring_wait(&a, 200);
	ck_assert_int_eq(a.deadlocks, 0);
	aid_ring_end(&a);
}
END_TEST

/* Buffers grow: by themselves, and nobody is told; or when it is told. */
static const struct {
	bool automatic;
	uint64_t buffer, spool;
	size_t most; /* that can be held, or MUCH */
} growing[] = {
    {true, 0, 0, MUCH},
    {true, 1 << 20, 0, MUCH},
    {true, 1 << 20, 1 << 20, 2 << 20},
    {false, 0, 0, MUCH},
    {false, 100000, 0, MUCH},
    {false, 1 << 20, 1 << 20, 2 << 20},
};

START_TEST(buffers_grow)
{
	size_t at[AID_RING_MAX] = {0}, n, want = growing[_i].most;
	struct aid_ring a;
	int i;

	aid_ring_init(&a, 2);
	a.conf.automatic = growing[_i].automatic;
	a.conf.buffer = growing[_i].buffer;
	a.conf.spool = growing[_i].spool;
	a.conf.deadlock = RELAY_GROW;
	a.conf.deadlock_after = SHORTLY;
	aid_ring_begin(&a);
	for (i = 0; i < 100 && at[0] < want; i++) {
		n = aid_ring_fill(&a, 0, MUCH / 4);
		at[0] += n;
		at[1] += aid_ring_fill(&a, 1, MUCH / 4);
		if (n == 0)
			aid_ring_wait(&a, 60);
	}
	ck_assert_uint_ge(at[0], want);
	ck_assert_uint_ge(at[1], want);
	if (growing[_i].automatic && want == MUCH) {
		ck_assert_int_eq(a.deadlocks, 0);
	} else {
		jam(&a, at);
		aid_ring_run(&a, no_deadlock_yet);
	}
	aid_ring_end(&a);
}
END_TEST

/* No ring, no growth. */
START_TEST(buffers_grow_only_where_all_wait)
{
	struct aid_ring a;
	size_t n;

	aid_ring_init(&a, 2);
	a.conf.automatic = true;
	aid_ring_begin(&a);
	n = aid_ring_fill(&a, 0, MUCH);
	ck_assert_uint_lt(n, MUCH);
	aid_ring_wait(&a, 200);
	ck_assert_uint_eq(aid_ring_fill(&a, 0, MUCH), 0);
	aid_ring_end(&a);
}
END_TEST

static bool
not_idle(struct aid_ring *a)
{
	return a->idle == 0;
}

START_TEST(tells_silence)
{
	int64_t begin, moved;
	struct aid_ring a;

	aid_ring_init(&a, 2);
	a.conf.idle = 100 * DUR_MS;
	begin = loop_now();
	aid_ring_begin(&a);
	aid_ring_wait(&a, 60);
	ck_assert_uint_eq(aid_ring_fill(&a, 1, 1), 1);
	moved = loop_now();
	aid_ring_run(&a, not_idle);
	ck_assert_int_ge(loop_now() - begin, 160 * DUR_MS);
	ck_assert_int_ge(loop_now() - moved, 90 * DUR_MS);
	aid_ring_wait(&a, 150);
	ck_assert_int_eq(a.idle, 1);
	aid_ring_end(&a);
}
END_TEST

START_TEST(silence_after_the_end_is_none)
{
	struct aid_ring a;

	aid_ring_init(&a, 1);
	a.conf.idle = 20 * DUR_MS;
	aid_ring_begin(&a);
	io_close(&a.wr[0]);
	aid_ring_wait(&a, 100);
	ck_assert_int_eq(a.idle, 0);
	aid_ring_end(&a);
}
END_TEST

static Suite *
suite_relay_stuck(void)
{
	Suite *s = suite_create("relay_stuck");
	TCase *tc = tcase_create("relay_stuck");

	tcase_add_checked_fixture(tc, aid_enter, aid_leave);
	tcase_add_loop_test(tc, tells_who_waits_for_whom, 1, 4);
	tcase_add_test(tc, is_not_too_quick);
	tcase_add_test(tc, knows_a_writer_that_could_write);
	tcase_add_test(tc, is_not_looked_for_without_a_time);
	tcase_add_loop_test(tc, buffers_grow, 0, NROWS(growing));
	tcase_add_test(tc, buffers_grow_only_where_all_wait);
	tcase_add_test(tc, tells_silence);
	tcase_add_test(tc, silence_after_the_end_is_none);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_relay_stuck)
