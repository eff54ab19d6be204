/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of the relay: its directions, how they end, what is polled.
 */
#include "config.h"

#include "unit.h"

#include <sys/socket.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "aid.h"
#include "aid_relay.h"
#include "dur.h"
#include "io.h"

#define MUCH ((size_t)8 << 20)

/* The ways through: straight, through a buffer, under other eyes. */
static const struct way {
	uint64_t buffer, spool;
	bool trace, tee;
} ways[] = {
    {0, 0, false, false},
    {100000, 0, false, false},
    {100000, 100000, false, false},
    {0, 0, true, false},
    {0, 0, false, true},
    {100000, 0, false, true},
    {100000, 100000, true, true},
};

static void
begin(struct aid_ring *a, const struct way *w, size_t n)
{
	aid_ring_init(a, n);
	a->conf.buffer = w->buffer;
	a->conf.spool = w->spool;
	if (w->trace)
		a->conf.trace = aid_memfd();
	if (w->tee)
		a->tee = aid_memfd();
	aid_ring_begin(a);
}

static void
end(struct aid_ring *a)
{
	io_close(&a->conf.trace);
	aid_ring_end(a);
}

static bool
running(struct aid_ring *a)
{
	return relay_running(a->relay);
}

/* Bytes, then the end of the file, in each direction for itself. */
START_TEST(passes_bytes_and_the_end)
{
	struct relay_stat stat;
	struct aid_ring a;
	char c;

	begin(&a, &ways[_i], 2);
	ck_assert_uint_eq(aid_ring_fill(&a, 0, 70000), 70000);
	ck_assert_uint_eq(aid_ring_read(&a, 0, 0), 70000);
	io_close(&a.wr[0]);
	ck_assert_uint_eq(aid_ring_read(&a, 0, 0), 0);
	ck_assert_int_eq(io_read(a.rd[0], &c, 1), 0);
	ck_assert_uint_eq(a.ended, 1);
	ck_assert(running(&a));
	relay_stat(a.relay, 0, &stat);
	ck_assert_int_eq(stat.end, RELAY_ALL);
	ck_assert_uint_eq(stat.bytes, 70000);
	ck_assert_uint_eq(stat.lost, 0);
	ck_assert_int_gt(stat.first, 0);
	ck_assert_int_ge(stat.last, stat.first);
	ck_assert_uint_eq(aid_ring_fill(&a, 1, 10), 10);
	ck_assert_uint_eq(aid_ring_read(&a, 1, 0), 10);
	io_close(&a.wr[1]);
	aid_ring_run(&a, running);
	ck_assert_str_eq(aid_ring_said(&a), "");
	end(&a);
}
END_TEST

/* What was written before the end comes before it. */
START_TEST(passes_all_before_the_end)
{
	struct aid_ring a;
	size_t n;

	begin(&a, &ways[_i], 1);
	n = aid_ring_fill(&a, 0, MUCH);
	ck_assert_uint_gt(n, 0);
	ck_assert_uint_lt(n, MUCH);
	io_close(&a.wr[0]);
	ck_assert_uint_eq(aid_ring_read(&a, 0, 0), n);
	ck_assert(!running(&a));
	end(&a);
}
END_TEST

START_TEST(breaks_the_writer_off)
{
	struct relay_stat stat;
	struct aid_ring a;

	begin(&a, &ways[_i], 2);
	ck_assert_uint_gt(aid_ring_fill(&a, 0, MUCH), 0);
	io_close(&a.rd[0]);
	aid_ring_wait(&a, 1);
	ck_assert_int_eq(io_write(a.wr[0], "x", 1), -1);
	ck_assert_int_eq(errno, EPIPE);
	relay_stat(a.relay, 0, &stat);
	ck_assert_int_eq(stat.end, RELAY_BROKEN);
	ck_assert_int_eq(stat.err, 0);
	/* Where nothing was ever written, too. */
	io_close(&a.rd[1]);
	aid_ring_wait(&a, 1);
	ck_assert_int_eq(io_write(a.wr[1], "x", 1), -1);
	ck_assert_int_eq(errno, EPIPE);
	aid_ring_run(&a, running);
	end(&a);
}
END_TEST

/* A reader that does not read, a writer that has gone: nobody is polled for
 * what cannot be done. */
START_TEST(does_not_spin)
{
	struct aid_ring a;
	size_t n;

	begin(&a, &ways[_i], 2);
	n = aid_ring_fill(&a, 0, MUCH);
	ck_assert_int_lt(aid_ring_wait(&a, 100), 20);
	io_close(&a.wr[0]);
	ck_assert_int_lt(aid_ring_wait(&a, 100), 20);
	ck_assert_uint_eq(aid_ring_read(&a, 0, 0), n);
	ck_assert_int_lt(aid_ring_wait(&a, 100), 20);
	end(&a);
}
END_TEST

/* More than the pipes hold by what the buffer holds. */
START_TEST(holds_what_it_may)
{
	const struct way none = {0}, some = {700000, 400000, false, false};
	struct relay_stat stat;
	struct aid_ring a;
	size_t n;

	begin(&a, &none, 1);
	n = aid_ring_fill(&a, 0, MUCH);
	end(&a);
	begin(&a, &some, 1);
	/* A pipe that holds part of a page may hold less. */
	ck_assert_uint_ge(aid_ring_fill(&a, 0, MUCH) + 8192, n + 1100000);
	relay_stat(a.relay, 0, &stat);
	ck_assert_uint_eq(stat.held, 1100000);
	ck_assert_uint_eq(stat.spooled, 400000);
	end(&a);
}
END_TEST

