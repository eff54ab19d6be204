/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of whole runs of commands: what they say is what one loop
 * over the tasks would; and what fails.
 */
#include "config.h"

#include "unit.h"

#include <sys/wait.h>

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "aid.h"
#include "aid_pool.h"
#include "io.h"
#include "proc.h"
#include "runner_exec.h"
#include "tmpl.h"

static void
expect_result(int status, uint64_t done, uint64_t failed)
{
	ck_assert_int_eq(aid_result->signo, 0);
	ck_assert_int_eq(aid_result->status, status);
	ck_assert_uint_eq(aid_result->done, done);
	ck_assert_uint_eq(aid_result->failed, failed);
}

/* Runs one task after the other, without a pool. */
static void
serial(const struct aid_run *run, int fd[TASK_STREAMS])
{
	char output[] = "output", most[] = "30000", number[16];
	char *argv[] = {output, output, number, most, NULL}, *none[] = {NULL};
	struct proc_spec spec = {.method = PROC_FORK,
	    .path = aid_helper(),
	    .argv = argv,
	    .envp = none,
	    .fds = {{fd[TASK_OUT], 1}, {fd[TASK_ERR], 2}},
	    .nfds = 2};
	enum proc_step step;
	pid_t pid;
	size_t i;

	for (i = 1; i <= run->n; i++) {
		(void)snprintf(number, sizeof(number), "%zu", i);
		ck_assert_int_eq(proc_start(&spec, &pid, &step), 0);
		ck_assert_int_eq(aid_wait(pid), 0);
	}
}

static const struct {
	size_t jobs, buffer;
	rlim_t nofile, nproc;
} runs[] = {
    {1, 1 << 20, 0, 0},
    {2, 1 << 20, 0, 0},
    {5, 20000, 0, 0},
    {30, 1, 0, 0},
    /* Few descriptors, few processes: some wait. */
    {10, 1 << 20, 24, 0},
    {10, 1 << 20, 0, 3},
};

START_TEST(says_what_a_loop_says)
{
	struct aid_run run = {.word = {"@", "output", "{}", "30000"},
	    .n = 30,
	    .jobs = runs[_i].jobs,
	    .buffer = runs[_i].buffer,
	    .nofile = runs[_i].nofile,
	    .nproc = runs[_i].nproc};
	int want[TASK_STREAMS] = {aid_memfd(), aid_memfd()}, stream;
	size_t len, got_len;
	const char *text;
	char *copy;

	if (run.nproc > 0 && !aid_others_may())
		return;
	aid_run_begin(&run);
	serial(&run, want);
	aid_in_child(aid_run_child, &run);
	expect_result(MP_OK, 30, 0);
	for (stream = 0; stream < TASK_STREAMS; stream++) {
		copy = strdup(aid_text(want[stream], &len));
		text = aid_text(run.fd[stream], &got_len);
		ck_assert_msg(len == got_len && memcmp(text, copy, len) == 0,
		    "stream %d: %zu bytes for %zu", stream, got_len, len);
		free(copy);
		io_close(&want[stream]);
	}
	aid_run_end(&run);
}
END_TEST

/* $1 is the task's number. */
#define AID_SH(script) \
	{ \
		"/bin/sh", "-c", script, "sh" \
	}

static const struct {
	struct aid_run run;
	int status;
	uint64_t failed;
	const char *out, *err; /* err: NULL is not looked at */
} scripts[] = {
    {{.word = AID_SH("echo $1"), .n = 5}, MP_OK, 0, "1\n2\n3\n4\n5\n", ""},
    {{.word = AID_SH("echo $1; exit $(($1 / 2))"), .n = 5}, MP_SOME_FAILED, 4,
	"1\n2\n3\n4\n5\n", NULL},
    {{.word = AID_SH("kill -KILL $$"), .n = 3}, MP_SOME_FAILED, 3, "", NULL},
    {{.word = AID_SH("exit 127"), .n = 2}, MP_SOME_FAILED, 2, "", NULL},
    {{.word = {"/nonexistent/{}"}, .n = 2}, MP_SOME_FAILED, 2, "",
	"prog: task 1: '1': /nonexistent/1: No such file or directory\n"
	"prog: task 2: '2': /nonexistent/2: No such file or directory\n"},
    {{.word = AID_SH("echo $1"), .n = 0}, MP_OK, 0, "", ""},
    {{.word = AID_SH("echo x"), .n = 3, .order = SINK_RAW}, MP_OK, 0,
	"x\nx\nx\n", ""},
    {{.word = AID_SH("echo x; echo y"), .n = 3, .order = SINK_UNORDERED}, MP_OK,
	0, "x\ny\nx\ny\nx\ny\n", ""},
    {{.word = AID_SH("cat; echo $MP_SEQ $MP_ATTEMPT"), .n = 2}, MP_OK, 0,
	"1 1\n2 1\n", ""},
    {{.word = AID_SH("echo $1"), .n = 2, .print = true}, MP_OK, 0,
	"/bin/sh -c 'echo $1' sh 1\n/bin/sh -c 'echo $1' sh 2\n", ""},
    /* Who holds a pipe does not hold the task up; nor is it ended. */
    {{.word = AID_SH("sleep 0.3 & echo $1"), .n = 3}, MP_OK, 0, "1\n2\n3\n",
	""},
};

