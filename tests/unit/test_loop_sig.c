/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of the loop: ends of children and signals, from all the
 * states in which a process may find itself.
 */
#include "config.h"

#include "unit.h"

#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "aid.h"
#include "io.h"
#include "loop.h"

static struct loop loop;

/* The children, numbered from 0: each ends with its number as status. */
#define CHILDREN 20

static struct loop_child child[CHILDREN];
static int ended[CHILDREN], nended;

static void
child_ended(struct loop_child *c, int status, const struct rusage *ru)
{
	long i = c - child;

	AID_NEED(WIFEXITED(status) && WEXITSTATUS(status) == (int)i);
	AID_NEED(ru != NULL && ru->ru_minflt > 0);
	ended[i]++;
	nended++;
}

/* A child that waits for the end of a pipe, which exec would end. */
static pid_t
start(int wait, int status)
{
	pid_t pid = fork();
	char byte;

	AID_NEED(pid != -1);
	if (pid == 0) {
		if (wait != -1)
			(void)!read(wait, &byte, 1);
		_exit(status);
	}
	return pid;
}

static void
watch(int i, pid_t pid)
{
	child[i] = (struct loop_child){.pid = pid, .cb = child_ended};
	loop_child_add(&loop, &child[i]);
}

static void
step_until_ended(int n)
{
	while (nended < n)
		AID_NEED(loop_step(&loop, LOOP_NEVER) == 0);
}

static void
reap_child(void *arg)
{
	int i;

	(void)arg;
	AID_NEED(loop_init(&loop, NULL, 0, NULL, NULL) == 0);
	for (i = 0; i < CHILDREN; i++) {
		watch(i, start(-1, i));
		(void)start(-1, 77); /* nobody's */
	}
	step_until_ended(CHILDREN);
	for (i = 0; i < CHILDREN; i++)
		AID_NEED(ended[i] == 1);
	while (loop_reap(&loop))
		AID_NEED(loop_step(&loop, LOOP_NEVER) == 0);
	AID_NEED(wait(NULL) == -1 && errno == ECHILD);
	AID_NEED(nended == CHILDREN);
	loop_free(&loop);
}

START_TEST(tells_of_children)
{
	aid_in_child(reap_child, NULL);
}
END_TEST

static void
left_child(void *arg)
{
	int fd[2];

	(void)arg;
	AID_NEED(io_pipe(fd) == 0);
	AID_NEED(loop_init(&loop, NULL, 0, NULL, NULL) == 0);
	AID_NEED(!loop_reap(&loop));
	watch(0, start(fd[0], 0));
	AID_NEED(loop_reap(&loop));
	AID_NEED(io_write_all(fd[1], "x", 1) == 0);
	step_until_ended(1);
	AID_NEED(!loop_reap(&loop));
	loop_free(&loop);
}

START_TEST(tells_whether_children_are_left)
{
	aid_in_child(left_child, NULL);
}
END_TEST

/* Each end starts the next child, on the struct of the one that ended or
 * on another one. */
static void
next_child(struct loop_child *c, int status, const struct rusage *ru)
{
	long i = c - child;

	child_ended(c, status, ru);
	if (i + 1 == CHILDREN)
		return;
	watch((int)i + 1, start(-1, (int)i + 1));
	child[i + 1].cb = next_child;
}

static void
chain_child(void *arg)
{
	(void)arg;
	AID_NEED(loop_init(&loop, NULL, 0, NULL, NULL) == 0);
	watch(0, start(-1, 0));
	child[0].cb = next_child;
	step_until_ended(CHILDREN);
	AID_NEED(!loop_reap(&loop));
	loop_free(&loop);
}

START_TEST(starts_children_from_ends)
{
	aid_in_child(chain_child, NULL);
}
END_TEST

/* Signals: what has arrived. */
static struct loop_signal arrived[10];
static int narrived;

static void
on_signal(void *arg, const struct loop_signal *sig)
{
	AID_NEED(arg == &loop && narrived < 10);
	arrived[narrived++] = *sig;
}

