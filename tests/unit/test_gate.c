/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of locks between processes: what they are taken on, who gets
 * them, what ends a wait.
 */
#include "config.h"

#include "unit.h"

#include <sys/stat.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
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

/* Shared by the processes of a test. */
static struct {
	volatile pid_t waiter; /* about to wait */
	volatile int held; /* the lock, by a child */
	volatile int n;
} * shared;

static int dir;

/* Counts in this process. */
static volatile sig_atomic_t handled;

static void
enter(void)
{
	aid_enter();
	dir = open(aid_file("."), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_ne(dir, -1);
	shared = aid_shared(sizeof(*shared));
}

static void
leave(void)
{
	io_close(&dir);
	aid_leave();
}

static struct gate
gate(void)
{
	struct gate g;

	AID_NEED(gate_open(&g, dir, "gate") == 0);
	return g;
}

/* A gate that is locked, and another way to the same. */
static struct gate
locked(struct gate *other)
{
	struct gate g = gate();

	*other = gate();
	AID_NEED(gate_try(&g) == 0);
	return g;
}

static void
on_signal(int sig)
{
	(void)sig;
	handled++;
}

static void
handle(int sig, int flags)
{
	struct sigaction sa = {.sa_handler = on_signal, .sa_flags = flags};

	AID_NEED(sigaction(sig, &sa, NULL) == 0);
}

/* Whether the waiter waits: it said so, and sleeps. */
static bool
sleeps(void *arg)
{
	char path[64], line[512], *p;
	FILE *f;

	(void)arg;
	(void)snprintf(
	    path, sizeof(path), "/proc/%d/stat", (int)shared->waiter);
	f = shared->waiter == 0 ? NULL : fopen(path, "re");
	if (f == NULL)
		return false;
	p = fgets(line, sizeof(line), f) ? strrchr(line, ')') : NULL;
	(void)fclose(f);
	return p != NULL && p[1] == ' ' && p[2] == 'S';
}

static bool
held(void *arg)
{
	(void)arg;
	return shared->held != 0;
}

static void
wait_at(struct gate *g, int64_t until, int want)
{
	shared->waiter = getpid();
	errno = 0;
	AID_NEED(gate_lock(g, until) == (want == 0 ? 0 : -1));
	AID_NEED(errno == want || want == 0);
}

/* A child that holds the lock until it is killed. */
static void
hold(void *arg)
{
	struct gate g = gate();

	(void)arg;
	AID_NEED(gate_lock(&g, LOOP_NEVER) == 0);
	shared->held = 1;
	for (;;)
		(void)pause();
}

static pid_t
holder(void)
{
	pid_t pid = aid_begin(hold, NULL);

	ck_assert(aid_until(held, NULL));
	return pid;
}

START_TEST(opens_and_makes)
{
	struct gate g, h;
	struct stat st;

	(void)umask(0);
	g = gate();
	ck_assert_int_eq(fcntl(g.fd, F_GETFD), FD_CLOEXEC);
	ck_assert_int_eq(fstat(g.fd, &st), 0);
	ck_assert(S_ISREG(st.st_mode));
	ck_assert_uint_eq(st.st_mode & 07777, 0600);
	ck_assert_int_eq(io_write_all(g.fd, "kept", 4), 0);
	h = gate();
	ck_assert_int_eq(fstat(h.fd, &st), 0);
	ck_assert_int_eq(st.st_size, 4);
	gate_close(&g);
	ck_assert_int_eq(g.fd, -1);
	gate_close(&g);
	gate_close(&h);
	errno = 0;
	ck_assert_int_eq(gate_try(&g), -1);
	ck_assert_int_eq(errno, EBADF);
	ck_assert_int_eq(gate_lock(&g, loop_now() + LATE), -1);
	ck_assert_int_eq(errno, EBADF);
}
END_TEST

START_TEST(opens_nothing_else)
{
	static const struct {
		const char *name;
		int error;
	} rows[] = {{"link", ELOOP}, {"dangling", ELOOP}, {"fifo", EINVAL},
	    {"dir", EISDIR}, {"none/x", ENOENT}, {"file/x", ENOTDIR},
	    {"", ENOENT}, {".", EISDIR}};
	struct gate g;
	char name[300];
	int i;

	aid_make("file", "", 0600);
	ck_assert_int_eq(symlink("file", aid_file("link")), 0);
	ck_assert_int_eq(symlink("made", aid_file("dangling")), 0);
	ck_assert_int_eq(mkfifo(aid_file("fifo"), 0600), 0);
	ck_assert_int_eq(mkdir(aid_file("dir"), 0700), 0);
	for (i = 0; i < NROWS(rows); i++) {
		g.fd = 99;
		errno = 0;
		ck_assert_int_eq(gate_open(&g, dir, rows[i].name), -1);
		ck_assert_msg(errno == rows[i].error, "%s: errno %d",
		    rows[i].name, errno);
		ck_assert_int_eq(g.fd, -1);
	}
	ck_assert_int_eq(access(aid_file("made"), F_OK), -1);
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	ck_assert_int_eq(gate_open(&g, dir, name), -1);
	ck_assert_int_eq(errno, ENAMETOOLONG);
	name[255] = '\0';
	ck_assert_int_eq(gate_open(&g, dir, name), 0);
	gate_close(&g);
	ck_assert_int_eq(gate_open(&g, -1, "gate"), -1);
	ck_assert_int_eq(errno, EBADF);
}
END_TEST

START_TEST(excludes)
{
	struct gate h, g = locked(&h);

	ck_assert_int_eq(gate_try(&g), 0);
	ck_assert_int_eq(gate_lock(&g, 0), 0);
	ck_assert_int_eq(gate_try(&h), -1);
	ck_assert_int_eq(errno, EWOULDBLOCK);
	errno = ERANGE;
	gate_unlock(&g);
	ck_assert_int_eq(errno, ERANGE);
	ck_assert_int_eq(gate_lock(&h, 0), 0);
	ck_assert_int_eq(gate_try(&g), -1);
	gate_close(&h);
	ck_assert_int_eq(gate_lock(&g, LOOP_NEVER), 0);
	gate_close(&g);
}
END_TEST

START_TEST(ends_at_the_deadline)
{
	const int64_t start = loop_now();
	const int64_t until[] = {INT64_MIN, 0, start - 1, start + 1,
	    start + DUR_MS, start + SOON, start + 2 * SOON};
	struct gate h, g = locked(&h);
	int i;

	for (i = 0; i < NROWS(until); i++) {
		errno = 0;
		ck_assert_int_eq(gate_lock(&h, until[i]), -1);
		ck_assert_int_eq(errno, ETIMEDOUT);
		ck_assert_msg(loop_now() >= until[i], "row %d: too early", i);
	}
	ck_assert_msg(loop_now() < start + LATE / 3, "too late");
	gate_close(&g);
	gate_close(&h);
}
END_TEST

/* The timer may go off before the wait begins. */
START_TEST(misses_no_deadline)
{
	struct gate h, g = locked(&h);
	int i;

	for (i = 0; i < 300; i++) {
		ck_assert_int_eq(gate_lock(&h, loop_now() + i * 200), -1);
		ck_assert_int_eq(errno, ETIMEDOUT);
	}
	gate_close(&g);
	gate_close(&h);
}
END_TEST

static void
get_it(void *arg)
{
	struct gate g = gate();

	wait_at(&g, *(int64_t *)arg, 0);
	shared->n = 1;
}

/* Until LOOP_NEVER, or far away, or further than a timer can be set. */
START_TEST(gets_it_from_the_dead)
{
	int64_t until[] = {LOOP_NEVER, loop_now() + LATE, LOOP_NEVER - 1};
	pid_t dead = holder(), waiter = aid_begin(get_it, &until[_i]);
	struct gate g = gate();

	ck_assert(aid_until(sleeps, NULL));
	ck_assert_int_eq(gate_try(&g), -1);
	ck_assert_int_eq(errno, EWOULDBLOCK);
	ck_assert_int_eq(shared->n, 0);
	ck_assert_int_eq(kill(dead, SIGKILL), 0);
	ck_assert_int_eq(WTERMSIG(aid_wait(dead)), SIGKILL);
	aid_end(waiter);
	ck_assert_int_eq(shared->n, 1);
	ck_assert_int_eq(gate_try(&g), 0);
	gate_close(&g);
}
END_TEST

static void
be_interrupted(void *arg)
{
	struct gate g = gate();

	handle(SIGUSR1, 0);
	wait_at(&g, *(int64_t *)arg, EINTR);
	AID_NEED(handled == 1);
}

static void
go_on(void *arg)
{
	struct gate g = gate();

	handle(SIGUSR1, SA_RESTART);
	wait_at(&g, *(int64_t *)arg, 0);
	AID_NEED(handled == 1);
}

START_TEST(tells_of_handlers)
{
	int64_t until[] = {LOOP_NEVER, loop_now() + LATE};
	struct gate h, g = locked(&h);
	pid_t waiter = aid_begin(be_interrupted, &until[_i]);

	ck_assert(aid_until(sleeps, NULL));
	ck_assert_int_eq(kill(waiter, SIGUSR1), 0);
	aid_end(waiter);
	shared->waiter = 0;
	waiter = aid_begin(go_on, &until[_i]);
	ck_assert(aid_until(sleeps, NULL));
	ck_assert_int_eq(kill(waiter, SIGUSR1), 0);
	ck_assert_int_eq(kill(waiter, SIGSTOP), 0);
	ck_assert_int_eq(kill(waiter, SIGCONT), 0);
	gate_unlock(&g);
	aid_end(waiter);
}
END_TEST

#define COUNTERS 4
#define COUNTS 200

/* Counts in a way that loses what is done at the same time. */
static void
count(void *arg)
{
	struct gate g = gate();
	int i, n;

	(void)arg;
	for (i = 0; i < COUNTS; i++) {
		AID_NEED(gate_lock(&g, loop_now() + LATE) == 0);
		n = shared->n;
		(void)sched_yield();
		shared->n = n + 1;
		gate_unlock(&g);
	}
}

START_TEST(lets_in_one_at_a_time)
{
	pid_t pid[COUNTERS];
	int i;

	for (i = 0; i < COUNTERS; i++)
		pid[i] = aid_begin(count, NULL);
	for (i = 0; i < COUNTERS; i++)
		aid_end(pid[i]);
	ck_assert_int_eq(shared->n, COUNTERS * COUNTS);
}
END_TEST

static Suite *
suite_gate(void)
{
	Suite *s = suite_create("gate");
	TCase *tc = tcase_create("gate");

	tcase_set_timeout(tc, 60);
	tcase_add_unchecked_fixture(tc, aid_adopt, aid_clear);
	tcase_add_checked_fixture(tc, aid_clear, aid_alone);
	tcase_add_checked_fixture(tc, enter, leave);
	tcase_add_test(tc, opens_and_makes);
	tcase_add_test(tc, opens_nothing_else);
	tcase_add_test(tc, excludes);
	tcase_add_test(tc, ends_at_the_deadline);
	tcase_add_test(tc, misses_no_deadline);
	tcase_add_loop_test(tc, gets_it_from_the_dead, 0, 3);
	tcase_add_loop_test(tc, tells_of_handlers, 0, 2);
	tcase_add_test(tc, lets_in_one_at_a_time);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_gate)
