/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of the elastic queue: numbers go in and must come out in their
 * order, whatever the limits are and whatever becomes short.
 */
#include "config.h"

#include "unit.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "aid.h"
#include "elastic.h"
#include "io.h"

#define TOTAL ((size_t)1 << 20)

/* The byte at a place of the stream. */
static char
byte_at(size_t at)
{
	return (char)(at * 2654435761U >> 13);
}

/* A file with the first len bytes of the stream, a multiple of 4096. */
static int
stream_part(size_t len)
{
	int fd = aid_memfd();
	char block[4096];
	size_t at, i;

	for (at = 0; at < len; at += sizeof(block)) {
		for (i = 0; i < sizeof(block); i++)
			block[i] = byte_at(at + i);
		AID_NEED(io_write_all(fd, block, sizeof(block)) == 0);
	}
	AID_NEED(lseek(fd, 0, SEEK_SET) == 0);
	return fd;
}

/* A file with the whole stream. */
static int
stream_file(void)
{
	return stream_part(TOTAL);
}

static void
check_part(int fd, size_t len)
{
	static char got[TOTAL];
	size_t i;

	AID_NEED(lseek(fd, 0, SEEK_END) == (off_t)len);
	AID_NEED(pread(fd, got, len, 0) == (ssize_t)len);
	for (i = 0; i < len && got[i] == byte_at(i); i++)
		continue;
	AID_NEED(i == len);
}

static void
check_file(int fd)
{
	check_part(fd, TOTAL);
}

/* The next pseudo-random number below n. */
static size_t
pick(size_t n)
{
	static uint32_t seed = 7;

	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % n;
}

/* Steps in, as many as there is room for, most of them; returns false at
 * the end of the file. */
static bool
fill_some(struct elastic *e, int in, size_t steps)
{
	const uint64_t least = e->mem_max > ELASTIC_BLOCK ? e->mem_max
							  : ELASTIC_BLOCK;
	const char *p;
	ssize_t n;

	while (steps-- > 0 && !elastic_full(e)) {
		n = elastic_fill(e, in, 1 + pick(ELASTIC_BLOCK), &p);
		AID_NEED(n >= 0);
		if (n == 0)
			return false;
		AID_NEED(e->len <= least + e->file_max);
		AID_NEED(elastic_spooled(e) <= e->file_max);
	}
	return true;
}

static void
drain_some(struct elastic *e, int out, size_t steps)
{
	while (steps-- > 0 && e->len > 0)
		AID_NEED(elastic_drain(e, out, 1 + pick(200000)) > 0);
}

/* So much of the stream through a queue, in random steps. */
static void
run_through(struct elastic *e, size_t len)
{
	int in = stream_part(len), out = aid_memfd();

	while (fill_some(e, in, pick(20)))
		drain_some(e, out, 1 + pick(20));
	drain_some(e, out, SIZE_MAX);
	AID_NEED(e->len == 0);
	check_part(out, len);
	io_close(&in);
	io_close(&out);
}

static const struct {
	uint64_t mem, file;
} limits[] = {
    {1, 0},
    {1000, 0},
    {ELASTIC_BLOCK, 0},
    {ELASTIC_BLOCK + 1, 0},
    {TOTAL, 0},
    {0, 1},
    {0, 5000},
    {0, 1 << 20},
    {1000, 1},
    {1000, 70000},
    {300000, 300000},
    {300000, UINT64_MAX / 4},
    {TOTAL, TOTAL},
};

START_TEST(keeps_the_order)
{
	const uint64_t room = limits[_i].mem + limits[_i].file;
	/* Byte by byte: not all of it. */
	const size_t len = room == 1 ? TOTAL / 32 : TOTAL;
	struct elastic e;

	ck_assert_int_eq(elastic_init(&e, limits[_i].mem, limits[_i].file), 0);
	run_through(&e, len);
	run_through(&e, len);
	elastic_free(&e);
	elastic_free(&e);
}
END_TEST

START_TEST(holds_what_it_may)
{
	struct elastic e;
	int in = stream_file();
	const char *p;

	ck_assert_int_eq(elastic_init(&e, limits[_i].mem, limits[_i].file), 0);
	while (fill_some(&e, in, 1000) && !elastic_full(&e))
		continue;
	if (limits[_i].mem + limits[_i].file < TOTAL)
		ck_assert_uint_eq(e.len, limits[_i].mem + limits[_i].file);
	else
		ck_assert_uint_eq(e.len, TOTAL);
	if (elastic_full(&e)) {
		ck_assert_int_eq(elastic_fill(&e, in, 1, &p), -1);
		ck_assert_int_eq(errno, ENOBUFS);
	}
	elastic_free(&e);
	io_close(&in);
}
END_TEST

