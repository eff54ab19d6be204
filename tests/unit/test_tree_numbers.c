/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of scans where the numbers of processes start over: then a
 * child may have a smaller one than its parent. They need a PID namespace,
 * in which numbers can be chosen (pid_namespaces(7)).
 */
#include "config.h"

#include "unit.h"

#include <sys/mount.h>
#include <sys/wait.h>

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "aid.h"
#include "dur.h"
#include "io.h"
#include "loop.h"
#include "tree.h"

#define PARENT 300
#define CHILD 100 /* of PARENT */
#define FILL 400 /* processes, so that a scan takes longer than a fork */

/* The next process gets the number after this one. */
static void
set_last_pid(int pid)
{
	FILE *f = fopen("/proc/sys/kernel/ns_last_pid", "we");

	AID_NEED(f != NULL && fprintf(f, "%d", pid) > 0 && fclose(f) == 0);
}

static int told[2];

static void
tell(int sig)
{
	char number = (char)sig;

	(void)!write(told[1], &number, 1);
}

static int
hear(void)
{
	char number = 0;

	AID_NEED(io_read(told[0], &number, 1) == 1);
	return number;
}

_Noreturn static void
stay(void)
{
	for (;;)
		(void)pause();
}

/* A process PARENT with a child CHILD, which tells of each SIGUSR1. */
static void
make_pair(void)
{
	set_last_pid(PARENT - 1);
	if (aid_fork() > 0) {
		AID_NEED(hear() == '!');
		return;
	}
	AID_NEED(getpid() == PARENT);
	(void)signal(SIGUSR1, SIG_IGN);
	set_last_pid(CHILD - 1);
	if (aid_fork() == 0) {
		AID_NEED(getpid() == CHILD);
		(void)signal(SIGUSR1, tell);
		tell('!');
	}
	stay();
}

/* One whose numbers never end: it forks and is gone, for some seconds. */
_Noreturn static void
hop(void)
{
	int64_t end = loop_now() + 20 * DUR_SECOND;

	while (loop_now() < end)
		if (aid_fork() > 0)
			break;
	_exit(0);
}

static void
numbers_child(void)
{
	struct tree_report report;
	struct tree tree;
	int64_t begin;
	int i;

	AID_NEED(mount("none", "/", "", MS_REC | MS_PRIVATE, "") == 0);
	AID_NEED(mount("proc", "/proc", "proc", 0, "") == 0);
	AID_NEED(pipe(told) == 0 && tree_init(&tree) == 0);
	make_pair();
	AID_NEED(tree_signal_rest(&tree, SIGUSR1, NULL, 0) == 0);
	AID_NEED(hear() == SIGUSR1);

	/* A scan must not go on for as long as there are new ones. */
	for (i = 0; i < FILL; i++)
		if (aid_fork() == 0)
			stay();
	begin = loop_now();
	if (aid_fork() == 0)
		hop();
	AID_NEED(tree_cpu(&tree) >= 0);
	AID_NEED(
	    tree_end(&tree, 30 * DUR_SECOND, aid_reap, NULL, &report) == 0);
	AID_NEED(loop_now() - begin < 5 * DUR_SECOND);
	tree_free(&tree);
}

static void
numbers(void *arg)
{
	int status;
	pid_t pid;

	(void)arg;
	if (unshare(CLONE_NEWPID | CLONE_NEWNS) == -1)
		return; /* not permitted */
	pid = aid_fork();
	if (pid == 0) {
		numbers_child();
		_exit(0);
	}
	status = aid_wait(pid);
	/* The reason was given; a sanitizer would get no thread now. */
	_exit(status != 0 ? 1 : 0);
}

START_TEST(scans_whatever_the_numbers)
{
	aid_in_child(numbers, NULL);
}
END_TEST

static Suite *
suite_tree_numbers(void)
{
	Suite *s = suite_create("tree_numbers");
	TCase *tc = tcase_create("tree_numbers");

	tcase_set_timeout(tc, 60);
	tcase_add_unchecked_fixture(tc, aid_adopt, aid_clear);
	tcase_add_checked_fixture(tc, aid_clear, aid_alone);
	tcase_add_test(tc, scans_whatever_the_numbers);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_tree_numbers)