START_TEST(runs_scripts)
{
	struct aid_run run = scripts[_i].run;

	if (scripts[_i].run.word[0][1] == 'n' && aid_valgrind())
		return;
	aid_run_begin(&run);
	aid_in_child(aid_run_child, &run);
	expect_result(scripts[_i].status, run.n, scripts[_i].failed);
	aid_run_expect(&run, TASK_OUT, scripts[_i].out);
	if (scripts[_i].err != NULL)
		aid_run_expect(&run, TASK_ERR, scripts[_i].err);
	aid_run_end(&run);
}
END_TEST

/* A file that is a command, but not for long. */
START_TEST(ends_with_a_broken_command)
{
	struct aid_run run = {.word = {"%bad"}, .n = 20};
	char want[PATH_MAX * 2 + 100];

	if (aid_valgrind())
		return;
	aid_make("bad", "#!/nonexistent/sh\n", 0755);
	aid_run_begin(&run);
	aid_in_child(aid_run_child, &run);
	ck_assert_int_eq(aid_result->status, MP_NOT_FOUND);
	ck_assert_int_eq(aid_result->signo, 0);
	ck_assert_uint_eq(aid_result->failed, 0);
	(void)snprintf(want, sizeof(want),
	    "prog: %s: No such file or directory\n", aid_file("bad"));
	aid_run_expect(&run, TASK_OUT, "");
	aid_run_expect(&run, TASK_ERR, want);
	aid_run_end(&run);
}
END_TEST

/* As it starts, and not when it was tried in vain. */
START_TEST(shows_commands_once)
{
	struct aid_run run = {.word = {"@", "exit", "0"},
	    .n = 10,
	    .jobs = 10,
	    .nproc = 3,
	    .show = true};
	char want[10 * (PATH_MAX + 20)], *p = want;
	size_t i;

	if (!aid_others_may())
		return;
	for (i = 1; i <= run.n; i++)
		p += snprintf(
		    p, PATH_MAX + 20, "%s exit 0 %zu\n", aid_helper(), i);
	aid_run_begin(&run);
	aid_in_child(aid_run_child, &run);
	expect_result(MP_OK, 10, 0);
	aid_run_expect(&run, TASK_ERR, want);
	aid_run_end(&run);
}
END_TEST

START_TEST(looks_the_command_up)
{
	char name[] = "missing", *argv[] = {name, NULL};
	struct runner_exec_conf conf = {.jobs = 1, .command = "missing"};
	char *path = strdup(getenv("PATH"));

	conf.tmpl = tmpl_new(1, argv, &(struct tmpl_forms){.mark = "{}"});
	ck_assert_ptr_nonnull(conf.tmpl);
	ck_assert_int_eq(setenv("PATH", "/bin:/usr/bin", 1), 0);
	ck_assert_ptr_null(runner_exec_new(&conf));
	ck_assert_int_eq(errno, ENOENT);
	conf.command = "/dev/null";
	ck_assert_ptr_null(runner_exec_new(&conf));
	ck_assert_int_eq(errno, EACCES);
	tmpl_free(conf.tmpl); /* is still ours */
	ck_assert_int_eq(setenv("PATH", path, 1), 0);
	free(path);
}
END_TEST

static Suite *
suite_pool_exec(void)
{
	Suite *s = suite_create("pool_exec");
	TCase *tc = tcase_create("pool_exec");

	tcase_set_timeout(tc, 60);
	tcase_add_unchecked_fixture(tc, aid_adopt, aid_clear);
	tcase_add_checked_fixture(tc, aid_enter, aid_leave);
	tcase_add_checked_fixture(tc, aid_clear, aid_alone);
	tcase_add_loop_test(tc, says_what_a_loop_says, 0, NROWS(runs));
	tcase_add_loop_test(tc, runs_scripts, 0, NROWS(scripts));
	tcase_add_test(tc, ends_with_a_broken_command);
	tcase_add_test(tc, shows_commands_once);
	tcase_add_test(tc, looks_the_command_up);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_pool_exec)
