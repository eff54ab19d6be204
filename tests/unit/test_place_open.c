/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of the directory that queues live in: how it is made, and
 * what is refused. fstatfs(2) is ours, for file systems that are not at
 * hand.
 */
#include "config.h"

#include "unit.h"

#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "aid.h"
#include "io.h"
#include "place.h"

#define NOBODY 65534

#define GOOD 0xef53 /* ext4 */

static uint32_t type = GOOD; /* of each file system */
static int error; /* of fstatfs(2) */

int
fstatfs(int fd, struct statfs *fs)
{
	if (error != 0) {
		errno = error;
		return -1;
	}
	if (syscall(SYS_fstatfs, fd, fs) == -1)
		return -1;
	fs->f_type = type;
	return 0;
}

static void
enter(void)
{
	aid_enter();
	(void)umask(022);
	AID_NEED(chdir(aid_file(".")) == 0);
}

static void
leave(void)
{
	AID_NEED(chdir("/") == 0);
	aid_leave();
}

static int
opened(void)
{
	int fd, n = 0;

	for (fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) != -1;
	return n;
}

/* That it can be opened, and is that directory. */
static void
expect_open(const char *path, bool create, const char *same)
{
	struct buf why = BUF_INIT;
	struct stat st, want;
	int fd = place_open(path, create, false, &why);

	AID_NEED(fcntl(fd, F_GETFD) == FD_CLOEXEC);
	AID_NEED(buf_len(&why) == 0);
	AID_NEED(fstat(fd, &st) == 0 && S_ISDIR(st.st_mode));
	AID_NEED(stat(same, &want) == 0);
	AID_NEED(st.st_dev == want.st_dev && st.st_ino == want.st_ino);
	io_close(&fd);
}

/* That it is refused, why, and that nothing stays open. */
static void
expect_refusal(const char *path, bool create, int err, const char *reason)
{
	struct buf why = BUF_INIT;
	const int before = opened();

	errno = 0;
	AID_NEED(place_open(path, create, false, &why) == -1);
	AID_NEED(errno == err);
	AID_NEED(buf_addc(&why, '\0') == 0);
	AID_NEED(strcmp(buf_data(&why), reason) == 0);
	AID_NEED(opened() == before);
	buf_free(&why);
}

static unsigned
mode_of(const char *path)
{
	struct stat st;

	ck_assert_msg(stat(path, &st) == 0, "%s", path);
	return st.st_mode & 07777;
}

static const struct {
	const char *path, *made[4];
} creations[] = {
    {"a", {"a"}},
    {"a/", {"a"}},
    {"./a", {"a"}},
    {"a/b/c/d", {"a/b/c/d", "a/b/c", "a/b", "a"}},
    {"a//b///c//", {"a/b/c", "a/b", "a"}},
    {"a/./b/.", {"a/b", "a"}},
    {"a/../b/c", {"a", "b/c", "b"}},
    {"a\n'$ \xff/-b", {"a\n'$ \xff/-b", "a\n'$ \xff"}},
};

START_TEST(makes_it)
{
	const char *path = creations[_i].path, *made;
	char full[PATH_MAX];
	int i;

	(void)umask(0);
	expect_refusal(path, false, ENOENT, "No such file or directory");
	ck_assert_int_eq(access(creations[_i].made[0], F_OK), -1);
	expect_open(path, true, creations[_i].made[_i == 6]);
	expect_open(path, true, path);
	expect_open(path, false, path);
	for (i = 0; i < 4 && (made = creations[_i].made[i]) != NULL; i++)
		ck_assert_uint_eq(mode_of(made), 0700);
	for (i = 0; i < 4 && (made = creations[_i].made[i]) != NULL; i++)
		ck_assert_int_eq(rmdir(made), 0);
	(void)snprintf(full, sizeof(full), "%s", aid_file(path));
	expect_open(full, true, path);
	for (i = 0; i < 4 && (made = creations[_i].made[i]) != NULL; i++)
		ck_assert_int_eq(rmdir(made), 0);
}
END_TEST

