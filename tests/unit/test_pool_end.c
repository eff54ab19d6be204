/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of runs that end before their time: by signals, and because
 * nobody reads.
 */
#include "config.h"

#include "unit.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>

#include "aid.h"
#include "aid_pool.h"
#include "io.h"

/* Ended by signals. Files tell when it is time for the next one. */
static const struct {
	struct aid_run run;
	const char *await[2][2];
	const char *out;
} ends[] = {
    /* Finished tasks' output is written, and what the first has said. */
    {{.word = AID_SH("test $1 = 1 && echo one && exit; echo begun $1; "
		     ": >$TMPDIR/$1; exec sleep 1000"),
	 .n = 9,
	 .jobs = 2},
	{{"2", "3"}}, "one\nbegun 2\n"},
    {{.word = AID_SH("trap 'echo end; exit 0' TERM; sleep 1000 & "
		     ": >$TMPDIR/$1; wait"),
	 .n = 9,
	 .jobs = 2},
	{{"1", "2"}}, "end\nend\n"},
    /* Who does not go gets it twice. */
    {{.word = AID_SH("trap ': >$TMPDIR/got$1' TERM; sleep 1000 & "
		     ": >$TMPDIR/$1; wait; sleep 1000 & wait"),
	 .n = 9,
	 .jobs = 2},
	{{"1", "2"}, {"got1", "got2"}}, ""},
    /* What tasks leave behind is ended, too. */
    {{.word = {"@", "swarm", "5", "%s{}"}, .n = 9, .jobs = 2}, {{"s1", "s2"}},
	""},
};

static void
await_and_kill(pid_t pid, const char *const files[2])
{
	if (files[0] == NULL)
		return;
	(void)aid_await(aid_file(files[0]));
	(void)aid_await(aid_file(files[1]));
	ck_assert_int_eq(kill(pid, SIGTERM), 0);
}

START_TEST(ends_by_signals)
{
	struct aid_run run = ends[_i].run;
	pid_t pid;

	aid_run_begin(&run);
	pid = aid_begin(aid_run_child, &run);
	await_and_kill(pid, ends[_i].await[0]);
	await_and_kill(pid, ends[_i].await[1]);
	aid_end(pid);
	ck_assert_int_eq(aid_result->signo, SIGTERM);
	ck_assert_uint_eq(aid_result->failed, 0);
	aid_run_expect(&run, TASK_OUT, ends[_i].out);
	aid_run_expect(&run, TASK_ERR, "");
	aid_run_end(&run);
}
END_TEST

/* Nobody reads what is said, or it cannot be written. */
static const struct {
	bool full, ignored;
	int status, signo;
	const char *err;
} losses[] = {
    {false, false, 0, SIGPIPE, ""},
    {false, true, MP_SIGNALED + SIGPIPE, 0, ""},
    {true, false, MP_TOOL_FAILED, 0,
	"prog: standard output: No space left on device\n"},
};

START_TEST(ends_with_its_reader)
{
	struct aid_run run = {
	    .word = AID_SH("echo x; exec sleep 1000"), .n = 9};
	int fd[2];

	aid_run_begin(&run);
	run.sigpipe_ignored = losses[_i].ignored;
	ck_assert_int_eq(io_pipe(fd), 0);
	io_close(&fd[0]);
	io_close(&run.fd[TASK_OUT]);
	run.fd[TASK_OUT] = fd[1];
	if (losses[_i].full) {
		io_close(&fd[1]);
		run.fd[TASK_OUT] = open("/dev/full", O_WRONLY | O_CLOEXEC);
	}
	aid_in_child(aid_run_child, &run);
	ck_assert_int_eq(aid_result->signo, losses[_i].signo);
	if (aid_result->signo == 0)
		ck_assert_int_eq(aid_result->status, losses[_i].status);
	aid_run_expect(&run, TASK_ERR, losses[_i].err);
	aid_run_end(&run);
}
END_TEST

static Suite *
suite_pool_end(void)
{
	Suite *s = suite_create("pool_end");
	TCase *tc = tcase_create("pool_end");

	tcase_set_timeout(tc, 60);
	tcase_add_unchecked_fixture(tc, aid_adopt, aid_clear);
	tcase_add_checked_fixture(tc, aid_enter, aid_leave);
	tcase_add_checked_fixture(tc, aid_clear, aid_alone);
	tcase_add_loop_test(tc, ends_by_signals, 0, NROWS(ends));
	tcase_add_loop_test(tc, ends_with_its_reader, 0, NROWS(losses));
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_pool_end)
