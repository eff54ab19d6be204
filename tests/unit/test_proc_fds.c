/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of starting a process: which descriptors it gets, functions
 * in place of a file, and its end with ours.
 */
#include "config.h"

#include "unit.h"

#include <sys/stat.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "aid.h"
#include "io.h"
#include "proc.h"

static char *no_env[] = {NULL};

/* Descriptors 0 to 9 and these are open at the start, each on a file that
 * has its number for a name. */
static const int high[] = {20, 150, 200, 201, 202, 203};

#define FDS_MAX 256

/* "from>to" for each. */
static const char *const maps[] = {
    "",
    /* Any use of the standard ones. */
    "3>1 4>2",
    "3>0 4>1 5>2",
    "2>1",
    "1>2 2>1",
    "0>3 3>0",
    "0>0 1>1 2>2",
    "1>9 9>1",
    "200>0 20>1",
    /* Each in the way of another. */
    "3>4 4>3",
    "3>4 4>5 5>3",
    "5>4 4>3 3>5",
    "3>4 4>5 5>6 6>7",
    "6>7 5>6 4>5 3>4",
    "9>3 8>4 7>5 6>6 5>7 4>8 3>9",
    "4>4 4>3 3>5",
    "3>3 4>5 5>4",
    "20>200 200>20",
    /* One for several. */
    "3>4 3>5 3>6",
    "3>5 3>4 3>3",
    /* From below the highest target, and with gaps. */
    "3>9 4>8",
    "3>4",
    "5>5",
    "3>20",
    "7>3",
    "200>3",
    "201>4 202>3 203>6 200>5",
    "3>150 150>3",
    ("3>20 4>21 5>22 6>23 7>24 8>25 9>26 0>27 1>28 2>29 3>30 4>31 5>32 6>33 "
     "7>34 8>35"),
};

/* The spec's descriptors, and what the child should have: want[to] is from,
 * or -1. */
static void
read_map(const char *map, struct proc_spec *spec, int want[FDS_MAX])
{
	int i, from, to, used;

	for (i = 0; i < FDS_MAX; i++)
		want[i] = i <= 2 ? i : -1;
	while (sscanf(map, "%d>%d%n", &from, &to, &used) == 2) {
		map += used;
		spec->fds[spec->nfds++] = (struct proc_fd){from, to};
		want[to] = from;
	}
}

static void
open_as(int fd)
{
	char name[16];
	int file;

	(void)snprintf(name, sizeof(name), "%d", fd);
	file = open(aid_file(name), O_RDWR | O_CREAT | O_TRUNC, 0600);
	AID_NEED(file != -1 && fcntl(file, F_DUPFD, 210) != -1);
	AID_NEED(close(file) == 0 && dup2(210, fd) == fd && close(210) == 0);
}

static void
open_all(void)
{
	int i;

	for (i = 0; i <= 250; i++)
		(void)close(i);
	for (i = 0; i <= 9; i++)
		open_as(i);
	for (i = 0; i < NROWS(high); i++)
		open_as(high[i]);
	AID_NEED(io_setup() == 0);
	io_keep_to_ourselves();
}

