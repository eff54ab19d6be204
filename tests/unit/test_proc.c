/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of starting a process, by each of the methods: what the
 * parent learns, and the state that the child finds itself in.
 */
#include "config.h"

#include "unit.h"

#include <sys/resource.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "aid.h"
#include "io.h"
#include "proc.h"

/* Methods are numbered by the enum; below valgrind only one works. */
#define NMETHODS 3

static char *no_env[] = {NULL};

static int
status_of(const struct proc_spec *spec)
{
	enum proc_step step;
	pid_t pid;

	if (proc_start(spec, &pid, &step) == -1)
		return -1;
	return aid_wait(pid);
}

static bool
has_child(void)
{
	return waitpid(-1, NULL, WNOHANG) != -1 || errno != ECHILD;
}

/* What exec says, in the parent. Names without a slash are ours. */
static const struct {
	const char *file, *text;
	mode_t mode;
	int why;
} files[] = {
    {"/nonexistent/x", NULL, 0, ENOENT},
    {"missing", NULL, 0, ENOENT},
    {"", NULL, 0, ENOENT},
    {"/dev/null/x", NULL, 0, ENOTDIR},
    {"/", NULL, 0, EACCES},
    {"/dev/null", NULL, 0, EACCES},
    {"plain", "#!/bin/sh\n", 0644, EACCES},
    {"interpreter", "#!/nonexistent/sh\n", 0755, ENOENT},
};

START_TEST(tells_why_not)
{
	char name[] = "name", *argv[] = {name, NULL};
	struct proc_spec spec = {.argv = argv, .envp = no_env};
	enum proc_step step = PROC_STEP_START;
	pid_t pid;
	int row = _i / NMETHODS;

	spec.method = (enum proc_method)(_i % NMETHODS);
	/* Nor does it survive what it does not foresee of exec. */
	if (aid_valgrind() &&
	    (spec.method != PROC_FORK || row + 1 == NROWS(files)))
		return;
	if (files[row].text != NULL)
		aid_make(files[row].file, files[row].text, files[row].mode);
	spec.path = files[row].file;
	if (*spec.path != '/' && *spec.path != '\0')
		spec.path = aid_file(spec.path);
	errno = 0;
	ck_assert_int_eq(proc_start(&spec, &pid, &step), -1);
	ck_assert_msg(
	    errno == files[row].why, "row %d: %s", row, strerror(errno));
	ck_assert_int_eq(step, PROC_STEP_EXEC);
	ck_assert(!has_child());
}
END_TEST

START_TEST(tells_of_too_much)
{
	static char big[1 << 20];
	char *argv[] = {big, big, NULL};
	struct proc_spec spec = {
	    .path = "/bin/sh", .argv = argv, .envp = no_env};
	enum proc_step step = PROC_STEP_START;
	pid_t pid;

	if (aid_valgrind())
		return;
	memset(big, 'x', sizeof(big) - 1);
	spec.method = (enum proc_method)_i;
	ck_assert_int_eq(proc_start(&spec, &pid, &step), -1);
	ck_assert_int_eq(errno, E2BIG);
	ck_assert_int_eq(step, PROC_STEP_EXEC);
	ck_assert(!has_child());
}
END_TEST

/* A file without a magic number is one for the shell. */
START_TEST(runs_scripts)
{
	char name[] = "name", a[] = "a b", b[] = "",
	     *argv[] = {name, a, b, NULL};
	struct proc_spec spec = {.argv = argv, .envp = no_env, .nfds = 1};
	char want[8192];
	const char *text;
	size_t len;
	int fd = aid_memfd();

	spec.method = (enum proc_method)_i;
	if (spec.method != PROC_FORK && aid_valgrind())
		return;
	aid_make("script", "echo \"$0\" $# \"$1\" \"$2\"; exit 3\n", 0755);
	spec.path = aid_file("script");
	spec.fds[0] = (struct proc_fd){fd, 1};
	ck_assert_int_eq(status_of(&spec), W_EXITCODE(3, 0));
	(void)snprintf(want, sizeof(want), "%s 2 a b \n", spec.path);
	text = aid_text(fd, &len);
	ck_assert_str_eq(text, want);
	argv[1] = NULL;
	ck_assert_int_eq(status_of(&spec), W_EXITCODE(3, 0));
	aid_make("nothing", "", 0755);
	spec.path = aid_file("nothing");
	ck_assert_int_eq(status_of(&spec), 0);
	io_close(&fd);
}
END_TEST

