/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of bundles in a run: whatever is put together, cut and given
 * back, each task is run once, told once, and written in its place. There is
 * no process in these runs.
 */
#include "config.h"

#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "aid.h"
#include "aid_toy.h"
#include "io.h"
#include "pool.h"

#define TASKS 3000
#define HELD 8

/* A source of numbers. */
struct numbers {
	struct source head;
	uint64_t given, done;
	uint32_t seed;
};

static void
add(struct numbers *s, struct task *task)
{
	char rec[32];
	int len = snprintf(rec, sizeof(rec), "%d", (int)++s->given);

	AID_NEED(task_add_record(task, rec, (size_t)len) == 0);
}

static enum source_got
numbers_next(struct source *source, struct task *task)
{
	struct numbers *s = (struct numbers *)source;

	AID_NEED(task->nrec == 0 && task->extra == 0);
	if (s->given == TASKS)
		return SOURCE_END;
	add(s, task);
	/* It cannot be told from what could not be put together. */
	task->has_nul = s->given % 100 == 0;
	return SOURCE_TASK;
}

/* Not all are at hand. */
static void
numbers_more(struct source *source, struct task *task, size_t n)
{
	struct numbers *s = (struct numbers *)source;

	AID_NEED(task->nrec == 1 && !task->has_nul);
	while (n-- > 0 && s->given < TASKS && aid_draw(&s->seed, 40) > 0 &&
	    (s->given + 1) % 100 != 0)
		add(s, task);
}

static void
numbers_done(struct source *source, const struct task *task)
{
	struct numbers *s = (struct numbers *)source;

	s->done += task_span(task);
}

static void
numbers_free(struct source *source)
{
	(void)source;
}

static const struct source_ops numbers_ops = {.next = numbers_next,
    .more = numbers_more,
    .done = numbers_done,
    .free = numbers_free};

/* A runner of bundles, each of whose tasks says its number; one of 7 fails,
 * one of 11 says more. */
struct toy {
	struct runner head;
	struct task *task[HELD];
	size_t jobs, running;
	struct loop_timer timer;
	uint32_t seed;
	uint64_t bundles, cuts, backs;
	uint64_t late; /* bundles of the last third of the tasks */
	bool ran[TASKS + 1];
};

static bool
is_odd(uint64_t n)
{
	return n % 7 == 0 || n % 11 == 0;
}

/* Runs tasks until one that fails or says more, or for a while. Returns how
 * many. */
static size_t
run_row(struct toy *toy, struct task *task)
{
	size_t most = 1 + aid_draw(&toy->seed, 200), n;
	char line[16];

	for (n = 0; n < task_span(task) && n < most; n++) {
		if (is_odd(task->seq + n))
			break;
		(void)snprintf(
		    line, sizeof(line), "%d\n", (int)(task->seq + n));
		(void)toy->head.events->output(
		    toy->head.arg, task, TASK_OUT, line, strlen(line));
		AID_NEED(!toy->ran[task->seq + n]);
		toy->ran[task->seq + n] = true;
	}
	return n;
}

/* The first n tasks leave the others, which are the runner's task i. */
static struct task *
cut(struct toy *toy, size_t i, size_t n)
{
	struct task *task = toy->task[i];

	if (n == task_span(task)) {
		toy->task[i] = toy->task[--toy->running];
		return task;
	}
	toy->cuts++;
	toy->task[i] = toy->head.events->cut(toy->head.arg, task, n);
	AID_NEED(toy->task[i] != NULL && task_span(task) == n);
	AID_NEED(toy->task[i]->seq == task->seq + n);
	AID_NEED(toy->task[i]->nrec == task_span(toy->task[i]));
	AID_NEED(atoi(buf_data(&toy->task[i]->text)) == (int)toy->task[i]->seq);
	return task;
}

static void
end(struct toy *toy, struct task *task, int code)
{
	task->how = TASK_EXITED;
	task->code = code;
	toy->head.events->ended(toy->head.arg, task);
}

