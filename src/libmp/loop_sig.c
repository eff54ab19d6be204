/* SPDX-License-Identifier: ISC */
/*
 * Signals as something to read. Both ways keep the signals blocked outside
 * of their own code, so a child that is started in between sees none of
 * this (proc.c empties the mask for it).
 */
#include "config.h"

#include "loop_sig.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "io.h"

#ifdef USE_SIGNALFD
#include <sys/signalfd.h>
#endif

/* What is taken: SIGCHLD, and what was not ignored at our start. */
static int
sig_choose(struct loop_sig *s, const int *sigs, size_t nsigs)
{
	struct sigaction sa;
	size_t i;

	sigemptyset(&s->set);
	sigaddset(&s->set, SIGCHLD);
	for (i = 0; i < nsigs; i++) {
		if (sigaction(sigs[i], NULL, &sa) == -1)
			return -1;
		if (sa.sa_handler != SIG_IGN)
			sigaddset(&s->set, sigs[i]);
	}
	/* An ignored SIGCHLD would make the kernel reap in our place. */
	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = SIG_DFL;
	return sigaction(SIGCHLD, &sa, &s->chld);
}

#ifdef USE_SIGNALFD

static int
sig_open(struct loop_sig *s)
{
	if (sigprocmask(SIG_BLOCK, &s->set, &s->old) == -1)
		return -1;
	s->fd = signalfd(-1, &s->set, SFD_CLOEXEC | SFD_NONBLOCK);
	return s->fd == -1 ? -1 : 0;
}

bool
loop_sig_next(struct loop_sig *s, struct loop_signal *sig)
{
	struct signalfd_siginfo si;

	if (io_read(s->fd, &si, sizeof(si)) != (ssize_t)sizeof(si))
		return false;
	sig->signo = (int)si.ssi_signo;
	sig->from_kernel = si.ssi_code > 0;
	sig->pid = sig->from_kernel ? 0 : (pid_t)si.ssi_pid;
	return true;
}

#else /* self-pipe */

static int sig_pipe = -1;

/* Async-signal-safe: one write, whose failure means that the pipe holds
 * more than enough to wake the reader. */
static void
sig_handler(int signo, siginfo_t *si, void *context)
{
	struct loop_signal sig = {signo, si->si_code > 0, 0};
	int saved = errno;

	(void)context;
	if (!sig.from_kernel)
		sig.pid = si->si_pid;
	(void)!write(sig_pipe, &sig, sizeof(sig));
	errno = saved;
}

static int
sig_open(struct loop_sig *s)
{
	struct sigaction sa;
	int fd[2], signo;

	if (io_pipe(fd) == -1)
		return -1;
	s->fd = fd[0];
	s->wr = sig_pipe = fd[1];
	(void)fcntl(fd[0], F_SETFL, O_NONBLOCK);
	(void)fcntl(fd[1], F_SETFL, O_NONBLOCK);
	memset(&sa, 0, sizeof(sa));
	sa.sa_sigaction = sig_handler;
	sa.sa_flags = SA_RESTART | SA_SIGINFO;
	sigfillset(&sa.sa_mask);
	for (signo = 1; signo < NSIG; signo++)
		if (sigismember(&s->set, signo) == 1)
			(void)sigaction(signo, &sa, NULL);
	return sigprocmask(SIG_UNBLOCK, &s->set, &s->old);
}

bool
loop_sig_next(struct loop_sig *s, struct loop_signal *sig)
{
	return io_read(s->fd, sig, sizeof(*sig)) == (ssize_t)sizeof(*sig);
}

#endif

int
loop_sig_init(struct loop_sig *s, const int *sigs, size_t nsigs)
{
	s->fd = s->wr = -1;
	if (sig_choose(s, sigs, nsigs) == -1 || sig_open(s) == -1) {
		loop_sig_free(s);
		return -1;
	}
	return 0;
}

void
loop_sig_free(struct loop_sig *s)
{
	struct sigaction sa;
	struct loop_signal sig;
	int signo;

	/* What has come would strike as soon as it is not blocked. */
	while (s->fd != -1 && loop_sig_next(s, &sig))
		;
	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = SIG_DFL;
	for (signo = 1; s->wr != -1 && signo < NSIG; signo++)
		if (sigismember(&s->set, signo) == 1)
			(void)sigaction(signo, &sa, NULL);
	if (s->fd != -1) {
		(void)sigaction(SIGCHLD, &s->chld, NULL);
		(void)sigprocmask(SIG_SETMASK, &s->old, NULL);
	}
	io_close(&s->fd);
	io_close(&s->wr);
}
