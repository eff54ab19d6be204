/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of captured logs: children write, into a pipe that is read from
 * the loop, what must be found in the files, whole and in order.
 */
#include "config.h"

#include "unit.h"

#include <sys/stat.h>

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aid.h"
#include "aid_loop.h"
#include "dur.h"
#include "io.h"
#include "logs.h"
#include "logstamp.h"

#define LINES 400000
#define LINE "%07d some text that makes a line of a usual length\n"

static struct logs logs;
static struct logs_conf conf;
static bool ended;

static void
begin(void)
{
	aid_loop_begin();
	ck_assert_int_eq(chdir(getenv("TMPDIR")), 0);
	conf = (struct logs_conf){.file = {"log", 0, 0}, .program = "prog"};
	ended = false;
}

static void
end(void)
{
	logs_free(&logs);
	logs_free(&logs);
	ck_assert_int_eq(chdir("/"), 0);
	aid_loop_end();
}

static void
open_logs(void)
{
	struct buf why = BUF_INIT;

	ck_assert_int_eq(logs_open(&logs, &aid_loop, &conf, &why), 0);
}

static void
note(void *arg)
{
	*(bool *)arg = true;
}

static void
finish(void)
{
	logs_end(&logs, 10 * DUR_SECOND, note, &ended);
	ck_assert(aid_loop_until(aid_loop_flag, &ended));
}

static void
write_text(void *text)
{
	AID_NEED(io_write_all(logs.child_fd, text, strlen(text)) == 0);
}

static const char *
content(const char *name)
{
	static char text[1 << 18];
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	ck_assert_int_ne(fd, -1);
	n = io_read_all(fd, text, sizeof(text) - 1);
	ck_assert_int_ge(n, 0);
	text[n] = '\0';
	io_close(&fd);
	return text;
}

START_TEST(drains)
{
	open_logs();
	aid_in_child(write_text, (char[]){"one\ntwo\nno newline"});
	logs_drain(&logs);
	ck_assert_str_eq(content("log"), "one\ntwo\nno newline\n");
	aid_in_child(write_text, (char[]){"another\n"});
	finish();
	ck_assert_str_eq(content("log"), "one\ntwo\nno newline\nanother\n");
	ck_assert_uint_eq(logs_dropped(&logs), 0);
}
END_TEST

/* Somebody else has the pipe open: nobody waits for him. */
START_TEST(does_not_wait_for_the_end_of_file)
{
	int other;

	open_logs();
	other = dup(logs.child_fd);
	aid_in_child(write_text, (char[]){"one\n"});
	finish();
	ck_assert_str_eq(content("log"), "one\n");
	io_close(&other);
}
END_TEST

static void
write_pieces(void *unused)
{
	char *p = malloc(300000);

	(void)unused;
	AID_NEED(p != NULL);
	memset(p, 'x', 300000);
	AID_NEED(io_write_all(logs.child_fd, p, 300000) == 0);
	AID_NEED(io_write_all(logs.child_fd, "\nnext\n", 6) == 0);
	free(p);
}

static void
writer_ended(struct loop_child *c, int status, const struct rusage *ru)
{
	(void)ru;
	ck_assert_int_eq(status, 0);
	*(bool *)c->arg = true;
}

/* From the first byte to the end of the log. */
static void
run_writer(void (*fn)(void *))
{
	bool done = false;
	struct loop_child child = {.cb = writer_ended, .arg = &done};

	child.pid = aid_begin(fn, NULL);
	loop_child_add(&aid_loop, &child);
	ck_assert(aid_loop_until(aid_loop_flag, &done));
	finish();
	ck_assert_uint_eq(logs_dropped(&logs), 0);
}

static bool
has_size(const char *name, off_t size)
{
	struct stat st;

	return stat(name, &st) == 0 && st.st_size == size;
}

/* It comes in pieces, of which the first has the time, and goes to a file of
 * its own. */
START_TEST(long_line)
{
	conf.stamp = true;
	conf.file.max = 1000;
	conf.file.keep = 3;
	open_logs();
	run_writer(write_pieces);
	ck_assert(has_size("log", LOGSTAMP_LEN + 5));
	ck_assert(has_size("log.1", LOGSTAMP_LEN + 300001));
	ck_assert_int_eq(access("log.2", F_OK), -1);
}
END_TEST

START_TEST(stamps)
{
	const char *text;
	int i;

	conf.stamp = true;
	open_logs();
	aid_in_child(write_text, (char[]){"one\ntwo"});
	finish();
	text = content("log");
	ck_assert_uint_eq(strlen(text), 2 * (25 + 4));
	for (i = 0; i < 2; i++)
		ck_assert(text[29 * i + 4] == '-' && text[29 * i + 10] == 'T' &&
		    text[29 * i + 23] == 'Z');
	ck_assert_int_eq(strncmp(text + 25, "one\n", 4), 0);
}
END_TEST

static void
collect(void *arg, const char *p, size_t n)
{
	ck_assert_int_eq(buf_add(arg, p, n), 0);
}

START_TEST(is_watched)
{
	struct buf seen = BUF_INIT;

	conf.file.path = NULL;
	open_logs();
	logs_watch(&logs, collect, &seen);
	aid_in_child(write_text, (char[]){"one\ntw"});
	logs_drain(&logs);
	ck_assert_uint_eq(buf_len(&seen), 6);
	logs_watch(&logs, NULL, NULL);
	aid_in_child(write_text, (char[]){"o\n"});
	finish();
	ck_assert_uint_eq(buf_len(&seen), 6);
	buf_free(&seen);
}
END_TEST

