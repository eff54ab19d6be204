/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of one command under limits, as a program would use them. Each
 * test is a process of its own (CK_FORK), for limit_run() changes it.
 */
#include "unit.h"

#include <sys/wait.h>

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "dur.h"
#include "limit.h"

extern char **environ;

static int said[16];
static size_t nsaid;

static void
say(int sig)
{
	if (nsaid < sizeof(said) / sizeof(said[0]))
		said[nsaid++] = sig;
}

static char sh[] = "sh", dash_c[] = "-c";

/* A shell's command, with the limit that a test may change. */
static struct limit_conf
conf_for(char *argv[4], char *text)
{
	struct limit_conf conf = {.guard = -1, .time = 30 * DUR_SECOND};

	argv[0] = sh;
	argv[1] = dash_c;
	argv[2] = text;
	argv[3] = NULL;
	conf.ladder = (struct ladder){.step = {{SIGTERM, 0}}, .n = 1};
	conf.say = say;
	conf.spec.method = PROC_VFORK;
	conf.spec.path = "/bin/sh";
	conf.spec.argv = argv;
	conf.spec.envp = environ;
	return conf;
}

static void
run(const struct limit_conf *conf, struct limit_result *r)
{
	enum proc_step step;

	ck_assert_int_eq(limit_run(conf, r, &step), 0);
	ck_assert_uint_eq(r->left.nleft, 0);
	ck_assert_int_eq(r->output_error, 0);
}

START_TEST(ends_in_time)
{
	char text[] = "exit 7", *argv[4];
	struct limit_conf conf = conf_for(argv, text);
	struct limit_result r;

	run(&conf, &r);
	ck_assert_int_eq(r.reason, LIMIT_NONE);
	ck_assert(r.ended && WIFEXITED(r.status));
	ck_assert_int_eq(WEXITSTATUS(r.status), 7);
	ck_assert_uint_eq(r.nsent, 0);
	ck_assert_uint_eq(nsaid, 0);
	ck_assert(r.wall > 0 && r.maxrss > 0);
}
END_TEST

START_TEST(no_limit)
{
	char text[] = "sleep 0.05; kill -KILL $$", *argv[4];
	struct limit_conf conf = conf_for(argv, text);
	struct limit_result r;

	conf.time = 0;
	run(&conf, &r);
	ck_assert_int_eq(r.reason, LIMIT_NONE);
	ck_assert(r.ended && WIFSIGNALED(r.status));
	ck_assert_int_eq(WTERMSIG(r.status), SIGKILL);
	ck_assert(r.wall >= 50 * DUR_MS);
}
END_TEST

START_TEST(time_is_up)
{
	char text[] = "exec sleep 30", *argv[4];
	struct limit_conf conf = conf_for(argv, text);
	struct limit_result r;

	conf.time = 50 * DUR_MS;
	run(&conf, &r);
	ck_assert_int_eq(r.reason, LIMIT_TIME);
	ck_assert(r.ended && WIFSIGNALED(r.status));
	ck_assert_int_eq(WTERMSIG(r.status), SIGTERM);
	ck_assert_uint_eq(r.nsent, 1);
	ck_assert_int_eq(r.sent[0], SIGTERM);
	ck_assert_uint_eq(nsaid, 1);
	ck_assert_int_eq(said[0], SIGTERM);
	ck_assert(r.wall >= 50 * DUR_MS);
}
END_TEST

