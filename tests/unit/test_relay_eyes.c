/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of those who look on at the relay: the copy, the trace, the
 * meter. They may be slow, and they may fail.
 */
#include "config.h"

#include "unit.h"

#include <sys/resource.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aid.h"
#include "aid_relay.h"
#include "dur.h"
#include "io.h"
#include "relay_meter.h"
#include "relay_trace.h"

#define MUCH ((size_t)1 << 20)

static bool
running(struct aid_ring *a)
{
	return relay_running(a->relay);
}

/* Sends so many bytes through, and to the end; they must arrive. */
static void
pass(struct aid_ring *a, size_t n)
{
	size_t put = 0, got = 0;

	put = aid_ring_fill(a, 0, n);
	AID_NEED(put == n);
	io_close(&a->wr[0]);
	got = aid_ring_read(a, 0, 0);
	AID_NEED(got == n);
	aid_ring_run(a, running);
}

/* Whether two files of n bytes are the same. */
static bool
same(int a, int b, size_t n)
{
	char *p = malloc(n), *q = malloc(n);
	bool is;

	AID_NEED(p != NULL && q != NULL);
	is = pread(a, p, n, 0) == (ssize_t)n &&
	    pread(b, q, n, 0) == (ssize_t)n && memcmp(p, q, n) == 0 &&
	    lseek(a, 0, SEEK_END) == (off_t)n;
	free(p);
	free(q);
	return is;
}

/* What the pattern of aid_ring_fill() is: a copy of the simplest way. */
static int
pattern(size_t n)
{
	struct aid_ring a;
	int fd = aid_memfd();
	size_t done;
	char block[4096];
	ssize_t got;

	aid_ring_init(&a, 1);
	a.conf.buffer = MUCH;
	aid_ring_begin(&a);
	AID_NEED(aid_ring_fill(&a, 0, n) == n);
	for (done = 0; done < n; done += (size_t)got) {
		aid_ring_wait(&a, 0);
		got = io_read(a.rd[0], block, sizeof(block));
		if (got == -1 && errno == EAGAIN)
			got = 0;
		AID_NEED(got >= 0);
		AID_NEED(io_write_all(fd, block, (size_t)got) == 0);
		(void)loop_step(&a.loop, 0);
	}
	aid_ring_end(&a);
	return fd;
}

/* Straight with tee(2), held back in between, seen by others, too; into a
 * file, and into one that is always appended to. */
static const struct {
	uint64_t buffer;
	bool trace;
	int flags;
} copies[] = {
    {0, false, 0},
    {MUCH, false, 0},
    {MUCH, true, 0},
    {MUCH, false, O_APPEND},
};

START_TEST(copies_all)
{
	int want = pattern(300000), copy;
	struct aid_ring a;

	aid_ring_init(&a, 1);
	a.conf.buffer = copies[_i].buffer;
	if (copies[_i].trace)
		a.conf.trace = aid_memfd();
	a.tee = open(
	    aid_file("copy"), O_RDWR | O_CREAT | copies[_i].flags, 0600);
	ck_assert_int_ne(a.tee, -1);
	copy = dup(a.tee);
	aid_ring_begin(&a);
	pass(&a, 300000);
	ck_assert(!relay_failed(a.relay));
	aid_ring_end(&a);
	ck_assert(same(copy, want, 300000));
	io_close(&copy);
	io_close(&want);
}
END_TEST

static const struct {
	bool tee;
	const char *said;
} failures[] = {
    {true, "--tee: No space left on device: the copy of A> ends here\n"},
    {false, "--trace: No space left on device\n"},
};

/* What cannot be written is told once, and the stream goes on. */
START_TEST(goes_on_without_them)
{
	struct aid_ring a;
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	size_t way;

	ck_assert_int_ne(full, -1);
	for (way = 0; way < 2; way++) {
		aid_ring_init(&a, 1);
		a.conf.buffer = way * MUCH;
		if (failures[_i].tee)
			a.tee = dup(full);
		else
			a.conf.trace = full;
		aid_ring_begin(&a);
		pass(&a, 200000);
		ck_assert_str_eq(aid_ring_said(&a), failures[_i].said);
		ck_assert(relay_failed(a.relay));
		aid_ring_end(&a);
	}
	io_close(&full);
}
END_TEST

/* A pipe that nobody reads makes the stream wait; and then all arrives. */
START_TEST(waits_for_them)
{
	char block[10000];
	size_t n, got = 0;
	struct aid_ring a;
	ssize_t one;
	int p[2];

	ck_assert_int_eq(io_pipe(p), 0);
	aid_ring_init(&a, 1);
	a.tee = p[1];
	aid_ring_begin(&a);
	for (n = 0, one = 1; one > 0; n += (size_t)one) {
		one = (ssize_t)aid_ring_fill(&a, 0, 65536);
		(void)aid_ring_read(&a, 0, 0);
		ck_assert_uint_lt(n, 64 * MUCH);
	}
	ck_assert_int_lt(aid_ring_wait(&a, 100), 20);
	io_close(&a.wr[0]);
	while (running(&a)) {
		one = io_read(p[0], block, sizeof(block));
		ck_assert_int_gt(one, 0);
		got += (size_t)one;
		(void)loop_step(&a.loop, 0);
		while (io_read(a.rd[0], block, sizeof(block)) > 0)
			continue;
	}
	while ((one = io_read(p[0], block, sizeof(block))) > 0)
		got += (size_t)one;
	ck_assert_uint_eq(got, n);
	io_close(&p[0]);
	aid_ring_end(&a);
}
END_TEST

