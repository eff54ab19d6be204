/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of the schedule: a table of states and what must be done in
 * them, the way a refused task goes, and whole runs against a model.
 */
#include "config.h"

#include "unit.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "dur.h"
#include "sched.h"

#define NROWS(table) ((int)(sizeof(table) / sizeof((table)[0])))

#define N SCHED_NEVER

/* Flags of a state; the runner has room unless NOROOM is given. */
enum { DRAINED = 1, STOPPED = 2, FULL = 4, AGAIN = 8, NOROOM = 16 };

static const struct {
	uint64_t ahead, open, running;
	int flags;
	int64_t not_before; /* the time is 1000 */
	enum sched_what want;
	int64_t when;
} states[] = {
    /* At the start, and while there is room. */
    {5, 0, 0, 0, 0, SCHED_NEW, N},
    {5, 1, 1, 0, 0, SCHED_NEW, N},
    {5, 4, 1, 0, 0, SCHED_NEW, N},
    {5, 4, 4, 0, 0, SCHED_NEW, N},
    {UINT64_MAX, 1000000, 7, 0, 0, SCHED_NEW, N},
    {5, 0, 0, NOROOM, 0, SCHED_WAIT, N},
    {5, 3, 3, NOROOM, 0, SCHED_WAIT, N},
    /* Too far ahead of the output. */
    {5, 5, 5, 0, 0, SCHED_WAIT, N},
    {5, 5, 0, 0, 0, SCHED_WAIT, N},
    {5, 6, 0, 0, 0, SCHED_WAIT, N},
    {1, 0, 0, 0, 0, SCHED_NEW, N},
    {1, 1, 1, 0, 0, SCHED_WAIT, N},
    {1, 1, 0, 0, 0, SCHED_WAIT, N},
    /* Output has nowhere to wait. */
    {5, 1, 1, FULL, 0, SCHED_WAIT, N},
    {5, 0, 0, FULL, 0, SCHED_WAIT, N},
    /* The source has ended. */
    {5, 0, 0, DRAINED, 0, SCHED_OVER, N},
    {5, 3, 0, DRAINED, 0, SCHED_OVER, N},
    {5, 3, 0, DRAINED | NOROOM, 0, SCHED_OVER, N},
    {5, 3, 0, DRAINED | FULL, 0, SCHED_OVER, N},
    {5, 3, 1, DRAINED, 0, SCHED_WAIT, N},
    {5, 5, 1, DRAINED | FULL | NOROOM, 0, SCHED_WAIT, N},
    /* Stopped. */
    {5, 0, 0, STOPPED, 0, SCHED_OVER, N},
    {5, 5, 0, STOPPED | FULL | NOROOM, 0, SCHED_OVER, N},
    {5, 1, 0, STOPPED | AGAIN, 0, SCHED_OVER, N},
    {5, 1, 1, STOPPED, 0, SCHED_WAIT, N},
    {5, 2, 1, STOPPED | AGAIN, 0, SCHED_WAIT, N},
    {5, 1, 1, STOPPED | DRAINED, 0, SCHED_WAIT, N},
    /* A task to be started again comes first, for it was begun already:
     * neither the limit nor full output nor the source concern it. */
    {5, 2, 1, AGAIN, 0, SCHED_AGAIN, N},
    {5, 2, 0, AGAIN, 0, SCHED_AGAIN, N},
    {5, 5, 1, AGAIN, 0, SCHED_AGAIN, N},
    {5, 9, 1, AGAIN | FULL, 0, SCHED_AGAIN, N},
    {5, 2, 0, AGAIN | DRAINED, 0, SCHED_AGAIN, N},
    {5, 2, 1, AGAIN | DRAINED, 0, SCHED_AGAIN, N},
    {5, 2, 1, AGAIN | NOROOM, 0, SCHED_WAIT, N},
    {5, 2, 0, AGAIN | DRAINED | NOROOM, 0, SCHED_WAIT, N},
    /* The system has refused a process: up to a time nothing starts. */
    {5, 1, 0, AGAIN, 1001, SCHED_WAIT, 1001},
    {5, 1, 0, AGAIN | DRAINED, 1001, SCHED_WAIT, 1001},
    {5, 2, 1, AGAIN, 9000, SCHED_WAIT, 9000},
    {5, 2, 1, 0, 9000, SCHED_WAIT, 9000},
    {5, 1, 0, AGAIN, 1000, SCHED_AGAIN, N},
    {5, 1, 0, AGAIN, 999, SCHED_AGAIN, N},
    {5, 2, 1, 0, 1000, SCHED_NEW, N},
    {5, 2, 1, AGAIN | NOROOM, 9000, SCHED_WAIT, N},
    {5, 2, 1, AGAIN | STOPPED, 9000, SCHED_WAIT, N},
    {5, 1, 0, AGAIN | STOPPED, 9000, SCHED_OVER, N},
};

