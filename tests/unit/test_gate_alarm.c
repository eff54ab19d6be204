/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of waits for locks beside a timer and a SIGALRM of others:
 * they find all as it was, and nothing of theirs is lost.
 */
#include "config.h"

#include "unit.h"

#include <sys/time.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "aid.h"
#include "dur.h"
#include "gate.h"
#include "io.h"
#include "loop.h"

#define SOON (50 * DUR_MS)
#define LATE (60 * DUR_SECOND)

static int dir;

/* The gate that others have locked, and one that nobody has. */
static struct gate shut, ajar;

static volatile sig_atomic_t handled;

static void
enter(void)
{
	static struct gate holder;

	aid_enter();
	dir = open(aid_file("."), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_eq(gate_open(&holder, dir, "shut"), 0);
	ck_assert_int_eq(gate_try(&holder), 0);
	ck_assert_int_eq(gate_open(&shut, dir, "shut"), 0);
	ck_assert_int_eq(gate_open(&ajar, dir, "ajar"), 0);
}

static void
leave(void)
{
	io_close(&dir);
	aid_leave();
}

static void
on_alarm(int sig)
{
	(void)sig;
	handled++;
}

static void
dispose(void (*handler)(int))
{
	struct sigaction sa = {.sa_handler = handler};

	if (handler == on_alarm)
		sa.sa_flags = SA_RESTART | SA_NODEFER;
	sigemptyset(&sa.sa_mask);
	sigaddset(&sa.sa_mask, SIGUSR2);
	AID_NEED(sigaction(SIGALRM, &sa, NULL) == 0);
}

static void
block(int how)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	AID_NEED(sigprocmask(how, &set, NULL) == 0);
}

static void
set_timer(int64_t ns, int64_t interval)
{
	struct itimerval t = {
	    .it_value = {ns / DUR_SECOND, ns % DUR_SECOND / 1000},
	    .it_interval = {interval / DUR_SECOND,
		interval % DUR_SECOND / 1000},
	};

	AID_NEED(setitimer(ITIMER_REAL, &t, NULL) == 0);
}

static bool
is_pending(void)
{
	sigset_t set;

	AID_NEED(sigpending(&set) == 0);
	return sigismember(&set, SIGALRM) == 1;
}

static void
expect_timeout(int64_t ns)
{
	errno = 0;
	AID_NEED(gate_lock(&shut, loop_now() + ns) == -1);
	AID_NEED(errno == ETIMEDOUT);
}

struct setting {
	void (*handler)(int);
	bool blocked, pending;
	int64_t timer, interval;
};

static const struct setting settings[] = {
    {SIG_DFL, false, false, 0, 0},
    {SIG_DFL, true, false, 0, 0},
    {SIG_DFL, true, true, 0, 0},
    {SIG_IGN, false, false, 0, 0},
    {SIG_IGN, true, false, 0, 0},
    {on_alarm, false, false, 0, 0},
    {on_alarm, true, true, 0, 0},
    {SIG_DFL, false, false, 1000 * DUR_SECOND, 0},
    {SIG_IGN, false, false, 1000 * DUR_SECOND, 7 * DUR_SECOND},
    {on_alarm, true, true, LATE, 3 * DUR_SECOND + 5000},
    {SIG_DFL, false, false, INT64_C(4000000000) * DUR_SECOND, 0},
};

/* A timer has run on, and no faster than time. */
static void
expect_timer(const struct setting *s, int64_t passed)
{
	struct itimerval t;
	int64_t left;

	AID_NEED(getitimer(ITIMER_REAL, &t) == 0);
	AID_NEED(dur_timeval(&t.it_interval) == s->interval);
	left = dur_timeval(&t.it_value);
	if (s->timer == 0)
		AID_NEED(left == 0);
	else
		AID_NEED(left <= s->timer - SOON + DUR_MS &&
		    left >= s->timer - passed - DUR_MS);
}

