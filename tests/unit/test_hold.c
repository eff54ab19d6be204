/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of held output: against a model, in memory and in the file,
 * and where the file cannot take it.
 */
#include "config.h"

#include "unit.h"

#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "aid.h"
#include "hold.h"
#include "io.h"

static uint32_t seed;

static uint32_t
draw(uint32_t n)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 8) % n;
}

/* A stream whose bytes tell whose they are and where they belong. */
struct stream {
	struct hold h;
	int no;
	uint64_t in, out; /* bytes added, bytes taken */
};

static char
byte_of(const struct stream *s, uint64_t at)
{
	return (char)(s->no * 31 + (int)(at % 251) + (int)(at / 251 % 7));
}

static char *
bytes_of(const struct stream *s, uint64_t at, size_t n)
{
	char *p = malloc(n + 1);
	size_t i;

	AID_NEED(p != NULL);
	for (i = 0; i < n; i++)
		p[i] = byte_of(s, at + i);
	return p;
}

/* Returns what hold_add() does. */
static int
add(struct hold_store *store, struct stream *s, size_t n)
{
	char *p = bytes_of(s, s->in, n);
	int rc = hold_add(store, &s->h, p, n), why = errno;

	s->in += n;
	free(p);
	errno = why;
	return rc;
}

/* Takes n bytes at most, in one go. Returns how many there were. */
static size_t
take(struct hold_store *store, struct stream *s, size_t n)
{
	char *want = bytes_of(s, s->out, n), *p = malloc(n + 1);
	ssize_t got;

	AID_NEED(p != NULL);
	got = hold_take(store, &s->h, p, n);
	AID_NEED(got >= 0 && (size_t)got <= n);
	AID_NEED(memcmp(p, want, (size_t)got) == 0);
	s->out += (uint64_t)got;
	free(want);
	free(p);
	return (size_t)got;
}

static void
take_all(struct hold_store *store, struct stream *s)
{
	while (s->out < s->in) {
		AID_NEED(!hold_empty(&s->h));
		AID_NEED(take(store, s, 1 + draw(30000)) > 0);
	}
	AID_NEED(hold_empty(&s->h));
	AID_NEED(take(store, s, 100) == 0);
}

#define STREAMS 7

static void
drop_all(struct hold_store *store, struct stream s[STREAMS])
{
	int i;

	for (i = 0; i < STREAMS; i++) {
		hold_drop(store, &s[i].h);
		ck_assert(hold_empty(&s[i].h));
	}
	ck_assert_uint_eq(store->mem, 0);
	ck_assert_uint_eq(store->infile, 0);
	hold_store_free(store);
	ck_assert_int_eq(store->fd, -1);
}

/* The store's accounts are those of its streams. */
static void
audit(const struct hold_store *store, const struct stream s[STREAMS])
{
	uint64_t infile = 0;
	size_t mem = 0, i, j;

	for (i = 0; i < STREAMS; i++) {
		mem += s[i].h.mem.cap;
		for (j = 0; j < s[i].h.npieces; j++)
			infile += s[i].h.piece[s[i].h.first + j].len;
	}
	AID_NEED(store->mem == mem);
	AID_NEED(store->infile == infile);
	AID_NEED(!hold_full(store));
}

static void
act(struct hold_store *store, struct stream *s)
{
	switch (draw(9)) {
	case 0:
		take_all(store, s);
		break;
	case 1:
		hold_settle(store, &s->h);
		break;
	case 2:
		hold_drop(store, &s->h);
		s->out = s->in;
		break;
	case 3:
		(void)take(store, s, draw(9000));
		break;
	default:
		AID_NEED(add(store, s, draw(2) ? draw(200) : draw(20000)) == 0);
	}
	AID_NEED(hold_empty(&s->h) == (s->in == s->out));
}

static const size_t limits[] = {0, 1, 5000, 20000, 100000, SIZE_MAX};

