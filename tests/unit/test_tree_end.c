/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of ending the tree, however its members try to get away, and
 * of what cannot be ended.
 */
#include "config.h"

#include "unit.h"

#include <sys/wait.h>

#include <errno.h>
#include <grp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "aid.h"
#include "dur.h"
#include "io.h"
#include "loop.h"
#include "proc.h"
#include "tree.h"

#define BOUND (10 * DUR_SECOND)

_Noreturn static void
stay(void)
{
	for (;;)
		(void)pause();
}

/* Each of these makes processes and then a byte in the pipe; who makes
 * them may go or stay. */
static int ready[2];

static void
tell_ready(void)
{
	AID_NEED(io_write_all(ready[1], "x", 1) == 0);
}

static void
await_ready(void)
{
	char byte;

	AID_NEED(io_read(ready[0], &byte, 1) == 1);
}

static void
make_plain(void)
{
	tell_ready();
	stay();
}

static void
make_stopped(void)
{
	tell_ready();
	(void)raise(SIGSTOP);
	stay();
}

/* Each in a session of its own, the parent of the next one. */
static void
make_sessions(void)
{
	int n = 50;

	do
		(void)setsid();
	while (--n > 0 && aid_fork() == 0);
	if (n == 0)
		tell_ready();
	stay();
}

/* The same, but nobody stays but the last one. */
static void
make_orphan(void)
{
	int n = 50;

	while (--n > 0)
		if (aid_fork() > 0)
			_exit(0);
		else
			(void)setsid();
	tell_ready();
	stay();
}

/* Never has the same number for long. The end of the pipe or of a minute
 * is its end, too, whatever else fails. */
static void
make_runaway(void)
{
	int64_t end = loop_now() + 60 * DUR_SECOND;

	tell_ready();
	while (loop_now() < end)
		if (aid_fork() > 0)
			_exit(0);
	_exit(0);
}

/* The first thread ends, another one goes on: the process looks like a
 * zombie and is none. */
static bool
looks_dead(void *arg)
{
	char line[256] = "", *p;
	FILE *f = fopen("/proc/self/stat", "re");

	(void)arg;
	AID_NEED(f != NULL);
	p = fgets(line, sizeof(line), f) ? strrchr(line, ')') : NULL;
	(void)fclose(f);
	return p != NULL && p[2] == 'Z';
}

static void *
thread(void *arg)
{
	AID_NEED(aid_until(looks_dead, arg));
	tell_ready();
	stay();
}

static void
make_headless(void)
{
	pthread_t id;

	AID_NEED(pthread_create(&id, NULL, thread, NULL) == 0);
	pthread_exit(NULL);
}

static void
ignore_all(void)
{
	int sig;

	for (sig = 1; sig < NSIG; sig++)
		(void)signal(sig, SIG_IGN);
}

static const struct {
	const char *name;
	void (*make)(void);
	int times;
} makers[] = {
    {"plain", make_plain, 1},
    {"plain", make_plain, 20},
    {"stopped", make_stopped, 3},
    {"sessions", make_sessions, 1},
    {"sessions", make_sessions, 3},
    {"orphan", make_orphan, 3},
    {"runaway", make_runaway, 3},
    {"headless", make_headless, 1},
};

static void
make_child(void *arg)
{
	struct tree_report report;
	struct tree tree;
	int row = *(int *)arg, i;
	struct sigaction sa;
	sigset_t set;

	AID_NEED(io_pipe(ready) == 0);
	AID_NEED(tree_init(&tree) == 0);
	for (i = 0; i < makers[row].times; i++) {
		if (aid_fork() == 0) {
			ignore_all();
			makers[row].make();
		}
		await_ready();
	}
	AID_NEED(tree_end(&tree, BOUND, aid_reap, NULL, &report) == 0);
	AID_NEED(report.nleft == 0 && !report.eperm);
	AID_NEED(waitpid(-1, NULL, 0) == -1 && errno == ECHILD);
	/* Nothing of ours has changed. */
	AID_NEED(sigprocmask(SIG_BLOCK, NULL, &set) == 0);
	AID_NEED(sigismember(&set, SIGCHLD) == 0);
	AID_NEED(sigaction(SIGCHLD, NULL, &sa) == 0);
	AID_NEED(sa.sa_handler == SIG_DFL);
	tree_free(&tree);
}

START_TEST(ends_processes)
{
	aid_in_child(make_child, &_i);
}
END_TEST

/* The helper's ways. FILE is what it makes when it is ready. */
static const char *const helpers[][4] = {
    {"pause", "FILE"},
    {"setsid-child", "FILE"},
    {"daemonise", "FILE"},
    {"hold", "1000", "FILE"},
    {"chain", "50", "FILE"},
    {"swarm", "100", "FILE"},
    {"swarm", "100", "FILE", "--exit"},
};

