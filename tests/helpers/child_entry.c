/* SPDX-License-Identifier: ISC */
/*
 * entry [OPTION …] [--] COMMAND …: executes COMMAND in a state that a
 * program does not expect to be started in. The options, in their order:
 *
 *	--ignore SIGNAL  --default SIGNAL  --block SIGNAL
 *	--sigchld-ignore  --sigchld-block  --sigpipe-ignore
 *	--close N	descriptor N is closed
 *	--nofile N	RLIMIT_NOFILE, soft and hard
 *	--nproc N	RLIMIT_NPROC; means nothing to root: put --uid behind
 *	--uid N		become that user and group
 *	--with-child FILE	COMMAND has a child that it did not start,
 *			whose pid is in FILE
 */
#include "config.h"

#include "child.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>

#include <err.h>
#include <grp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The C library has some that it does not let us touch; the kernel does.
 * Where a machine puts the handler elsewhere nothing happens. */
static void
set_ignore(const char *arg)
{
	struct {
		void (*handler)(int);
		unsigned long rest[15];
	} ignore = {SIG_IGN, {0}};
	int signo = child_signal_number(arg);

	if (signal(signo, SIG_IGN) == SIG_ERR)
		syscall(SYS_rt_sigaction, signo, &ignore, NULL, (size_t)8);
}

static void
set_default(const char *arg)
{
	signal(child_signal_number(arg), SIG_DFL);
}

static void
set_block(const char *arg)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, child_signal_number(arg));
	sigprocmask(SIG_BLOCK, &set, NULL);
}

static void
set_close(const char *arg)
{
	close((int)child_number(arg, 1L << 20));
}

static void
set_limit(int which, const char *arg)
{
	struct rlimit limit;

	limit.rlim_cur = (rlim_t)child_number(arg, 1L << 30);
	limit.rlim_max = limit.rlim_cur;
	/* glibc declares the first parameter as an enum of its own. */
	if (which == RLIMIT_NOFILE && setrlimit(RLIMIT_NOFILE, &limit) == -1)
		err(CHILD_BROKEN, "RLIMIT_NOFILE");
	if (which == RLIMIT_NPROC && setrlimit(RLIMIT_NPROC, &limit) == -1)
		err(CHILD_BROKEN, "RLIMIT_NPROC");
}

static void
set_nofile(const char *arg)
{
	set_limit(RLIMIT_NOFILE, arg);
}

static void
set_nproc(const char *arg)
{
	set_limit(RLIMIT_NPROC, arg);
}

static void
set_uid(const char *arg)
{
	uid_t uid = (uid_t)child_number(arg, 1L << 30);

	if (setgroups(0, NULL) == -1 || setgid(uid) == -1 || setuid(uid) == -1)
		err(CHILD_BROKEN, "uid %s", arg);
}

static void
set_child(const char *arg)
{
	sigset_t set;
	int fd[2];
	pid_t pid;
	char byte;

	if (pipe(fd) == -1)
		err(CHILD_BROKEN, "pipe");
	pid = fork();
	if (pid == -1)
		err(CHILD_BROKEN, "fork");
	if (pid == 0) {
		/* It must end by a plain kill, whatever was set before. */
		signal(SIGTERM, SIG_DFL);
		sigemptyset(&set);
		sigprocmask(SIG_SETMASK, &set, NULL);
		child_detach();
		close(fd[0]);
		child_ready(arg);
		close(fd[1]);
		child_pause();
	}
	close(fd[1]);
	if (read(fd[0], &byte, 1) != 0)
		err(CHILD_BROKEN, "pipe");
	close(fd[0]);
}

static const struct {
	const char *name;
	void (*set)(const char *arg);
	const char *arg; /* or NULL: the next word */
} options[] = {
    {"--ignore", set_ignore, NULL},
    {"--default", set_default, NULL},
    {"--block", set_block, NULL},
    {"--sigchld-ignore", set_ignore, "CHLD"},
    {"--sigchld-block", set_block, "CHLD"},
    {"--sigpipe-ignore", set_ignore, "PIPE"},
    {"--close", set_close, NULL},
    {"--nofile", set_nofile, NULL},
    {"--nproc", set_nproc, NULL},
    {"--uid", set_uid, NULL},
    {"--with-child", set_child, NULL},
};

#define NOPTIONS (sizeof(options) / sizeof(options[0]))

int
child_entry(int argc, char **argv)
{
	size_t o;
	int i;

	for (i = 1; i < argc && strncmp(argv[i], "--", 2) == 0; i++) {
		if (argv[i][2] == '\0') {
			i++;
			break;
		}
		for (o = 0; o < NOPTIONS; o++)
			if (strcmp(argv[i], options[o].name) == 0)
				break;
		if (o == NOPTIONS)
			errx(CHILD_BROKEN, "entry: %s: unknown", argv[i]);
		if (options[o].arg != NULL)
			options[o].set(options[o].arg);
		else
			options[o].set(child_arg(argc, argv, ++i, "argument"));
	}
	child_exec(argv + i);
}
