/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of the files for the output of tasks: when they are seen, what
 * they replace, which names are refused, and that nothing else is left.
 */
#include "config.h"

#include "unit.h"

#include <sys/stat.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "aid.h"
#include "outfile.h"
#include "seen.h"

static const struct tmpl_forms forms = {.mark = "{}"};
static struct outfiles *files;

static void
setup(void)
{
	aid_enter();
	AID_NEED(chdir(getenv("TMPDIR")) == 0);
}

static void
teardown(void)
{
	AID_NEED(chdir("/") == 0);
	aid_leave();
}

/* A task that has written "text" to its file. */
static struct task *
begin(const char *rec, uint64_t id)
{
	struct task *task = task_new();

	AID_NEED(task != NULL);
	AID_NEED(task_add_record(task, rec, strlen(rec)) == 0);
	task->id = id;
	if (outfile_open(files, task) == 0)
		outfile_write(task, "text", 4);
	return task;
}

/* How many names there are in a directory. */
static int
count(const char *dir)
{
	DIR *d = opendir(dir);
	int n = -2;

	AID_NEED(d != NULL);
	while (readdir(d) != NULL)
		n++;
	(void)closedir(d);
	return n;
}

static void
expect_text(const char *name, const char *want)
{
	char text[16];
	int fd = open(name, O_RDONLY | O_CLOEXEC);

	AID_NEED(fd != -1);
	AID_NEED(aid_slurp(fd, text, sizeof(text)) == strlen(want));
	AID_NEED(strcmp(text, want) == 0);
	(void)close(fd);
}

/* Two tasks, of which one succeeds; whether there is an old file. */
static void
keep_one(void *name)
{
	bool old = access("good", F_OK) == 0;
	struct task *good, *bad;

	files = outfiles_new(name, &forms);
	AID_NEED(files != NULL);
	good = begin("good", 1);
	bad = begin("bad", 2);
	AID_NEED(good->file != NULL && bad->file != NULL);
	if (old)
		expect_text("good", "old");
	else
		AID_NEED(access("good", F_OK) == -1);
	AID_NEED(outfile_keep(files, good) == 0);
	AID_NEED(good->file == NULL);
	expect_text("good", "text");
	outfile_drop(files, bad);
	AID_NEED(access("bad", F_OK) == -1);
	task_free(good);
	task_free(bad);
	outfiles_free(files);
}

START_TEST(shows_what_is_whole)
{
	char name[] = "{}";

	keep_one(name);
	ck_assert_int_eq(count("."), 1);
}
END_TEST

/* Where /proc is not, what has no name cannot be given one. */
static void
keep_one_named(void *name)
{
	AID_NEED(chroot(".") == 0);
	keep_one(name);
	/* Without /proc a sanitizer cannot look for leaks. */
	_exit(0);
}

START_TEST(shows_it_without_proc)
{
	char name[] = "./{}";

	if (geteuid() != 0)
		return;
	aid_make("good", "old", 0600);
	aid_in_child(keep_one_named, name);
	ck_assert_int_eq(count("."), 1);
}
END_TEST

START_TEST(replaces_a_file)
{
	char name[] = "{}";

	aid_make("good", "old", 0600);
	keep_one(name);
	ck_assert_int_eq(count("."), 1);
}
END_TEST

START_TEST(makes_directories)
{
	struct task *task;

	files = outfiles_new("x/y//{#}/{/}", &forms);
	ck_assert_ptr_nonnull(files);
	task = begin("a/b", 7);
	ck_assert_ptr_nonnull(task->file);
	ck_assert_int_eq(outfile_keep(files, task), 0);
	expect_text("x/y/7/b", "text");
	ck_assert_int_eq(unlink("x/y/7/b"), 0);
	ck_assert_int_eq(rmdir("x/y/7"), 0);
	ck_assert_int_eq(rmdir("x/y"), 0);
	task_free(task);
	outfiles_free(files);
}
END_TEST