/* The first task of what the runner has at i. */
static void
run_odd(struct toy *toy, size_t i)
{
	struct task *task = cut(toy, i, 1);
	char line[16];

	AID_NEED(!toy->ran[task->seq]);
	toy->ran[task->seq] = true;
	(void)snprintf(line, sizeof(line), "%d\n", (int)task->seq);
	(void)toy->head.events->output(
	    toy->head.arg, task, TASK_OUT, line, strlen(line));
	if (task->seq % 11 == 0)
		(void)toy->head.events->output(
		    toy->head.arg, task, TASK_ERR, line, strlen(line));
	end(toy, task, task->seq % 7 == 0);
}

static void
toy_step(struct loop_timer *t)
{
	struct toy *toy = t->arg;
	size_t i = aid_draw(&toy->seed, (uint32_t)toy->running), n;
	struct task *task = toy->task[i];

	if (is_odd(task->seq)) {
		run_odd(toy, i);
	} else if (aid_draw(&toy->seed, 5) == 0) {
		toy->task[i] = toy->task[--toy->running];
		toy->backs++;
		toy->head.events->back(toy->head.arg, task);
	} else {
		n = run_row(toy, task);
		end(toy, cut(toy, i, n), 0);
	}
	if (toy->running > 0)
		loop_timer_set(toy->head.loop, t, loop_now());
}

static bool
toy_room(struct runner *runner)
{
	struct toy *toy = (struct toy *)runner;

	return toy->running < toy->jobs;
}

static size_t
toy_bundle(struct runner *runner)
{
	struct toy *toy = (struct toy *)runner;

	AID_NEED(runner->ahead > 0);
	return 1 + aid_draw(&toy->seed, aid_draw(&toy->seed, 2) ? 3 : 300);
}

static int
toy_start(struct runner *runner, struct task *task)
{
	struct toy *toy = (struct toy *)runner;

	AID_NEED(toy->running < toy->jobs && task->attempt == 1);
	AID_NEED(task->id == task->seq && task->nrec == task_span(task));
	AID_NEED(runner->ahead > 0 || task->extra == 0);
	if (toy->running > 0 && aid_draw(&toy->seed, 13) == 0) {
		errno = EAGAIN;
		return -1;
	}
	toy->bundles += task->extra > 0;
	toy->late += task->extra > 0 && task->seq > TASKS / 3 * 2;
	toy->head.events->begins(toy->head.arg, task);
	toy->task[toy->running++] = task;
	loop_timer_set(toy->head.loop, &toy->timer, loop_now());
	return 0;
}

/* What has to be told of each single task, or depends on it, goes without
 * bundles. */
static const struct row {
	struct pool_conf conf;
	size_t jobs;
	bool bundles;
} rows[] = {
    {{.ahead = 1}, 1, true},
    {{.ahead = 1000}, 1, true},
    {{.ahead = 1000}, HELD, true},
    {{.ahead = 100000, .buffer = 1000000}, HELD, true},
    {{.ahead = 20}, 3, true},
    {{.ahead = 60}, HELD, true},
    {{.ahead = 1000, .order = SINK_UNORDERED}, HELD, true},
    {{.ahead = 1000, .count = true, .progress = true}, HELD, true},
    {{.ahead = 1000, .order = SINK_LINES}, HELD, false},
    {{.ahead = 1000, .order = SINK_RAW}, HELD, false},
    {{.ahead = 1000, .verbose = true}, HELD, false},
    {{.ahead = 1000, .show = true}, HELD, false},
    {{.ahead = 1000,
	 .halt = {.when = HALT_SOON, .why = HALT_FAIL, .count = TASKS}},
	HELD, false},
    {{.ahead = 1000, .throttle = {.load = UINT64_MAX}}, HELD, false},
};

static struct pool_result *result;
static struct toy *toy;
static int fds[TASK_STREAMS];

