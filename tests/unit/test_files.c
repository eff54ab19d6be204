/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of small files that must be ours alone.
 */
#include "config.h"

#include "unit.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "aid.h"
#include "files.h"
#include "io.h"

static int dir;

static void
enter(void)
{
	aid_enter();
	dir = open(aid_file("."), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_ne(dir, -1);
}

static void
leave(void)
{
	io_close(&dir);
	aid_leave();
}

static int
put(const char *name, const char *text, mode_t mode)
{
	struct buf b = BUF_INIT;
	int rc, saved;

	ck_assert_int_eq(buf_adds(&b, text), 0);
	rc = files_put(dir, name, &b, mode);
	saved = errno;
	buf_free(&b);
	errno = saved;
	return rc;
}

static void
holds(const char *name, const char *text)
{
	struct buf b = BUF_INIT;

	ck_assert_int_eq(files_get(dir, name, &b), 0);
	ck_assert_uint_eq(buf_len(&b), strlen(text));
	ck_assert_mem_eq(buf_data(&b), text, strlen(text));
	buf_free(&b);
}

START_TEST(puts_and_gets)
{
	struct stat st;

	(void)umask(077);
	ck_assert_int_eq(put("a", "one\n", 0644), 0);
	holds("a", "one\n");
	ck_assert_int_eq(fstatat(dir, "a", &st, 0), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0644);
	ck_assert_int_eq(put("a", "two", 0600), 0);
	holds("a", "two");
	ck_assert_int_eq(fstatat(dir, "a", &st, 0), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0600);
}
END_TEST

/* Who has the old file open goes on reading that. */
START_TEST(replaces)
{
	char text[4] = "";
	int fd;

	ck_assert_int_eq(put("a", "one", 0600), 0);
	fd = files_open(dir, "a", O_RDONLY);
	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(put("a", "two", 0600), 0);
	ck_assert_int_eq(io_read_all(fd, text, 3), 3);
	ck_assert_str_eq(text, "one");
	io_close(&fd);
}
END_TEST

static void
refused(const char *name, int error)
{
	struct buf b = BUF_INIT;

	ck_assert_int_eq(files_open(dir, name, O_RDWR | O_CREAT), -1);
	ck_assert_int_eq(errno, error);
	ck_assert_int_eq(files_check(dir, name), -1);
	ck_assert_int_eq(errno, error);
	ck_assert_int_eq(put(name, "x", 0600), -1);
	ck_assert_int_eq(errno, error);
	ck_assert_int_eq(files_get(dir, name, &b), -1);
	ck_assert_int_eq(errno, error);
	ck_assert_uint_eq(buf_len(&b), 0);
}

START_TEST(refuses)
{
	ck_assert_int_eq(put("a", "one", 0600), 0);
	ck_assert_int_eq(symlinkat("a", dir, "link"), 0);
	ck_assert_int_eq(symlinkat("nosuch", dir, "dangling"), 0);
	refused("link", ELOOP);
	refused("dangling", ELOOP);
	ck_assert_int_eq(linkat(dir, "a", dir, "hard", 0), 0);
	refused("a", EMLINK);
	refused("hard", EMLINK);
}
END_TEST

START_TEST(refuses_kinds)
{
	ck_assert_int_eq(mkfifoat(dir, "fifo", 0600), 0);
	ck_assert_int_eq(files_open(dir, "fifo", O_WRONLY), -1);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_int_eq(files_open(dir, "fifo", O_RDONLY), -1);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_int_eq(files_check(dir, "fifo"), -1);
	ck_assert_int_eq(errno, EINVAL);
	if (geteuid() != 0)
		return;
	ck_assert_int_eq(put("a", "one", 0600), 0);
	ck_assert_int_eq(fchownat(dir, "a", 65534, 65534, 0), 0);
	refused("a", EPERM);
}
END_TEST

START_TEST(is_not_there)
{
	struct buf b = BUF_INIT;

	ck_assert_int_eq(files_check(dir, "a"), 0);
	ck_assert_int_eq(files_get(dir, "a", &b), -1);
	ck_assert_int_eq(errno, ENOENT);
	ck_assert_int_eq(files_open(dir, "a", O_RDONLY), -1);
	ck_assert_int_eq(errno, ENOENT);
}
END_TEST

START_TEST(is_too_large)
{
	static char text[FILES_MAX + 2];
	struct buf b = BUF_INIT;

	memset(text, 'x', FILES_MAX);
	ck_assert_int_eq(put("a", text, 0600), 0);
	holds("a", text);
	text[FILES_MAX] = 'x';
	ck_assert_int_eq(put("a", text, 0600), 0);
	ck_assert_int_eq(files_get(dir, "a", &b), -1);
	ck_assert_int_eq(errno, EFBIG);
	buf_free(&b);
}
END_TEST

static Suite *
suite_files(void)
{
	Suite *s = suite_create("files");
	TCase *tc = tcase_create("files");

	tcase_add_checked_fixture(tc, enter, leave);
	tcase_add_test(tc, puts_and_gets);
	tcase_add_test(tc, replaces);
	tcase_add_test(tc, refuses);
	tcase_add_test(tc, refuses_kinds);
	tcase_add_test(tc, is_not_there);
	tcase_add_test(tc, is_too_large);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_files)
