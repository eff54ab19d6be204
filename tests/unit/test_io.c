/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of descriptors: standard ones that are closed, interrupted
 * calls, pipes.
 */
#include "config.h"

#include "unit.h"

#include <sys/resource.h>
#include <sys/time.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "aid.h"
#include "io.h"

static void
make_pipe(int fd[2])
{
	ck_assert_int_eq(io_pipe(fd), 0);
}

static void
close_both(int fd[2])
{
	io_close(&fd[0]);
	io_close(&fd[1]);
}

/* Descriptor by descriptor whether it is closed at the start. */
static void
setup_child(void *arg)
{
	int closed = *(int *)arg, fd, null;
	struct rlimit few;
	char byte;

	null = open("/dev/null", O_RDWR);
	AID_NEED(null != -1 && dup2(null, 7) == 7 && dup2(null, 8) == 8);
	AID_NEED(fcntl(8, F_SETFD, FD_CLOEXEC) == 0);
	for (fd = 0; fd <= 2; fd++) {
		AID_NEED(dup2(null, fd) == fd);
		if (closed & 1 << fd)
			AID_NEED(close(fd) == 0);
	}
	(void)close(9);
	AID_NEED(getrlimit(RLIMIT_NOFILE, &few) == 0);
	few.rlim_cur = 100; /* they may be tried one by one */
	AID_NEED(setrlimit(RLIMIT_NOFILE, &few) == 0);
	AID_NEED(io_setup() == 0);
	io_keep_to_ourselves();
	for (fd = 0; fd <= 2; fd++) {
		AID_NEED(fcntl(fd, F_GETFD) == 0);
		if (!(closed & 1 << fd)) {
			AID_NEED(write(fd, "x", 1) == 1);
			continue;
		}
		AID_NEED(fd > 0 || read(fd, &byte, 1) == -1);
		AID_NEED(fd == 0 || write(fd, "x", 1) == -1);
		AID_NEED(errno == EBADF);
	}
	AID_NEED(fcntl(7, F_GETFD) == FD_CLOEXEC);
	AID_NEED(fcntl(8, F_GETFD) == FD_CLOEXEC);
	AID_NEED(fcntl(9, F_GETFD) == -1);
}

START_TEST(sets_up)
{
	aid_in_child(setup_child, &_i);
}
END_TEST

/* An alarm that comes back interrupts a call until, the third time, it does
 * what the call waits for. */
static volatile sig_atomic_t alarms;
static int alarm_fd;
static bool alarm_reads;

static void
on_alarm(int sig)
{
	static char drain[PIPE_BUF];
	int saved = errno;

	(void)sig;
	if (++alarms < 3)
		return;
	if (alarm_reads)
		(void)!read(alarm_fd, drain, sizeof(drain));
	else if (alarms == 3)
		(void)!write(alarm_fd, "x", 1);
	errno = saved;
}

static void
alarms_begin(int fd, bool reads, struct sigaction *was)
{
	static const struct itimerval often = {{0, 1000}, {0, 1000}};
	struct sigaction sa = {.sa_handler = on_alarm};

	alarms = 0;
	alarm_fd = fd;
	alarm_reads = reads;
	ck_assert_int_eq(sigaction(SIGALRM, &sa, was), 0);
	ck_assert_int_eq(setitimer(ITIMER_REAL, &often, NULL), 0);
}

static void
alarms_end(const struct sigaction *was)
{
	static const struct itimerval never;

	ck_assert_int_eq(setitimer(ITIMER_REAL, &never, NULL), 0);
	ck_assert_int_eq(sigaction(SIGALRM, was, NULL), 0);
}

START_TEST(reads_on_after_signals)
{
	struct sigaction was;
	ssize_t n;
	int fd[2];
	char c;

	make_pipe(fd);
	alarms_begin(fd[1], false, &was);
	n = io_read(fd[0], &c, 1);
	alarms_end(&was);
	ck_assert_int_eq(n, 1);
	ck_assert_int_eq(c, 'x');
	ck_assert_int_ge(alarms, 3);
	close_both(fd);
}
END_TEST