/* As long and as deep as a path can be, and more. */
START_TEST(makes_long_ones)
{
	static const char none[] = "No such file or directory";
	static const char much[] = "File name too long";
	static const char piece[] = "fifteen letters/";
	const int len = sizeof(piece) - 1;
	char path[PATH_MAX + sizeof(piece)], *slash;
	int i;

	for (i = 0; i <= PATH_MAX; i += len)
		memcpy(path + i, piece, sizeof(piece));
	expect_refusal(path, true, ENAMETOOLONG, much);
	ck_assert_int_eq(access("fifteen letters", F_OK), -1);
	path[PATH_MAX - 1] = '\0';
	expect_refusal(path, false, ENOENT, none);
	expect_open(path, true, path);
	while ((slash = strrchr(path, '/')) != NULL) {
		ck_assert_int_eq(rmdir(path), 0);
		*slash = '\0';
	}
	memset(path, 'n', 256);
	path[256] = '\0';
	expect_refusal(path, true, ENAMETOOLONG, much);
	memcpy(path + 255, "/x", 3);
	expect_open(path, true, path);
}
END_TEST

START_TEST(refuses)
{
	static const char file[] = "Not a directory";
	static const char none[] = "No such file or directory";
	static const char link[] = "is a symbolic link";

	aid_make("file", "", 0700);
	ck_assert_int_eq(mkdir("good", 0755), 0);
	ck_assert_int_eq(mkfifo("fifo", 0700), 0);
	ck_assert_int_eq(symlink("good", "link"), 0);
	ck_assert_int_eq(symlink("made", "dangling"), 0);
	ck_assert_int_eq(symlink("loop", "loop"), 0);
	expect_open("good", false, "good");
	expect_open("link/new", true, "good/new");
	expect_refusal("", true, ENOENT, none);
	expect_refusal("file", true, ENOTDIR, file);
	expect_refusal("file/", true, ENOTDIR, file);
	expect_refusal("file/x/y", true, ENOTDIR, file);
	expect_refusal("fifo", true, ENOTDIR, file);
	expect_refusal("/dev/null", true, ENOTDIR, file);
	expect_refusal("link", true, ELOOP, link);
	expect_refusal("link//", true, ELOOP, link);
	expect_refusal("dangling", true, ELOOP, link);
	expect_refusal("dangling/x", true, ENOENT, none);
	expect_refusal("loop", true, ELOOP, link);
	expect_refusal(
	    "loop/x", true, ELOOP, "Too many levels of symbolic links");
	ck_assert_int_eq(access("made", F_OK), -1);
}
END_TEST

START_TEST(refuses_what_others_write)
{
	static const struct {
		mode_t mode;
		const char *why;
	} rows[] = {
	    {0700, NULL},
	    {0500, NULL},
	    {0755, NULL},
	    {0711, NULL},
	    {0777, "others may write to it (mode 0777)"},
	    {01777, "others may write to it (mode 01777)"},
	    {0702, "others may write to it (mode 0702)"},
	    {0720, "others may write to it (mode 0720)"},
	    {02770, "others may write to it (mode 02770)"},
	};
	int i;

	ck_assert_int_eq(mkdir("dir", 0700), 0);
	for (i = 0; i < NROWS(rows); i++) {
		ck_assert_int_eq(chmod("dir", rows[i].mode), 0);
		if (rows[i].why == NULL)
			expect_open("dir", true, "dir");
		else
			expect_refusal("dir", true, EPERM, rows[i].why);
	}
}
END_TEST

