/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of waiting for readiness, with real files, sockets, commands.
 */
#include "config.h"

#include "unit.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "aid.h"
#include "aid_loop.h"
#include "dur.h"
#include "io.h"
#include "ready.h"
#include "scan.h"

static struct ready ready;
static struct ready_spec spec;
static bool is_ready, has_failed;
static char reason[128];

static void
became_ready(void *arg)
{
	ck_assert(!is_ready && !has_failed);
	ready_stop(arg);
	is_ready = true;
}

static void
failed(void *arg, const char *why)
{
	ck_assert(!is_ready && !has_failed);
	ready_stop(arg);
	has_failed = true;
	(void)snprintf(reason, sizeof(reason), "%s", why);
}

/* Waits for that kind; the text must stay. */
static void
await(const char *text)
{
	const struct ready_events events = {became_ready, failed, &ready};
	struct buf why = BUF_INIT;

	ck_assert_int_eq(ready_parse(text, &spec, &why), 0);
	ck_assert_int_eq(ready_open(&ready, &spec, &aid_loop, &events), 0);
}

static void
end(void)
{
	ready_stop(&ready);
	ready_stop(&ready);
	aid_loop_end();
}

static void
becomes_ready(void)
{
	ck_assert(aid_loop_until(aid_loop_flag, &is_ready));
	ck_assert(!ready.waiting && ready.watch.fd == -1 && !ready.timer.set);
}

/* Longer than the first looks take. */
static void
is_not_ready(void)
{
	aid_loop_for(60 * DUR_MS);
	ck_assert(!is_ready && !has_failed && ready.waiting);
}

START_TEST(exec)
{
	await("exec");
	ck_assert(!is_ready);
	ready_begin(&ready);
	ck_assert(is_ready);
}
END_TEST

START_TEST(fd_line)
{
	int fd;

	await("fd=3");
	fd = dup(ready.child_fd);
	ready_begin(&ready);
	ck_assert_int_eq(ready.child_fd, -1);
	ck_assert_int_eq(io_write(fd, "no line", 7), 7);
	is_not_ready();
	ck_assert_int_eq(io_write(fd, "\n", 1), 1);
	becomes_ready();
	io_close(&fd);
}
END_TEST

START_TEST(fd_closed)
{
	int fd;

	await("fd=3");
	fd = dup(ready.child_fd);
	ready_begin(&ready);
	io_close(&fd);
	ck_assert(aid_loop_until(aid_loop_flag, &has_failed));
	ck_assert_str_eq(reason, "its descriptor was closed without a newline");
}
END_TEST

START_TEST(notified)
{
	await("notify");
	ready_told(&ready);
	ck_assert(!is_ready);
	ready_begin(&ready);
	is_not_ready();
	ready_told(&ready);
	ck_assert(is_ready);
	ready_told(&ready);
}
END_TEST

START_TEST(a_file)
{
	char text[256];

	(void)snprintf(text, sizeof(text), "file=%s", aid_file("there"));
	await(text);
	ready_begin(&ready);
	is_not_ready();
	aid_make("there", "", 0600);
	becomes_ready();
}
END_TEST

START_TEST(a_check)
{
	char text[256];

	(void)snprintf(
	    text, sizeof(text), "check=test -e '%s'", aid_file("there"));
	await(text);
	ready_begin(&ready);
	is_not_ready();
	aid_make("there", "", 0600);
	becomes_ready();
}
END_TEST

START_TEST(a_check_that_is_not_there)
{
	await("check=/no/such/command");
	ready_begin(&ready);
	ck_assert(aid_loop_until(aid_loop_flag, &has_failed));
	ck_assert_str_eq(reason, "the command of its check was not found");
}
END_TEST

static bool
is_gone(void *pid)
{
	struct scan_proc p;

	return scan_read(*(pid_t *)pid, &p) == -1 || p.dead;
}