static int
ends_with(void *arg)
{
	return *(int *)arg;
}

/* A child that cannot be prepared never runs what it should. */
START_TEST(tells_what_failed)
{
	static int status = 5;
	char sh[] = "sh", *argv[] = {sh, NULL};
	struct proc_spec spec = {
	    .path = "/bin/sh", .argv = argv, .envp = no_env, .nfds = 2};
	enum proc_step step = PROC_STEP_START;
	pid_t pid;
	int fd[2];

	if ((_i == PROC_VFORK || _i == PROC_SPAWN) && aid_valgrind())
		return;
	if (_i == NMETHODS) {
		spec.entry = ends_with;
		spec.arg = &status;
	} else {
		spec.method = (enum proc_method)_i;
	}
	ck_assert_int_eq(io_pipe(fd), 0);
	spec.fds[0] = (struct proc_fd){fd[0], 0};
	spec.fds[1] = (struct proc_fd){900, 5}; /* is not open */
	ck_assert_int_eq(proc_start(&spec, &pid, &step), -1);
	ck_assert_int_eq(errno, EBADF);
	ck_assert_int_eq(step, PROC_STEP_SETUP);
	ck_assert(!has_child());
	io_close(&fd[0]);
	io_close(&fd[1]);
}
END_TEST

/* No process is to be had: root has to become somebody for that. */
static void
limited_child(void *arg)
{
	struct rlimit none = {0, 0};
	char sh[] = "sh", *argv[] = {sh, NULL};
	struct proc_spec spec = {
	    .path = "/bin/sh", .argv = argv, .envp = no_env};
	enum proc_step step = PROC_STEP_EXEC;
	pid_t pid;

	spec.method = *(enum proc_method *)arg;
	AID_NEED(setrlimit(RLIMIT_NPROC, &none) == 0);
	if (getuid() == 0 &&
	    (setgroups(0, NULL) == -1 || setgid(64999) == -1 ||
		setuid(64999) == -1))
		_exit(0); /* there are no others here */
	AID_NEED(proc_start(&spec, &pid, &step) == -1);
	AID_NEED(errno == EAGAIN && step == PROC_STEP_START);
	AID_NEED(!has_child());
	_exit(0); /* a sanitizer could not start its thread at exit */
}

START_TEST(tells_of_no_process)
{
	enum proc_method method = (enum proc_method)_i;

	aid_in_child(limited_child, &method);
}
END_TEST

/* The name that is shown need not be the file's; the environment is what
 * was given and nothing else. */
START_TEST(passes_words)
{
	char env[] = "env", one[] = "ONE=1", two[] = "TWO=x y";
	char *argv[] = {env, env, NULL}, *envp[] = {one, two, NULL};
	struct proc_spec spec = {
	    .path = aid_helper(), .argv = argv, .envp = envp, .nfds = 1};
	size_t len;
	int fd = aid_memfd();

	spec.method = (enum proc_method)_i;
	spec.fds[0] = (struct proc_fd){fd, 1};
	ck_assert_int_eq(status_of(&spec), 0);
	ck_assert_str_eq(aid_text(fd, &len), "ONE=1\nTWO=x y\n");
	io_close(&fd);
}
END_TEST

static void
handler(int sig)
{
	(void)sig;
}

static void
set_action(int sig, void (*fn)(int))
{
	struct sigaction sa = {.sa_handler = fn};

	AID_NEED(sigaction(sig, &sa, NULL) == 0);
}

struct signals {
	int out, method;
	bool all_default;
};

