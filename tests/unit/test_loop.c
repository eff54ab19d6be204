/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of the loop: timers and descriptors, and callbacks that
 * change what is watched.
 */
#include "config.h"

#include "unit.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "aid.h"
#include "dur.h"
#include "io.h"
#include "loop.h"

static struct loop loop;

/* What has happened, as text. */
static char story[4096];

static void
begin(void)
{
	*story = '\0';
	ck_assert_int_eq(loop_init(&loop, NULL, 0, NULL, NULL), 0);
}

static void
end(void)
{
	loop_free(&loop);
}

static void
step_at_once(void)
{
	ck_assert_int_eq(loop_step(&loop, 0), 0);
}

static void
tell(char c)
{
	size_t n = strlen(story);

	ck_assert_uint_lt(n + 1, sizeof(story));
	story[n] = c;
	story[n + 1] = '\0';
}

static void
tell_timer(struct loop_timer *t)
{
	ck_assert(!t->set);
	tell(*(const char *)t->arg);
}

/*
 * Letters a … are timers. "a5" sets one at that time, in the past; "a-"
 * deletes it. A full stop is a step.
 */
static const struct {
	const char *script, *want;
} timers[] = {
    {"a1.", "a"},
    {"a1b2c3.", "abc"},
    {"a3b2c1.", "cba"},
    {"a1b9c5d3e7f2.", "afdceb"},
    {"a5a1b3.", "ab"},
    {"a1a5a1a5b3.", "ba"},
    {"a1b2a-.", "b"},
    {"a-a-a1a-a-.", ""},
    {"a1.a1.a1.", "aaa"},
    {"c1b1a1d1c-a-.", "bd"},
};

START_TEST(runs_timers_in_order)
{
	static const char names[] = "abcdef";
	struct loop_timer timer[6], *t;
	const char *p = timers[_i].script;
	int i;

	memset(timer, 0, sizeof(timer));
	for (i = 0; i < 6; i++) {
		timer[i].cb = tell_timer;
		timer[i].arg = (void *)(uintptr_t)&names[i];
	}
	for (; *p != '\0'; p += *p == '.' ? 1 : 2) {
		t = &timer[*p == '.' ? 0 : *p - 'a'];
		if (*p == '.')
			step_at_once();
		else if (p[1] == '-')
			loop_timer_del(&loop, t);
		else
			loop_timer_set(&loop, t, p[1] - '0');
	}
	ck_assert_msg(
	    strcmp(story, timers[_i].want) == 0, "row %d: '%s'", _i, story);
}
END_TEST

/* Many at few times: none is lost among its equals. */
static int64_t last_at;
static int fired;

static void
in_order(struct loop_timer *t)
{
	AID_NEED(t->at >= last_at);
	last_at = t->at;
	fired++;
}

START_TEST(runs_many_timers)
{
	static struct loop_timer timer[1000];
	uint32_t seed = 1;
	int i, deleted = 0;

	fired = 0;
	last_at = 0;
	for (i = 0; i < 3000; i++) {
		seed = seed * 1103515245 + 12345;
		timer[i % 1000].cb = in_order;
		loop_timer_set(&loop, &timer[i % 1000], (seed >> 16) % 40);
	}
	for (i = 0; i < 1000; i += 3, deleted++)
		loop_timer_del(&loop, &timer[i]);
	step_at_once();
	ck_assert_int_eq(fired, 1000 - deleted);
}
END_TEST

/* Not before its time; and the wait ends by it. */
START_TEST(waits_for_timers)
{
	struct loop_timer early = {.cb = tell_timer};
	struct loop_timer late = {.cb = tell_timer};
	char e = 'e', l = 'l';
	int64_t start = loop_now();

	early.arg = &e;
	late.arg = &l;
	loop_timer_set(&loop, &late, start + 3600 * DUR_SECOND);
	loop_timer_set(&loop, &early, start + 20 * DUR_MS);
	ck_assert_int_eq(loop_step(&loop, LOOP_NEVER), 0);
	ck_assert_str_eq(story, "e");
	ck_assert_int_ge(loop_now(), start + 20 * DUR_MS);
	start = loop_now();
	ck_assert_int_eq(loop_step(&loop, start + 5 * DUR_MS), 0);
	ck_assert_int_ge(loop_now(), start + 5 * DUR_MS);
	ck_assert_str_eq(story, "e");
	ck_assert(late.set);
	loop_timer_del(&loop, &late);
}
END_TEST

/* Deletes the timer in arg, or sets it at a time that has passed. */
static struct loop_timer other;
static int rounds;

static void
delete_other(struct loop_timer *t)
{
	(void)t;
	tell('d');
	loop_timer_del(&loop, &other);
}

static void
set_again(struct loop_timer *t)
{
	tell('s');
	if (++rounds < 5)
		loop_timer_set(&loop, t, 1);
}

START_TEST(deletes_timers_from_timers)
{
	struct loop_timer first = {.cb = delete_other};
	char o = 'o';

	other = (struct loop_timer){.cb = tell_timer, .arg = &o};
	loop_timer_set(&loop, &first, 1);
	loop_timer_set(&loop, &other, 2);
	step_at_once();
	ck_assert_str_eq(story, "d");
	ck_assert(!other.set);
}
END_TEST

/* A timer that is always due does not keep the loop from the rest. */
START_TEST(steps_between_timers)
{
	struct loop_timer t = {.cb = set_again};
	int i;

	rounds = 0;
	loop_timer_set(&loop, &t, 1);
	for (i = 1; i <= 5; i++) {
		step_at_once();
		ck_assert_uint_eq(strlen(story), (size_t)i);
	}
	step_at_once();
	ck_assert_str_eq(story, "sssss");
}
END_TEST