START_TEST(tells_who_made_whom_wait)
{
	const struct way none = {0};
	struct relay_stat stat;
	struct aid_ring a;

	begin(&a, &none, 2);
	aid_ring_fill(&a, 0, MUCH);
	aid_ring_wait(&a, 200);
	relay_stat(a.relay, 0, &stat);
	ck_assert_int_ge(stat.stall, 200 * DUR_MS);
	/* Who has gone waits no more. */
	io_close(&a.wr[0]);
	aid_ring_wait(&a, 50);
	relay_stat(a.relay, 0, &stat);
	aid_ring_wait(&a, 100);
	relay_meter(a.relay);
	relay_stat(a.relay, 1, &stat);
	ck_assert_int_eq(stat.stall, 0);
	ck_assert_ptr_nonnull(strstr(aid_ring_said(&a), "B made A wait 0."));
	ck_assert_ptr_nonnull(
	    strstr(aid_ring_said(&a), "B>: 0 bytes in 0.000 s, 0 B/s\n"));
	end(&a);
}
END_TEST

START_TEST(writer_that_has_gone_does_not_wait)
{
	const struct way none = {0};
	struct relay_stat then, now;
	struct aid_ring a;

	begin(&a, &none, 1);
	aid_ring_fill(&a, 0, MUCH);
	io_close(&a.wr[0]);
	aid_ring_wait(&a, 10);
	relay_stat(a.relay, 0, &then);
	aid_ring_wait(&a, 100);
	relay_stat(a.relay, 0, &now);
	ck_assert_int_eq(then.stall, now.stall);
	end(&a);
}
END_TEST

START_TEST(stops_at_once)
{
	struct relay_stat stat;
	struct aid_ring a;

	begin(&a, &ways[_i], 2);
	aid_ring_fill(&a, 0, MUCH);
	relay_stop(a.relay);
	ck_assert_uint_eq(a.ended, 0);
	relay_stat(a.relay, 0, &stat);
	ck_assert_int_eq(stat.end, RELAY_STOPPED);
	if (ways[_i].buffer > 0)
		ck_assert_uint_ge(stat.lost, ways[_i].buffer);
	end(&a);
}
END_TEST

/* Sockets instead of pipes, whose duplicates serve both directions. */
START_TEST(serves_sockets)
{
	struct aid_ring a;
	char c;

	aid_ring_init(&a, 2);
	a.sockets = true;
	aid_ring_begin(&a);
	ck_assert_uint_eq(aid_ring_fill(&a, 0, 70000), 70000);
	ck_assert_uint_eq(aid_ring_fill(&a, 1, 80000), 80000);
	ck_assert_uint_eq(aid_ring_read(&a, 0, 0), 70000);
	/* Half of it is closed, the other half serves. */
	ck_assert_int_eq(shutdown(a.wr[0], SHUT_WR), 0);
	ck_assert_uint_eq(aid_ring_read(&a, 0, 0), 0);
	ck_assert_int_eq(io_read(a.rd[0], &c, 1), 0);
	ck_assert_uint_eq(aid_ring_read(&a, 1, 0), 80000);
	/* The reader closes all of it. */
	io_close(&a.wr[0]);
	io_close(&a.rd[1]);
	aid_ring_run(&a, running);
	ck_assert_int_eq(io_write(a.wr[1], "x", 1), -1);
	ck_assert_int_eq(errno, EPIPE);
	aid_ring_end(&a);
}
END_TEST

START_TEST(names_members)
{
	static const struct {
		size_t n;
		const char *name;
	} names[] = {{0, "A"}, {1, "B"}, {25, "Z"}, {26, "AA"}, {27, "AB"},
	    {51, "AZ"}, {52, "BA"}, {701, "ZZ"}, {702, "AAA"}};
	char name[RELAY_NAME];
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		ck_assert_str_eq(relay_name(names[i].n, name), names[i].name);
	ck_assert_uint_lt(strlen(relay_name(SIZE_MAX - 1, name)), RELAY_NAME);
}
END_TEST

static Suite *
suite_relay(void)
{
	Suite *s = suite_create("relay");
	TCase *tc = tcase_create("relay");

	tcase_add_checked_fixture(tc, aid_enter, aid_leave);
	tcase_add_loop_test(tc, passes_bytes_and_the_end, 0, NROWS(ways));
	tcase_add_loop_test(tc, passes_all_before_the_end, 0, NROWS(ways));
	tcase_add_loop_test(tc, breaks_the_writer_off, 0, NROWS(ways));
	tcase_add_loop_test(tc, does_not_spin, 0, NROWS(ways));
	tcase_add_loop_test(tc, stops_at_once, 0, NROWS(ways));
	tcase_add_test(tc, holds_what_it_may);
	tcase_add_test(tc, tells_who_made_whom_wait);
	tcase_add_test(tc, writer_that_has_gone_does_not_wait);
	tcase_add_test(tc, serves_sockets);
	tcase_add_test(tc, names_members);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_relay)
