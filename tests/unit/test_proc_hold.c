/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of children that are held when their exec has worked, of the
 * state that they take on, and of becoming a command without a child.
 */
#include "config.h"

#include "unit.h"

#include <sys/resource.h>
#include <sys/wait.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "aid.h"
#include "io.h"
#include "proc.h"
#include "scan.h"

#define NMETHODS 3
#define MANY 50

static char *no_env[] = {NULL};
static char sh[] = "sh", dash_c[] = "-c";

/* By the method, a shell that runs the script. */
static pid_t
start(struct proc_spec *spec, char *script)
{
	char *argv[] = {sh, dash_c, script, NULL};
	enum proc_step step;
	pid_t pid;

	spec->path = "/bin/sh";
	spec->argv = argv;
	spec->envp = no_env;
	AID_NEED(proc_start(spec, &pid, &step) == 0);
	return pid;
}

static bool
exists(const char *name)
{
	return access(aid_file(name), F_OK) == 0;
}

static char
state_of(pid_t pid)
{
	struct scan_proc p = {.state = '?'};

	(void)scan_read(pid, &p);
	return p.state;
}

/* None of many has run when the last one stands; then all do. */
START_TEST(holds_until_released)
{
	struct proc_spec spec = {.hold = true};
	char script[200];
	pid_t pid[MANY];
	int i;

	spec.method = (enum proc_method)_i;
	if (spec.method != PROC_FORK && aid_valgrind())
		return;
	(void)snprintf(
	    script, sizeof(script), "echo >>'%s'; exit 7", aid_file("ran"));
	for (i = 0; i < MANY; i++)
		pid[i] = start(&spec, script);
	for (i = 0; i < MANY; i++)
		ck_assert_int_eq(proc_held(pid[i]), 0);
	ck_assert(!exists("ran"));
	for (i = 0; i < MANY; i++)
		ck_assert_int_eq(proc_release(pid[i]), 0);
	for (i = 0; i < MANY; i++)
		ck_assert_int_eq(aid_wait(pid[i]), W_EXITCODE(7, 0));
	ck_assert(exists("ran"));
}
END_TEST

/* A signal that comes meanwhile ends it unseen; to be released is then no
 * error, and leaves its status. */
START_TEST(ends_while_held)
{
	static const int sigs[] = {SIGKILL, SIGTERM};
	struct proc_spec spec = {.hold = true};
	char script[200];
	pid_t pid;

	if (aid_valgrind())
		return;
	(void)snprintf(script, sizeof(script), "echo >'%s'", aid_file("ran"));
	pid = start(&spec, script);
	ck_assert_int_eq(kill(pid, sigs[_i]), 0);
	ck_assert_int_eq(proc_release(pid), 0);
	ck_assert_int_eq(aid_wait(pid), sigs[_i]);
	ck_assert(!exists("ran"));
}
END_TEST

/* What is held is stopped, in no state that its program could see later. */
START_TEST(is_stopped_once)
{
	struct proc_spec spec = {.hold = true};
	char script[] = "kill -STOP $$; exit 3";
	siginfo_t si;
	pid_t pid;

	if (aid_valgrind())
		return;
	pid = start(&spec, script);
	ck_assert_int_eq(waitid(P_PID, (id_t)pid, &si, WSTOPPED | WNOWAIT), 0);
	ck_assert_int_eq(state_of(pid), 'T');
	ck_assert_int_eq(proc_release(pid), 0);
	/* Now by itself. */
	ck_assert_int_eq(waitid(P_PID, (id_t)pid, &si, WSTOPPED), 0);
	ck_assert_int_eq(si.si_status, SIGSTOP);
	ck_assert_int_eq(kill(pid, SIGCONT), 0);
	ck_assert_int_eq(aid_wait(pid), W_EXITCODE(3, 0));
}
END_TEST

/* The state is taken on; and what of it fails is told. */
START_TEST(takes_a_state_on)
{
	struct rlim limit = {
	    RLIMIT_NOFILE, {.rlim_cur = 33, .rlim_max = 44}, true, true};
	struct state state = STATE_INIT;
	struct proc_spec spec = {.state = &state, .nfds = 1};
	char script[] = "ulimit -Sn; ulimit -Hn; umask; pwd";
	size_t len;
	int fd = aid_memfd();

	spec.method = (enum proc_method)_i;
	if (aid_valgrind()) /* which has limits of its own */
		return;
	state.limits = &limit;
	state.nlimits = 1;
	state.set_umask = true;
	state.umask = 0135;
	state.dir = "/";
	spec.fds[0] = (struct proc_fd){fd, 1};
	ck_assert_int_eq(aid_wait(start(&spec, script)), 0);
	ck_assert_str_eq(aid_text(fd, &len), "33\n44\n0135\n/\n");
	io_close(&fd);
}
END_TEST

