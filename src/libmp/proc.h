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

#include "state.h"
#include "status.h"

/*
 * How the child comes to be. PROC_VFORK costs the same from a fat parent
 * as from a thin one; it needs a vfork(2) that shares memory, as the
 * kernel's does (valgrind's and qemu-user's do not). PROC_SPAWN is the
 * same with a stack of the child's own, clone(2), as posix_spawn(3) does
 * it; where there is no such clone it is PROC_VFORK. PROC_FORK works
 * everywhere.
 */
enum proc_method { PROC_VFORK, PROC_FORK, PROC_SPAWN };

enum proc_group {
	PROC_SAME_GROUP, /* stay in our process group */
	PROC_OWN_GROUP, /* lead a new process group */
	PROC_OWN_SESSION /* lead a new session */
};

/* What failed. */
enum proc_step {
	PROC_STEP_START,
	PROC_STEP_SETUP,
	PROC_STEP_STATE, /* and state_fault says more */
	PROC_STEP_EXEC
};

/* Descriptor from of ours becomes descriptor to of the child. */
struct proc_fd {
	int from, to;
};

#define PROC_FDS_MAX 64

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
	bool hold; /* stops right after exec, before the program's first
		      instruction: proc_release() */
	const struct state *state; /* taken on before exec, or NULL */
	struct state_fault *fault; /* set with PROC_STEP_STATE; or NULL */
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

/* Whether descriptor fd of the child is one that the spec names. */
bool proc_names_fd(const struct proc_spec *, int fd);

/* What the method comes to on this system. */
enum proc_method proc_method_used(enum proc_method);

/* A child that was started with hold: waits until it is stopped, for some
 * seconds; lets it go on. Return 0, also for one that is dead, which is not
 * reaped; or -1 and ETIMEDOUT where this kernel has no F_SETSIG. */
int proc_held(pid_t pid);
int proc_release(pid_t pid);

/*
 * This process itself becomes what the spec says, as the child of
 * proc_start() would; parent is who must still be its parent where there
 * is a death_signal. Does not return but on failure: -1, errno and *step,
 * with the state half taken on. entry, hold and method mean nothing.
 */
int proc_replace(const struct proc_spec *, pid_t parent, enum proc_step *step);

/*
 * The file that a command name stands for, searched in PATH as execvp(3)
 * does; the caller frees it. NULL and errno: ENOENT, or EACCES where one
 * was found but is not to be executed. proc_find_in() takes the value of
 * PATH; NULL is the system's default one.
 */
char *proc_find(const char *name);
char *proc_find_in(const char *path, const char *name);

/* The exit status that tells of a command that could not be executed for
 * the reason err: MP_NOT_FOUND or MP_CANNOT_EXEC. */
enum mp_status proc_status(int err);

#endif