/* One that hangs is killed, with what it has started. */
START_TEST(a_check_that_hangs)
{
	char text[512];
	pid_t pid;

	(void)snprintf(text, sizeof(text),
	    "check=sleep 100 & echo $! >'%s' && mv '%s' '%s'; wait",
	    aid_file("part"), aid_file("part"), aid_file("pid"));
	await(text);
	ready_begin(&ready);
	pid = aid_await(aid_file("pid"));
	ck_assert_int_gt(pid, 0);
	is_not_ready();
	ready_stop(&ready);
	ck_assert_int_eq(ready.child.pid, 0);
	ck_assert(aid_until(is_gone, &pid));
}
END_TEST

static int
listening(struct sockaddr *addr, socklen_t len)
{
	int fd = socket(addr->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	const int on = 1;

	ck_assert_int_ne(fd, -1);
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	ck_assert_int_eq(bind(fd, addr, len), 0);
	ck_assert_int_eq(getsockname(fd, addr, &len), 0);
	return fd;
}

/* Bound, but not listening yet: nobody else gets the port. */
START_TEST(a_port)
{
	struct sockaddr_in in = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = listening((struct sockaddr *)&in, sizeof(in));
	char text[64];

	(void)snprintf(text, sizeof(text), "tcp=%d", ntohs(in.sin_port));
	await(text);
	ready_begin(&ready);
	is_not_ready();
	ck_assert_int_eq(listen(fd, 5), 0);
	becomes_ready();
	io_close(&fd);
}
END_TEST

START_TEST(a_port_of_ipv6)
{
	struct sockaddr_in6 in6 = {
	    .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	socklen_t len = sizeof(in6);
	char text[64];

	if (fd == -1 || bind(fd, (struct sockaddr *)&in6, sizeof(in6)) == -1)
		return; /* there is none here */
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&in6, &len), 0);
	ck_assert_int_eq(listen(fd, 5), 0);
	(void)snprintf(text, sizeof(text), "tcp=%d", ntohs(in6.sin6_port));
	await(text);
	ready_begin(&ready);
	becomes_ready();
	io_close(&fd);
}
END_TEST

START_TEST(a_socket)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	char text[256];
	int fd;

	(void)snprintf(
	    un.sun_path, sizeof(un.sun_path), "%s", aid_file("sock"));
	(void)snprintf(text, sizeof(text), "unix=%s", un.sun_path);
	await(text);
	ready_begin(&ready);
	is_not_ready();
	fd = listening((struct sockaddr *)&un, sizeof(un));
	is_not_ready();
	ck_assert_int_eq(listen(fd, 5), 0);
	becomes_ready();
	io_close(&fd);
}
END_TEST

static void
output(const char *text)
{
	ready_output(&ready, text, strlen(text));
}

START_TEST(a_line)
{
	await("log=^ready( |$)");
	output("ready\n");
	ck_assert(!is_ready);
	ready_begin(&ready);
	output("not ready\nreadyish\nrea");
	output("dy");
	ck_assert(!is_ready);
	output(" now\nmore\n");
	ck_assert(is_ready);
	output("ready\n");
}
END_TEST

START_TEST(a_long_line)
{
	char text[3 * READY_LINE_MAX];

	await("log=^x+ready|end$");
	ready_begin(&ready);
	memset(text, 'x', sizeof(text));
	ready_output(&ready, text, sizeof(text));
	output("ready the end\n");
	ck_assert(!is_ready);
	output("the end\n");
	ck_assert(is_ready);
}
END_TEST

static Suite *
suite_ready(void)
{
	Suite *s = suite_create("ready");
	TCase *tc = tcase_create("ready");

	tcase_add_checked_fixture(tc, aid_loop_begin, end);
	tcase_add_test(tc, exec);
	tcase_add_test(tc, fd_line);
	tcase_add_test(tc, fd_closed);
	tcase_add_test(tc, notified);
	tcase_add_test(tc, a_file);
	tcase_add_test(tc, a_check);
	tcase_add_test(tc, a_check_that_is_not_there);
	tcase_add_test(tc, a_check_that_hangs);
	tcase_add_test(tc, a_port);
	tcase_add_test(tc, a_port_of_ipv6);
	tcase_add_test(tc, a_socket);
	tcase_add_test(tc, a_line);
	tcase_add_test(tc, a_long_line);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN_APART(suite_ready)
