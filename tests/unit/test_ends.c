/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of what the kernel tells of ends: in which order processes
 * ended that were not reaped yet, and which end of a wire was closed first.
 */
#include "config.h"

#include "unit.h"

#include <sys/socket.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "aid.h"
#include "ends.h"
#include "io.h"
#include "order.h"
#include "wires.h"

#define MANY 100

/* A child that ends when *gate is closed. */
static pid_t
start(int *gate)
{
	int fd[2];
	pid_t pid;
	char c;

	AID_NEED(io_pipe(fd) == 0);
	pid = aid_fork();
	if (pid == 0) {
		io_close(&fd[1]);
		(void)!read(fd[0], &c, 1);
		_exit(0);
	}
	io_close(&fd[0]);
	*gate = fd[1];
	return pid;
}

/* Ends it, and waits until it has, but does not reap it. */
static void
end(pid_t pid)
{
	siginfo_t si;

	AID_NEED(kill(pid, SIGKILL) == 0);
	AID_NEED(waitid(P_PID, (id_t)pid, &si, WEXITED | WNOWAIT) == 0);
}

static void
reap_all(int *gate, size_t n)
{
	while (n-- > 0) {
		io_close(&gate[n]);
		AID_NEED(waitpid(-1, NULL, 0) > 0);
	}
}

/* They end in an order that is not that of their start, and are asked for
 * in one that is neither. */
START_TEST(in_order)
{
	unsigned rank[MANY];
	pid_t pid[MANY];
	int gate[MANY];
	struct order o;
	size_t i;

	if (aid_valgrind())
		return;
	for (i = 0; i < MANY; i++)
		pid[i] = start(&gate[i]);
	ck_assert_int_eq(order_init(&o, pid, MANY), 0);
	for (i = 0; i < MANY; i++)
		end(pid[i * 37 % MANY]);
	for (i = 0; i < MANY; i++)
		rank[i] = order_ended(&o, i);
	for (i = 0; i < MANY; i++)
		ck_assert_uint_eq(rank[i * 37 % MANY], i + 1);
	ck_assert_uint_eq(order_rank(&o, 1), rank[1]);
	ck_assert_uint_eq(order_next(&o, 1), MANY + 1);
	ck_assert_uint_eq(order_ended(&o, 1), MANY + 1);
	order_free(&o);
	reap_all(gate, MANY);
}
END_TEST

/* Without the kernel's help it is that of the calls. */
START_TEST(no_help)
{
	const pid_t nobody[3] = {-1, -1, -1};
	struct order o;

	ck_assert_int_eq(order_init(&o, nobody, 3), 0);
	ck_assert_uint_eq(order_rank(&o, 2), 0);
	ck_assert_uint_eq(order_ended(&o, 2), 1);
	ck_assert_uint_eq(order_ended(&o, 0), 2);
	ck_assert_uint_eq(order_ended(&o, 2), 1);
	order_free(&o);
}
END_TEST

static bool
unread(struct ends *e, size_t i)
{
	ends_take(e);
	return ends_unread(e, i);
}

static void
open_wires(struct wires *w, struct ends *e, int socket)
{
	struct proc_spec spec = {.nfds = 0};

	AID_NEED(ends_init(e, 2, socket != 0) == 0);
	*w = (struct wires){.n = 2, .ring = true, .socket = socket, .ends = e};
	AID_NEED(wires_init(w) == 0);
	if (socket == 0)
		AID_NEED(wires_connect(w, 0, &spec) == 0);
}

START_TEST(reader_first)
{
	struct wires w;
	struct ends e;

	open_wires(&w, &e, 0);
	ck_assert(!unread(&e, 0));
	io_close(&w.ahead);
	ck_assert(unread(&e, 0));
	ck_assert(!unread(&e, 1));
	io_close(&w.out);
	ck_assert(unread(&e, 0));
	wires_free(&w);
	ends_free(&e);
}
END_TEST

START_TEST(writer_first)
{
	struct wires w;
	struct ends e;

	open_wires(&w, &e, 0);
	io_close(&w.out);
	io_close(&w.ahead);
	ck_assert(!unread(&e, 0));
	wires_free(&w);
	ends_free(&e);
}
END_TEST

/* What was opened once more counts until that is closed, too. */
START_TEST(opened_again)
{
	char path[32];
	struct wires w;
	struct ends e;
	int again;

	open_wires(&w, &e, 0);
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", w.ahead);
	again = open(path, O_RDONLY | O_CLOEXEC);
	AID_NEED(again != -1);
	io_close(&again);
	io_close(&w.out);
	io_close(&w.ahead);
	ck_assert(!unread(&e, 0));
	wires_free(&w);
	ends_free(&e);
}
END_TEST

START_TEST(sockets)
{
	struct wires w;
	struct ends e;

	open_wires(&w, &e, SOCK_STREAM);
	io_close(&w.ahead); /* member 1 has gone */
	ck_assert(unread(&e, 0));
	ck_assert(!unread(&e, 1));
	io_close(&w.in);
	ck_assert(unread(&e, 0));
	ck_assert(!unread(&e, 1));
	wires_free(&w);
	ends_free(&e);
}
END_TEST

/* A member that is dead closed its ends as it ended; one that lives has
 * only closed them. */
START_TEST(ending)
{
	pid_t pid[2];
	struct loop loop;
	struct wires w;
	struct ends e;
	int gate[2];

	pid[0] = start(&gate[0]);
	pid[1] = start(&gate[1]);
	AID_NEED(loop_init(&loop, NULL, 0, NULL, NULL) == 0);
	open_wires(&w, &e, 0);
	ck_assert_int_eq(ends_follow(&e, &loop, pid), 0);
	io_close(&w.out); /* member 0 writes no more */
	ends_take(&e);
	ck_assert(!ends_before(&e, 0, 1));
	end(pid[1]);
	io_close(&w.ahead); /* nor does member 1 read */
	ends_take(&e);
	end(pid[0]);
	io_close(&w.in);
	ends_take(&e);
	ck_assert(ends_before(&e, 1, 0));
	ck_assert(!ends_before(&e, 0, 1));
	ends_leave(&e);
	loop_free(&loop);
	wires_free(&w);
	ends_free(&e);
	reap_all(gate, 2);
}
END_TEST

static Suite *
ends_suite(void)
{
	Suite *s = suite_create("ends");
	TCase *tc = tcase_create("order");

	tcase_add_test(tc, in_order);
	tcase_add_test(tc, no_help);
	suite_add_tcase(s, tc);
	tc = tcase_create("ends");
	tcase_add_test(tc, reader_first);
	tcase_add_test(tc, writer_first);
	tcase_add_test(tc, opened_again);
	tcase_add_test(tc, sockets);
	tcase_add_test(tc, ending);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(ends_suite)
