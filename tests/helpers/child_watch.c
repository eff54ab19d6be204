/* SPDX-License-Identifier: ISC */
/*
 * Subcommands of the test helper that run a command and tell of it what a
 * shell cannot: how exactly it ended, how much memory it took.
 */
#include "config.h"

#include "child.h"

#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int
wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, __WALL) == -1)
		if (errno != EINTR)
			err(CHILD_BROKEN, "waitpid");
	return status;
}

static int
exit_status(int status)
{
	if (WIFSIGNALED(status))
		return 128 + WTERMSIG(status);
	return WEXITSTATUS(status);
}

static FILE *
open_for_writing(const char *path)
{
	FILE *f = fopen(path, "we");

	if (f == NULL)
		err(CHILD_BROKEN, "%s", path);
	return f;
}

/* how FILE COMMAND …: FILE gets "exit N" or "signal NAME"; our status is
 * that of the shell. */
int
child_how(int argc, char **argv)
{
	FILE *f = open_for_writing(child_arg(argc, argv, 1, "file"));
	int status;
	pid_t pid;

	child_arg(argc, argv, 2, "command");
	pid = fork();
	if (pid == -1)
		err(CHILD_BROKEN, "fork");
	if (pid == 0)
		child_exec(argv + 2);
	status = wait_for(pid);
	if (WIFSIGNALED(status))
		fprintf(f, "signal %s\n", child_signal_name(WTERMSIG(status)));
	else
		fprintf(f, "exit %d\n", WEXITSTATUS(status));
	if (fclose(f) == EOF)
		err(CHILD_BROKEN, "%s", argv[1]);
	return exit_status(status);
}

/* The peak of the resident set so far, in KiB, or 0. */
static long
peak(pid_t pid)
{
	char line[256], path[64];
	long kib = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%ld/status", (long)pid);
	f = fopen(path, "re");
	if (f == NULL)
		return 0;
	while (fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, "VmHWM:", 6) == 0)
			kib = strtol(line + 6, NULL, 10);
	fclose(f);
	return kib;
}

/*
 * What getrusage(2) and wait4(2) tell of a child takes in what the child
 * has reaped, and what it was before exec. The peak of the child alone is
 * in /proc only, and only while it has memory: so it is stopped as it
 * begins to exit (PTRACE_O_TRACEEXIT) and looked at then. Signals are
 * passed on as they come.
 */
static int
trace(pid_t pid, long *kib)
{
	int event, request, sig, status;

	for (;;) {
		status = wait_for(pid);
		if (!WIFSTOPPED(status))
			return status;
		event = status >> 16;
		sig = event == 0 ? WSTOPSIG(status) : 0;
		if (event == PTRACE_EVENT_EXIT)
			*kib = peak(pid);
		request = PTRACE_CONT;
		if (event == PTRACE_EVENT_STOP && WSTOPSIG(status) != SIGTRAP)
			request = PTRACE_LISTEN; /* stopped: stay so */
		ptrace(request, pid, NULL, sig);
	}
}

/* maxrss FILE COMMAND …: FILE gets the peak of COMMAND's own resident set
 * in KiB. */
int
child_maxrss(int argc, char **argv)
{
	FILE *f = open_for_writing(child_arg(argc, argv, 1, "file"));
	int go[2], status;
	long kib = 0;
	char byte;
	pid_t pid;

	child_arg(argc, argv, 2, "command");
	if (pipe(go) == -1)
		err(CHILD_BROKEN, "pipe");
	pid = fork();
	if (pid == -1)
		err(CHILD_BROKEN, "fork");
	if (pid == 0) {
		close(go[1]);
		if (read(go[0], &byte, 1) != 0)
			_exit(CHILD_BROKEN);
		close(go[0]);
		child_exec(argv + 2);
	}
	close(go[0]);
	if (ptrace(PTRACE_SEIZE, pid, NULL, PTRACE_O_TRACEEXIT) == -1)
		err(CHILD_BROKEN, "ptrace");
	close(go[1]);
	status = trace(pid, &kib);
	fprintf(f, "%ld\n", kib);
	if (fclose(f) == EOF)
		err(CHILD_BROKEN, "%s", argv[1]);
	return exit_status(status);
}