static const int sigs[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

static void
handler(int sig)
{
	(void)sig;
}

static void
set_action(int sig, void (*fn)(int))
{
	struct sigaction sa = {.sa_handler = fn};

	AID_NEED(sigaction(sig, &sa, NULL) == 0);
}

static bool
has_action(int sig, void (*fn)(int))
{
	struct sigaction sa;

	AID_NEED(sigaction(sig, NULL, &sa) == 0);
	return sa.sa_handler == fn;
}

static bool
is_blocked(int sig)
{
	sigset_t set;

	AID_NEED(sigprocmask(SIG_BLOCK, NULL, &set) == 0);
	return sigismember(&set, sig) == 1;
}

static void
block(int sig)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, sig);
	AID_NEED(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
}

/* How SIGCHLD may be when we start. */
static const struct {
	void (*action)(int);
	bool blocked;
} entries[] = {
    {SIG_DFL, false}, {SIG_DFL, true}, {SIG_IGN, false}, {SIG_IGN, true}};

static void
entry_child(void *arg)
{
	int row = *(int *)arg;

	set_action(SIGCHLD, entries[row].action);
	if (entries[row].blocked)
		block(SIGCHLD);
	AID_NEED(loop_init(&loop, sigs, 4, on_signal, &loop) == 0);
	watch(0, start(-1, 0));
	watch(3, start(-1, 3));
	step_until_ended(2);
	AID_NEED(ended[0] == 1 && ended[3] == 1);
	AID_NEED(narrived == 0);
	loop_free(&loop);
	AID_NEED(is_blocked(SIGCHLD) == entries[row].blocked);
	AID_NEED(has_action(SIGCHLD, entries[row].action));
}

START_TEST(reaps_from_any_state)
{
	aid_in_child(entry_child, &_i);
}
END_TEST

/* One after the other, for equal ones may be taken for one. */
static void
expect_signal(int sig, pid_t from)
{
	narrived = 0;
	while (narrived == 0)
		AID_NEED(loop_step(&loop, LOOP_NEVER) == 0);
	AID_NEED(narrived == 1);
	AID_NEED(arrived[0].signo == sig);
	AID_NEED(!arrived[0].from_kernel);
	AID_NEED(arrived[0].pid == from);
}

static void
kill_child(void *arg)
{
	pid_t pid;
	int i;

	(void)arg;
	set_action(SIGHUP, SIG_IGN);
	AID_NEED(loop_init(&loop, sigs, 4, on_signal, &loop) == 0);
	for (i = 0; i < 4; i++) {
		AID_NEED(kill(getpid(), sigs[i]) == 0);
		if (sigs[i] != SIGHUP)
			expect_signal(sigs[i], getpid());
	}
	pid = fork();
	if (pid == 0)
		_exit(kill(getppid(), SIGTERM));
	expect_signal(SIGTERM, pid);
	while (loop_reap(&loop))
		AID_NEED(loop_step(&loop, LOOP_NEVER) == 0);
	/* Different ones at once all arrive; what is ignored never does. */
	narrived = 0;
	for (i = 0; i < 4; i++)
		AID_NEED(kill(getpid(), sigs[i]) == 0);
	while (narrived < 3)
		AID_NEED(loop_step(&loop, LOOP_NEVER) == 0);
	AID_NEED(loop_step(&loop, 0) == 0);
	AID_NEED(narrived == 3);
	for (i = 0; i < 3; i++)
		AID_NEED(arrived[i].signo != SIGHUP);
	AID_NEED(has_action(SIGHUP, SIG_IGN));
	loop_free(&loop);
}

START_TEST(tells_of_signals)
{
	aid_in_child(kill_child, NULL);
}
END_TEST

