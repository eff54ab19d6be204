/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of temporary files and of writers of our own.
 */
#include "config.h"

#include "unit.h"

#include <sys/socket.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "aid.h"
#include "io.h"

static void
expect_no_name(int fd)
{
	struct stat st;
	char back[4];

	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
	ck_assert_int_eq(fstat(fd, &st), 0);
	ck_assert(S_ISREG(st.st_mode));
	ck_assert_uint_eq(st.st_nlink, 0);
	ck_assert_uint_eq(st.st_mode & 077, 0);
	ck_assert_int_eq(io_write_all(fd, "text", 4), 0);
	ck_assert_int_eq(pread(fd, back, 4, 0), 4);
	ck_assert_mem_eq(back, "text", 4);
	io_close(&fd);
}

START_TEST(makes_temporary_files)
{
	struct stat there, tmp, st;
	char name[PATH_MAX + 100];
	int fd;

	ck_assert_int_eq(stat(aid_file("."), &there), 0);
	ck_assert_int_eq(stat("/tmp", &tmp), 0);
	fd = io_tmpfile();
	ck_assert_int_eq(fstat(fd, &st), 0);
	ck_assert_uint_eq(st.st_dev, there.st_dev);
	expect_no_name(fd);
	ck_assert_int_eq(setenv("TMPDIR", "", 1), 0);
	fd = io_tmpfile();
	ck_assert_int_eq(fstat(fd, &st), 0);
	ck_assert_uint_eq(st.st_dev, tmp.st_dev);
	expect_no_name(fd);
	ck_assert_int_eq(unsetenv("TMPDIR"), 0);
	expect_no_name(io_tmpfile());
	ck_assert_int_eq(setenv("TMPDIR", aid_file("missing"), 1), 0);
	errno = 0;
	ck_assert_int_eq(io_tmpfile(), -1);
	ck_assert_int_eq(errno, ENOENT);
	ck_assert_int_eq(setenv("TMPDIR", "/dev/null", 1), 0);
	errno = 0;
	ck_assert_int_eq(io_tmpfile(), -1);
	ck_assert_int_eq(errno, ENOTDIR);
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	ck_assert_int_eq(setenv("TMPDIR", name, 1), 0);
	errno = 0;
	ck_assert_int_eq(io_tmpfile(), -1);
	ck_assert_int_eq(errno, ENAMETOOLONG);
}
END_TEST

/* On a file system without O_TMPFILE the name is gone at once, too. */
START_TEST(leaves_no_names)
{
	int fd[5], i;

	for (i = 0; i < 5; i++) {
		fd[i] = io_tmpfile();
		ck_assert_int_ne(fd[i], -1);
	}
	ck_assert_int_eq(rmdir(getenv("TMPDIR")), 0);
	ck_assert_int_eq(mkdir(getenv("TMPDIR"), 0700), 0);
	for (i = 0; i < 5; i++)
		expect_no_name(fd[i]);
}
END_TEST

START_TEST(writes_without_blocking)
{
	static const char full[PIPE_BUF];
	int fd[2], own;
	char c[2];

	ck_assert_int_eq(io_pipe(fd), 0);
	own = io_own_writer(fd[1]);
	ck_assert_int_ne(own, -1);
	ck_assert_int_eq(fcntl(own, F_GETFD), FD_CLOEXEC);
	ck_assert_int_ne(fcntl(own, F_GETFL) & O_NONBLOCK, 0);
	ck_assert_int_eq(fcntl(fd[1], F_GETFL) & O_NONBLOCK, 0);
	ck_assert_int_eq(io_write_all(own, "o", 1), 0);
	ck_assert_int_eq(io_write_all(fd[1], "f", 1), 0);
	ck_assert_int_eq(io_read_all(fd[0], c, 2), 2);
	ck_assert_mem_eq(c, "of", 2);
	while (io_write(own, full, sizeof(full)) > 0)
		;
	ck_assert_int_eq(io_write(own, "x", 1), -1);
	ck_assert_int_eq(errno, EAGAIN);
	io_close(&own);
	io_close(&fd[0]);
	io_close(&fd[1]);
}
END_TEST

START_TEST(writes_to_terminals)
{
	int own, pty = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), tty;
	char c[1];

	ck_assert_int_ne(pty, -1);
	ck_assert_int_eq(grantpt(pty), 0);
	ck_assert_int_eq(unlockpt(pty), 0);
	tty = open(ptsname(pty), O_RDWR | O_NOCTTY | O_CLOEXEC);
	ck_assert_int_ne(tty, -1);
	own = io_own_writer(tty);
	ck_assert_int_ne(own, -1);
	ck_assert_int_ne(fcntl(own, F_GETFL) & O_NONBLOCK, 0);
	ck_assert_int_eq(fcntl(tty, F_GETFL) & O_NONBLOCK, 0);
	ck_assert_int_eq(io_write_all(own, "o", 1), 0);
	ck_assert_int_eq(io_read_all(pty, c, 1), 1);
	ck_assert_int_eq(c[0], 'o');
	io_close(&own);
	io_close(&tty);
	io_close(&pty);
}
END_TEST

START_TEST(has_no_writer_of_its_own)
{
	int fd[2], null = open("/dev/null", O_WRONLY | O_CLOEXEC), file;

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
	file = io_tmpfile();
	ck_assert_int_eq(io_own_writer(fd[0]), -1);
	ck_assert_int_eq(io_own_writer(null), -1);
	ck_assert_int_eq(io_own_writer(file), -1);
	ck_assert_int_eq(io_own_writer(-1), -1);
	io_close(&fd[0]);
	io_close(&fd[1]);
	io_close(&null);
	io_close(&file);
}
END_TEST

static Suite *
suite_io_files(void)
{
	Suite *s = suite_create("io_files");
	TCase *tc = tcase_create("io_files");

	tcase_add_checked_fixture(tc, aid_enter, aid_leave);
	tcase_add_test(tc, makes_temporary_files);
	tcase_add_test(tc, leaves_no_names);
	tcase_add_test(tc, writes_without_blocking);
	tcase_add_test(tc, writes_to_terminals);
	tcase_add_test(tc, has_no_writer_of_its_own);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_io_files)