static void
helper_child(void *arg)
{
	char name[] = "child", word[4][16], *argv[6] = {name}, *none[] = {NULL};
	struct proc_spec spec = {.path = aid_helper(),
	    .argv = argv,
	    .envp = none,
	    .group = PROC_OWN_GROUP};
	const char *const *row = helpers[*(int *)arg];
	struct tree_report report;
	enum proc_step step;
	struct tree tree;
	pid_t pid;
	int i;

	for (i = 0; i < 4 && row[i] != NULL; i++) {
		(void)snprintf(word[i], sizeof(word[i]), "%s", row[i]);
		argv[i + 1] = strcmp(row[i], "FILE") == 0 ? aid_file("ready")
							  : word[i];
	}
	argv[i + 1] = NULL;
	spec.method = aid_valgrind() ? PROC_FORK : PROC_VFORK;
	AID_NEED(tree_init(&tree) == 0);
	AID_NEED(tree_end(&tree, BOUND, aid_reap, NULL, &report) == 0);
	AID_NEED(proc_start(&spec, &pid, &step) == 0);
	pid = aid_await(aid_file("ready"));
	AID_NEED(pid > 0);
	AID_NEED(tree_end(&tree, BOUND, aid_reap, NULL, &report) == 0);
	AID_NEED(report.nleft == 0);
	AID_NEED(waitpid(-1, NULL, 0) == -1 && errno == ECHILD);
	AID_NEED(kill(pid, 0) == -1 && errno == ESRCH);
	tree_free(&tree);
}

START_TEST(ends_helpers)
{
	aid_in_child(helper_child, &_i);
}
END_TEST

/* As somebody else than root, whose process is not to be ended. */
static void
powerless_child(void *arg)
{
	struct tree_report report;
	char text[TREE_TEXT], want[100];
	struct tree tree;
	int64_t start;
	pid_t rooted;
	int life[2];

	(void)arg;
	AID_NEED(io_pipe(life) == 0 && io_pipe(ready) == 0);
	AID_NEED(tree_init(&tree) == 0);
	rooted = aid_fork();
	if (rooted == 0) {
		io_close(&life[1]);
		io_close(&ready[0]);
		io_close(&ready[1]);
		_exit(read(life[0], want, 1) == 0 ? 0 : 1);
	}
	if (setgroups(0, NULL) == -1 || setgid(64999) == -1 ||
	    setuid(64999) == -1)
		_exit(0); /* not permitted; what we have made ends with us */
	if (aid_fork() == 0) {
		io_close(&life[1]);
		make_plain();
	}
	await_ready();
	start = loop_now();
	AID_NEED(tree_end(&tree, BOUND, aid_reap, NULL, &report) == -1);
	AID_NEED(loop_now() < start + BOUND / 2);
	AID_NEED(report.nleft == 1 && report.eperm);
	AID_NEED(report.left[0].proc.pid == rooted);
	AID_NEED(report.left[0].proc.ppid == getpid());
	AID_NEED(report.left[0].uid == 0);
	AID_NEED(tree_left_text(&report, 0, text));
	(void)snprintf(want, sizeof(want), "process %d (", (int)rooted);
	AID_NEED(strncmp(text, want, strlen(want)) == 0);
	AID_NEED(strstr(text, "uid 0: not ended: not permitted") != NULL);
	io_close(&life[1]);
	AID_NEED(aid_wait(rooted) == 0);
	AID_NEED(tree_end(&tree, BOUND, aid_reap, NULL, &report) == 0);
	AID_NEED(report.nleft == 0 && !report.eperm);
	tree_free(&tree);
	_exit(0); /* a sanitizer could not look at us */
}

START_TEST(names_what_it_may_not_end)
{
	aid_in_child(powerless_child, NULL);
}
END_TEST

/* Says that there are children, whatever it sees. */
static bool
reap_nothing(void *arg)
{
	++*(int *)arg;
	return true;
}

/* Not more time than it was given; what is dead is not left. */
static void
bound_child(void *arg)
{
	struct tree_report report;
	struct tree tree;
	int64_t start, took;
	int calls = 0, i;

	(void)arg;
	AID_NEED(tree_init(&tree) == 0);
	for (i = 0; i < 3; i++)
		if (aid_fork() == 0)
			stay();
	start = loop_now();
	AID_NEED(
	    tree_end(&tree, 50 * DUR_MS, reap_nothing, &calls, &report) == -1);
	took = loop_now() - start;
	AID_NEED(took >= 50 * DUR_MS && took < 20 * DUR_SECOND);
	AID_NEED(calls > 0 && !report.eperm);
	AID_NEED(tree_end(&tree, BOUND, aid_reap, NULL, &report) == 0);
	tree_free(&tree);
}

START_TEST(keeps_its_bound)
{
	aid_in_child(bound_child, NULL);
}
END_TEST

static Suite *
suite_tree_end(void)
{
	Suite *s = suite_create("tree_end");
	TCase *tc = tcase_create("tree_end");

	tcase_set_timeout(tc, 60);
	tcase_add_unchecked_fixture(tc, aid_adopt, aid_clear);
	tcase_add_checked_fixture(tc, aid_enter, aid_leave);
	tcase_add_checked_fixture(tc, aid_clear, aid_alone);
	tcase_add_loop_test(tc, ends_processes, 0, NROWS(makers));
	tcase_add_loop_test(tc, ends_helpers, 0, NROWS(helpers));
	tcase_add_test(tc, names_what_it_may_not_end);
	tcase_add_test(tc, keeps_its_bound);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_tree_end)