START_TEST(climbs_the_ladder)
{
	char text[] = "trap '' INT TERM; sleep 30 & wait", *argv[4];
	struct limit_conf conf = conf_for(argv, text);
	struct limit_result r;

	conf.time = 300 * DUR_MS;
	conf.ladder = (struct ladder){.step = {{SIGINT, 50 * DUR_MS},
					  {SIGTERM, 50 * DUR_MS}, {SIGKILL, 0}},
	    .n = 3};
	run(&conf, &r);
	ck_assert_int_eq(r.reason, LIMIT_TIME);
	ck_assert(WIFSIGNALED(r.status));
	ck_assert_int_eq(WTERMSIG(r.status), SIGKILL);
	ck_assert_uint_eq(r.nsent, 3);
	ck_assert_int_eq(r.sent[0], SIGINT);
	ck_assert_int_eq(r.sent[1], SIGTERM);
	ck_assert_int_eq(r.sent[2], SIGKILL);
	ck_assert(r.wall >= 400 * DUR_MS);
	ck_assert(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
}
END_TEST

START_TEST(silence)
{
	char text[] = "exec sleep 30", *argv[4];
	struct limit_conf conf = conf_for(argv, text);
	struct limit_result r;

	conf.idle = 50 * DUR_MS;
	run(&conf, &r);
	ck_assert_int_eq(r.reason, LIMIT_IDLE);
	ck_assert(r.wall >= 50 * DUR_MS);
}
END_TEST

START_TEST(cpu_time)
{
	char text[] = "while :; do :; done", *argv[4];
	struct limit_conf conf = conf_for(argv, text);
	struct limit_result r;

	conf.cpu = 50 * DUR_MS;
	run(&conf, &r);
	ck_assert_int_eq(r.reason, LIMIT_CPU);
	ck_assert(r.user + r.sys >= 40 * DUR_MS);
}
END_TEST

START_TEST(leftover)
{
	static const enum limit_leftover what[] = {
	    LIMIT_KILL, LIMIT_WAIT, LIMIT_LEAVE};
	char text[] = "sleep 0.3 & exit 5", *argv[4];
	struct limit_conf conf = conf_for(argv, text);
	struct limit_result r;
	pid_t left;

	conf.leftover = what[_i];
	run(&conf, &r);
	ck_assert_int_eq(r.reason, LIMIT_NONE);
	ck_assert_int_eq(WEXITSTATUS(r.status), 5);
	if (what[_i] == LIMIT_WAIT)
		ck_assert(r.wall >= 290 * DUR_MS);
	ck_assert_uint_eq(r.nsent, what[_i] == LIMIT_KILL ? 1 : 0);
	left = waitpid(-1, NULL, 0);
	if (what[_i] == LIMIT_LEAVE)
		ck_assert_int_gt(left, 0);
	else
		ck_assert_int_eq(left, -1);
}
END_TEST

START_TEST(warns)
{
	char text[] = "exec sleep 30", *argv[4];
	struct limit_conf conf = conf_for(argv, text);
	struct limit_result r;

	conf.time = 100 * DUR_MS;
	conf.warn_signal = SIGCONT;
	conf.warn_before = 50 * DUR_MS;
	run(&conf, &r);
	ck_assert_uint_eq(r.nsent, 2);
	ck_assert_int_eq(r.sent[0], SIGCONT);
	ck_assert_int_eq(r.sent[1], SIGTERM);
}
END_TEST

START_TEST(cannot_start)
{
	char text[] = "exit 0", *argv[4];
	struct limit_conf conf = conf_for(argv, text);
	struct limit_result r;
	enum proc_step step;

	if (getenv("MP_VALGRIND") != NULL)
		conf.spec.method = PROC_FORK;
	conf.spec.path = "/nosuch/program";
	ck_assert_int_eq(limit_run(&conf, &r, &step), -1);
	ck_assert_int_eq(errno, ENOENT);
	ck_assert_int_eq(step, PROC_STEP_EXEC);
	ck_assert_uint_eq(nsaid, 0);
	ck_assert(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
}
END_TEST

/* Whose child the process is: tells its pid and then its end. */
_Noreturn static void
parent_of_it(int fd)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		(void)alarm(30);
		(void)signal(SIGHUP, SIG_DFL);
		for (;;)
			(void)pause();
	}
	(void)!write(fd, &pid, sizeof(pid));
	(void)waitpid(pid, &status, 0);
	(void)!write(fd, &status, sizeof(status));
	_exit(0);
}

START_TEST(not_ours)
{
	struct limit_conf conf = {.guard = -1, .time = 50 * DUR_MS};
	struct limit_result r;
	enum proc_step step;
	int status, fd[2];

	if (getenv("MP_VALGRIND") != NULL)
		return; /* it knows no pidfd */
	conf.ladder = (struct ladder){.step = {{SIGHUP, 0}}, .n = 1};
	ck_assert_int_eq(pipe(fd), 0);
	if (fork() == 0)
		parent_of_it(fd[1]);
	ck_assert_int_eq(
	    read(fd[0], &conf.pid, sizeof(conf.pid)), (int)sizeof(conf.pid));
	ck_assert_int_gt(conf.pid, 0);
	ck_assert_int_eq(limit_run(&conf, &r, &step), 0);
	ck_assert_int_eq(r.reason, LIMIT_TIME);
	ck_assert(!r.ended);
	ck_assert_int_eq(
	    read(fd[0], &status, sizeof(status)), (int)sizeof(status));
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGHUP);
	ck_assert_int_eq(limit_run(&conf, &r, &step), -1);
	ck_assert_int_eq(errno, ESRCH);
}
END_TEST

static Suite *
suite_limit(void)
{
	Suite *s = suite_create("limit");
	TCase *tc = tcase_create("limit");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, ends_in_time);
	tcase_add_test(tc, no_limit);
	tcase_add_test(tc, time_is_up);
	tcase_add_test(tc, climbs_the_ladder);
	tcase_add_test(tc, silence);
	tcase_add_test(tc, cpu_time);
	tcase_add_loop_test(tc, leftover, 0, 3);
	tcase_add_test(tc, warns);
	tcase_add_test(tc, cannot_start);
	tcase_add_test(tc, not_ours);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN_APART(suite_limit)