START_TEST(shows_what_it_read)
{
	struct elastic e;
	int in = stream_file();
	const char *p;
	size_t at, i;
	ssize_t n;

	ck_assert_int_eq(elastic_init(&e, 200000, 1 << 20), 0);
	for (at = 0; at < 500000; at += (size_t)n) {
		n = elastic_fill(&e, in, 1 + pick(9999), &p);
		ck_assert_int_gt(n, 0);
		for (i = 0; i < (size_t)n && p[i] == byte_at(at + i); i++)
			continue;
		ck_assert_uint_eq(i, n);
	}
	elastic_free(&e);
	io_close(&in);
}
END_TEST

/* Fills it until the file takes no more. */
static void
fill_up(struct elastic *e, int in)
{
	while (!elastic_full(e))
		AID_NEED(fill_some(e, in, 1));
}

/* A file that cannot grow beyond some size is a full file system. */
static void
through_a_full_one(void *unused)
{
	const struct rlimit small = {300000, RLIM_INFINITY};
	const struct rlimit large = {RLIM_INFINITY, RLIM_INFINITY};
	int in = stream_file(), out = aid_memfd();
	struct elastic e;

	(void)unused;
	AID_NEED(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
	AID_NEED(elastic_init(&e, 1000, TOTAL) == 0);
	AID_NEED(setrlimit(RLIMIT_FSIZE, &small) == 0);
	fill_up(&e, in);
	AID_NEED(e.err == EFBIG);
	AID_NEED(e.len >= 300000 && e.len < 600000);
	AID_NEED(setrlimit(RLIMIT_FSIZE, &large) == 0);
	AID_NEED(!elastic_full(&e));
	AID_NEED(e.err == 0);
	AID_NEED(setrlimit(RLIMIT_FSIZE, &small) == 0);
	fill_up(&e, in);
	AID_NEED(setrlimit(RLIMIT_FSIZE, &large) == 0);
	drain_some(&e, out, 3);
	while (fill_some(&e, in, 1))
		drain_some(&e, out, 1);
	drain_some(&e, out, SIZE_MAX);
	check_file(out);
	elastic_free(&e);
	_exit(0);
}

START_TEST(waits_for_a_full_file_system)
{
	aid_in_child(through_a_full_one, NULL);
}
END_TEST

START_TEST(works_without_a_file)
{
	struct elastic e;
	int in = stream_file(), out = aid_memfd();

	ck_assert_int_eq(setenv("TMPDIR", "/nowhere", 1), 0);
	ck_assert_int_eq(elastic_init(&e, 1000, TOTAL), 0);
	fill_up(&e, in);
	ck_assert_int_eq(e.err, ENOENT);
	ck_assert_uint_eq(e.len, 1000 + ELASTIC_BLOCK);
	while (fill_some(&e, in, 1))
		drain_some(&e, out, 1);
	drain_some(&e, out, SIZE_MAX);
	check_file(out);
	elastic_free(&e);
	io_close(&in);
	io_close(&out);
}
END_TEST

/* The file is not longer than what is in it, and given back at the end. */
START_TEST(gives_the_file_back)
{
	struct elastic e;
	int in = stream_file(), out = aid_memfd();
	struct stat st;

	ck_assert_int_eq(elastic_init(&e, 1000, TOTAL / 2), 0);
	fill_up(&e, in);
	drain_some(&e, out, SIZE_MAX);
	ck_assert_int_eq(fstat(e.fd, &st), 0);
	ck_assert_int_eq(st.st_size, 0);
	elastic_free(&e);
	io_close(&in);
	io_close(&out);
}
END_TEST

/* Who has made the file shorter has taken bytes, and that is no end. */
START_TEST(notices_a_lost_file)
{
	struct elastic e;
	int in = stream_file(), out = aid_memfd();

	ck_assert_int_eq(elastic_init(&e, 1000, TOTAL / 2), 0);
	fill_up(&e, in);
	ck_assert_int_eq(ftruncate(e.fd, 0), 0);
	ck_assert_int_gt(elastic_drain(&e, out, SIZE_MAX), 0);
	errno = 0;
	ck_assert_int_eq(elastic_drain(&e, out, SIZE_MAX), -1);
	ck_assert_int_eq(errno, EIO);
	elastic_free(&e);
	io_close(&in);
	io_close(&out);
}
END_TEST

static Suite *
suite_elastic(void)
{
	Suite *s = suite_create("elastic");
	TCase *tc = tcase_create("elastic");

	tcase_add_checked_fixture(tc, aid_enter, aid_leave);
	tcase_add_loop_test(tc, keeps_the_order, 0, NROWS(limits));
	tcase_add_loop_test(tc, holds_what_it_may, 0, NROWS(limits));
	tcase_add_test(tc, shows_what_it_read);
	tcase_add_test(tc, waits_for_a_full_file_system);
	tcase_add_test(tc, works_without_a_file);
	tcase_add_test(tc, gives_the_file_back);
	tcase_add_test(tc, notices_a_lost_file);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_elastic)