START_TEST(keeps_the_order)
{
	struct stream s[STREAMS];
	struct hold_store store;
	int i, step;

	memset(s, 0, sizeof(s));
	for (i = 0; i < STREAMS; i++)
		s[i].no = i;
	seed = (uint32_t)_i;
	hold_store_init(&store, limits[_i % NROWS(limits)]);
	for (step = 0; step < 600; step++) {
		act(&store, &s[draw(STREAMS)]);
		audit(&store, s);
	}
	for (i = 0; i < STREAMS; i++)
		take_all(&store, &s[i]);
	ck_assert_uint_eq(store.infile, 0);
	drop_all(&store, s);
}
END_TEST

/* Memory stays near the limit, but for small tails; nothing is in the file
 * before that. */
START_TEST(spills_at_the_limit)
{
	static struct stream s[STREAMS];
	size_t limit = limits[_i], most = limit + STREAMS * 8192, sum, i, n;
	struct hold_store store;

	memset(s, 0, sizeof(s));
	seed = 1;
	hold_store_init(&store, limit);
	for (sum = 0; sum < 1000000; sum += n) {
		i = draw(STREAMS);
		n = 1 + draw(3000);
		AID_NEED(add(&store, &s[i], n) == 0);
		AID_NEED(limit == SIZE_MAX || store.mem <= most);
		AID_NEED(
		    store.mem > limit || store.infile > 0 || store.fd == -1);
	}
	ck_assert_int_eq(store.fd == -1, limit == SIZE_MAX);
	for (i = 0; i < STREAMS; i++)
		hold_settle(&store, &s[i].h);
	if (limit != SIZE_MAX)
		ck_assert_uint_le(store.mem, limit);
	for (i = 0; i < STREAMS; i++)
		take_all(&store, &s[i]);
	drop_all(&store, s);
}
END_TEST

/* The file has no name, goes to nobody's child, and is empty again when
 * nothing is in it. */
START_TEST(starts_the_file_over)
{
	struct stream a = {.no = 1}, b = {.no = 2};
	struct hold_store store;
	struct stat st;
	int round;

	hold_store_init(&store, 0);
	for (round = 0; round < 3; round++) {
		ck_assert_int_eq(add(&store, &a, 100000), 0);
		ck_assert_int_eq(add(&store, &b, 50000), 0);
		ck_assert_int_eq(add(&store, &a, 7000), 0);
		ck_assert_int_eq(fcntl(store.fd, F_GETFD), FD_CLOEXEC);
		ck_assert_int_eq(fstat(store.fd, &st), 0);
		ck_assert_uint_eq(st.st_nlink, 0);
		ck_assert_int_eq(st.st_size, 157000);
		take_all(&store, &a);
		ck_assert_uint_eq(store.infile, 50000);
		if (round == 1)
			hold_drop(&store, &b.h);
		else
			take_all(&store, &b);
		b.out = b.in;
		ck_assert_int_eq(fstat(store.fd, &st), 0);
		ck_assert_int_eq(st.st_size, 0);
	}
	hold_drop(&store, &a.h);
	hold_drop(&store, &b.h);
	ck_assert_uint_eq(store.mem, 0);
	hold_store_free(&store);
}
END_TEST

/* Adds until the file refuses; then what was added is all there, and more
 * can be added, though it had better not. */
static void
add_until_refused(struct hold_store *store, struct stream *s, int why)
{
	int i;

	for (i = 0; i < 10000; i++) {
		errno = 0;
		if (add(store, s, 1 + draw(9000)) == -1)
			break;
		AID_NEED(!hold_full(store));
	}
	AID_NEED(errno == why);
	AID_NEED(hold_full(store));
	AID_NEED(add(store, s, 6000) == -1);
	AID_NEED(errno == why);
	hold_settle(store, &s->h);
	AID_NEED(hold_full(store));
}

static void
set_file_limit(rlim_t soft)
{
	struct rlimit r;

	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &r), 0);
	r.rlim_cur = soft < r.rlim_max ? soft : r.rlim_max;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &r), 0);
}