/* As another user. */
static void
be_nobody(void *arg)
{
	static const char denied[] = "Permission denied";

	(void)arg;
	AID_NEED(setuid(NOBODY) == 0);
	expect_open("theirs", true, "theirs");
	expect_open("theirs/a/b", true, "theirs/a/b");
	expect_refusal("ours", true, EPERM, "belongs to another user (0)");
	expect_refusal("closed", false, EACCES, denied);
	expect_refusal("new", true, EACCES, denied);
	expect_refusal("new/x", true, EACCES, denied);
	expect_refusal("closed/x", true, EACCES, denied);
	AID_NEED(chmod("theirs", 0300) == 0);
	expect_refusal("theirs", true, EACCES, denied);
}

START_TEST(refuses_other_owners)
{
	if (geteuid() != 0)
		return;
	ck_assert_int_eq(chmod(".", 0755), 0);
	ck_assert_int_eq(mkdir("ours", 0755), 0);
	ck_assert_int_eq(mkdir("closed", 0700), 0);
	ck_assert_int_eq(mkdir("theirs", 0700), 0);
	ck_assert_int_eq(chown("theirs", NOBODY, NOBODY), 0);
	expect_refusal(
	    "theirs", true, EPERM, "belongs to another user (65534)");
	aid_in_child(be_nobody, NULL);
	ck_assert_int_eq(rmdir("theirs/a/b"), 0);
}
END_TEST

static const struct {
	uint32_t type;
	const char *name; /* where it is refused */
} systems[] = {
    {0x6969, "NFS"},
    {0x517b, "SMB"},
    {0xff534d42, "SMB"},
    {0xfe534d42, "SMB"},
    {0x01021997, "9P"},
    {0x65735546, "FUSE"},
    {0x5346414f, "AFS"},
    {0x6b414653, "AFS"},
    {0x00c36400, "Ceph"},
    {0x0bd00bd0, "Lustre"},
    {0x01161970, "GFS2"},
    {0x7461636f, "OCFS2"},
    {0xef53, NULL},
    {0x58465342, NULL},
    {0x9123683e, NULL},
    {0x01021994, NULL},
    {0x794c7630, NULL},
    {0x2fc12fc1, NULL},
};

START_TEST(refuses_file_systems)
{
	struct buf why = BUF_INIT;
	char reason[100];
	int fd, i;

	for (i = 0; i < NROWS(systems); i++) {
		type = systems[i].type;
		(void)snprintf(reason, sizeof(reason),
		    "on %s, where locks and shared memory may not hold",
		    systems[i].name == NULL ? "" : systems[i].name);
		if (systems[i].name == NULL)
			expect_open("dir", true, "dir");
		else
			expect_refusal("dir", true, EOPNOTSUPP, reason);
		fd = place_open("dir", false, true, &why);
		ck_assert_int_ne(fd, -1);
		io_close(&fd);
	}
	type = GOOD;
	error = EIO;
	expect_refusal("dir", false, EIO, "Input/output error");
}
END_TEST

static void
race(void *arg)
{
	(void)arg;
	expect_open("x/y/z", true, "x/y/z");
}

START_TEST(is_made_by_many)
{
	pid_t pid[8];
	int i;

	for (i = 0; i < NROWS(pid); i++)
		pid[i] = aid_begin(race, NULL);
	for (i = 0; i < NROWS(pid); i++)
		aid_end(pid[i]);
	ck_assert_int_eq(rmdir("x/y/z"), 0);
}
END_TEST

static Suite *
suite_place_open(void)
{
	Suite *s = suite_create("place_open");
	TCase *tc = tcase_create("place_open");

	tcase_add_checked_fixture(tc, enter, leave);
	tcase_add_loop_test(tc, makes_it, 0, NROWS(creations));
	tcase_add_test(tc, makes_long_ones);
	tcase_add_test(tc, refuses);
	tcase_add_test(tc, refuses_what_others_write);
	tcase_add_test(tc, refuses_other_owners);
	tcase_add_test(tc, refuses_file_systems);
	tcase_add_test(tc, is_made_by_many);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN_APART(suite_place_open)