/* "N FILE" for each descriptor, as the helper's fds, but of ourselves. */
static int
list_own(void *arg)
{
	char path[64], target[4096];
	ssize_t len;
	int fd;

	(void)arg;
	for (fd = 0; fd < FDS_MAX; fd++) {
		(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		len = readlink(path, target, sizeof(target) - 1);
		if (len == -1)
			continue;
		target[len] = '\0';
		(void)dprintf(1, "%d %s\n", fd, target);
	}
	return 7;
}

/* Compares the list with what was wanted. */
static void
compare_list(FILE *f, const int want[FDS_MAX])
{
	char line[4200], expected[4200], name[16];
	int fd;

	for (fd = 0; fd < FDS_MAX; fd++) {
		if (want[fd] == -1)
			continue;
		(void)snprintf(name, sizeof(name), "%d", want[fd]);
		(void)snprintf(
		    expected, sizeof(expected), "%d %s\n", fd, aid_file(name));
		if (fgets(line, sizeof(line), f) == NULL)
			aid_fail("missing", fd, expected);
		if (strcmp(line, expected) != 0)
			aid_fail("not as expected", fd, line);
	}
	if (fgets(line, sizeof(line), f) != NULL)
		aid_fail("too many", 0, line);
}

/* Method 0 and 1, or 2 for a function. */
static void
map_child(void *arg)
{
	int how = *(int *)arg % 3, want[FDS_MAX], status;
	char word[] = "fds", *argv[] = {word, word, NULL}, name[16];
	struct proc_spec spec = {
	    .path = aid_helper(), .argv = argv, .envp = no_env};
	enum proc_step step;
	pid_t pid;
	FILE *f;

	read_map(maps[*(int *)arg / 3], &spec, want);
	if (how == 2)
		spec.entry = list_own;
	else
		spec.method = (enum proc_method)how;
	open_all();
	AID_NEED(proc_start(&spec, &pid, &step) == 0);
	status = aid_wait(pid);
	AID_NEED(WIFEXITED(status) && WEXITSTATUS(status) == (how == 2) * 7);
	(void)snprintf(name, sizeof(name), "%d", want[1]);
	f = fopen(aid_file(name), "re");
	AID_NEED(f != NULL);
	compare_list(f, want);
	(void)fclose(f);
}

START_TEST(gives_descriptors)
{
	aid_in_child(map_child, &_i);
}
END_TEST

/* Nothing comes between the child's report and us: neither is it lost nor
 * written to a descriptor that was meant for the child. */
static void
report_child(void *arg)
{
	char word[] = "x", *argv[] = {word, NULL}, name[16];
	struct proc_spec spec = {.argv = argv, .envp = no_env, .nfds = 4};
	enum proc_step step = PROC_STEP_START;
	struct stat st;
	pid_t pid;
	int i;

	spec.method = *(enum proc_method *)arg;
	open_all();
	spec.path = aid_file("missing");
	for (i = 0; i < 4; i++) {
		spec.fds[i] = (struct proc_fd){200 + i, 3 + i};
		(void)close(3 + i); /* our own pipes will be there */
	}
	errno = 0;
	AID_NEED(proc_start(&spec, &pid, &step) == -1);
	AID_NEED(errno == ENOENT && step == PROC_STEP_EXEC);
	for (i = 200; i < 204; i++) {
		(void)snprintf(name, sizeof(name), "%d", i);
		AID_NEED(stat(aid_file(name), &st) == 0 && st.st_size == 0);
	}
}

START_TEST(reports_on_its_own)
{
	enum proc_method method = (enum proc_method)_i;

	if (method != PROC_VFORK || !aid_valgrind())
		aid_in_child(report_child, &method);
}
END_TEST

/* A function in a child: where it runs is told by what it returns. */
struct where {
	pid_t parent;
	enum proc_group group;
	int changed;
};

static int
look_around(void *arg)
{
	struct where *w = arg;
	pid_t group = w->group == PROC_SAME_GROUP ? getpgid(w->parent)
						  : getpid();
	struct sigaction sa;
	sigset_t set;
	int sig;

	w->changed = 1;
	if (getppid() != w->parent)
		return 2;
	if (getpgrp() != group ||
	    (getsid(0) == getpid()) != (w->group == PROC_OWN_SESSION))
		return 3;
	if (sigprocmask(SIG_BLOCK, NULL, &set) == -1)
		return 4;
	for (sig = 1; sig < NSIG; sig++)
		if (sigismember(&set, sig) == 1)
			return 5;
	for (sig = 1; sig < NSIG; sig++)
		if (sigaction(sig, NULL, &sa) == 0 &&
		    sa.sa_handler != (sig == SIGUSR1 ? SIG_IGN : SIG_DFL))
			return 100 + sig;
	return 0;
}

static void
handler(int sig)
{
	(void)sig;
}

/* Row / 3 is whether we have a handler. */
static void
function_child(void *arg)
{
	struct where w = {getpid(), (enum proc_group)(*(int *)arg % 3), 0};
	struct proc_spec spec = {
	    .entry = look_around, .arg = &w, .group = w.group};
	enum proc_step step;
	sigset_t all;
	pid_t pid;

	(void)signal(SIGUSR1, SIG_IGN);
	(void)signal(SIGPIPE, SIG_IGN);
	if (*(int *)arg / 3)
		(void)signal(SIGUSR2, handler);
	sigfillset(&all);
	AID_NEED(sigprocmask(SIG_SETMASK, &all, NULL) == 0);
	AID_NEED(proc_start(&spec, &pid, &step) == 0);
	errno = aid_wait(pid); /* is shown */
	AID_NEED(errno == 0);
	AID_NEED(w.changed == 0);
}

START_TEST(runs_functions)
{
	aid_in_child(function_child, &_i);
}
END_TEST

/* Dies and leaves a child behind, which has the pipe. */
struct death {
	int how, signal;
	int fd[2];
	pid_t *child; /* shared */
};

static int
stay(void *arg)
{
	(void)arg;
	for (;;)
		(void)pause();
	return 0;
}

static void
dying_child(void *arg)
{
	struct death *d = arg;
	char word[] = "pause", *argv[] = {word, word, NULL};
	struct proc_spec spec = {.path = aid_helper(),
	    .argv = argv,
	    .envp = no_env,
	    .death_signal = d->signal,
	    .nfds = 1};
	enum proc_step step;

	if (d->how == 2)
		spec.entry = stay;
	else
		spec.method = (enum proc_method)d->how;
	spec.fds[0] = (struct proc_fd){d->fd[1], 3};
	AID_NEED(proc_start(&spec, d->child, &step) == 0);
	(void)kill(getpid(), SIGKILL);
}

/* Without the signal it lives on, and is ours to end. */
START_TEST(dies_with_us)
{
	static const int signals[] = {SIGKILL, SIGTERM, 0};
	struct death d = {.how = _i % 3, .signal = signals[_i / 3]};
	struct pollfd end = {.events = POLLIN};
	char byte;
	pid_t pid;

	ck_assert_int_eq(io_pipe(d.fd), 0);
	d.child = aid_shared(sizeof(*d.child));
	pid = aid_begin(dying_child, &d);
	io_close(&d.fd[1]);
	ck_assert_int_eq(aid_wait(pid), SIGKILL);
	if (d.signal == 0)
		ck_assert_int_eq(kill(*d.child, SIGKILL), 0);
	end.fd = d.fd[0];
	if (poll(&end, 1, 30000) != 1)
		(void)kill(*d.child, SIGKILL);
	ck_assert_int_eq(end.revents, POLLHUP);
	ck_assert_int_eq(io_read(d.fd[0], &byte, 1), 0);
	io_close(&d.fd[0]);
}
END_TEST

static Suite *
suite_proc_fds(void)
{
	Suite *s = suite_create("proc_fds");
	TCase *tc = tcase_create("proc_fds");

	tcase_set_timeout(tc, 60);
	tcase_add_unchecked_fixture(tc, aid_adopt, aid_clear);
	tcase_add_checked_fixture(tc, aid_enter, aid_leave);
	tcase_add_checked_fixture(tc, aid_clear, aid_alone);
	tcase_add_loop_test(tc, gives_descriptors, 0, 3 * NROWS(maps));
	tcase_add_loop_test(tc, reports_on_its_own, 0, 2);
	tcase_add_loop_test(tc, runs_functions, 0, 6);
	tcase_add_loop_test(tc, dies_with_us, 0, 9);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_proc_fds)