static void
keep(void *arg)
{
	const struct setting *s = arg;
	struct sigaction old, new;
	sigset_t mask, now;
	int64_t start;
	int sig;

	dispose(s->handler);
	if (s->blocked)
		block(SIG_BLOCK);
	if (s->pending)
		AID_NEED(kill(getpid(), SIGALRM) == 0);
	AID_NEED(sigaction(SIGALRM, NULL, &old) == 0);
	AID_NEED(sigprocmask(SIG_BLOCK, NULL, &mask) == 0);
	start = loop_now();
	set_timer(s->timer, s->interval);
	expect_timeout(SOON);
	AID_NEED(gate_lock(&ajar, loop_now() + SOON) == 0);
	expect_timer(s, loop_now() - start);
	AID_NEED(is_pending() == s->pending);
	AID_NEED(handled == 0);
	AID_NEED(sigaction(SIGALRM, NULL, &new) == 0);
	AID_NEED(new.sa_handler == old.sa_handler);
	AID_NEED(new.sa_flags == old.sa_flags);
	AID_NEED(sigismember(&new.sa_mask, SIGUSR2) == 1);
	AID_NEED(sigismember(&new.sa_mask, SIGUSR1) == 0);
	AID_NEED(sigprocmask(SIG_BLOCK, NULL, &now) == 0);
	for (sig = 1; sig < NSIG; sig++)
		AID_NEED(sigismember(&now, sig) == sigismember(&mask, sig));
}

START_TEST(keeps_what_was_set)
{
	struct setting s = settings[_i];

	aid_in_child(keep, &s);
}
END_TEST

/* A lock that is waited for and got leaves all as it was, too. */
static void
get_it(void *arg)
{
	const struct setting s = {.timer = LATE, .interval = DUR_SECOND};
	int64_t start = loop_now();
	struct gate g = {-1};

	AID_NEED(gate_open(&g, dir, "ajar") == 0);
	set_timer(s.timer, s.interval);
	AID_NEED(write(*(int *)arg, "w", 1) == 1);
	AID_NEED(gate_lock(&g, loop_now() + LATE) == 0);
	AID_NEED(loop_now() >= start + SOON);
	expect_timer(&s, loop_now() - start);
	AID_NEED(!is_pending());
}

START_TEST(keeps_it_for_who_gets_the_lock)
{
	int fd[2];
	pid_t pid;
	char c;

	ck_assert_int_eq(io_pipe(fd), 0);
	ck_assert_int_eq(gate_try(&ajar), 0);
	pid = aid_begin(get_it, &fd[1]);
	ck_assert_int_eq(io_read(fd[0], &c, 1), 1);
	expect_timeout(SOON + DUR_MS); /* measures out the time */
	gate_unlock(&ajar);
	aid_end(pid);
	io_close(&fd[0]);
	io_close(&fd[1]);
}
END_TEST

static bool
was_handled(void *arg)
{
	return handled >= *(int *)arg;
}

/* A timer that is due in the wait is not put off. */
static void
be_due(void *arg)
{
	int64_t start = loop_now();
	int once = 1;

	(void)arg;
	dispose(on_alarm);
	set_timer(SOON, 0);
	errno = 0;
	AID_NEED(gate_lock(&shut, start + LATE) == -1);
	AID_NEED(errno == EINTR);
	AID_NEED(loop_now() >= start + SOON - DUR_MS);
	AID_NEED(loop_now() < start + LATE / 3);
	AID_NEED(aid_until(was_handled, &once));
	expect_timeout(SOON);
	AID_NEED(handled == 1);
}

static bool
pends(void *arg)
{
	(void)arg;
	return is_pending();
}

/* It arrives behind the wait where it is blocked. */
static void
be_due_blocked(void *arg)
{
	(void)arg;
	block(SIG_BLOCK);
	set_timer(SOON, 0);
	AID_NEED(gate_lock(&shut, loop_now() + LATE) == -1);
	AID_NEED(errno == EINTR);
	AID_NEED(aid_until(pends, NULL));
	expect_timeout(SOON);
	AID_NEED(is_pending());
}