/* Pipes with a byte in each. Callbacks draw what to do. */
#define PIPES 24

static struct watched {
	struct loop_fd w;
	int wr;
	bool watched; /* the model's opinion */
	bool changed; /* in this step */
	int calls; /* in this step */
} pipes[PIPES];
static uint32_t seed;

static uint32_t
draw(uint32_t n)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 16) % n;
}

static void
change(struct watched *p)
{
	p->changed = true;
	p->watched = draw(2) == 0;
	if (p->watched)
		AID_NEED(loop_fd_add(&loop, &p->w) == 0);
	else
		loop_fd_del(&loop, &p->w);
}

static void
readable(struct loop_fd *w, short revents)
{
	struct watched *p = w->arg;
	uint32_t n = draw(4);

	AID_NEED(p->watched && revents == POLLIN);
	AID_NEED(++p->calls == 1);
	if (draw(3) == 0)
		change(p);
	while (n-- > 0)
		change(&pipes[draw(PIPES)]);
}

static void
pipes_begin(void)
{
	int i, fd[2];

	for (i = 0; i < PIPES; i++) {
		ck_assert_int_eq(io_pipe(fd), 0);
		ck_assert_int_eq(io_write_all(fd[1], "x", 1), 0);
		pipes[i] = (struct watched){.wr = fd[1]};
		pipes[i].w = (struct loop_fd){
		    .fd = fd[0], .events = POLLIN, .cb = readable};
		pipes[i].w.arg = &pipes[i];
	}
}

static void
pipes_end(void)
{
	int i;

	for (i = 0; i < PIPES; i++) {
		loop_fd_del(&loop, &pipes[i].w);
		io_close(&pipes[i].w.fd);
		io_close(&pipes[i].wr);
	}
}

/* Who is watched all through a step is called once in it; nobody is twice,
 * nor one who is not watched. */
START_TEST(changes_descriptors_from_callbacks)
{
	bool before[PIPES];
	int i, step;

	seed = (uint32_t)_i;
	pipes_begin();
	for (step = 0; step < 200; step++) {
		for (i = 0; i < PIPES; i++) {
			if (draw(3) == 0)
				change(&pipes[i]);
			before[i] = pipes[i].watched;
			pipes[i].changed = false;
			pipes[i].calls = 0;
		}
		step_at_once();
		for (i = 0; i < PIPES; i++)
			AID_NEED(!before[i] || pipes[i].changed ||
			    pipes[i].calls == 1);
	}
	pipes_end();
	ck_assert_uint_eq(loop.n, 1);
}
END_TEST

static void
count(struct loop_fd *w, short revents)
{
	struct watched *p = w->arg;

	(void)revents;
	p->calls++;
}

/* All of them in each step, as long as there is something to read. */
START_TEST(calls_everybody)
{
	int i, step;

	pipes_begin();
	ck_assert_int_eq(loop_reserve(&loop, PIPES + 1), 0);
	for (i = 0; i < PIPES; i++) {
		pipes[i].w.cb = count;
		ck_assert_int_eq(loop_fd_add(&loop, &pipes[i].w), 0);
		ck_assert_int_eq(loop_fd_add(&loop, &pipes[i].w), 0);
	}
	for (step = 1; step <= 3; step++) {
		step_at_once();
		for (i = 0; i < PIPES; i++)
			ck_assert_int_eq(pipes[i].calls, step);
	}
	loop_fd_del(&loop, &pipes[3].w);
	loop_fd_del(&loop, &pipes[3].w);
	step_at_once();
	for (i = 0; i < PIPES; i++)
		ck_assert_int_eq(pipes[i].calls, i == 3 ? 3 : 4);
	pipes_end();
}
END_TEST

static short seen;

static void
see(struct loop_fd *w, short revents)
{
	seen = revents;
	loop_fd_del(&loop, w);
}

/* What poll(2) tells without being asked. */
START_TEST(tells_of_ends)
{
	int fd[2];
	struct loop_fd w = {.events = POLLIN, .cb = see};

	ck_assert_int_eq(io_pipe(fd), 0);
	w.fd = fd[0];
	seen = 0;
	ck_assert_int_eq(loop_fd_add(&loop, &w), 0);
	step_at_once();
	ck_assert_int_eq(seen, 0);
	io_close(&fd[1]);
	step_at_once();
	ck_assert_int_eq(seen, POLLHUP);
	io_close(&fd[0]);
	ck_assert_int_eq(loop_fd_add(&loop, &w), 0);
	step_at_once();
	ck_assert_int_eq(seen, POLLNVAL);
	ck_assert_uint_eq(w.place, 0);
}
END_TEST

static Suite *
suite_loop(void)
{
	Suite *s = suite_create("loop");
	TCase *tc = tcase_create("loop");

	tcase_add_checked_fixture(tc, begin, end);
	tcase_add_loop_test(tc, runs_timers_in_order, 0, NROWS(timers));
	tcase_add_test(tc, runs_many_timers);
	tcase_add_test(tc, waits_for_timers);
	tcase_add_test(tc, deletes_timers_from_timers);
	tcase_add_test(tc, steps_between_timers);
	tcase_add_loop_test(tc, changes_descriptors_from_callbacks, 0, 20);
	tcase_add_test(tc, calls_everybody);
	tcase_add_test(tc, tells_of_ends);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_loop)