/* Who waits for a line finds it in the log when he is told. */
static void
look(void *arg, const char *p, size_t n)
{
	(void)p;
	(void)n;
	ck_assert_str_eq(content("log"), "one\n");
	*(bool *)arg = true;
}

START_TEST(is_written_before_it_is_told)
{
	bool told = false;

	open_logs();
	logs_watch(&logs, look, &told);
	aid_in_child(write_text, (char[]){"one\n"});
	logs_drain(&logs);
	ck_assert(told);
}
END_TEST

/* MP_TEST_SCALE percent of them. */
static int
how_many(void)
{
	const char *scale = getenv("MP_TEST_SCALE");

	return scale == NULL ? LINES : LINES / 100 * atoi(scale);
}

static void
write_many(void *unused)
{
	FILE *f = fdopen(logs.child_fd, "w");
	int i, n = how_many();

	(void)unused;
	AID_NEED(f != NULL);
	for (i = 0; i < n; i++)
		AID_NEED(fprintf(f, LINE, i) > 0);
	AID_NEED(fclose(f) == 0);
}

/* Counts the file's lines on from *next, each of which must be whole. */
static void
count(const char *name, int *next)
{
	char line[256], want[256];
	FILE *f = fopen(name, "re");

	if (f == NULL)
		return;
	while (fgets(line, sizeof(line), f) != NULL) {
		(void)snprintf(want, sizeof(want), LINE, *next);
		ck_assert_msg(strcmp(line, want) == 0, "%s: line %d is '%s'",
		    name, *next, line);
		++*next;
	}
	(void)fclose(f);
}

START_TEST(rotation_loses_nothing)
{
	char name[32];
	int i, next = 0;

	conf.file.max = 1 << 20;
	conf.file.keep = 100;
	open_logs();
	run_writer(write_many);
	for (i = 100; i > 0; i--) {
		(void)snprintf(name, sizeof(name), "log.%d", i);
		count(name, &next);
	}
	ck_assert_int_gt(next, 0);
	count("log", &next);
	ck_assert_int_eq(next, how_many());
}
END_TEST

START_TEST(command_loses_nothing)
{
	int next = 0;

	conf.file.path = NULL;
	conf.command = "cat >all";
	open_logs();
	run_writer(write_many);
	count("all", &next);
	ck_assert_int_eq(next, how_many());
}
END_TEST

/* The rest of what is in the way of a command that hangs is counted. */
START_TEST(the_end_has_a_bound)
{
	conf.file.path = NULL;
	conf.command = "exec sleep 100";
	open_logs();
	aid_in_child(write_text, (char[]){"one\ntwo\n"});
	logs_drain(&logs);
	logs_end(&logs, 50 * DUR_MS, note, &ended);
	ck_assert(!ended);
	ck_assert(aid_loop_until(aid_loop_flag, &ended));
	ck_assert_uint_eq(logs_dropped(&logs), 2);
}
END_TEST

static void
tell(void *arg)
{
	++*(int *)arg;
}

/* At once, and a second later what has come since. */
START_TEST(drops_are_told)
{
	int told = 0;

	open_logs();
	logs_watch_drops(&logs, tell, &told);
	ck_assert_int_eq(unlink("log"), 0);
	ck_assert_int_eq(mkdir("log", 0700), 0);
	aid_in_child(write_text, (char[]){"one\ntwo\n"});
	logs_drain(&logs);
	ck_assert_int_eq(told, 1);
	aid_in_child(write_text, (char[]){"three\n"});
	logs_drain(&logs);
	aid_in_child(write_text, (char[]){"four\n"});
	logs_drain(&logs);
	ck_assert_int_eq(told, 1);
	while (told == 1)
		ck_assert_int_eq(loop_step(&aid_loop, LOOP_NEVER), 0);
	ck_assert_int_eq(told, 2);
	ck_assert_uint_eq(logs_dropped(&logs), 4);
	ck_assert(logs.news.set); /* it ends there: nothing is new */
	while (logs.news.set)
		ck_assert_int_eq(loop_step(&aid_loop, LOOP_NEVER), 0);
	ck_assert_int_eq(told, 2);
}
END_TEST

START_TEST(says_what_cannot_be_opened)
{
	struct buf why = BUF_INIT;

	ck_assert_int_eq(symlink("x", "log"), 0);
	ck_assert_int_eq(logs_open(&logs, &aid_loop, &conf, &why), -1);
	ck_assert_int_eq(buf_addc(&why, '\0'), 0);
	ck_assert_str_eq(buf_data(&why), "log: is a symbolic link");
	buf_free(&why);
}
END_TEST

static Suite *
suite_logs(void)
{
	Suite *s = suite_create("logs");
	TCase *tc = tcase_create("logs");

	tcase_add_checked_fixture(tc, begin, end);
	tcase_add_test(tc, drains);
	tcase_add_test(tc, does_not_wait_for_the_end_of_file);
	tcase_add_test(tc, long_line);
	tcase_add_test(tc, stamps);
	tcase_add_test(tc, is_watched);
	tcase_add_test(tc, is_written_before_it_is_told);
	tcase_add_test(tc, rotation_loses_nothing);
	tcase_add_test(tc, command_loses_nothing);
	tcase_add_test(tc, the_end_has_a_bound);
	tcase_add_test(tc, drops_are_told);
	tcase_add_test(tc, says_what_cannot_be_opened);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_logs)
