/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of the directories of services and their locks, between
 * processes.
 */
#include "config.h"

#include "unit.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "aid.h"
#include "io.h"
#include "rundir.h"

static int root;
static struct buf why;
static volatile int *locked; /* shared */

static void
enter(void)
{
	aid_enter();
	ck_assert_int_eq(setenv("MP_DAEMON_DIR", aid_file("run"), 1), 0);
	buf_init(&why);
	root = rundir_root(true, &why);
	ck_assert_int_ne(root, -1);
	ck_assert_uint_eq(buf_len(&why), 0);
	locked = aid_shared(sizeof(*locked));
}

static void
leave(void)
{
	buf_free(&why);
	io_close(&root);
	(void)unlink(aid_file("run/a/lock"));
	(void)rmdir(aid_file("run/a"));
	aid_leave();
}

static void
open_it(struct rundir *r)
{
	ck_assert_int_eq(rundir_open(r, root, "a", true, &why), 0);
}

START_TEST(locks)
{
	struct rundir one, two;

	open_it(&one);
	open_it(&two);
	ck_assert_int_eq(rundir_busy(&one), 0);
	ck_assert_int_eq(rundir_lock(&one, &why), 0);
	ck_assert_int_eq(rundir_busy(&one), 1);
	ck_assert_int_eq(rundir_busy(&two), 1);
	ck_assert_int_eq(rundir_lock(&two, &why), -1);
	ck_assert_int_eq(errno, EWOULDBLOCK);
	ck_assert_uint_eq(buf_len(&why), 0);
	ck_assert_int_eq(rundir_busy(&two), 1);
	rundir_close(&one);
	ck_assert_int_eq(rundir_busy(&two), 0);
	ck_assert_int_eq(rundir_lock(&two, &why), 0);
	rundir_close(&two);
}
END_TEST

static void
hold(void *arg)
{
	(void)arg;
	*locked = 1;
	for (;;)
		(void)pause();
}

/* It belongs to the open file: the child has it when we have let go. */
START_TEST(is_handed_on)
{
	struct rundir one, two;
	pid_t pid;

	open_it(&one);
	open_it(&two);
	ck_assert_int_eq(rundir_lock(&one, &why), 0);
	pid = aid_begin(hold, NULL);
	while (*locked == 0)
		(void)usleep(1000);
	rundir_close(&one);
	ck_assert_int_eq(rundir_lock(&two, &why), -1);
	ck_assert_int_eq(errno, EWOULDBLOCK);
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	(void)aid_wait(pid);
	ck_assert_int_eq(rundir_lock(&two, &why), 0);
	rundir_close(&two);
}
END_TEST

/* A lock whose file was removed, with the directory or without, is none. */
START_TEST(is_removed)
{
	struct rundir one, two;

	open_it(&one);
	ck_assert_int_eq(rundir_lock(&one, &why), 0);
	ck_assert_int_eq(unlinkat(one.dir, "lock", 0), 0);
	open_it(&two);
	ck_assert_int_eq(rundir_lock(&two, &why), 0);
	rundir_close(&one);
	ck_assert_int_eq(rundir_busy(&two), 1);
	ck_assert_int_eq(unlinkat(two.dir, "lock", 0), 0);
	open_it(&one);
	ck_assert_int_eq(unlinkat(root, "a", AT_REMOVEDIR), 0);
	rundir_close(&two);
	ck_assert_int_eq(rundir_lock(&one, &why), -1);
	ck_assert_int_eq(errno, ENOENT);
	rundir_close(&one);
}
END_TEST

START_TEST(is_not_there)
{
	struct rundir r;

	ck_assert_int_eq(rundir_open(&r, root, "a", false, &why), -1);
	ck_assert_int_eq(errno, ENOENT);
	ck_assert_int_eq(r.dir, -1);
	open_it(&r);
	ck_assert_int_eq(rundir_busy(&r), 0);
	rundir_close(&r);
}
END_TEST

START_TEST(is_not_trusted)
{
	struct rundir r;

	open_it(&r);
	ck_assert_int_eq(fchmod(r.dir, 0770), 0);
	rundir_close(&r);
	ck_assert_int_eq(rundir_open(&r, root, "a", true, &why), -1);
	ck_assert_int_eq(errno, EPERM);
	ck_assert_int_eq(r.dir, -1);
	ck_assert_int_eq(symlinkat("a", root, "b"), 0);
	ck_assert_int_eq(rundir_open(&r, root, "b", true, &why), -1);
	ck_assert_int_eq(fchmod(root, 0777), 0);
	io_close(&root);
	root = rundir_root(true, &why);
	ck_assert_int_eq(root, -1);
	ck_assert_int_eq(errno, EPERM);
}
END_TEST

static Suite *
suite_rundir(void)
{
	Suite *s = suite_create("rundir");
	TCase *tc = tcase_create("rundir");

	tcase_add_checked_fixture(tc, enter, leave);
	tcase_add_test(tc, locks);
	tcase_add_test(tc, is_handed_on);
	tcase_add_test(tc, is_removed);
	tcase_add_test(tc, is_not_there);
	tcase_add_test(tc, is_not_trusted);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_rundir)
