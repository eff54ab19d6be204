/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of wake-ups over FIFOs: who is woken, by how many bytes, and
 * what is no bell. fstat(2) and mkfifoat(3) are ours, for what others do in
 * just that moment.
 */
#include "config.h"

#include "unit.h"

#include <sys/stat.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "aid.h"
#include "bell.h"
#include "io.h"

#define PATIENCE 20000 /* milliseconds */
#define WAITERS 8
#define PAGE 4096 /* what the smallest pipe holds */

/* Shared by the processes of a test. */
static struct {
	volatile int ready[WAITERS], got[WAITERS];
} * shared;

static int dir;

static int leaving = -1; /* a listener that closes it in fstat(2) */
static bool racing; /* another is faster in mkfifoat(3) */

int
fstat(int fd, struct stat *st)
{
	io_close(&leaving);
	return fstatat(fd, "", st, AT_EMPTY_PATH);
}

int
mkfifoat(int fd, const char *name, mode_t mode)
{
	if (racing)
		AID_NEED(mknodat(fd, name, S_IFIFO | mode, 0) == 0);
	return mknodat(fd, name, S_IFIFO | mode, 0);
}

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

static int
bell(void)
{
	int fd = bell_open(dir, "bell");

	AID_NEED(fd != -1);
	return fd;
}

static bool
rings(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	return poll(&p, 1, 0) == 1;
}

/* How many descriptors are open. */
static int
opened(void)
{
	int fd, n = 0;

	for (fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) != -1;
	return n;
}

START_TEST(opens_and_makes)
{
	struct stat st;
	int fd, other;

	(void)umask(0);
	fd = bell();
	other = bell();
	ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
	ck_assert_int_eq(
	    fcntl(fd, F_GETFL) & (O_ACCMODE | O_NONBLOCK), O_RDWR | O_NONBLOCK);
	ck_assert_int_eq(fstat(fd, &st), 0);
	ck_assert(S_ISFIFO(st.st_mode));
	ck_assert_uint_eq(st.st_mode & 07777, 0600);
	ck_assert(!rings(fd));
	ck_assert_int_eq(bell_take(fd), 0);
	ck_assert_int_eq(bell_drain(fd), 0);
	bell_ring(dir, "bell", 1);
	ck_assert(rings(fd));
	ck_assert(rings(other));
	ck_assert_int_eq(bell_take(other), 1);
	ck_assert(!rings(fd));
	ck_assert_int_eq(bell_take(fd), 0);
	io_close(&fd);
	io_close(&other);
}
END_TEST

/* Nor is anything written to it, made, or left open. */
START_TEST(opens_nothing_else)
{
	static const struct {
		const char *name;
		int error;
	} rows[] = {{"link", ELOOP}, {"dangling", ELOOP}, {"file", EINVAL},
	    {"dir", EISDIR}, {"none/x", ENOENT}, {"file/x", ENOTDIR},
	    {"", ENOENT}, {".", EISDIR}};
	const int before = opened();
	struct stat st;
	int fifo, i;

	aid_make("file", "text", 0600);
	ck_assert_int_eq(mkfifo(aid_file("fifo"), 0600), 0);
	ck_assert_int_eq(symlink("fifo", aid_file("link")), 0);
	ck_assert_int_eq(symlink("made", aid_file("dangling")), 0);
	ck_assert_int_eq(mkdir(aid_file("dir"), 0700), 0);
	fifo = bell_open(dir, "fifo");
	for (i = 0; i < NROWS(rows); i++) {
		errno = 0;
		ck_assert_int_eq(bell_open(dir, rows[i].name), -1);
		ck_assert_msg(errno == rows[i].error, "%s: errno %d",
		    rows[i].name, errno);
		errno = ERANGE;
		bell_ring(dir, rows[i].name, 3);
		bell_silence(dir, rows[i].name);
		ck_assert_int_eq(errno, ERANGE);
	}
	ck_assert_int_eq(bell_open(-1, "bell"), -1);
	ck_assert_int_eq(errno, EBADF);
	ck_assert(!rings(fifo));
	io_close(&fifo);
	ck_assert_int_eq(stat(aid_file("file"), &st), 0);
	ck_assert_int_eq(st.st_size, 4);
	ck_assert_int_eq(access(aid_file("made"), F_OK), -1);
	ck_assert_int_eq(opened(), before);
}
END_TEST

/* No FIFO is made for it, no byte is left, no signal comes. */
START_TEST(rings_for_nobody)
{
	const int before = opened();
	int fd;

	errno = ERANGE;
	bell_ring(dir, "bell", 1);
	bell_silence(dir, "bell");
	ck_assert_int_eq(errno, ERANGE);
	ck_assert_int_eq(access(aid_file("bell"), F_OK), -1);
	fd = bell();
	io_close(&fd);
	errno = ERANGE;
	bell_ring(dir, "bell", 5);
	bell_silence(dir, "bell");
	ck_assert_int_eq(errno, ERANGE);
	ck_assert_int_eq(opened(), before);
	fd = bell();
	ck_assert_int_eq(bell_take(fd), 0);
	io_close(&fd);
}
END_TEST