START_TEST(tells_what_of_the_state_failed)
{
	struct rlim limits[] = {
	    {RLIMIT_NOFILE, {.rlim_cur = 33, .rlim_max = 44}, true, true},
	    {RLIMIT_CORE, {.rlim_cur = 2, .rlim_max = 1}, true, true}};
	struct state_fault fault = {STATE_DONE, 99};
	struct state state = STATE_INIT;
	char *argv[] = {sh, NULL};
	struct proc_spec spec = {.path = "/bin/sh",
	    .argv = argv,
	    .envp = no_env,
	    .state = &state,
	    .fault = &fault};
	enum proc_step step;
	pid_t pid;

	spec.method = (enum proc_method)_i;
	if (aid_valgrind()) /* which has limits of its own */
		return;
	state.dir = "/nonexistent";
	ck_assert_int_eq(proc_start(&spec, &pid, &step), -1);
	ck_assert_int_eq(errno, ENOENT);
	ck_assert_int_eq(step, PROC_STEP_STATE);
	ck_assert_int_eq(fault.step, STATE_DIRECTORY);
	state.limits = limits;
	state.nlimits = 2;
	ck_assert_int_eq(proc_start(&spec, &pid, &step), -1);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_int_eq(fault.step, STATE_LIMIT);
	ck_assert_uint_eq(fault.limit, 1);
}
END_TEST

/* A parent-death signal outlives the change of the user, which clears it. */
static void
orphan_child(void *arg)
{
	struct state state = STATE_INIT;
	struct proc_spec spec = {.state = &state, .death_signal = SIGKILL};
	char script[] = "while :; do sleep 1; done";

	state.ident.has_uid = true;
	state.ident.uid = 65534;
	spec.method = PROC_VFORK;
	*(volatile pid_t *)arg = start(&spec, script);
	_exit(0);
}

/* The test program, to which it was left, may not have reaped it yet. */
static bool
is_dead(void *pid)
{
	return strchr("?ZX", state_of(*(pid_t *)pid)) != NULL;
}

START_TEST(dies_with_its_parent)
{
	void *shared = aid_shared(sizeof(pid_t));

	if (getuid() != 0 || aid_valgrind())
		return;
	aid_in_child(orphan_child, shared);
	ck_assert(aid_until(is_dead, shared));
}
END_TEST

struct become {
	const char *path;
	char **argv;
	int fd;
};

static void
become_child(void *arg)
{
	struct become *b = arg;
	struct state state = STATE_INIT;
	struct proc_spec spec = {.path = b->path,
	    .argv = b->argv,
	    .envp = no_env,
	    .state = &state,
	    .nfds = 1};
	enum proc_step step;
	pid_t me = getpid();

	spec.fds[0] = (struct proc_fd){b->fd, 1};
	state.set_umask = true;
	state.umask = 0177;
	(void)dprintf(b->fd, "%d\n", (int)me);
	AID_NEED(proc_replace(&spec, getppid(), &step) == -1);
	AID_NEED(errno == ENOENT && step == PROC_STEP_EXEC);
}

START_TEST(becomes_a_command)
{
	char script[] = "echo $$; umask", *argv[] = {sh, dash_c, script, NULL};
	struct become b = {"/bin/sh", argv, aid_memfd()};
	const char *text;
	size_t len;
	unsigned mask;
	int a, c;

	aid_in_child(become_child, &b);
	text = aid_text(b.fd, &len);
	ck_assert_int_eq(sscanf(text, "%d %d %o", &a, &c, &mask), 3);
	ck_assert_int_eq(a, c);
	ck_assert_uint_eq(mask, 0177);
	b.path = "/nonexistent";
	aid_in_child(become_child, &b);
	io_close(&b.fd);
}
END_TEST

/* A file without a magic number, too. */
START_TEST(becomes_a_script)
{
	char name[] = "x", word[] = "a b", *argv[] = {name, word, NULL};
	struct become b = {NULL, argv, aid_memfd()};
	size_t len;

	aid_make("script", "echo \"$1\"\n", 0755);
	b.path = aid_file("script");
	aid_in_child(become_child, &b);
	ck_assert_ptr_nonnull(strstr(aid_text(b.fd, &len), "\na b\n"));
	io_close(&b.fd);
}
END_TEST

static Suite *
suite_proc_hold(void)
{
	Suite *s = suite_create("proc_hold");
	TCase *tc = tcase_create("proc_hold");

	tcase_add_unchecked_fixture(tc, aid_adopt, aid_clear);
	tcase_add_checked_fixture(tc, aid_enter, aid_leave);
	tcase_add_checked_fixture(tc, aid_clear, aid_alone);
	tcase_add_loop_test(tc, holds_until_released, 0, NMETHODS);
	tcase_add_loop_test(tc, ends_while_held, 0, 2);
	tcase_add_test(tc, is_stopped_once);
	tcase_add_loop_test(tc, takes_a_state_on, 0, NMETHODS);
	tcase_add_loop_test(tc, tells_what_of_the_state_failed, 0, NMETHODS);
	tcase_add_test(tc, dies_with_its_parent);
	tcase_add_test(tc, becomes_a_command);
	tcase_add_test(tc, becomes_a_script);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_proc_hold)