START_TEST(decides)
{
	struct task task = {.seq = 1};
	enum sched_what got;
	struct sched s;
	int64_t when = 42;
	int flags = states[_i].flags;

	sched_init(&s, states[_i].ahead);
	s.open = states[_i].open;
	s.running = states[_i].running;
	s.not_before = states[_i].not_before;
	s.drained = flags & DRAINED;
	s.stopped = flags & STOPPED;
	s.full = flags & FULL;
	if (flags & AGAIN) {
		s.running++;
		sched_back(&s, &task);
	}
	got = sched_next(&s, !(flags & NOROOM), 1000, &when);
	ck_assert_msg(got == states[_i].want, "row %d: %d", _i, (int)got);
	ck_assert_msg(
	    when == states[_i].when, "row %d: %jd", _i, (intmax_t)when);
}
END_TEST

START_TEST(begins_empty)
{
	int64_t when;
	struct sched s;

	memset(&s, 0x5a, sizeof(s));
	sched_init(&s, 3);
	ck_assert_uint_eq(s.ahead, 3);
	ck_assert_int_eq(sched_next(&s, true, 0, &when), SCHED_NEW);
	ck_assert_ptr_null(sched_again(&s, 1000));
}
END_TEST

/* Refuses the only task at a time; the delay is what is expected. */
static void
refuse(struct sched *s, struct task *task, int64_t now, int64_t delay)
{
	int64_t when;

	sched_start(s);
	ck_assert_int_eq(sched_refuse(s, task, now), delay == 10);
	delay *= DUR_MS;
	ck_assert_int_eq(sched_next(s, true, now, &when), SCHED_WAIT);
	ck_assert_int_eq(when, now + delay);
	ck_assert_int_eq(
	    sched_next(s, true, now + delay - 1, &when), SCHED_WAIT);
	ck_assert_int_eq(sched_next(s, true, now + delay, &when), SCHED_AGAIN);
	ck_assert_ptr_eq(sched_again(s, now), task);
}

static void
refuse_all(struct sched *s, int64_t now)
{
	static const int64_t delays[] = {
	    10, 20, 40, 80, 160, 320, 640, 1000, 1000, 1000};
	struct task task = {.seq = 1};
	int i;

	for (i = 0; i < NROWS(delays); i++) {
		refuse(s, &task, now, delays[i]);
		now += delays[i] * DUR_MS;
	}
}

/* Twice as long each time, up to a second; and from the beginning again
 * once a task has ended. */
START_TEST(backs_off)
{
	struct sched s;

	sched_init(&s, 10);
	refuse_all(&s, 0);
	sched_start(&s);
	sched_end(&s);
	refuse_all(&s, 77777777);
	ck_assert_uint_eq(s.running, 0);
}
END_TEST

/* Who waits because of a refusal goes on as soon as a task has ended. */
START_TEST(goes_on_after_an_end)
{
	struct task task = {.seq = 2};
	struct sched s;
	int64_t when;

	sched_init(&s, 10);
	sched_start(&s);
	sched_start(&s);
	ck_assert(sched_refuse(&s, &task, 500));
	ck_assert_int_eq(sched_next(&s, true, 500, &when), SCHED_WAIT);
	sched_end(&s);
	ck_assert_int_eq(sched_next(&s, true, 500, &when), SCHED_AGAIN);
	ck_assert_int_eq(when, SCHED_NEVER);
	ck_assert_uint_eq(s.running, 0);
}
END_TEST

/* What the runner gives back is no refusal by the system. */
START_TEST(does_not_wait_for_what_comes_back)
{
	struct task task = {.seq = 2};
	struct sched s;
	int64_t when;

	sched_init(&s, 10);
	sched_start(&s);
	sched_back(&s, &task);
	ck_assert_int_eq(sched_next(&s, true, 500, &when), SCHED_AGAIN);
	ck_assert_ptr_eq(sched_again(&s, 1000), &task);
	sched_start(&s);
	ck_assert(sched_refuse(&s, &task, 500));
	ck_assert_int_eq(sched_next(&s, true, 500, &when), SCHED_WAIT);
	ck_assert_int_eq(when, 500 + 10 * DUR_MS);
}
END_TEST

/* The order in which tasks come back, one letter each; capitals are
 * refused ones. They are started again in the order of letters. */
