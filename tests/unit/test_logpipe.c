/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of the log's way to a command: one that dies, one that stands
 * still, and the end.
 */
#include "config.h"

#include "unit.h"

#include <sys/stat.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "aid.h"
#include "aid_loop.h"
#include "dur.h"
#include "io.h"
#include "logpipe.h"

static struct logpipe out;
static bool event;

static void
note(void *arg)
{
	*(bool *)arg = true;
}

/* The command runs in the test's directory; it must stay. */
static void
open_pipe(const char *command, int64_t patience)
{
	const struct logpipe_conf conf = {command, "prog", false, patience};

	event = false;
	ck_assert_int_eq(logpipe_open(&out, &aid_loop, &conf, note, &event), 0);
}

static void
begin(void)
{
	aid_loop_begin();
	ck_assert_int_eq(chdir(getenv("TMPDIR")), 0);
}

static void
end(void)
{
	logpipe_free(&out);
	logpipe_free(&out);
	ck_assert_int_eq(chdir("/"), 0);
	aid_loop_end();
}

/* Gives all of it, waiting for room. */
static void
give(const char *text, size_t n)
{
	size_t done;

	for (;;) {
		done = logpipe_write(&out, text, n);
		text += done;
		n -= done;
		if (n == 0)
			return;
		event = false;
		ck_assert(aid_loop_until(aid_loop_flag, &event));
	}
}

static bool
has_ended(void *unused)
{
	(void)unused;
	return logpipe_ended(&out);
}

/* Whether the file has so many bytes. */
struct size {
	const char *name;
	off_t size;
};

static bool
has_size(void *arg)
{
	const struct size *want = arg;
	struct stat st;

	return stat(want->name, &st) == 0 && st.st_size == want->size;
}

START_TEST(passes_on)
{
	char text[64];
	ssize_t n;
	int fd;

	open_pipe("cat >all.part && mv all.part all", DUR_SECOND);
	give("one\n", 4);
	give("two\nthree\n", 10);
	ck_assert(!logpipe_ended(&out));
	logpipe_close(&out);
	ck_assert(aid_loop_until(has_ended, NULL));
	ck_assert(event);
	fd = open("all", O_RDONLY | O_CLOEXEC);
	ck_assert_int_ne(fd, -1);
	n = io_read_all(fd, text, sizeof(text));
	ck_assert_int_eq(n, 14);
	ck_assert_int_eq(memcmp(text, "one\ntwo\nthree\n", 14), 0);
	io_close(&fd);
	logpipe_free(&out);
	ck_assert_uint_eq(out.out.dropped, 0);
}
END_TEST

/* Each takes one line and dies; the next one has what is left. */
START_TEST(starts_again)
{
	struct size want = {"all", 14};

	open_pipe("IFS= read -r line && echo \"$line\" >>all", DUR_SECOND);
	give("one\ntwo\nthree\n", 14);
	ck_assert(aid_loop_until(has_size, &want));
	ck_assert_uint_ge(out.restart.count, 2);
	logpipe_free(&out);
	ck_assert_uint_eq(out.out.dropped, 0);
}
END_TEST

/* A megabyte through a command that is slow, but goes on. */
START_TEST(waits_for_a_slow_one)
{
	static char line[1024];
	struct size want = {"all", 1024 * sizeof(line)};
	int i;

	memset(line, 'x', sizeof(line));
	line[sizeof(line) - 1] = '\n';
	open_pipe("sleep 0.2; cat >all", 10 * DUR_SECOND);
	for (i = 0; i < 1024; i++)
		give(line, sizeof(line));
	logpipe_close(&out);
	ck_assert(aid_loop_until(has_ended, NULL));
	ck_assert(has_size(&want));
	logpipe_free(&out);
	ck_assert_uint_eq(out.out.dropped, 0);
}
END_TEST

/* One that does not read: lines are dropped when patience is over, at once
 * from then on, and what it had got is counted in the end. */
START_TEST(drops_when_it_stands_still)
{
	static char line[1024];
	uint64_t dropped;
	int i;

	memset(line, 'x', sizeof(line));
	line[sizeof(line) - 1] = '\n';
	open_pipe("exec sleep 100", 50 * DUR_MS);
	for (i = 0; i < 1000; i++)
		give(line, sizeof(line));
	ck_assert(out.stuck);
	dropped = out.out.dropped;
	ck_assert_uint_gt(dropped, 0);
	logpipe_free(&out);
	ck_assert_uint_eq(out.out.dropped, 1000);
}
END_TEST

START_TEST(tells_the_drop_when_it_goes_on)
{
	static char line[1024];
	struct size want = {"notice", 0};
	int i;

	memset(line, 'x', sizeof(line));
	line[sizeof(line) - 1] = '\n';
	open_pipe("until test -e go; do sleep 0.02; done; grep prog >notice",
	    50 * DUR_MS);
	for (i = 0; i < 1000; i++)
		give(line, sizeof(line));
	aid_make("go", "", 0600);
	want.size = snprintf(NULL, 0, "prog: %ju lines were dropped here\n",
	    (uintmax_t)out.out.dropped);
	ck_assert_uint_gt(out.out.dropped, 0);
	while (out.out.untold > 0)
		ck_assert_int_eq(loop_step(&aid_loop, LOOP_NEVER), 0);
	logpipe_close(&out);
	ck_assert(aid_loop_until(has_ended, NULL));
	ck_assert(has_size(&want));
}
END_TEST

static Suite *
suite_logpipe(void)
{
	Suite *s = suite_create("logpipe");
	TCase *tc = tcase_create("logpipe");

	tcase_add_checked_fixture(tc, begin, end);
	tcase_add_test(tc, passes_on);
	tcase_add_test(tc, starts_again);
	tcase_add_test(tc, waits_for_a_slow_one);
	tcase_add_test(tc, drops_when_it_stands_still);
	tcase_add_test(tc, tells_the_drop_when_it_goes_on);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_logpipe)
