/* SPDX-License-Identifier: ISC */
/*
 * Signals as something to read: signalfd(2), or a self-pipe where there is
 * none. No handler does work.
 */
#ifndef MP_LOOP_SIG_H
#define MP_LOOP_SIG_H

#include <sys/types.h>

#include <signal.h>
#include <stdbool.h>

struct loop_signal {
	int signo;
	bool from_kernel; /* a key on the terminal, say; not kill(2) */
	pid_t pid; /* the sender, or 0 */
};

struct loop_sig {
	int fd; /* readable when a signal has come */
	int wr; /* the self-pipe's other end, or -1 */
	sigset_t set; /* what is taken */
	sigset_t old; /* the mask at the start */
	struct sigaction chld; /* and what SIGCHLD did */
};

/* Takes SIGCHLD and those of sigs that are not ignored. One at a time in
 * a process. Returns 0, or -1 and errno. */
int loop_sig_init(struct loop_sig *, const int *sigs, size_t nsigs);
void loop_sig_free(struct loop_sig *);

/* The next signal that has come. Returns whether there was one. */
bool loop_sig_next(struct loop_sig *, struct loop_signal *);

#endif