START_TEST(keeps_what_the_file_refuses)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, was;
	struct stream a = {.no = 1}, b = {.no = 2};
	struct hold_store store;

	seed = 7;
	ck_assert_int_eq(sigaction(SIGXFSZ, &ignore, &was), 0);
	set_file_limit(123457);
	hold_store_init(&store, 10000);
	ck_assert_int_eq(add(&store, &b, 9000), 0);
	add_until_refused(&store, &a, EFBIG);
	/* What is empty takes no room, though more of it may come. */
	take_all(&store, &a);
	ck_assert(!hold_full(&store));
	hold_drop(&store, &a.h);
	a = (struct stream){.no = 3};
	add_until_refused(&store, &a, EFBIG);
	set_file_limit(RLIM_INFINITY);
	ck_assert_int_eq(add(&store, &a, 5000), 0);
	ck_assert(!hold_full(&store));
	take_all(&store, &b);
	take_all(&store, &a);
	hold_drop(&store, &a.h);
	hold_drop(&store, &b.h);
	hold_store_free(&store);
	ck_assert_int_eq(sigaction(SIGXFSZ, &was, NULL), 0);
}
END_TEST

START_TEST(keeps_what_has_no_file)
{
	struct stream a = {.no = 1};
	struct hold_store store;

	seed = 8;
	ck_assert_int_eq(setenv("TMPDIR", aid_file("none"), 1), 0);
	hold_store_init(&store, 1000);
	ck_assert_int_eq(add(&store, &a, 500), 0);
	add_until_refused(&store, &a, ENOENT);
	ck_assert_int_eq(mkdir(aid_file("none"), 0700), 0);
	ck_assert_int_eq(add(&store, &a, 500), 0);
	ck_assert(!hold_full(&store));
	take_all(&store, &a);
	hold_drop(&store, &a.h);
	hold_store_free(&store);
}
END_TEST

/* A disk that is full, of a few pages, which this child alone sees. What
 * was read makes room in it. */
static void
full_disk(void *arg)
{
	struct stream a = {.no = 1};
	struct hold_store store;
	int i;

	(void)arg;
	if (unshare(CLONE_NEWNS) == -1 ||
	    mount("none", "/", "", MS_REC | MS_PRIVATE, "") == -1 ||
	    mount("mp-utils", "/tmp", "tmpfs", 0, "size=256k") == -1)
		return; /* not permitted */
	AID_NEED(setenv("TMPDIR", "/tmp", 1) == 0);
	hold_store_init(&store, 0);
	for (i = 0; i < 5; i++) {
		add_until_refused(&store, &a, ENOSPC);
		(void)take(&store, &a, 100000);
		(void)take(&store, &a, 100000);
		AID_NEED(add(&store, &a, 5000) == 0);
		AID_NEED(!hold_full(&store));
	}
	take_all(&store, &a);
	hold_drop(&store, &a.h);
	hold_store_free(&store);
}

START_TEST(keeps_what_the_disk_refuses)
{
	aid_in_child(full_disk, NULL);
}
END_TEST

/* A file that cannot be read is an error, and no endless wait for it. */
START_TEST(tells_of_a_file_that_is_lost)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	struct hold_store store;
	struct hold h;
	char byte;

	memset(&h, 0, sizeof(h));
	hold_store_init(&store, 0);
	ck_assert_int_eq(hold_add(&store, &h, aid_shared(10000), 10000), 0);
	ck_assert_int_eq(dup2(null, store.fd), store.fd);
	errno = 0;
	ck_assert_int_eq(hold_take(&store, &h, &byte, 1), -1);
	ck_assert_int_eq(errno, EIO);
	io_close(&null);
	hold_drop(&store, &h);
	hold_store_free(&store);
}
END_TEST

static Suite *
suite_hold(void)
{
	Suite *s = suite_create("hold");
	TCase *tc = tcase_create("hold");

	tcase_add_checked_fixture(tc, aid_enter, aid_leave);
	tcase_add_loop_test(tc, keeps_the_order, 0, 24);
	tcase_add_loop_test(tc, spills_at_the_limit, 0, NROWS(limits));
	tcase_add_test(tc, starts_the_file_over);
	tcase_add_test(tc, keeps_what_the_file_refuses);
	tcase_add_test(tc, keeps_what_has_no_file);
	tcase_add_test(tc, keeps_what_the_disk_refuses);
	tcase_add_test(tc, tells_of_a_file_that_is_lost);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_hold)
