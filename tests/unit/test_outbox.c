/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of replies in shared memory: whatever is read when, through the
 * pipe or in the box, each byte is seen once and in order; and when the worker
 * is killed all that it has put, and nothing else.
 */
#include "config.h"

#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "aid.h"
#include "aid_toy.h"
#include "buf.h"
#include "io.h"
#include "outbox.h"
#include "share.h"

static struct outbox *box;
static int ends[2];
static char bytes[OUTBOX_SIZE];

static void
begin(void)
{
	box = share_new(sizeof(*box));
	ck_assert_ptr_nonnull(box);
	ck_assert_int_eq(io_pipe(ends), 0);
}

static void
end(void)
{
	share_free(box, sizeof(*box));
	io_close(&ends[0]);
	io_close(&ends[1]);
}

static void
put(const char *text)
{
	char *p = outbox_room(box, strlen(text));

	ck_assert_ptr_nonnull(p);
	memcpy(p, text, strlen(text));
	outbox_put(box, strlen(text));
}

static void
expect_peek(struct outbox_reader *r, const char *want)
{
	size_t n = outbox_peek(r, bytes);

	ck_assert_uint_eq(n, strlen(want));
	ck_assert_mem_eq(bytes, want, n);
}

/* What the pipe has that was not peeked at. */
static void
expect_pipe(struct outbox_reader *r, const char *want)
{
	ssize_t n = read(ends[0], bytes, sizeof(bytes));
	size_t known;

	ck_assert_int_gt(n, 0);
	known = outbox_came(r, (size_t)n);
	ck_assert_uint_eq((size_t)n - known, strlen(want));
	ck_assert_mem_eq(bytes + known, want, strlen(want));
}

START_TEST(tells_each_byte_once)
{
	struct outbox_reader r = {.outbox = box};

	expect_peek(&r, "");
	put("a");
	expect_peek(&r, "a");
	expect_peek(&r, "");
	put("bc");
	ck_assert_int_eq(outbox_flush(box, ends[1]), 0);
	expect_peek(&r, "");
	put("d");
	/* What is in the pipe comes first. */
	expect_peek(&r, "");
	expect_pipe(&r, "bc");
	expect_peek(&r, "d");
	ck_assert_int_eq(outbox_pass(box, ends[1], "ef", 2), 0);
	expect_pipe(&r, "ef");
	expect_peek(&r, "");
	put("g");
	put("h");
	expect_peek(&r, "gh");
	ck_assert_int_eq(outbox_flush(box, ends[1]), 0);
	ck_assert_int_eq(outbox_flush(box, ends[1]), 0);
	expect_pipe(&r, "");
}
END_TEST

START_TEST(has_room_for_so_much)
{
	ck_assert_ptr_nonnull(outbox_room(box, OUTBOX_SIZE));
	ck_assert_ptr_null(outbox_room(box, OUTBOX_SIZE + 1));
	outbox_put(box, OUTBOX_SIZE);
	ck_assert_ptr_nonnull(outbox_room(box, 0));
	ck_assert_ptr_null(outbox_room(box, 1));
}
END_TEST

START_TEST(says_what_it_cannot_write)
{
	put("a");
	ck_assert_int_eq(outbox_flush(box, -1), -1);
	ck_assert_int_eq(errno, EBADF);
	ck_assert_int_eq(outbox_pass(box, -1, "b", 1), -1);
	ck_assert_int_eq(errno, EBADF);
}
END_TEST

/* A worker can write whatever it likes to the box. */
START_TEST(does_not_believe_nonsense)
{
	static const struct {
		uint32_t past, used, seen;
	} rows[] = {
	    {0, OUTBOX_SIZE + 1, 0},
	    {0, UINT32_MAX, 0},
	    {1, 10, 0},
	    {0, 10, 11},
	    {UINT32_MAX, 10, 20},
	    {5, 0, UINT32_MAX},
	};
	size_t i;

	for (i = 0; i < NROWS(rows); i++) {
		struct outbox_reader r = {.outbox = box, .seen = rows[i].seen};

		atomic_store(&box->past, rows[i].past);
		atomic_store(&box->used, rows[i].used);
		ck_assert_uint_eq(outbox_peek(&r, bytes), 0);
		ck_assert_uint_eq(r.seen, rows[i].seen);
	}
}
END_TEST

/* Counts go around at 4 GiB. */
START_TEST(counts_modulo)
{
	struct outbox_reader r = {
	    .outbox = box, .piped = UINT32_MAX - 1, .seen = UINT32_MAX - 1};

	atomic_store(&box->past, UINT32_MAX - 1);
	put("abcd");
	expect_peek(&r, "abcd");
	ck_assert_uint_eq(r.seen, 2);
	ck_assert_int_eq(outbox_flush(box, ends[1]), 0);
	put("e");
	expect_pipe(&r, "");
	expect_peek(&r, "e");
}
END_TEST

