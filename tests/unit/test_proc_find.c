/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of finding a command in PATH. Each row is a PATH, in which
 * letters are directories of ours, and where the command is found.
 */
#include "config.h"

#include "unit.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "aid.h"
#include "io.h"
#include "proc.h"

/*
 * In directory a the command x may be executed, in b it is a file without
 * that right, in c a directory, in d a link to nowhere, in e a link to that
 * of a; in the current directory it may be executed. m is missing, f is a
 * file.
 */
static const struct {
	const char *path; /* NULL: unset */
	const char *name, *want;
	int why; /* or 0 */
} rows[] = {
    {"a", "x", "a/x", 0},
    {"a:b", "x", "a/x", 0},
    {"b:a", "x", "a/x", 0},
    {"c:a", "x", "a/x", 0},
    {"d:a", "x", "a/x", 0},
    {"m:f:a", "x", "a/x", 0},
    {"m:e:a", "x", "e/x", 0},
    {"b:c:d:m:f:a:e", "x", "a/x", 0},
    {"m", "x", NULL, ENOENT},
    {"d", "x", NULL, ENOENT},
    {"f", "x", NULL, ENOENT},
    {"a", "missing", NULL, ENOENT},
    {"b", "x", NULL, EACCES},
    {"c", "x", NULL, EACCES},
    {"b:m", "x", NULL, EACCES},
    {"m:b:m", "x", NULL, EACCES},
    {"d:c:f", "x", NULL, EACCES},
    /* An empty element is the current directory. */
    {"", "x", "./x", 0},
    {":", "x", "./x", 0},
    {":a", "x", "./x", 0},
    {"a:", "x", "a/x", 0},
    {"m:", "x", "./x", 0},
    {"m::a", "x", "./x", 0},
    {"b:", "x", "./x", 0},
    {"", "missing", NULL, ENOENT},
    /* A name with a slash is not searched. */
    {"a", "./x", "./x", 0},
    {"a", "e/x", "e/x", 0},
    {"a", "./missing", NULL, ENOENT},
    {"a", "b/x", NULL, EACCES},
    {"a", "c/x", NULL, EACCES},
    {"a", "/", NULL, EACCES},
    {"a", "d/x", NULL, ENOENT},
    {NULL, "e/x", "e/x", 0},
    /* No name is none. */
    {"a", "", NULL, ENOENT},
    {"", "", NULL, ENOENT},
    {"a", ".", NULL, EACCES},
};

static char *old_path;
static int old_dir;

static void
begin(void)
{
	static const char dirs[] = "abcde";
	char name[8];
	size_t i;

	aid_enter();
	old_path = strdup(getenv("PATH"));
	old_dir = open(".", O_RDONLY | O_CLOEXEC);
	for (i = 0; i < sizeof(dirs) - 1; i++) {
		(void)snprintf(name, sizeof(name), "%c", dirs[i]);
		ck_assert_int_eq(mkdir(aid_file(name), 0700), 0);
	}
	aid_make("x", "", 0755);
	aid_make("a/x", "", 0755);
	aid_make("b/x", "", 0644);
	ck_assert_int_eq(mkdir(aid_file("c/x"), 0755), 0);
	ck_assert_int_eq(symlink("nowhere", aid_file("d/x")), 0);
	ck_assert_int_eq(symlink("../a/x", aid_file("e/x")), 0);
	aid_make("f", "", 0755);
	ck_assert_int_eq(chdir(aid_file(".")), 0);
}

static void
end(void)
{
	ck_assert_int_eq(fchdir(old_dir), 0);
	ck_assert_int_eq(setenv("PATH", old_path, 1), 0);
	free(old_path);
	io_close(&old_dir);
	aid_leave();
}

static void
expect(int row, const char *dir)
{
	char want[2 * PATH_MAX], *got;
	const char *name = rows[row].want;

	(void)snprintf(want, sizeof(want), "%s%s", dir, name ? name : "");
	errno = 0;
	got = proc_find(rows[row].name);
	if (name == NULL) {
		ck_assert_msg(got == NULL, "row %d: %s", row, got);
		ck_assert_msg(
		    errno == rows[row].why, "row %d: %s", row, strerror(errno));
		return;
	}
	ck_assert_msg(got != NULL, "row %d: %s", row, strerror(errno));
	ck_assert_msg(strcmp(got, want) == 0, "row %d: %s", row, got);
	free(got);
}

START_TEST(finds)
{
	if (rows[_i].path == NULL)
		ck_assert_int_eq(unsetenv("PATH"), 0);
	else
		ck_assert_int_eq(setenv("PATH", rows[_i].path, 1), 0);
	expect(_i, "");
}
END_TEST

/* The same with absolute names in PATH. */
START_TEST(finds_absolutely)
{
	char path[16 * PATH_MAX] = "", letter[2] = "";
	const char *p = rows[_i].path, *want = rows[_i].want;
	bool relative;

	if (p == NULL)
		return;
	for (; *p != '\0'; p++) {
		letter[0] = *p;
		(void)strcat(path, *p == ':' ? ":" : aid_file(letter));
	}
	ck_assert_int_eq(setenv("PATH", path, 1), 0);
	relative = want == NULL || *want == '.' ||
	    strchr(rows[_i].name, '/') != NULL;
	expect(_i, relative ? "" : aid_file(""));
}
END_TEST

/* Without PATH the system's own directories are searched. */
START_TEST(finds_without_path)
{
	char *got;

	ck_assert_int_eq(unsetenv("PATH"), 0);
	got = proc_find("sh");
	ck_assert_ptr_nonnull(got);
	ck_assert_int_eq(got[0], '/');
	ck_assert_str_eq(strrchr(got, '/'), "/sh");
	free(got);
	/* The current directory is not one of them. */
	ck_assert_ptr_null(proc_find("x"));
	ck_assert_int_eq(errno, ENOENT);
}
END_TEST

/* What is longer than a path can be is passed over. */
START_TEST(passes_long_elements_over)
{
	char path[3 * PATH_MAX], name[PATH_MAX + 10], *got;
	size_t len;

	for (len = PATH_MAX - 10; len < PATH_MAX + 10; len++) {
		memset(path, 'y', len);
		(void)snprintf(
		    path + len, sizeof(path) - len, ":%s", aid_file("a"));
		ck_assert_int_eq(setenv("PATH", path, 1), 0);
		got = proc_find("x");
		ck_assert_ptr_nonnull(got);
		ck_assert_str_eq(got, aid_file("a/x"));
		free(got);
	}
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	ck_assert_ptr_null(proc_find(name));
	ck_assert_int_eq(errno, ENOENT);
}
END_TEST

static Suite *
suite_proc_find(void)
{
	Suite *s = suite_create("proc_find");
	TCase *tc = tcase_create("proc_find");

	tcase_add_checked_fixture(tc, begin, end);
	tcase_add_loop_test(tc, finds, 0, NROWS(rows));
	tcase_add_loop_test(tc, finds_absolutely, 0, NROWS(rows));
	tcase_add_test(tc, finds_without_path);
	tcase_add_test(tc, passes_long_elements_over);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_proc_find)
