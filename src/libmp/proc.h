/* SPDX-License-Identifier: ISC */
/*
 * Starting a process: the one way to do it. The child gets the signal
 * state, the descriptors, the group that the spec names and nothing else,
 * and the parent learns whether exec worked.
 */
#ifndef MP_PROC_H
#define MP_PROC_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>

#include "status.h"

/*
 * How the child comes to be. PROC_VFORK costs the same from a fat parent
 * as from a thin one; it needs a vfork(2) that shares memory, as the
 * kernel's does (valgrind's and qemu-user's do not). PROC_FORK works
 * everywhere.
 */
enum proc_method { PROC_VFORK, PROC_FORK };

enum proc_group {
	PROC_SAME_GROUP, /* stay in our process group */
	PROC_OWN_GROUP, /* lead a new process group */
	PROC_OWN_SESSION /* lead a new session */
};

/* What failed. */
enum proc_step { PROC_STEP_START, PROC_STEP_SETUP, PROC_STEP_EXEC };

/* Descriptor from of ours becomes descriptor to of the child. */
struct proc_fd {
	int from, to;
};

#define PROC_FDS_MAX 16

struct proc_spec {
	enum proc_method method;
	const char *path; /* the file to execute; PATH is not searched */
	char *const *argv;
	char *const *envp;

	/* Instead of a file: runs entry(arg) in a forked child, which exits
	 * with what it returns. path, argv, envp, method are not used. */
	int (*entry)(void *arg);
	void *arg;

	/* Descriptors 0, 1 and 2 that no entry names are ours; all others
	 * are closed, if ours are close-on-exec: io_keep_to_ourselves(). */
	struct proc_fd fds[PROC_FDS_MAX];
	size_t nfds;

	enum proc_group group;
	int death_signal; /* sent when this process dies; 0: none. The kernel
			      clears it when a set-user-ID file is executed */
	bool tty_default; /* SIGTTIN and SIGTTOU are default in any case */
	bool all_default; /* signals ignored at our start are default, too */
};

/*
 * Starts the child: with an empty signal mask, default dispositions but
 * for what was ignored at our start (SIGPIPE and SIGCHLD are default in
 * any case), and the spec's state. Returns 0 and *pid once exec has
 * worked, or -1, errno and *step; then no child is left. A file that the
 * kernel takes for no program (ENOEXEC) is run by /bin/sh, as by
 * execvp(3). EAGAIN with PROC_STEP_START: the limit of processes.
 */
int proc_start(const struct proc_spec *, pid_t *pid, enum proc_step *step);

/*
 * The file that a command name stands for, searched in PATH as execvp(3)
 * does; the caller frees it. NULL and errno: ENOENT, or EACCES where one
 * was found but is not to be executed.
 */
char *proc_find(const char *name);

/* The exit status that tells of a command that could not be executed for
 * the reason err: MP_NOT_FOUND or MP_CANNOT_EXEC. */
enum mp_status proc_status(int err);

#endif