/* What is wrong with a name; "old" is a file, "dir" a directory with a
 * "fifo" in it, "astray" a link to nowhere, and the first task is "dir/a". */
static const struct {
	const char *name, *rec, *want;
} refused[] = {
    {"{}", "dir/a", "dir/a: the file of task 1"},
    {"./{}", "dir//a", "./dir//a: the file of task 1"},
    {"{}", "astray/a", "astray/a: No such file or directory"},
    {"{}", "dir", "dir: not a regular file"},
    {"dir/{}", "fifo", "dir/fifo: not a regular file"},
    {"{}", "dir/", "dir/: Is a directory"},
    {"{}", "", "'': No such file or directory"},
    {"old/{}", "a", "old/a: Not a directory"},
};

START_TEST(refuses)
{
	struct task *first, *task;

	aid_make("old", "", 0600);
	ck_assert_int_eq(mkdir("dir", 0700), 0);
	ck_assert_int_eq(mkfifo("dir/fifo", 0600), 0);
	ck_assert_int_eq(symlink("nowhere", "astray"), 0);
	files = outfiles_new(refused[_i].name, &forms);
	ck_assert_ptr_nonnull(files);
	first = begin("dir/a", 1);
	task = begin(refused[_i].rec, 2);
	ck_assert_ptr_null(task->file);
	ck_assert_int_eq(buf_addc(&task->reason, '\0'), 0);
	ck_assert_str_eq(buf_data(&task->reason), refused[_i].want);
	task_free(first);
	task_free(task);
	outfiles_free(files);
}
END_TEST

START_TEST(takes_the_same_task_again)
{
	struct task *task;

	files = outfiles_new("out", &forms);
	ck_assert_ptr_nonnull(files);
	task = begin("a", 1);
	ck_assert_ptr_nonnull(task->file);
	outfile_drop(files, task);
	ck_assert_int_eq(outfile_open(files, task), 0);
	ck_assert_int_eq(outfile_keep(files, task), 0);
	expect_text("out", "");
	task_free(task);
	outfiles_free(files);
}
END_TEST

START_TEST(tells_of_a_failed_write)
{
	struct task *task;
	int full;

	files = outfiles_new("out", &forms);
	ck_assert_ptr_nonnull(files);
	task = begin("a", 1);
	full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	ck_assert_int_ne(full, -1);
	ck_assert_int_eq(dup2(full, outfile_fd(task)), outfile_fd(task));
	outfile_write(task, "x", 1);
	ck_assert_int_eq(outfile_keep(files, task), -1);
	ck_assert_ptr_null(task->file);
	ck_assert_mem_eq(buf_data(&task->reason), "out: No space left", 18);
	ck_assert_int_eq(count("."), 0);
	task_free(task);
	(void)close(full);
	outfiles_free(files);
}
END_TEST

START_TEST(remembers_all_keys)
{
	enum { MANY = 20000 };
	struct seen s = SEEN_INIT;
	uint64_t i, key;

	for (i = 1; i <= MANY; i++) {
		key = seen_key(SEEN_NOTHING, &i, sizeof(i));
		ck_assert_uint_eq(seen_first(&s, key, i), i);
	}
	for (i = 1; i <= MANY; i++) {
		key = seen_key(SEEN_NOTHING, &i, sizeof(i));
		ck_assert_uint_eq(seen_first(&s, key, i + 1), i);
	}
	ck_assert_uint_eq(s.n, MANY);
	seen_free(&s);
}
END_TEST

static Suite *
suite_outfile(void)
{
	Suite *s = suite_create("outfile");
	TCase *tc = tcase_create("outfile");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, shows_what_is_whole);
	tcase_add_test(tc, shows_it_without_proc);
	tcase_add_test(tc, replaces_a_file);
	tcase_add_test(tc, makes_directories);
	tcase_add_loop_test(tc, refuses, 0, NROWS(refused));
	tcase_add_test(tc, takes_the_same_task_again);
	tcase_add_test(tc, tells_of_a_failed_write);
	tcase_add_test(tc, remembers_all_keys);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_outfile)