static const struct {
	bool hex;
	const char *in;
	const char *want;
} traces[] = {
    {false, "hello\nworld", "  hello\\n\n  world\n"},
    {false, "\n\n", "  \\n\n  \\n\n"},
    {false, "a\033[2Jb\xc3\xa9\xff", "  a\\^[[2Jb\xc3\xa9\\M^?\n"},
    {true, "0123456789abcdefXYZ\n",
	"  00000007  30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  "
	"|0123456789abcdef|\n"
	"  00000017  58 59 5a 0a                                      "
	"|XYZ.|\n"},
};

START_TEST(traces_bytes)
{
	struct relay_trace t;
	struct loop loop;
	int fd = aid_memfd();
	size_t len;

	ck_assert_int_eq(loop_init(&loop, NULL, 0, NULL, NULL), 0);
	relay_trace_init(&t, &loop, fd, NULL, NULL);
	t.hex = traces[_i].hex;
	relay_trace_bytes(&t, 7, traces[_i].in, strlen(traces[_i].in));
	ck_assert_str_eq(aid_text(fd, &len), traces[_i].want);
	relay_trace_free(&t);
	loop_free(&loop);
	io_close(&fd);
}
END_TEST

START_TEST(traces_events)
{
	struct aid_ring a;
	const char *p, *end;
	char seen[400] = "";
	size_t len;

	aid_ring_init(&a, 2);
	a.conf.trace = aid_memfd();
	aid_ring_begin(&a);
	ck_assert_int_eq(io_write(a.wr[0], "3\n", 2), 2);
	aid_ring_wait(&a, 1);
	ck_assert_int_eq(io_write(a.wr[1], "9\n", 2), 2);
	aid_ring_wait(&a, 1);
	io_close(&a.wr[0]);
	io_close(&a.rd[1]);
	aid_ring_run(&a, running);
	/* Without the times. */
	for (p = aid_text(a.conf.trace, &len); *p != '\0'; p = end) {
		end = strchr(p, '\n') + 1;
		if (*p != ' ') {
			(void)strncat(seen, p, 3);
			ck_assert_int_eq(strspn(p + 3, "0123456789."), 6);
			p += 3 + 7;
		}
		(void)strncat(seen, p, (size_t)(end - p));
	}
	ck_assert_ptr_nonnull(strstr(seen, "A> 2 bytes\n  3\\n\n"));
	ck_assert_ptr_nonnull(strstr(seen, "B> 2 bytes\n  9\\n\n"));
	ck_assert_ptr_nonnull(strstr(seen, "A> end\n"));
	ck_assert_ptr_nonnull(strstr(seen, "B> A has closed\n"));
	io_close(&a.conf.trace);
	aid_ring_end(&a);
}
END_TEST

static const struct {
	struct relay_stat stat;
	int64_t ns;
	const char *want;
} totals[] = {
    {{.bytes = 0}, 0, "0 bytes in 0.000 s, 0 B/s"},
    {{.bytes = 1000}, 2 * DUR_SECOND, "1000 bytes in 2.000 s, 500 B/s"},
    {{.bytes = 3 << 20}, DUR_SECOND, "3145728 bytes in 1.000 s, 3.0 MiB/s"},
    {{.bytes = UINT64_C(5) << 30, .stall = 3240 * DUR_MS}, 4 * DUR_SECOND,
	"5368709120 bytes in 4.000 s, 1.2 GiB/s; B made A wait 3.2 s"},
    {{.bytes = 1, .stall = 99 * DUR_MS, .lost = 7}, DUR_SECOND,
	"1 bytes in 1.000 s, 1 B/s; 7 more were not read"},
    {{.bytes = UINT64_MAX}, DUR_SECOND,
	"18446744073709551615 bytes in 1.000 s, 16.0 EiB/s"},
};

START_TEST(tells_totals)
{
	const struct relay_link link = {.from = 0, .to = 1};
	struct buf b = BUF_INIT;

	ck_assert_int_eq(
	    relay_meter_total(&b, &link, &totals[_i].stat, totals[_i].ns), 0);
	ck_assert_int_eq(buf_addc(&b, '\0'), 0);
	ck_assert_str_eq(buf_data(&b), totals[_i].want);
	buf_clear(&b);
	ck_assert_int_eq(
	    relay_meter_short(&b, 1, &totals[1].stat, 2048, DUR_SECOND), 0);
	ck_assert_int_eq(buf_addc(&b, '\0'), 0);
	ck_assert_str_eq(buf_data(&b), "B> 1000 B 2.0 KiB/s");
	buf_free(&b);
}
END_TEST

static Suite *
suite_relay_eyes(void)
{
	Suite *s = suite_create("relay_eyes");
	TCase *tc = tcase_create("relay_eyes");

	tcase_add_checked_fixture(tc, aid_enter, aid_leave);
	tcase_add_loop_test(tc, copies_all, 0, NROWS(copies));
	tcase_add_loop_test(tc, goes_on_without_them, 0, NROWS(failures));
	tcase_add_test(tc, waits_for_them);
	tcase_add_loop_test(tc, traces_bytes, 0, NROWS(traces));
	tcase_add_test(tc, traces_events);
	tcase_add_loop_test(tc, tells_totals, 0, NROWS(totals));
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_relay_eyes)
