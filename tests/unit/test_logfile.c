/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of log files: rotation, files that vanish, files that are
 * refused.
 */
#include "config.h"

#include "unit.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "aid.h"
#include "io.h"
#include "logfile.h"

static struct logfile file;

static int
open_log(const char *path, uint64_t max, unsigned keep)
{
	const struct logfile_conf conf = {path, max, keep};

	return logfile_open(&file, &conf, "prog", false);
}

static void
give(const char *text)
{
	logfile_write(&file, text, strlen(text));
}

static const char *
content(const char *name)
{
	static char text[1 << 16];
	int fd = open(aid_file(name), O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd == -1)
		return NULL;
	n = io_read_all(fd, text, sizeof(text) - 1);
	ck_assert_int_ge(n, 0);
	text[n] = '\0';
	io_close(&fd);
	return text;
}

START_TEST(appends)
{
	aid_make("log", "old\n", 0600);
	ck_assert_int_eq(open_log(aid_file("log"), 0, 0), 0);
	give("one\n");
	give("two\nthree\n");
	ck_assert_str_eq(content("log"), "old\none\ntwo\nthree\n");
	logfile_close(&file);
}
END_TEST

START_TEST(rotates)
{
	ck_assert_int_eq(open_log(aid_file("log"), 10, 2), 0);
	give("1 345678\n");
	ck_assert_ptr_null(content("log.1"));
	give("2 345678\n");
	ck_assert_str_eq(content("log.1"), "1 345678\n");
	ck_assert_str_eq(content("log"), "2 345678\n");
	give("3 345678\n4 345678\n");
	ck_assert_str_eq(content("log.2"), "2 345678\n");
	ck_assert_str_eq(content("log.1"), "3 345678\n");
	ck_assert_str_eq(content("log"), "4 345678\n");
	ck_assert_ptr_null(content("log.3"));
	logfile_close(&file);
}
END_TEST

START_TEST(fills_to_the_last_byte)
{
	ck_assert_int_eq(open_log(aid_file("log"), 10, 1), 0);
	give("1234\n1234\n1\n");
	ck_assert_str_eq(content("log.1"), "1234\n1234\n");
	ck_assert_str_eq(content("log"), "1\n");
	logfile_close(&file);
}
END_TEST

/* It gets a file of its own, and is not split. */
START_TEST(long_line)
{
	ck_assert_int_eq(open_log(aid_file("log"), 10, 3), 0);
	give("1\n");
	give("a line that is too long\n2\n");
	ck_assert_str_eq(content("log.2"), "1\n");
	ck_assert_str_eq(content("log.1"), "a line that is too long\n");
	ck_assert_str_eq(content("log"), "2\n");
	give("pieces of a ");
	give("longer line, ");
	give("not split\n3\n");
	ck_assert_str_eq(
	    content("log.1"), "pieces of a longer line, not split\n");
	ck_assert_str_eq(content("log"), "3\n");
	logfile_close(&file);
}
END_TEST

START_TEST(fills_gaps)
{
	aid_make("log.1", "one\n", 0600);
	aid_make("log.3", "three\n", 0600);
	aid_make("log", "12345678\n", 0640);
	ck_assert_int_eq(open_log(aid_file("log"), 10, 5), 0);
	give("next\n");
	ck_assert_str_eq(content("log.1"), "12345678\n");
	ck_assert_str_eq(content("log.2"), "one\n");
	ck_assert_str_eq(content("log.3"), "three\n");
	ck_assert_ptr_null(content("log.4"));
	logfile_close(&file);
}
END_TEST

