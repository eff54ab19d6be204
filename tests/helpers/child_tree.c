/* SPDX-License-Identifier: ISC */
/*
 * Subcommands of the test helper that make other processes, in the ways in
 * which processes escape from those who started them.
 */
#include "config.h"

#include "child.h"

#include <sys/types.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static pid_t
fork_or_end(void)
{
	pid_t pid = fork();

	if (pid == -1)
		err(CHILD_BROKEN, "fork");
	return pid;
}

/* Ends when all other holders of the pipe's other end are gone. */
static void
await_eof(int fd)
{
	ssize_t n;
	char byte;

	do
		n = read(fd, &byte, 1);
	while (n > 0 || (n == -1 && errno == EINTR));
	close(fd);
}

static void
make_pipe(int fd[2])
{
	if (pipe(fd) == -1)
		err(CHILD_BROKEN, "pipe");
}

/*
 * Starts a daemon: a process in a session of its own whose parent is gone.
 * True is returned there. Its stdio is /dev/null.
 */
static bool
start_daemon(void)
{
	pid_t pid = fork_or_end();

	if (pid > 0) {
		while (waitpid(pid, NULL, 0) == -1 && errno == EINTR)
			continue;
		return false;
	}
	setsid();
	if (fork_or_end() > 0)
		_exit(0);
	child_detach();
	return true;
}

/* daemonise FILE: a daemon that stays; FILE holds its pid before we end. */
int
child_daemonise(int argc, char **argv)
{
	const char *file = child_arg(argc, argv, 1, "file");
	int fd[2];

	make_pipe(fd);
	if (start_daemon()) {
		close(fd[0]);
		child_ready(file);
		close(fd[1]);
		child_pause();
	}
	close(fd[1]);
	await_eof(fd[0]);
	return 0;
}

/* setsid-child FILE: stays, with a child in a session of its own. */
int
child_setsid(int argc, char **argv)
{
	const char *file = child_arg(argc, argv, 1, "file");

	if (fork_or_end() == 0) {
		setsid();
		child_ready(file);
	}
	child_pause();
}

/* hold SECONDS [FILE]: ends, but a child keeps stdout and stderr open. */
int
child_hold(int argc, char **argv)
{
	double seconds = atof(child_arg(argc, argv, 1, "time"));
	struct timespec left;
	int fd[2];

	make_pipe(fd);
	if (fork_or_end() > 0) {
		close(fd[1]);
		await_eof(fd[0]);
		return 0;
	}
	close(fd[0]);
	if (argc > 2)
		child_ready(argv[2]);
	close(fd[1]);
	left.tv_sec = (time_t)seconds;
	left.tv_nsec = (long)((seconds - (double)left.tv_sec) * 1e9);
	while (nanosleep(&left, &left) == -1 && errno == EINTR)
		continue;
	return 0;
}

/* chain N FILE: N processes, each the child of the one before; all stay.
 * The last one makes FILE. */
int
child_chain(int argc, char **argv)
{
	long n = child_number(child_arg(argc, argv, 1, "length"), 1L << 20);
	const char *file = child_arg(argc, argv, 2, "file");

	for (; n > 1; n--)
		if (fork_or_end() > 0)
			child_pause();
	child_ready(file);
	child_pause();
}

/* swarm N FILE [--exit]: N daemons that ignore every signal. FILE is made
 * when all are there; then we stay, or end. */
int
child_swarm(int argc, char **argv)
{
	long n = child_number(child_arg(argc, argv, 1, "number"), 1L << 20);
	const char *file = child_arg(argc, argv, 2, "file");
	int fd[2];

	make_pipe(fd);
	for (; n > 0; n--) {
		if (start_daemon()) {
			child_ignore_all();
			close(fd[0]);
			close(fd[1]);
			child_pause();
		}
	}
	close(fd[1]);
	await_eof(fd[0]);
	child_ready(file);
	if (argc > 3 && strcmp(argv[3], "--exit") == 0)
		return 0;
	child_pause();
}
