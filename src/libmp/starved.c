/* SPDX-License-Identifier: ISC */
/*
 * What a process waits for.
 */
#include "config.h"

#include "starved.h"

#include <sys/stat.h>
#include <sys/syscall.h>

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "io.h"
#include "scan.h"

struct kin {
	pid_t parent;
	pid_t child; /* one of its children */
};

/* Counts the children. */
static long long
is_child(struct scan *scan, const struct scan_proc *p, void *arg)
{
	struct kin *kin = arg;

	(void)scan;
	if (p->ppid != kin->parent || p->dead)
		return 0;
	kin->child = p->pid;
	return 1;
}

/* The only child, or 0. */
static pid_t
only_child(pid_t parent)
{
	struct kin kin = {.parent = parent};

	return scan_below(NULL, 0, is_child, &kin) == 1 ? kin.child : 0;
}

/* A directory has a link for each of the directories in it, and two more. */
static bool
has_one_thread(pid_t pid)
{
	char path[64];
	struct stat st;

	(void)snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	return stat(path, &st) == 0 && st.st_nlink == 2 + 1;
}

/* The number of the system call that it sleeps in, and its first argument;
 * "running" if it does not sleep. */
static bool
reads_stdin(pid_t pid)
{
	char path[64], text[256];
	unsigned long fd;
	ssize_t n;
	long call;
	int from;

	(void)snprintf(path, sizeof(path), "/proc/%d/syscall", (int)pid);
	from = open(path, O_RDONLY | O_CLOEXEC);
	if (from == -1)
		return false;
	n = io_read(from, text, sizeof(text) - 1);
	io_close(&from);
	if (n <= 0)
		return false;
	text[n] = '\0';
	return sscanf(text, "%ld %lx", &call, &fd) == 2 && call == SYS_read &&
	    fd == STDIN_FILENO;
}

bool
starved_child(pid_t parent)
{
	pid_t child = only_child(parent);
	struct kin kin = {.parent = child};

	return child != 0 && has_one_thread(child) && reads_stdin(child) &&
	    scan_below(NULL, 0, is_child, &kin) == 0;
}