START_TEST(keeps_the_mode)
{
	struct stat st;

	aid_make("log", "12345678\n", 0600);
	ck_assert_int_eq(chmod(aid_file("log"), 0644), 0);
	ck_assert_int_eq(open_log(aid_file("log"), 10, 1), 0);
	give("next\n");
	ck_assert_int_eq(stat(aid_file("log"), &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0644);
	logfile_close(&file);
}
END_TEST

/* What stands in the way is not replaced; nothing is lost. */
START_TEST(grows_where_it_cannot_rotate)
{
	ck_assert_int_eq(mkdir(aid_file("log.1"), 0700), 0);
	aid_make("log.1/x", "", 0600);
	ck_assert_int_eq(open_log(aid_file("log"), 10, 1), 0);
	give("12345678\n");
	give("next\n");
	ck_assert_str_eq(content("log"), "12345678\nnext\n");
	ck_assert_int_ne(file.error, 0);
	ck_assert_uint_eq(file.out.dropped, 0);
	logfile_close(&file);
}
END_TEST

START_TEST(removed)
{
	ck_assert_int_eq(open_log(aid_file("log"), 0, 0), 0);
	give("one\n");
	ck_assert_int_eq(unlink(aid_file("log")), 0);
	give("two\n");
	ck_assert_str_eq(content("log"), "two\n");
	ck_assert_int_eq(rename(aid_file("log"), aid_file("moved")), 0);
	give("three\n");
	ck_assert_str_eq(content("log"), "three\n");
	ck_assert_str_eq(content("moved"), "two\n");
	ck_assert_int_eq(truncate(aid_file("log"), 0), 0);
	give("four\n");
	ck_assert_str_eq(content("log"), "four\n");
	logfile_close(&file);
}
END_TEST

/* Not in the middle of a line. */
START_TEST(removed_within_a_line)
{
	ck_assert_int_eq(open_log(aid_file("log"), 0, 0), 0);
	give("one ");
	ck_assert_int_eq(rename(aid_file("log"), aid_file("moved")), 0);
	give("line\n");
	give("two\n");
	ck_assert_str_eq(content("moved"), "one line\n");
	ck_assert_str_eq(content("log"), "two\n");
	logfile_close(&file);
}
END_TEST

/* A link in its place is not followed; what is removed does not come back
 * under another name. */
START_TEST(replaced_by_a_link)
{
	aid_make("other", "mine\n", 0600);
	ck_assert_int_eq(open_log(aid_file("log"), 0, 0), 0);
	ck_assert_int_eq(unlink(aid_file("log")), 0);
	ck_assert_int_eq(symlink("other", aid_file("log")), 0);
	give("one\n");
	ck_assert_str_eq(content("other"), "mine\n");
	ck_assert_uint_eq(file.out.dropped, 1);
	ck_assert_int_eq(file.error, ELOOP);
	ck_assert_int_eq(unlink(aid_file("log")), 0);
	give("two\n");
	ck_assert_str_eq(
	    content("log"), "prog: 1 lines were dropped here\ntwo\n");
	logfile_close(&file);
}
END_TEST

/* A limit on the size of files stands for a full disk. */
START_TEST(full)
{
	struct rlimit limit, old;

	(void)signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &old), 0);
	limit = old;
	limit.rlim_cur = 10;
	ck_assert_int_eq(open_log(aid_file("log"), 0, 0), 0);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	give("1234\n56789\nthree\nfour\n");
	give("five\n");
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &old), 0);
	ck_assert_str_eq(content("log"), "1234\n56789");
	ck_assert_uint_eq(file.out.dropped, 3);
	give("six\n");
	ck_assert_str_eq(content("log"),
	    "1234\n56789\nprog: 3 lines were dropped here\nsix\n");
	logfile_close(&file);
}
END_TEST

START_TEST(refuses)
{
	aid_make("file", "", 0600);
	ck_assert_int_eq(symlink("file", aid_file("link")), 0);
	ck_assert_int_eq(open_log(aid_file("link"), 0, 0), -1);
	ck_assert_int_eq(errno, ELOOP);
	ck_assert_int_eq(mkfifo(aid_file("fifo"), 0600), 0);
	ck_assert_int_eq(open_log(aid_file("fifo"), 0, 0), -1);
	ck_assert_int_eq(link(aid_file("file"), aid_file("second")), 0);
	ck_assert_int_eq(open_log(aid_file("second"), 0, 0), -1);
	ck_assert_int_eq(errno, EMLINK);
	ck_assert_int_eq(open_log(aid_file("no/log"), 0, 0), -1);
	ck_assert_int_eq(errno, ENOENT);
	ck_assert_int_eq(open_log(aid_file("dir/"), 0, 0), -1);
	ck_assert_int_eq(errno, EISDIR);
}
END_TEST

static const struct {
	const char *text;
	uint64_t max; /* 0: refused */
	unsigned keep;
} sizes[] = {
    {"1M", 1 << 20, 5},
    {"64K,3", 65536, 3},
    {"100,1000", 100, 1000},
    {"0", 0, 0},
    {"", 0, 0},
    {"x", 0, 0},
    {"1M,", 0, 0},
    {"1M,0", 0, 0},
    {"1M,1001", 0, 0},
    {"1M,-1", 0, 0},
    {"1M,1,1", 0, 0},
    {",5", 0, 0},
};

START_TEST(parses_max)
{
	struct logfile_conf conf = {NULL, 4711, 12};
	struct buf why = BUF_INIT;
	bool good = sizes[_i].max > 0;

	ck_assert_int_eq(
	    logfile_parse_max(sizes[_i].text, &conf, &why), good ? 0 : -1);
	ck_assert_uint_eq(conf.max, good ? sizes[_i].max : 4711);
	ck_assert_uint_eq(conf.keep, good ? sizes[_i].keep : 12);
	ck_assert((buf_len(&why) == 0) == good);
	buf_free(&why);
}
END_TEST

static Suite *
suite_logfile(void)
{
	Suite *s = suite_create("logfile");
	TCase *tc = tcase_create("logfile");

	tcase_add_checked_fixture(tc, aid_enter, aid_leave);
	tcase_add_test(tc, appends);
	tcase_add_test(tc, rotates);
	tcase_add_test(tc, fills_to_the_last_byte);
	tcase_add_test(tc, long_line);
	tcase_add_test(tc, fills_gaps);
	tcase_add_test(tc, keeps_the_mode);
	tcase_add_test(tc, grows_where_it_cannot_rotate);
	tcase_add_test(tc, removed);
	tcase_add_test(tc, removed_within_a_line);
	tcase_add_test(tc, replaced_by_a_link);
	tcase_add_test(tc, full);
	tcase_add_test(tc, refuses);
	tcase_add_loop_test(tc, parses_max, 0, NROWS(sizes));
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_logfile)
