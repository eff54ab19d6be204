/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of the notification socket, with real senders: children,
 * grandchildren that have moved, strangers, descriptors that are sent along.
 */
#include "config.h"

#include "unit.h"

#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aid.h"
#include "aid_loop.h"
#include "io.h"
#include "notify.h"

static struct notify notify;
static struct notify_msg last;
static char status[64];
static pid_t from;
static int count;

static void
told(void *arg, const struct notify_msg *m, pid_t sender)
{
	ck_assert_ptr_eq(arg, &count);
	last = *m;
	(void)snprintf(status, sizeof(status), "%.*s", (int)m->status_len,
	    m->status != NULL ? m->status : "");
	from = sender;
	count++;
}

static void
begin(void)
{
	aid_loop_begin();
	ck_assert_int_eq(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), 0);
	ck_assert_int_eq(notify_open(&notify, &aid_loop, told, &count), 0);
	count = 0;
}

static void
end(void)
{
	notify_close(&notify);
	notify_close(&notify);
	aid_loop_end();
}

static int
connected(void)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	const char *name = strchr(notify.env, '=') + 1;
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	size_t n = strlen(name);

	AID_NEED(*name == '@' && n < sizeof(to.sun_path));
	memcpy(to.sun_path + 1, name + 1, n - 1);
	AID_NEED(
	    connect(fd, (struct sockaddr *)&to,
		(socklen_t)(offsetof(struct sockaddr_un, sun_path) + n)) == 0);
	return fd;
}

/* Sends a text with n copies of a descriptor, and waits until the receiver
 * has closed them, if it is the reading end of a pipe. */
static void
send_with(const char *text, size_t len, int fd, size_t n)
{
	char space[CMSG_SPACE(253 * sizeof(int))] = {0};
	struct iovec iov = {(void *)(uintptr_t)text, len};
	struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1};
	struct cmsghdr *c;
	int s = connected();
	size_t i;

	if (n > 0) {
		m.msg_control = space;
		m.msg_controllen = CMSG_SPACE(n * sizeof(int));
		c = CMSG_FIRSTHDR(&m);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(n * sizeof(int));
		for (i = 0; i < n; i++)
			memcpy(CMSG_DATA(c) + i * sizeof(int), &fd, sizeof(fd));
	}
	AID_NEED(sendmsg(s, &m, 0) == (ssize_t)len);
	io_close(&s);
}

static void
send_text(void *text)
{
	send_with(text, strlen(text), -1, 0);
}

/* Waits for the loop's turn; the sender lives until then. */
static void
send_and_stay(void *text)
{
	send_text(text);
	(void)pause();
}

static bool
has_come(void *unused)
{
	(void)unused;
	return count > 0 || notify.refused > 0;
}

static void
finish(pid_t pid)
{
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	(void)aid_wait(pid);
}

START_TEST(from_a_child)
{
	pid_t pid = aid_begin(
	    send_and_stay, (char[]){"READY=1\nSTATUS=all is well\nMAINPID=1"});

	ck_assert(aid_loop_until(has_come, NULL));
	ck_assert_int_eq(count, 1);
	ck_assert_int_eq(from, pid);
	ck_assert(last.ready);
	ck_assert_str_eq(status, "all is well");
	ck_assert_int_eq(last.main_pid, 0); /* not below us */
	finish(pid);
}
END_TEST

static void
orphan(void *text)
{
	if (aid_fork() == 0) {
		(void)setsid();
		if (aid_fork() == 0)
			send_and_stay(text);
		_exit(0);
	}
	_exit(0);
}

START_TEST(from_who_has_moved)
{
	pid_t pid = aid_begin(orphan, (char[]){"READY=1"});

	ck_assert(aid_loop_until(has_come, NULL));
	ck_assert_int_eq(count, 1);
	ck_assert_int_ne(from, pid);
	ck_assert_int_eq(kill(from, SIGKILL), 0);
	while (waitpid(-1, NULL, 0) > 0)
		;
}
END_TEST