START_TEST(rings_so_often)
{
	static const struct {
		size_t n, bytes;
	} rows[] = {{0, 0}, {1, 1}, {2, 2}, {4095, 4095}, {4096, 4096},
	    {4097, 4096}, {SIZE_MAX, 4096}};
	int fd = bell(), i;

	for (i = 0; i < NROWS(rows); i++) {
		errno = ERANGE;
		bell_ring(dir, "bell", rows[i].n);
		ck_assert_int_eq(errno, ERANGE);
		ck_assert_msg(io_pending(fd) == rows[i].bytes, "row %d", i);
		ck_assert_int_eq(bell_take(fd), rows[i].bytes > 0);
		ck_assert_int_eq(bell_drain(fd), rows[i].bytes > 1);
		ck_assert_int_eq(bell_drain(fd), 0);
		ck_assert(!rings(fd));
	}
	io_close(&fd);
}
END_TEST

/* What does not fit is no reason to wait, and none to wake nobody. */
START_TEST(rings_when_full)
{
	int fd = bell(), i;
	size_t full;

	for (i = 0; i < 100; i++)
		bell_ring(dir, "bell", 4096);
	full = io_pending(fd);
	ck_assert_uint_ge(full, PAGE);
	errno = ERANGE;
	bell_ring(dir, "bell", 4096);
	ck_assert_int_eq(errno, ERANGE);
	ck_assert_uint_eq(io_pending(fd), full);
	ck_assert_int_eq(bell_drain(fd), 1);
	ck_assert_uint_eq(io_pending(fd), 0);
	io_pipe_size(fd, PAGE);
	if (fcntl(fd, F_GETPIPE_SZ) == PAGE) {
		bell_ring(dir, "bell", 1);
		bell_ring(dir, "bell", 4096);
		ck_assert_uint_ge(io_pending(fd), PAGE / 2);
	}
	for (i = 0; i < 100; i++)
		bell_ring(dir, "bell", 3);
	bell_silence(dir, "bell");
	ck_assert(!rings(fd));
	io_close(&fd);
}
END_TEST

/* Waits for one byte, and ends with it. */
static void
listen_once(void *arg)
{
	const int me = *(int *)arg;
	struct pollfd p = {.fd = bell(), .events = POLLIN};

	shared->ready[me] = 1;
	do
		AID_NEED(poll(&p, 1, PATIENCE) == 1);
	while (!bell_take(p.fd));
	shared->got[me] = 1;
}

static int
sum(const volatile int *v)
{
	int i, n = 0;

	for (i = 0; i < WAITERS; i++)
		n += v[i];
	return n;
}

static bool
all_ready(void *arg)
{
	return sum(shared->ready) == *(int *)arg;
}

static bool
some_got(void *arg)
{
	return sum(shared->got) >= *(int *)arg;
}

static void
start_waiters(pid_t pid[WAITERS], int n)
{
	int i;

	for (i = 0; i < n; i++)
		pid[i] = aid_begin(listen_once, &i);
	ck_assert(aid_until(all_ready, &n));
}

START_TEST(wakes_one_for_each_byte)
{
	static const int rung[] = {1, 1, 3, 2, 1};
	pid_t pid[WAITERS];
	int fd = bell(), i, n = 0;

	start_waiters(pid, WAITERS);
	for (i = 0; i < NROWS(rung); i++) {
		bell_ring(dir, "bell", (size_t)rung[i]);
		n += rung[i];
		ck_assert(aid_until(some_got, &n));
		ck_assert_uint_eq(io_pending(fd), 0);
		ck_assert_int_eq(sum(shared->got), n);
	}
	for (i = 0; i < WAITERS; i++)
		aid_end(pid[i]);
	ck_assert_int_eq(n, WAITERS);
	io_close(&fd);
}
END_TEST

/* A waiter that was killed takes nothing along. */
START_TEST(survives_the_dead)
{
	pid_t pid[WAITERS];
	int fd = bell();

	start_waiters(pid, 2);
	ck_assert_int_eq(kill(pid[0], SIGKILL), 0);
	ck_assert_int_eq(WTERMSIG(aid_wait(pid[0])), SIGKILL);
	bell_ring(dir, "bell", 1);
	aid_end(pid[1]);
	ck_assert_int_eq(shared->got[0], 0);
	ck_assert(!rings(fd));
	bell_ring(dir, "bell", 100);
	io_close(&fd); /* the last who waited: the bytes are lost */
	fd = bell();
	ck_assert(!rings(fd));
	io_close(&fd);
}
END_TEST

/* Where listeners leave while it is rung for them nobody dies of it. */
START_TEST(needs_no_listener_to_stay)
{
	int fd;

	leaving = bell();
	bell_ring(dir, "bell", 1);
	ck_assert_int_eq(leaving, -1);
	fd = bell();
	ck_assert(!rings(fd));
	io_close(&fd);
}
END_TEST

START_TEST(may_be_made_by_another)
{
	int fd;

	racing = true;
	fd = bell();
	ck_assert_int_eq(bell_take(fd), 0);
	io_close(&fd);
}
END_TEST

static Suite *
suite_bell(void)
{
	Suite *s = suite_create("bell");
	TCase *tc = tcase_create("bell");

	tcase_set_timeout(tc, 60);
	tcase_add_unchecked_fixture(tc, aid_adopt, aid_clear);
	tcase_add_checked_fixture(tc, aid_clear, aid_alone);
	tcase_add_checked_fixture(tc, enter, leave);
	tcase_add_test(tc, opens_and_makes);
	tcase_add_test(tc, opens_nothing_else);
	tcase_add_test(tc, rings_for_nobody);
	tcase_add_test(tc, rings_so_often);
	tcase_add_test(tc, rings_when_full);
	tcase_add_test(tc, wakes_one_for_each_byte);
	tcase_add_test(tc, survives_the_dead);
	tcase_add_test(tc, needs_no_listener_to_stay);
	tcase_add_test(tc, may_be_made_by_another);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_bell)