static void
run_child(void *arg)
{
	const struct row *row = &rows[*(int *)arg % NROWS(rows)];
	struct pool_conf conf = row->conf;
	struct numbers s = {.seed = *(uint32_t *)arg};
	struct runner_ops ops = aid_toy_ops;

	conf.prog = "prog";
	s.head.ops = &numbers_ops;
	s.head.name = "numbers";
	toy->jobs = row->jobs;
	toy->seed = s.seed;
	ops.room = toy_room;
	ops.bundle = toy_bundle;
	ops.start = toy_start;
	toy->head.ops = &ops;
	toy->timer = (struct loop_timer){.cb = toy_step, .arg = toy};
	AID_NEED(dup2(fds[TASK_OUT], 1) == 1 && dup2(fds[TASK_ERR], 2) == 2);
	AID_NEED(pool_run(&conf, &s.head, &toy->head, result) == 0);
	AID_NEED(s.done == TASKS && s.given == TASKS);
}

static void
expect_out(const struct row *row)
{
	const char *p = aid_text(fds[TASK_OUT], &(size_t){0});
	bool seen[TASKS + 1] = {false};
	int i, n, at;

	for (i = 1; i <= TASKS; i++, p += at) {
		ck_assert_int_eq(sscanf(p, "%d\n%n", &n, &at), 1);
		ck_assert(n >= 1 && n <= TASKS && !seen[n]);
		if (row->conf.order == SINK_ORDERED)
			ck_assert_int_eq(n, i);
		seen[n] = true;
	}
	ck_assert_str_eq(p, "");
}

/* What was said, and the digest with each failed task and its record. */
static void
expect_err(const struct row *row)
{
	const char *text = aid_text(fds[TASK_ERR], &(size_t){0}), *p = text;
	bool ordered = row->conf.order == SINK_ORDERED;
	char want[64];
	int i;

	for (i = 7; i <= TASKS; i += 7) {
		(void)snprintf(want, sizeof(want),
		    "prog: task %d: '%d': exit status 1 ", i, i);
		p = strstr(ordered ? p : text, want);
		ck_assert_msg(p != NULL, "not there: %s", want);
	}
	for (i = 11, p = text; i <= TASKS; i += 11) {
		(void)snprintf(want, sizeof(want), "%d\n", i);
		p = strstr(ordered ? p : text, want);
		ck_assert_msg(p != NULL, "not there: %s", want);
	}
}

START_TEST(accounts_for_all)
{
	const struct row *row = &rows[_i % NROWS(rows)];

	result = aid_shared(sizeof(*result));
	toy = aid_shared(sizeof(*toy));
	fds[TASK_OUT] = aid_memfd();
	fds[TASK_ERR] = aid_memfd();
	aid_in_child(run_child, &_i);
	ck_assert_int_eq(
	    result->status, row->conf.count ? 101 : MP_SOME_FAILED);
	ck_assert_int_eq(result->signo, 0);
	ck_assert_uint_eq(result->done, TASKS);
	ck_assert_uint_eq(result->failed, TASKS / 7);
	ck_assert_int_eq(toy->bundles > 0, row->bundles && row->conf.ahead > 1);
	ck_assert_int_eq(toy->cuts > 0, toy->bundles > 0);
	/* What was written has made room for as much. */
	ck_assert_int_eq(toy->late > 0, toy->bundles > 0);
	ck_assert_uint_gt(toy->backs, 0);
	expect_out(row);
	if (!row->conf.verbose)
		expect_err(row);
	io_close(&fds[TASK_OUT]);
	io_close(&fds[TASK_ERR]);
}
END_TEST

static Suite *
suite_pool_bundle(void)
{
	Suite *s = suite_create("pool_bundle");
	TCase *tc = tcase_create("pool_bundle");

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, accounts_for_all, 0, 2 * NROWS(rows));
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_pool_bundle)