/* This process itself does not descend from itself. */
START_TEST(from_a_stranger)
{
	send_text((char[]){"READY=1"});
	ck_assert(aid_loop_until(has_come, NULL));
	ck_assert_int_eq(count, 0);
	ck_assert_uint_eq(notify.refused, 1);
	ck_assert(!notify_is_below(getpid()));
	ck_assert(!notify_is_below(getppid()));
	ck_assert(!notify_is_below(1));
	ck_assert(!notify_is_below(0));
}
END_TEST

static void
send_three(void *unused)
{
	static char large[NOTIFY_MAX + 1];

	(void)unused;
	memset(large, 'x', sizeof(large));
	send_with(large, sizeof(large), STDIN_FILENO, 3);
	send_with("READY=1\0X", 9, STDIN_FILENO, 1);
	memcpy(large, "STATUS=", 7);
	send_with(large, NOTIFY_MAX, -1, 0);
	(void)pause();
}

START_TEST(what_is_not_whole)
{
	pid_t pid = aid_begin(send_three, NULL);

	while (count == 0)
		ck_assert_int_eq(loop_step(&aid_loop, LOOP_NEVER), 0);
	ck_assert_uint_eq(notify.refused, 2);
	ck_assert_uint_eq(last.status_len, NOTIFY_MAX - 7);
	finish(pid);
}
END_TEST

static int
open_fds(void)
{
	DIR *d = opendir("/proc/self/fd");
	int n = 0;

	ck_assert_ptr_nonnull(d);
	while (readdir(d) != NULL)
		n++;
	(void)closedir(d);
	return n;
}

static int barrier[2];

static void
send_barrier(void *unused)
{
	char c;

	(void)unused;
	io_close(&barrier[0]);
	send_text((char[]){"STATUS=first"});
	send_with("BARRIER=1", 9, barrier[1], 1);
	io_close(&barrier[1]);
	(void)io_read(STDIN_FILENO, &c, 1);
	(void)pause();
}

START_TEST(barrier_closes)
{
	int before = open_fds();
	pid_t pid;
	char c;

	ck_assert_int_eq(io_pipe(barrier), 0);
	pid = aid_begin(send_barrier, NULL);
	io_close(&barrier[1]);
	while (count < 2)
		ck_assert_int_eq(loop_step(&aid_loop, LOOP_NEVER), 0);
	ck_assert_str_eq(status, "");
	ck_assert(last.barrier);
	/* End of file: nobody has the other end any more. */
	ck_assert_int_eq(io_read(barrier[0], &c, 1), 0);
	io_close(&barrier[0]);
	ck_assert_int_eq(open_fds(), before);
	finish(pid);
}
END_TEST

static void
send_many(void *unused)
{
	int i;

	(void)unused;
	for (i = 0; i < 20; i++)
		send_with("FDSTORE=1", 9, STDIN_FILENO, 253);
	(void)pause();
}

START_TEST(descriptors_do_not_stay)
{
	int before = open_fds();
	pid_t pid = aid_begin(send_many, NULL);

	while (count < 20)
		ck_assert_int_eq(loop_step(&aid_loop, LOOP_NEVER), 0);
	ck_assert_int_eq(open_fds(), before);
	finish(pid);
}
END_TEST

/* Who has told and died is believed as long as nobody has reaped it. */
START_TEST(drained_after_the_end)
{
	pid_t pid = aid_begin(send_text, (char[]){"STATUS=last words"});
	siginfo_t info;

	ck_assert_int_eq(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
	notify_drain(&notify);
	ck_assert_int_eq(count, 1);
	ck_assert_str_eq(status, "last words");
	aid_end(pid);
}
END_TEST

static Suite *
suite_notify(void)
{
	Suite *s = suite_create("notify");
	TCase *tc = tcase_create("notify");

	tcase_add_checked_fixture(tc, begin, end);
	tcase_add_test(tc, from_a_child);
	tcase_add_test(tc, from_who_has_moved);
	tcase_add_test(tc, from_a_stranger);
	tcase_add_test(tc, what_is_not_whole);
	tcase_add_test(tc, barrier_closes);
	tcase_add_test(tc, descriptors_do_not_stay);
	tcase_add_test(tc, drained_after_the_end);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_notify)