static void
restore_child(void *arg)
{
	int i;

	(void)arg;
	set_action(SIGHUP, SIG_IGN);
	set_action(SIGUSR1, handler);
	block(SIGQUIT);
	block(SIGUSR2);
	AID_NEED(loop_init(&loop, sigs, 4, on_signal, &loop) == 0);
	AID_NEED(has_action(SIGHUP, SIG_IGN));
	AID_NEED(has_action(SIGUSR1, handler) && !is_blocked(SIGUSR1));
	AID_NEED(has_action(SIGUSR2, SIG_DFL) && is_blocked(SIGUSR2));
	loop_free(&loop);
	for (i = 0; i < 4; i++) {
		AID_NEED(is_blocked(sigs[i]) == (sigs[i] == SIGQUIT));
		AID_NEED(
		    has_action(sigs[i], sigs[i] == SIGHUP ? SIG_IGN : SIG_DFL));
	}
	AID_NEED(has_action(SIGCHLD, SIG_DFL) && !is_blocked(SIGCHLD));
	AID_NEED(has_action(SIGUSR1, handler) && !is_blocked(SIGUSR1));
	AID_NEED(is_blocked(SIGUSR2));
}

START_TEST(gives_the_old_state_back)
{
	aid_in_child(restore_child, NULL);
}
END_TEST

/* ^C on a terminal that is ours. */
static void
terminal_child(void *arg)
{
	int pty = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), tty;

	(void)arg;
	AID_NEED(setsid() != -1);
	AID_NEED(pty != -1 && grantpt(pty) == 0 && unlockpt(pty) == 0);
	tty = open(ptsname(pty), O_RDWR | O_CLOEXEC);
	AID_NEED(tty != -1 && tcgetpgrp(tty) == getpgrp());
	AID_NEED(loop_init(&loop, sigs, 4, on_signal, &loop) == 0);
	AID_NEED(io_write_all(pty, "\003", 1) == 0);
	while (narrived == 0)
		AID_NEED(loop_step(&loop, LOOP_NEVER) == 0);
	AID_NEED(narrived == 1 && arrived[0].signo == SIGINT);
	AID_NEED(arrived[0].from_kernel && arrived[0].pid == 0);
	loop_free(&loop);
	(void)signal(SIGHUP, SIG_IGN); /* by the end of the terminal */
	io_close(&tty);
	io_close(&pty);
}

START_TEST(tells_keys_from_kill)
{
	aid_in_child(terminal_child, NULL);
}
END_TEST

/* A signal that came before the loop is asked is not lost, nor is the end
 * of a child. */
static void
early_child(void *arg)
{
	int fd[2];
	char byte;

	(void)arg;
	AID_NEED(loop_init(&loop, sigs, 4, on_signal, &loop) == 0);
	AID_NEED(io_pipe(fd) == 0);
	watch(0, start(-1, 0));
	AID_NEED(kill(getpid(), SIGTERM) == 0);
	io_close(&fd[1]);
	AID_NEED(io_read(fd[0], &byte, 1) == 0); /* the child is gone, too */
	step_until_ended(1);
	while (narrived == 0)
		AID_NEED(loop_step(&loop, LOOP_NEVER) == 0);
	AID_NEED(arrived[0].signo == SIGTERM);
	loop_free(&loop);
}

START_TEST(forgets_nothing)
{
	aid_in_child(early_child, NULL);
}
END_TEST

static Suite *
suite_loop_sig(void)
{
	Suite *s = suite_create("loop_sig");
	TCase *tc = tcase_create("loop_sig");

	tcase_add_unchecked_fixture(tc, aid_adopt, aid_clear);
	tcase_add_checked_fixture(tc, aid_clear, aid_alone);
	tcase_add_test(tc, tells_of_children);
	tcase_add_test(tc, tells_whether_children_are_left);
	tcase_add_test(tc, starts_children_from_ends);
	tcase_add_loop_test(tc, reaps_from_any_state, 0, NROWS(entries));
	tcase_add_test(tc, tells_of_signals);
	tcase_add_test(tc, gives_the_old_state_back);
	tcase_add_test(tc, tells_keys_from_kill);
	tcase_add_test(tc, forgets_nothing);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_loop_sig)
