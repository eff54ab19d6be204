/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of whole runs on workers: what they say is what one loop over
 * the tasks would, whatever happens to a worker.
 */
#include "config.h"

#include "unit.h"

#include <sys/resource.h>
#include <sys/wait.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "aid.h"
#include "io.h"
#include "pool.h"
#include "task_class.h"

#define TASKS 400

/* What is told by the workers and by the run; shared. */
static struct shared {
	volatile int ran[TASKS + 1]; /* how often, by number */
	volatile pid_t waiting; /* the worker of "wait" */
	struct pool_result result;
} * shared;

/*
 * Records are "NUMBER WORD ARGUMENT":
 *	echo	says the record
 *	write N	N bytes on both streams
 *	fail	and says why
 *	die	by a signal	exit N	goes without a word
 *	wait	until it is killed
 */
static int
test_write(struct task_reply *reply, int number, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (buf_addc(&reply->out, (char)('a' + (i + n) % 26)) == -1 ||
		    buf_addc(&reply->err, (char)('A' + i % 26)) == -1)
			return -1;
	return buf_addf(&reply->out, "\n%d\n", number);
}

static int
test_run(void *self, const char *rec, size_t len, struct task_reply *reply)
{
	int number = 0, n = 0;
	char word[16] = "";

	(void)self;
	(void)sscanf(rec, "%d %15s %d", &number, word, &n);
	if (len != strlen(rec))
		return 99;
	shared->ran[number]++;
	if (strcmp(word, "echo") == 0)
		return buf_addf(&reply->out, "%s\n", rec);
	if (strcmp(word, "write") == 0)
		return test_write(reply, number, (size_t)n);
	if (strcmp(word, "fail") == 0)
		return 1 + buf_addf(&reply->reason, "because of %d", number);
	if (strcmp(word, "die") == 0)
		(void)raise(SIGKILL);
	if (strcmp(word, "exit") == 0)
		_exit(n);
	if (strcmp(word, "wait") == 0) {
		shared->waiting = getpid();
		for (;;)
			(void)pause();
	}
	return 99;
}

static const struct task_class test_class = {
    .name = "test", .summary = "for tests", .run = test_run};

static int
no_init(void **self)
{
	(void)self;
	errno = ENOMEM;
	return -1;
}

static const struct task_class broken_class = {
    .name = "nothing", .base = &test_class, .init = no_init};

/* The records of a run and how it is run; n is their number. */
struct run {
	const struct task_class *class;
	struct pool_conf conf;
	size_t jobs;
	size_t n;
	int fd[TASK_STREAMS];
	rlim_t nofile; /* or 0 */
};

static char *records[TASKS];

