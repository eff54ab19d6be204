/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of the tree: signalling it politely, and what is not ours.
 */
#include "config.h"

#include "unit.h"

#include <sys/wait.h>

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "aid.h"
#include "dur.h"
#include "io.h"
#include "tree.h"

/* A signal that is queued, so that all of them are counted; and one that
 * comes after all of those. */
#define COUNTED (SIGRTMIN + 5)
#define LAST (SIGRTMIN + 10)

/* Processes that count, in memory that we share. */
enum {
	LEADER, /* our child, leads a group */
	MEMBER, /* its child, in that group */
	DEEP_GROUP, /* its child, in a group of its own */
	DEEP_SESSION, /* its child, in a session of its own */
	DAEMON, /* has no parent but us */
	PLAIN, /* our child, in our group */
	PLAIN_DEEP, /* its child */
	STOPPED, /* our child in a session of its own, does not run */
	STOPPED_MEMBER, /* the leader's child, does not run */
	COUNTERS
};

static struct counter {
	volatile pid_t pid;
	volatile int count;
	volatile bool last;
} * counters;

_Noreturn static void
count(int i)
{
	int sig = 0;
	sigset_t all;

	sigfillset(&all);
	(void)sigprocmask(SIG_SETMASK, &all, NULL);
	counters[i].pid = getpid();
	for (;;) {
		sig = sigwaitinfo(&all, NULL);
		counters[i].count += sig == COUNTED;
		counters[i].last = counters[i].last || sig == LAST;
	}
}

static void
start_below_leader(void)
{
	AID_NEED(setpgid(0, 0) == 0);
	if (aid_fork() == 0)
		count(MEMBER);
	if (aid_fork() == 0)
		count(STOPPED_MEMBER);
	if (aid_fork() == 0) {
		AID_NEED(setpgid(0, 0) == 0);
		count(DEEP_GROUP);
	}
	if (aid_fork() == 0) {
		AID_NEED(setsid() != -1);
		count(DEEP_SESSION);
	}
}

static bool
all_there(void *arg)
{
	int i;

	(void)arg;
	for (i = 0; i < COUNTERS; i++)
		if (counters[i].pid == 0)
			return false;
	return true;
}

static void
start_counters(void)
{
	if (aid_fork() == 0) {
		start_below_leader();
		count(LEADER);
	}
	if (aid_fork() == 0) {
		if (aid_fork() == 0)
			count(PLAIN_DEEP);
		count(PLAIN);
	}
	if (aid_fork() == 0) {
		AID_NEED(setsid() != -1);
		if (aid_fork() == 0)
			count(DAEMON);
		_exit(0);
	}
	if (aid_fork() == 0) {
		AID_NEED(setsid() != -1);
		count(STOPPED);
	}
	AID_NEED(aid_until(all_there, NULL));
}

static char
state_of(pid_t pid)
{
	char path[64], line[512] = "", *p;
	FILE *f;

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	f = fopen(path, "re");
	if (f == NULL)
		return '-';
	p = fgets(line, sizeof(line), f) ? strrchr(line, ')') : NULL;
	(void)fclose(f);
	return p == NULL ? '-' : p[2];
}

static bool
is_stopped(void *arg)
{
	return state_of(counters[*(int *)arg].pid) == 'T';
}

static void
stop_counter(int i)
{
	AID_NEED(kill(counters[i].pid, SIGSTOP) == 0);
	AID_NEED(aid_until(is_stopped, &i));
}

static bool
all_done(void *arg)
{
	int i;

	(void)arg;
	for (i = 0; i < COUNTERS; i++)
		if (!counters[i].last)
			return false;
	return true;
}

/* A digit for each process, of what it has got. Waits until all of it has
 * arrived; who is stopped is continued for that. */
static const char *
counts(void)
{
	static char text[COUNTERS + 1];
	int i;

	for (i = 0; i < COUNTERS; i++) {
		AID_NEED(kill(counters[i].pid, LAST) == 0);
		AID_NEED(kill(counters[i].pid, SIGCONT) == 0);
	}
	AID_NEED(aid_until(all_done, NULL));
	for (i = 0; i < COUNTERS; i++) {
		text[i] = (char)('0' + counters[i].count);
		counters[i].last = false;
	}
	return text;
}

static void
expect_counts(int line, const char *want)
{
	const char *got = counts();

	if (strcmp(got, want) != 0)
		aid_fail("counts", line, got);
}