/* The parent has everything that can be had, and keeps it. */
static void
signals_child(void *arg)
{
	struct signals *s = arg;
	char mask[] = "mask", *argv[] = {mask, mask, NULL};
	struct proc_spec spec = {.path = aid_helper(),
	    .argv = argv,
	    .envp = no_env,
	    .all_default = s->all_default,
	    .nfds = 1};
	struct sigaction sa;
	sigset_t set, after;
	int sig;

	spec.method = (enum proc_method)s->method;
	spec.fds[0] = (struct proc_fd){s->out, 1};
	sigfillset(&set);
	sigdelset(&set, SIGALRM);
	AID_NEED(sigprocmask(SIG_SETMASK, &set, NULL) == 0);
	set_action(SIGUSR1, SIG_IGN);
	set_action(SIGHUP, SIG_IGN);
	set_action(SIGRTMIN + 3, SIG_IGN);
	set_action(SIGPIPE, SIG_IGN);
	set_action(SIGCHLD, SIG_IGN);
	set_action(SIGUSR2, handler);
	AID_NEED(sigprocmask(SIG_BLOCK, NULL, &set) == 0);
	(void)status_of(&spec); /* lost, for SIGCHLD is ignored */
	AID_NEED(sigprocmask(SIG_BLOCK, NULL, &after) == 0);
	for (sig = 1; sig < NSIG; sig++)
		AID_NEED(sigismember(&set, sig) == sigismember(&after, sig));
	AID_NEED(sigaction(SIGUSR2, NULL, &sa) == 0);
	AID_NEED(sa.sa_handler == handler);
	AID_NEED(sigaction(SIGPIPE, NULL, &sa) == 0);
	AID_NEED(sa.sa_handler == SIG_IGN);
}

START_TEST(sets_signals)
{
	struct signals s = {aid_memfd(), _i / 2, _i % 2};
	char want[100];
	size_t len;

	(void)snprintf(want, sizeof(want), "blocked:\nignored: HUP USR1 %d\n",
	    SIGRTMIN + 3);
	aid_in_child(signals_child, &s);
	ck_assert_str_eq(aid_text(s.out, &len),
	    s.all_default ? "blocked:\nignored:\n" : want);
	io_close(&s.out);
}
END_TEST

/* Where the child is, as long as it runs. */
START_TEST(sets_groups)
{
	char pause[] = "pause", *argv[] = {pause, pause, NULL};
	struct proc_spec spec = {
	    .path = aid_helper(), .argv = argv, .envp = no_env};
	enum proc_step step;
	pid_t pid, group, session;

	spec.method = (enum proc_method)(_i % NMETHODS);
	spec.group = (enum proc_group)(_i / NMETHODS);
	if (spec.method != PROC_FORK && aid_valgrind())
		return;
	ck_assert_int_eq(proc_start(&spec, &pid, &step), 0);
	group = spec.group == PROC_SAME_GROUP ? getpgrp() : pid;
	session = spec.group == PROC_OWN_SESSION ? pid : getsid(0);
	ck_assert_int_eq(getpgid(pid), group);
	ck_assert_int_eq(getsid(pid), session);
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	ck_assert_int_eq(aid_wait(pid), SIGKILL);
}
END_TEST

static Suite *
suite_proc(void)
{
	Suite *s = suite_create("proc");
	TCase *tc = tcase_create("proc");

	tcase_add_unchecked_fixture(tc, aid_adopt, aid_clear);
	tcase_add_checked_fixture(tc, aid_enter, aid_leave);
	tcase_add_checked_fixture(tc, aid_clear, aid_alone);
	tcase_add_loop_test(tc, tells_why_not, 0, NROWS(files) * NMETHODS);
	tcase_add_loop_test(tc, tells_of_too_much, 0, NMETHODS);
	tcase_add_loop_test(tc, runs_scripts, 0, NMETHODS);
	tcase_add_loop_test(tc, tells_what_failed, 0, NMETHODS + 1);
	tcase_add_loop_test(tc, tells_of_no_process, 0, NMETHODS);
	tcase_add_loop_test(tc, passes_words, 0, NMETHODS);
	tcase_add_loop_test(tc, sets_signals, 0, 2 * NMETHODS);
	tcase_add_loop_test(tc, sets_groups, 0, 3 * NMETHODS);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_proc)