static void
run_child(void *arg)
{
	struct run *run = arg;
	struct runner *runner = runner_builtin_new(run->class, run->jobs);
	struct source *source;
	struct rlimit r;

	AID_NEED(dup2(run->fd[TASK_OUT], 1) == 1);
	AID_NEED(dup2(run->fd[TASK_ERR], 2) == 2);
	AID_NEED(getrlimit(RLIMIT_NOFILE, &r) == 0);
	r.rlim_cur = run->nofile > 0 ? run->nofile : r.rlim_cur;
	AID_NEED(setrlimit(RLIMIT_NOFILE, &r) == 0);
	source = source_args_new(records, run->n, 1);
	AID_NEED(pool_run(&run->conf, source, runner, &shared->result) == 0);
	AID_NEED(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
	runner->ops->free(runner);
	source->ops->free(source);
}

static struct run
make_run(size_t jobs)
{
	struct run run = {.class = &test_class, .jobs = jobs};

	run.conf = (struct pool_conf){.prog = "prog",
	    .order = SINK_ORDERED,
	    .ahead = 100,
	    .buffer = 1 << 20};
	if (shared == NULL)
		shared = aid_shared(sizeof(*shared));
	memset(shared, 0, sizeof(*shared));
	run.fd[TASK_OUT] = aid_memfd();
	run.fd[TASK_ERR] = aid_memfd();
	return run;
}

static void
add(struct run *run, const char *rest)
{
	char rec[64];

	(void)snprintf(rec, sizeof(rec), "%zu %s", run->n + 1, rest);
	records[run->n] = strdup(rec);
	ck_assert_ptr_nonnull(records[run->n++]);
}

static void
end_run(struct run *run)
{
	size_t i;

	for (i = 0; i < run->n; i++)
		free(records[i]);
	io_close(&run->fd[TASK_OUT]);
	io_close(&run->fd[TASK_ERR]);
}

/* What the loop over the tasks says; the digest of failures is the end of
 * standard error. A worker that dies says nothing. */
static uint64_t
serial(const struct run *run, struct buf out[TASK_STREAMS])
{
	struct task_reply reply;
	struct buf digest = BUF_INIT;
	uint64_t failed = 0;
	size_t i;

	memset(&reply, 0, sizeof(reply));
	for (i = 0; i < run->n; i++) {
		if (strstr(records[i], "die") || strstr(records[i], "exit")) {
			failed++;
			continue;
		}
		if (test_run(NULL, records[i], strlen(records[i]), &reply)) {
			failed++;
			(void)buf_addf(&digest, "prog: task %zu: '%s': %.*s\n",
			    i + 1, records[i], (int)buf_len(&reply.reason),
			    buf_data(&reply.reason));
		}
		buf_clear(&reply.reason);
	}
	out[TASK_OUT] = reply.out;
	out[TASK_ERR] = reply.err;
	if (buf_len(&digest) > 0) /* it begins a line */
		(void)buf_addf(&out[TASK_ERR], "%s%.*s",
		    buf_len(&reply.err) > 0 ? "\n" : "", (int)buf_len(&digest),
		    buf_data(&digest));
	buf_free(&digest);
	buf_free(&reply.reason);
	for (i = 0; i <= TASKS; i++)
		shared->ran[i] = 0;
	return failed;
}

static void
expect_stream(const struct run *run, int stream, struct buf *want)
{
	size_t len;
	const char *text = aid_text(run->fd[stream], &len);

	ck_assert_int_eq(buf_addc(want, '\0'), 0);
	ck_assert_msg(
	    len == buf_len(want) - 1 && memcmp(text, buf_data(want), len) == 0,
	    "stream %d, %zu bytes for %zu: %.300s", stream, len,
	    buf_len(want) - 1, text);
	buf_free(want);
}

static void
expect_result(const struct run *run, uint64_t failed)
{
	size_t i;

	ck_assert_uint_eq(shared->result.done, run->n);
	ck_assert_uint_eq(shared->result.failed, failed);
	ck_assert_int_eq(shared->result.signo, 0);
	ck_assert_int_eq(
	    shared->result.status, failed > 0 ? MP_SOME_FAILED : MP_OK);
	for (i = 1; i <= run->n; i++)
		ck_assert_msg(
		    shared->ran[i] == 1, "task %zu: %d", i, shared->ran[i]);
}

static const struct {
	size_t jobs;
	uint64_t ahead;
	size_t buffer;
	size_t n;
} runs[] = {
    {1, 100, 1 << 20, 0},
    {4, 100, 1 << 20, 0},
    {1, 100, 1 << 20, 1},
    {1, 1, 1 << 20, 50},
    {1, 100, 1 << 20, TASKS},
    {2, 100, 1 << 20, TASKS},
    {3, 1, 0, 50},
    {3, 2, 0, TASKS},
    {4, 10000, 1 << 24, TASKS},
    {4, 7, 5000, TASKS},
    {16, 50, 20000, TASKS},
};

START_TEST(says_what_a_loop_says)
{
	static const char *const words[] = {"echo", "echo a b", "write 0",
	    "echo c", "fail", "write 100", "echo d", "write 70000", "fail"};
	struct run run = make_run(runs[_i].jobs);
	struct buf want[TASK_STREAMS];
	uint64_t failed;

	run.conf.ahead = runs[_i].ahead;
	run.conf.buffer = runs[_i].buffer;
	while (run.n < runs[_i].n)
		add(&run, words[run.n % 7 == 5 ? run.n / 7 % 9 : run.n % 4]);
	failed = serial(&run, want);
	aid_in_child(run_child, &run);
	expect_result(&run, failed);
	expect_stream(&run, TASK_OUT, &want[TASK_OUT]);
	expect_stream(&run, TASK_ERR, &want[TASK_ERR]);
	end_run(&run);
}
END_TEST

/* A worker that dies takes its task along and no other: none is lost, and
 * none is done twice. */
static const struct {
	size_t jobs;
	const char *word, *digest;
} deaths[] = {
    {1, "die", "prog: task 34: '34 die': signal KILL ("},
    {2, "die", "prog: task 34: '34 die': signal KILL ("},
    {4, "die", "prog: task 34: '34 die': signal KILL ("},
    {1, "exit 0", "prog: task 34: '34 exit 0': the worker ended with "},
    {3, "exit 7", "prog: task 34: '34 exit 7': the worker ended with "},
};

START_TEST(survives_dead_workers)
{
	struct run run = make_run(deaths[_i].jobs);
	const char *digest = deaths[_i].digest, *p;
	struct buf want[TASK_STREAMS];
	uint64_t failed, lines = 0;
	size_t len;

	while (run.n < TASKS)
		add(&run,
		    run.n % 50 == 33 || run.n % 100 == 34 ? deaths[_i].word
							  : "echo");
	failed = serial(&run, want);
	aid_in_child(run_child, &run);
	expect_result(&run, failed);
	expect_stream(&run, TASK_OUT, &want[TASK_OUT]);
	buf_free(&want[TASK_ERR]);
	p = aid_text(run.fd[TASK_ERR], &len);
	ck_assert_msg(strncmp(p, digest, strlen(digest)) == 0, "%s", p);
	for (; (p = strchr(p, '\n')) != NULL; p++)
		lines++;
	ck_assert_uint_eq(lines, failed);
	end_run(&run);
}
END_TEST

static bool
is_waiting(void *arg)
{
	(void)arg;
	return shared->waiting != 0;
}

/* The same, by our hand in the middle of the run. */
START_TEST(survives_a_killed_worker)
{
	struct run run = make_run(3);
	const char *text;
	size_t len;
	pid_t pid;

	while (run.n < TASKS)
		add(&run, run.n == 99 ? "wait" : "echo");
	pid = aid_begin(run_child, &run);
	if (aid_until(is_waiting, NULL))
		(void)kill(shared->waiting, SIGKILL);
	else
		(void)kill(pid, SIGKILL);
	aid_end(pid);
	expect_result(&run, 1);
	text = aid_text(run.fd[TASK_OUT], &len);
	ck_assert_ptr_nonnull(strstr(text, "\n99 echo\n101 echo\n"));
	ck_assert_ptr_nonnull(strstr(text, "\n399 echo\n400 echo\n"));
	text = aid_text(run.fd[TASK_ERR], &len);
	ck_assert_mem_eq(text, "prog: task 100: '100 wait': signal KILL (", 41);
	end_run(&run);
}
END_TEST

/* A class that cannot be made is no worker's fault: said once, and nothing
 * waits for it. */
START_TEST(ends_with_a_broken_class)
{
	struct run run = make_run(3);
	size_t len;

	run.class = &broken_class;
	while (run.n < 50)
		add(&run, "echo");
	aid_in_child(run_child, &run);
	ck_assert_int_eq(shared->result.status, MP_TOOL_FAILED);
	ck_assert_str_eq(aid_text(run.fd[TASK_OUT], &len), "");
	ck_assert_str_eq(aid_text(run.fd[TASK_ERR], &len),
	    "prog: nothing: Cannot allocate memory\n");
	end_run(&run);
}
END_TEST

/* With descriptors for a few workers only those few do everything. */
START_TEST(makes_do_with_few_descriptors)
{
	struct run run = make_run(50);
	struct buf want[TASK_STREAMS];

	run.nofile = 40;
	while (run.n < TASKS)
		add(&run, "echo");
	(void)serial(&run, want);
	aid_in_child(run_child, &run);
	expect_result(&run, 0);
	expect_stream(&run, TASK_OUT, &want[TASK_OUT]);
	expect_stream(&run, TASK_ERR, &want[TASK_ERR]);
	end_run(&run);
}
END_TEST

static Suite *
suite_pool(void)
{
	Suite *s = suite_create("pool");
	TCase *tc = tcase_create("pool");

	tcase_set_timeout(tc, 60);
	tcase_add_unchecked_fixture(tc, aid_adopt, aid_clear);
	tcase_add_checked_fixture(tc, aid_enter, aid_leave);
	tcase_add_checked_fixture(tc, aid_clear, aid_alone);
	tcase_add_loop_test(tc, says_what_a_loop_says, 0, NROWS(runs));
	tcase_add_loop_test(tc, survives_dead_workers, 0, NROWS(deaths));
	tcase_add_test(tc, survives_a_killed_worker);
	tcase_add_test(tc, ends_with_a_broken_class);
	tcase_add_test(tc, makes_do_with_few_descriptors);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_pool)
