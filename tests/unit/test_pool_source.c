/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of a run from its source's side: when it is asked, and what
 * it is told of its tasks. There is no process in these runs.
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

#define TASKS 300

/* A source that keeps books. */
struct ledger {
	struct source head;
	uint64_t n, given, done;
	uint64_t ahead; /* what may be given and not done */
	uint64_t fail_at; /* the task in whose place it fails, or 0 */
	bool receipts;
	bool stopped, waits;
	struct loop_timer timer;
	bool got[TASKS + 1];
};

static void
time_comes(struct loop_timer *t)
{
	struct ledger *l = t->arg;

	l->waits = false;
	l->head.calls->wake(l->head.arg);
}

/* It makes the pool wait for each fifth task. */
static bool
must_wait(struct ledger *l)
{
	static uint64_t last;

	if (l->waits)
		return true;
	if (l->given % 5 != 4 || last == l->given)
		return false;
	last = l->given;
	l->waits = true;
	l->timer = (struct loop_timer){.cb = time_comes, .arg = l};
	loop_timer_set(l->head.loop, &l->timer, loop_now());
	return true;
}

static enum source_got
ledger_next(struct source *source, struct task *task)
{
	struct ledger *l = (struct ledger *)source;
	char rec[32];
	int len;

	AID_NEED(!l->stopped && task->nrec == 0 && !task->done);
	AID_NEED(task->seq == 0 && task->attempt == 0 && !task->receipt);
	if (must_wait(l))
		return SOURCE_WAIT;
	if (l->given + 1 == l->fail_at) {
		errno = EIO;
		return SOURCE_FAILED;
	}
	if (l->given == l->n)
		return SOURCE_END;
	l->given++;
	AID_NEED(!l->receipts || l->given - l->done <= l->ahead);
	len = snprintf(rec, sizeof(rec), "%d", (int)l->given);
	AID_NEED(task_add_record(task, rec, (size_t)len) == 0);
	if (l->receipts)
		task->receipt = l;
	return SOURCE_TASK;
}

static void
ledger_done(struct source *source, const struct task *task)
{
	struct ledger *l = (struct ledger *)source;

	AID_NEED(task->seq >= 1 && task->seq <= l->given);
	AID_NEED(!l->got[task->seq]);
	AID_NEED(!l->receipts || task->seq == l->done + 1);
	AID_NEED(task->how == TASK_EXITED);
	l->got[task->seq] = true;
	l->done++;
}

static void
ledger_stop(struct source *source)
{
	struct ledger *l = (struct ledger *)source;

	l->stopped = true;
	loop_timer_del(l->head.loop, &l->timer);
}

static void
ledger_free(struct source *source)
{
	(void)source;
}

static const struct source_ops ledger_ops = {.next = ledger_next,
    .done = ledger_done,
    .stop = ledger_stop,
    .free = ledger_free};

/*
 * A runner without processes: tasks end a while after they were started,
 * in an order of its own. It refuses, and gives back, now and then.
 */
struct toy {
	struct runner head;
	struct task *task[16];
	size_t jobs, running;
	struct loop_timer timer;
	unsigned turn;
};

static void
toy_end(struct loop_timer *t)
{
	struct toy *toy = t->arg;
	struct task *task;
	char line[32];
	size_t i;

	i = toy->turn * 7 % toy->running;
	task = toy->task[i];
	toy->task[i] = toy->task[--toy->running];
	if (toy->running > 0)
		loop_timer_set(toy->head.loop, t, loop_now());
	if (++toy->turn % 11 == 0) {
		toy->head.events->back(toy->head.arg, task);
		return;
	}
	(void)snprintf(line, sizeof(line), "%s\n", buf_data(&task->text));
	(void)toy->head.events->output(
	    toy->head.arg, task, TASK_OUT, line, strlen(line));
	task->how = TASK_EXITED;
	task->code = task->seq % 10 == 0;
	toy->head.events->ended(toy->head.arg, task);
}

static bool
toy_room(struct runner *runner)
{
	struct toy *toy = (struct toy *)runner;

	return toy->running < toy->jobs;
}

static int
toy_start(struct runner *runner, struct task *task)
{
	struct toy *toy = (struct toy *)runner;

	AID_NEED(toy->running < toy->jobs && task->attempt == 1);
	if (toy->running > 0 && ++toy->turn % 13 == 0) {
		errno = EAGAIN;
		return -1;
	}
	task->slot = 1;
	toy->head.events->begins(toy->head.arg, task);
	toy->task[toy->running++] = task;
	loop_timer_set(toy->head.loop, &toy->timer, loop_now());
	return 0;
}