/* A timer that has gone off, but whose signal is blocked, goes on after it,
 * and does not disturb before. */
static void
be_due_before(void *arg)
{
	int often = 3;

	(void)arg;
	dispose(on_alarm);
	block(SIG_BLOCK);
	set_timer(DUR_MS, DUR_MS);
	AID_NEED(aid_until(pends, NULL));
	expect_timeout(SOON);
	AID_NEED(is_pending() && handled == 0);
	block(SIG_UNBLOCK);
	AID_NEED(aid_until(was_handled, &often));
	set_timer(0, 0);
}

START_TEST(puts_no_timer_off)
{
	static void (*const fn[])(void *) = {
	    be_due, be_due_blocked, be_due_before};

	aid_in_child(fn[_i], NULL);
}
END_TEST

/* With a timer that was set by who started us, say. */
static void
wait_long(void *arg)
{
	set_timer(SOON, 0);
	(void)gate_lock(&shut, *(int64_t *)arg);
	(void)gate_lock(&shut, LOOP_NEVER);
}

/* Who ends by an alarm ends by it in the wait, too. */
START_TEST(ends_by_an_alarm)
{
	int64_t until[] = {LOOP_NEVER, loop_now() + LATE};
	pid_t pid = aid_begin(wait_long, &until[_i]);

	ck_assert_int_eq(WTERMSIG(aid_wait(pid)), SIGALRM);
}
END_TEST

static bool
sleeps(void *arg)
{
	char path[64], line[512], *p;
	FILE *f;

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", *(pid_t *)arg);
	f = fopen(path, "re");
	if (f == NULL)
		return false;
	p = fgets(line, sizeof(line), f) ? strrchr(line, ')') : NULL;
	(void)fclose(f);
	return p != NULL && p[1] == ' ' && p[2] == 'S';
}

/* The signal from somebody, not from a timer. */
static void
be_sent(void *arg)
{
	int64_t until = loop_now() + LATE;

	dispose(on_alarm);
	AID_NEED(write(*(int *)arg, "w", 1) == 1);
	errno = 0;
	AID_NEED(gate_lock(&shut, until) == -1);
	AID_NEED(errno == EINTR && loop_now() < until);
	AID_NEED(handled == 1);
}

static void
be_sent_and_die(void *arg)
{
	AID_NEED(write(*(int *)arg, "w", 1) == 1);
	(void)gate_lock(&shut, loop_now() + LATE);
	_exit(1);
}

START_TEST(swallows_no_signal)
{
	int fd[2];
	pid_t pid;
	char c;

	ck_assert_int_eq(io_pipe(fd), 0);
	pid = aid_begin(_i == 0 ? be_sent : be_sent_and_die, &fd[1]);
	ck_assert_int_eq(io_read(fd[0], &c, 1), 1);
	ck_assert(aid_until(sleeps, &pid));
	ck_assert_int_eq(kill(pid, SIGALRM), 0);
	ck_assert_int_eq(aid_wait(pid), _i == 0 ? 0 : SIGALRM);
	io_close(&fd[0]);
	io_close(&fd[1]);
}
END_TEST

static Suite *
suite_gate_alarm(void)
{
	Suite *s = suite_create("gate_alarm");
	TCase *tc = tcase_create("gate_alarm");

	tcase_set_timeout(tc, 60);
	tcase_add_unchecked_fixture(tc, aid_adopt, aid_clear);
	tcase_add_checked_fixture(tc, aid_clear, aid_alone);
	tcase_add_checked_fixture(tc, enter, leave);
	tcase_add_loop_test(tc, keeps_what_was_set, 0, NROWS(settings));
	tcase_add_test(tc, keeps_it_for_who_gets_the_lock);
	tcase_add_loop_test(tc, puts_no_timer_off, 0, 3);
	tcase_add_loop_test(tc, ends_by_an_alarm, 0, 2);
	tcase_add_loop_test(tc, swallows_no_signal, 0, 2);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_gate_alarm)