/*
 * A worker that says the numbers from 0 on, each as a piece of some bytes, and
 * counts those that it has put, in shared memory. It flushes now and then, or
 * only when it must.
 */
struct count {
	_Atomic uint32_t put, tried;
};
static struct count *count;

struct piece {
	uint32_t number, len;
};

/* Puts a piece; one that is too large goes past the box. */
static void
say(uint32_t number, uint32_t len)
{
	static char text[2 * OUTBOX_SIZE];
	struct piece head = {number, len};
	size_t n = sizeof(head) + len;
	char *p;

	memcpy(text, &head, sizeof(head));
	memset(text + sizeof(head), (int)(number % 251), len);
	p = outbox_room(box, n);
	if (p == NULL) {
		AID_NEED(outbox_flush(box, ends[1]) == 0);
		p = outbox_room(box, n);
	}
	if (p == NULL) {
		AID_NEED(outbox_pass(box, ends[1], text, n) == 0);
		return;
	}
	memcpy(p, text, n);
	outbox_put(box, n);
}

static void
worker(void *arg)
{
	uint32_t seed = *(uint32_t *)arg, number;
	bool only_full = seed % 2 == 1;

	for (number = 0;; number++) {
		atomic_store(&count->tried, number + 1);
		if (aid_draw(&seed, 500) == 0)
			say(number,
			    OUTBOX_SIZE + aid_draw(&seed, OUTBOX_SIZE / 2));
		else
			say(number,
			    aid_draw(&seed, aid_draw(&seed, 20) ? 16 : 4000));
		atomic_store(&count->put, number + 1);
		if (!only_full && aid_draw(&seed, 50) == 0)
			AID_NEED(outbox_flush(box, ends[1]) == 0);
	}
}

/* What is known of the stream: the next number, and a piece that is not
 * whole. */
struct stream {
	uint32_t next;
	struct buf in;
};

static void
take(struct stream *s, const char *p, size_t n)
{
	struct piece head;
	const char *data;
	size_t i;

	ck_assert_int_eq(buf_add(&s->in, p, n), 0);
	while (buf_len(&s->in) >= sizeof(head)) {
		memcpy(&head, buf_data(&s->in), sizeof(head));
		ck_assert_uint_eq(head.number, s->next);
		if (buf_len(&s->in) < sizeof(head) + head.len)
			return;
		data = buf_data(&s->in) + sizeof(head);
		for (i = 0; i < head.len; i++)
			if (data[i] != (char)(head.number % 251))
				ck_abort_msg("piece %u: byte %zu",
				    (unsigned)head.number, i);
		buf_drop(&s->in, sizeof(head) + head.len);
		s->next++;
	}
}

static bool
read_some(struct outbox_reader *r, struct stream *s, size_t most)
{
	ssize_t n = read(ends[0], bytes, most);
	size_t known;

	if (n <= 0)
		return false;
	known = outbox_came(r, (size_t)n);
	take(s, bytes + known, (size_t)n - known);
	return true;
}

START_TEST(loses_nothing_of_the_dead)
{
	uint32_t seed = (uint32_t)_i, pieces, until;
	struct outbox_reader r = {.outbox = box};
	struct stream s = {.in = BUF_INIT};
	pid_t pid;

	count = aid_shared(sizeof(*count));
	ck_assert_int_eq(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
	pid = aid_begin(worker, &seed);
	until = aid_draw(&seed, 3000);
	while (atomic_load(&count->put) < until) {
		if (aid_draw(&seed, 3) == 0)
			take(&s, bytes, outbox_peek(&r, bytes));
		else
			(void)read_some(&r, &s, 1 + aid_draw(&seed, 60000));
	}
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	ck_assert_int_eq(aid_wait(pid), SIGKILL);
	while (read_some(&r, &s, sizeof(bytes)))
		continue;
	take(&s, bytes, outbox_peek(&r, bytes));
	pieces = atomic_load(&count->put);
	ck_assert_uint_ge(s.next, pieces);
	ck_assert_uint_le(s.next, atomic_load(&count->tried));
	buf_free(&s.in);
}
END_TEST

static Suite *
suite_outbox(void)
{
	Suite *s = suite_create("outbox");
	TCase *tc = tcase_create("outbox");

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, begin, end);
	tcase_add_test(tc, tells_each_byte_once);
	tcase_add_test(tc, has_room_for_so_much);
	tcase_add_test(tc, says_what_it_cannot_write);
	tcase_add_test(tc, does_not_believe_nonsense);
	tcase_add_test(tc, counts_modulo);
	tcase_add_loop_test(tc, loses_nothing_of_the_dead, 0, 50);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_outbox)