/* Makes the pipe full and gives its size. */
static size_t
fill(int fd)
{
	static char block[PIPE_BUF];
	size_t n = 0;

	memset(block, 'a', sizeof(block));
	ck_assert_int_eq(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	while (write(fd, block, sizeof(block)) == (ssize_t)sizeof(block))
		n += sizeof(block);
	ck_assert_int_eq(errno, EAGAIN);
	ck_assert_int_eq(fcntl(fd, F_SETFL, 0), 0);
	return n;
}

START_TEST(writes_on_after_signals)
{
	struct sigaction was;
	ssize_t n;
	int fd[2];

	make_pipe(fd);
	(void)fill(fd[1]);
	alarms_begin(fd[0], true, &was);
	n = io_write(fd[1], "x", 1);
	alarms_end(&was);
	ck_assert_int_eq(n, 1);
	ck_assert_int_ge(alarms, 3);
	close_both(fd);
}
END_TEST

/* Much more than a pipe holds, in a pattern. */
#define MUCH ((size_t)1000003)

static unsigned char
pattern(size_t i)
{
	return (unsigned char)(i * 7 + i / 251);
}

static void
writer(void *arg)
{
	int *fd = arg;
	unsigned char *p = malloc(MUCH);
	size_t i;

	AID_NEED(p != NULL);
	for (i = 0; i < MUCH; i++)
		p[i] = pattern(i);
	io_close(&fd[0]);
	AID_NEED(io_write_all(fd[1], p, MUCH) == 0);
	free(p);
}

START_TEST(passes_all)
{
	unsigned char *p = malloc(MUCH + 10);
	size_t i;
	pid_t pid;
	int fd[2];

	ck_assert_ptr_nonnull(p);
	make_pipe(fd);
	pid = aid_begin(writer, fd);
	io_close(&fd[1]);
	ck_assert_int_eq(io_read_all(fd[0], p, 3), 3);
	ck_assert_int_eq(io_read_all(fd[0], p + 3, MUCH + 7), (int)MUCH - 3);
	ck_assert_int_eq(io_read_all(fd[0], p, 3), 0);
	aid_end(pid);
	for (i = 3; i < MUCH; i++)
		AID_NEED(p[i] == pattern(i));
	io_close(&fd[0]);
	free(p);
}
END_TEST

START_TEST(tells_why_not)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, was;
	char byte;
	int fd[2];

	make_pipe(fd);
	ck_assert_int_eq(sigaction(SIGPIPE, &ignore, &was), 0);
	errno = 0;
	ck_assert_int_eq(io_read_all(fd[1], &byte, 1), -1);
	ck_assert_int_eq(errno, EBADF);
	errno = 0;
	ck_assert_int_eq(io_write_all(fd[0], "x", 1), -1);
	ck_assert_int_eq(errno, EBADF);
	io_close(&fd[0]);
	errno = 0;
	ck_assert_int_eq(io_write_all(fd[1], "x", 1), -1);
	ck_assert_int_eq(errno, EPIPE);
	ck_assert_int_eq(io_write_all(fd[1], "", 0), 0);
	io_close(&fd[1]);
	ck_assert_int_eq(sigaction(SIGPIPE, &was, NULL), 0);
}
END_TEST

START_TEST(makes_pipes)
{
	int fd[2], was;

	make_pipe(fd);
	ck_assert_int_eq(fcntl(fd[0], F_GETFD), FD_CLOEXEC);
	ck_assert_int_eq(fcntl(fd[1], F_GETFD), FD_CLOEXEC);
	ck_assert_int_eq(fcntl(fd[0], F_GETFL) & O_ACCMODE, O_RDONLY);
	ck_assert_int_eq(fcntl(fd[1], F_GETFL) & O_ACCMODE, O_WRONLY);
	ck_assert_uint_eq(io_pending(fd[0]), 0);
	ck_assert_int_eq(io_write_all(fd[1], "12345", 5), 0);
	ck_assert_uint_eq(io_pending(fd[0]), 5);
	io_pipe_size(fd[1], 256 * 1024);
	ck_assert_int_eq(fcntl(fd[0], F_GETPIPE_SZ), 256 * 1024);
	/* What cannot be is let go. */
	io_pipe_size(fd[1], INT_MAX);
	io_pipe_size(-1, 4096);
	ck_assert_uint_eq(io_pending(-1), 0);
	was = fd[0];
	errno = ERANGE;
	close_both(fd);
	close_both(fd);
	ck_assert_int_eq(errno, ERANGE);
	ck_assert_int_eq(fd[0], -1);
	ck_assert_int_eq(fd[1], -1);
	ck_assert_int_eq(fcntl(was, F_GETFD), -1);
	errno = ERANGE;
	io_close(&was); /* closed already: that is no news to anyone */
	ck_assert_int_eq(errno, ERANGE);
}
END_TEST

static Suite *
suite_io(void)
{
	Suite *s = suite_create("io");
	TCase *tc = tcase_create("io");

	tcase_add_loop_test(tc, sets_up, 0, 8);
	tcase_add_test(tc, reads_on_after_signals);
	tcase_add_test(tc, writes_on_after_signals);
	tcase_add_test(tc, passes_all);
	tcase_add_test(tc, tells_why_not);
	tcase_add_test(tc, makes_pipes);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_io)