static const char *const orders[] = {"a", "ab", "ba", "abc", "cba", "bca",
    "acb", "bac", "cab", "BcA", "CBA", "aBC", "hgfedcba", "badcfehg",
    "HaGbFcEd"};

START_TEST(starts_again_in_order)
{
	const char *order = orders[_i];
	struct task task[8], *t;
	size_t n = strlen(order), i;
	struct sched s;

	memset(task, 0, sizeof(task));
	sched_init(&s, 10);
	for (i = 0; i < n; i++) {
		t = &task[i];
		t->seq = 100 + ((unsigned char)order[i] | 0x20);
		sched_start(&s);
		if (order[i] >= 'a')
			sched_back(&s, t);
		else
			(void)sched_refuse(&s, t, 0);
	}
	ck_assert_uint_eq(s.running, 0);
	for (i = 0; i < n; i++) {
		t = sched_again(&s, 1000);
		ck_assert_ptr_nonnull(t);
		ck_assert_msg(
		    t->seq == 100 + 'a' + i, "'%s', task %zu", order, i);
	}
	ck_assert_ptr_null(sched_again(&s, 1000));
}
END_TEST

/*
 * A run: tasks of random length on a number of slots, whose output is
 * written in order; now and then one is refused or comes back.
 */
struct model {
	struct sched s;
	struct task task[200];
	uint64_t begun, written, ended;
	uint64_t jobs;
	bool done[200];
	uint32_t seed;
	int64_t now;
};

static uint32_t
draw(struct model *m, uint32_t n)
{
	m->seed = m->seed * 1103515245 + 12345;
	return (m->seed >> 16) % n;
}

static void
model_start(struct model *m, struct task *task)
{
	sched_start(&m->s);
	if (draw(m, 5) == 0) {
		(void)sched_refuse(&m->s, task, m->now);
		return;
	}
	if (draw(m, 9) == 0) {
		sched_back(&m->s, task);
		return;
	}
	task->how = TASK_EXITED; /* runs */
}

/* Ends a task that runs, if any; writes what can be. */
static void
model_end(struct model *m)
{
	uint64_t i = draw(m, 200), n = 0;

	for (; n < 200 && m->task[i].how == TASK_NOT_YET; n++)
		i = (i + 1) % 200;
	if (n == 200)
		return;
	m->task[i].how = TASK_NOT_YET;
	m->done[i] = true;
	m->ended++;
	sched_end(&m->s);
	for (n = 0; m->written < m->begun && m->done[m->written]; n++)
		m->written++;
	sched_release(&m->s, n);
}

static void
model_new(struct model *m)
{
	struct task *task = &m->task[m->begun];

	task->seq = ++m->begun;
	m->s.drained = m->begun == 200;
	sched_begin(&m->s, 1);
	model_start(m, task);
}

START_TEST(runs_all)
{
	struct model m = {.seed = (uint32_t)_i, .jobs = 1 + (unsigned)_i % 7};
	enum sched_what what = SCHED_WAIT;
	int64_t when;
	int steps;

	sched_init(&m.s, 1 + (unsigned)_i % 11);
	for (steps = 0; what != SCHED_OVER && steps < 100000; steps++) {
		what = sched_next(&m.s, m.s.running < m.jobs, m.now, &when);
		if (what == SCHED_NEW)
			model_new(&m);
		else if (what == SCHED_AGAIN)
			model_start(&m, sched_again(&m.s, m.now));
		else if (what == SCHED_WAIT && m.s.running == 0)
			m.now = when;
		else
			model_end(&m);
		ck_assert_int_ne(m.now, SCHED_NEVER);
		ck_assert_uint_le(m.s.running, m.jobs);
		ck_assert_uint_le(m.s.open, m.s.ahead);
		ck_assert_uint_eq(m.s.open, m.begun - m.written);
	}
	ck_assert_int_eq(what, SCHED_OVER);
	ck_assert_uint_eq(m.ended, 200);
	ck_assert_uint_eq(m.written, 200);
}
END_TEST

static Suite *
suite_sched(void)
{
	Suite *s = suite_create("sched");
	TCase *tc = tcase_create("sched");

	tcase_add_loop_test(tc, decides, 0, NROWS(states));
	tcase_add_test(tc, begins_empty);
	tcase_add_test(tc, backs_off);
	tcase_add_test(tc, goes_on_after_an_end);
	tcase_add_test(tc, does_not_wait_for_what_comes_back);
	tcase_add_loop_test(tc, starts_again_in_order, 0, NROWS(orders));
	tcase_add_loop_test(tc, runs_all, 0, 40);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_sched)