static bool
toy_finish(struct runner *runner)
{
	AID_NEED(((struct toy *)runner)->running == 0);
	return false;
}

static const struct row {
	uint64_t n, ahead, fail_at;
	size_t jobs;
	bool receipts, show;
} rows[] = {
    {0, 1, 0, 1, false, false},
    {1, 1, 0, 1, false, true},
    {TASKS, 1, 0, 1, false, false},
    {TASKS, 1, 0, 16, true, false},
    {TASKS, 5, 0, 16, true, false},
    {TASKS, 1000, 0, 16, false, true},
    {TASKS, 20, 0, 4, true, true},
    {TASKS, 50, 1, 4, true, false},
    {TASKS, 50, 57, 4, true, false},
    {TASKS, 50, 57, 4, false, false},
};

static struct pool_result *result;
static int fds[TASK_STREAMS];

static void
run_child(void *arg)
{
	const struct row *row = &rows[*(int *)arg];
	struct pool_conf conf = {.prog = "prog",
	    .ahead = row->ahead,
	    .buffer = 1000,
	    .show = row->show};
	struct ledger l = {.n = row->n,
	    .ahead = row->ahead,
	    .fail_at = row->fail_at,
	    .receipts = row->receipts};
	struct toy toy = {.jobs = row->jobs};
	struct runner_ops ops = aid_toy_ops;

	l.head.ops = &ledger_ops;
	l.head.name = "ledger";
	ops.room = toy_room;
	ops.start = toy_start;
	ops.finish = toy_finish;
	toy.head.ops = &ops;
	toy.timer.cb = toy_end;
	toy.timer.arg = &toy;
	AID_NEED(dup2(fds[TASK_OUT], 1) == 1 && dup2(fds[TASK_ERR], 2) == 2);
	AID_NEED(pool_run(&conf, &l.head, &toy.head, result) == 0);
	AID_NEED(l.done == l.given && l.stopped == (row->fail_at != 0));
	AID_NEED(l.given == (row->fail_at ? row->fail_at - 1 : row->n));
}

/* The tasks' lines in order; and what was shown and said of them, but the
 * digest with its times, in any order. */
static void
expect_lines(const struct row *row, uint64_t n)
{
	char want[8 * TASKS] = "", *p = want, shown[32];
	const char *text;
	size_t len;
	uint64_t i;

	for (i = 1; i <= n; i++)
		p += snprintf(p, 16, "%d\n", (int)i);
	ck_assert_str_eq(aid_text(fds[TASK_OUT], &len), want);
	text = aid_text(fds[TASK_ERR], &len);
	for (i = 1; i <= n; i++) {
		(void)snprintf(shown, sizeof(shown), "toy %d\n", (int)i);
		ck_assert_int_eq(strstr(text, shown) != NULL, row->show);
		(void)snprintf(shown, sizeof(shown),
		    "prog: task %d: '%d': ", (int)i, (int)i);
		ck_assert_int_eq(strstr(text, shown) != NULL, i % 10 == 0);
	}
	ck_assert_int_eq(
	    strstr(text, "prog: ledger: Input/output error\n") != NULL,
	    row->fail_at != 0);
}

START_TEST(accounts_for_all)
{
	const struct row *row = &rows[_i];
	uint64_t n = row->fail_at ? row->fail_at - 1 : row->n;
	int status = n >= 10 ? MP_SOME_FAILED : MP_OK;

	result = aid_shared(sizeof(*result));
	fds[TASK_OUT] = aid_memfd();
	fds[TASK_ERR] = aid_memfd();
	aid_in_child(run_child, &_i);
	ck_assert_int_eq(
	    result->status, row->fail_at ? MP_TOOL_FAILED : status);
	ck_assert_int_eq(result->signo, 0);
	ck_assert_uint_eq(result->done, n);
	ck_assert_uint_eq(result->failed, n / 10);
	expect_lines(row, n);
	io_close(&fds[TASK_OUT]);
	io_close(&fds[TASK_ERR]);
}
END_TEST

static Suite *
suite_pool_source(void)
{
	Suite *s = suite_create("pool_source");
	TCase *tc = tcase_create("pool_source");

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, accounts_for_all, 0, NROWS(rows));
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_pool_source)