static void
signals_child(void *arg)
{
	struct tree_report report;
	struct tree tree;
	pid_t groups[2];
	int line = 0;

	(void)arg;
	AID_NEED(setpgid(0, 0) == 0);
	AID_NEED(tree_init(&tree) == 0);
	AID_NEED(tree_exact(&tree) && tree_empty(&tree));
	start_counters();
	groups[0] = counters[LEADER].pid;
	groups[1] = getpgrp();
	AID_NEED(tree_signal_rest(&tree, COUNTED, NULL, 0) == 0);
	expect_counts(++line, "111111111");
	AID_NEED(tree_signal_rest(&tree, COUNTED, groups, 2) == 0);
	expect_counts(++line, "112221121");
	tree_signal_groups(COUNTED, groups, 0);
	expect_counts(++line, "112221121");
	stop_counter(STOPPED);
	stop_counter(STOPPED_MEMBER);
	tree_signal_groups(COUNTED, groups, 1);
	AID_NEED(state_of(counters[STOPPED].pid) == 'T');
	AID_NEED(state_of(counters[STOPPED_MEMBER].pid) != 'T');
	AID_NEED(tree_signal_rest(&tree, COUNTED, groups, 1) == 0);
	AID_NEED(state_of(counters[STOPPED].pid) != 'T');
	expect_counts(++line, "223332232");
	AID_NEED(!tree_empty(&tree));
	AID_NEED(
	    tree_end(&tree, 30 * DUR_SECOND, aid_reap, NULL, &report) == 0);
	AID_NEED(tree_empty(&tree));
	tree_free(&tree);
}

START_TEST(signals_once)
{
	counters = aid_shared(COUNTERS * sizeof(*counters));
	aid_in_child(signals_child, NULL);
}
END_TEST

/* A child from before counts and gets nothing; what it leaves is ours. */
static void
foreign_child(void *arg)
{
	struct tree_report report;
	struct tree tree;
	pid_t foreign;

	(void)arg;
	foreign = aid_fork();
	if (foreign == 0) {
		if (aid_fork() == 0)
			count(DAEMON);
		count(LEADER);
	}
	while (counters[LEADER].pid == 0 || counters[DAEMON].pid == 0)
		(void)sched_yield();
	AID_NEED(tree_init(&tree) == 0);
	AID_NEED(tree.nforeign == 1 && tree.foreign[0] == foreign);
	AID_NEED(tree_empty(&tree));
	if (aid_fork() == 0)
		count(PLAIN);
	while (counters[PLAIN].pid == 0)
		(void)sched_yield();
	AID_NEED(!tree_empty(&tree));
	AID_NEED(tree_signal_rest(&tree, COUNTED, NULL, 0) == 0);
	AID_NEED(
	    tree_end(&tree, 30 * DUR_SECOND, aid_reap, NULL, &report) == 0);
	AID_NEED(report.nleft == 0 && tree_empty(&tree));
	AID_NEED(kill(foreign, LAST) == 0);
	AID_NEED(kill(counters[DAEMON].pid, LAST) == 0);
	while (!counters[LEADER].last || !counters[DAEMON].last)
		(void)sched_yield();
	AID_NEED(counters[LEADER].count == 0 && counters[DAEMON].count == 0);
	AID_NEED(kill(foreign, SIGKILL) == 0 && aid_wait(foreign) == SIGKILL);
	AID_NEED(!tree_empty(&tree));
	AID_NEED(
	    tree_end(&tree, 30 * DUR_SECOND, aid_reap, NULL, &report) == 0);
	AID_NEED(waitpid(-1, NULL, 0) == -1 && errno == ECHILD);
	tree_free(&tree);
}

START_TEST(leaves_others_alone)
{
	counters = aid_shared(COUNTERS * sizeof(*counters));
	aid_in_child(foreign_child, NULL);
}
END_TEST

static Suite *
suite_tree(void)
{
	Suite *s = suite_create("tree");
	TCase *tc = tcase_create("tree");

	tcase_set_timeout(tc, 60);
	tcase_add_unchecked_fixture(tc, aid_adopt, aid_clear);
	tcase_add_checked_fixture(tc, aid_clear, aid_alone);
	tcase_add_test(tc, signals_once);
	tcase_add_test(tc, leaves_others_alone);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_tree)
