/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of files of NAME=VALUE lines: which can be read, and what is
 * told of those that cannot.
 */
#include "config.h"

#include "unit.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "aid.h"
#include "envlist.h"
#include "io.h"

#define MOST 4
#define FILE_MOST ((size_t)16 << 20)

static const char *const nothing[MOST];

static int
into_list(void *arg, const char *string)
{
	return envlist_put(arg, string);
}

/* What is put, and what is told. No descriptor is left, none is closed. */
static void
assert_file(const char *path, const char *const want[MOST], const char *error)
{
	int before = dup(0), after, rc;
	struct buf why = BUF_INIT;
	struct envlist l;
	size_t i;

	envlist_init(&l);
	rc = envlist_file(path, into_list, &l, &why);
	ck_assert_int_eq(buf_addc(&why, '\0'), 0);
	ck_assert_str_eq(buf_data(&why), error);
	ck_assert_int_eq(rc, *error == '\0' ? 0 : -1);
	for (i = 0; i < MOST && want[i] != NULL; i++)
		ck_assert_pstr_eq(l.var[i], want[i]);
	ck_assert_uint_eq(l.n, i);
	after = dup(0);
	ck_assert_int_eq(after, before + 1);
	io_close(&before);
	io_close(&after);
	envlist_free(&l);
	buf_free(&why);
}

static const struct {
	const char *text, *want[MOST], *error;
} files[] = {
    {"", {NULL}, ""},
    {"A=1\nB='2\n3'", {"A=1", "B=2\n3"}, ""},
    {"A=1\nB=\"2\n", {"A=1"}, "line 2: unterminated quote"},
};

START_TEST(reads_files)
{
	aid_make("file", files[_i].text, 0400);
	assert_file(aid_file("file"), files[_i].want, files[_i].error);
}
END_TEST

START_TEST(reads_pipes)
{
	static const char *const want[MOST] = {"A=1", "B=2"};
	char path[64];
	int fd[2];

	ck_assert_int_eq(io_pipe(fd), 0);
	ck_assert_int_eq(io_write_all(fd[1], "A=1\nB=2", 7), 0);
	io_close(&fd[1]);
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd[0]);
	assert_file(path, want, "");
	io_close(&fd[0]);
}
END_TEST

START_TEST(tells_what_cannot_be_read)
{
	assert_file("", nothing, strerror(ENOENT));
	assert_file(aid_file("missing"), nothing, strerror(ENOENT));
	assert_file(aid_file("."), nothing, strerror(EISDIR));
	aid_make("file", "A=1\n", 0600);
	assert_file(aid_file("file/x"), nothing, strerror(ENOTDIR));
	ck_assert_int_eq(symlink("loop", aid_file("loop")), 0);
	assert_file(aid_file("loop"), nothing, strerror(ELOOP));
}
END_TEST

START_TEST(needs_the_right_to_read)
{
	uid_t user = geteuid();

	aid_make("file", "A=1\n", 0200);
	ck_assert_int_eq(chmod(aid_file("."), 0711), 0);
	/* To the superuser modes mean nothing. */
	if (user == 0)
		ck_assert_int_eq(seteuid(65534), 0);
	assert_file(aid_file("file"), nothing, strerror(EACCES));
	ck_assert_int_eq(seteuid(user), 0);
}
END_TEST

/* 16 MiB are looked at, one byte more is not. */
START_TEST(reads_so_much)
{
	static const char *const want[MOST] = {"A=1"};
	char *file = aid_file("file");

	aid_make("file", "A=1\nB=", 0600);
	ck_assert_int_eq(truncate(file, (off_t)FILE_MOST), 0);
	assert_file(file, want, "line 2: NUL byte");
	ck_assert_int_eq(truncate(file, (off_t)FILE_MOST + 1), 0);
	assert_file(file, nothing, strerror(EFBIG));
	assert_file("/dev/zero", nothing, strerror(EFBIG));
}
END_TEST

static int
measure(void *arg, const char *string)
{
	*(size_t *)arg += strlen(string);
	return 0;
}

START_TEST(reads_long_values)
{
	char *text = malloc(FILE_MOST), *file = aid_file("file");
	struct buf why = BUF_INIT;
	size_t len = 0;
	int fd;

	ck_assert_ptr_nonnull(text);
	memset(text, 'x', FILE_MOST);
	text[1] = '=';
	text[2] = '"';
	text[FILE_MOST - 1] = '"';
	fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	ck_assert_int_eq(io_write_all(fd, text, FILE_MOST), 0);
	io_close(&fd);
	free(text);
	ck_assert_int_eq(envlist_file(file, measure, &len, &why), 0);
	ck_assert_uint_eq(len, FILE_MOST - 2);
	ck_assert_uint_eq(buf_len(&why), 0);
	buf_free(&why);
}
END_TEST

static Suite *
suite_envlist_file(void)
{
	Suite *s = suite_create("envlist_file");
	TCase *tc = tcase_create("envlist_file");

	tcase_add_checked_fixture(tc, aid_enter, aid_leave);
	tcase_add_loop_test(tc, reads_files, 0, NROWS(files));
	tcase_add_test(tc, reads_pipes);
	tcase_add_test(tc, tells_what_cannot_be_read);
	tcase_add_test(tc, needs_the_right_to_read);
	tcase_add_test(tc, reads_so_much);
	tcase_add_test(tc, reads_long_values);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_envlist_file)
