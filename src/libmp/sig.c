/* SPDX-License-Identifier: ISC */
/*
 * Signal names. The table is our own: what the C libraries have differs in
 * name and in the synonyms it knows.
 */
#include "config.h"

#include "sig.h"

#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>
#include <unistd.h>

#ifdef HAVE_SYS_PRCTL_H
#include <sys/prctl.h>
#endif

#include "status.h"

/* Of several names for one number the first is the one to show. */
static const struct named {
	const char *name;
	int sig;
} table[] = {
    {"EXIT", 0},
    {"HUP", SIGHUP},
    {"INT", SIGINT},
    {"QUIT", SIGQUIT},
    {"ILL", SIGILL},
    {"TRAP", SIGTRAP},
    {"ABRT", SIGABRT},
    {"BUS", SIGBUS},
    {"FPE", SIGFPE},
    {"KILL", SIGKILL},
    {"USR1", SIGUSR1},
    {"SEGV", SIGSEGV},
    {"USR2", SIGUSR2},
    {"PIPE", SIGPIPE},
    {"ALRM", SIGALRM},
    {"TERM", SIGTERM},
#ifdef SIGSTKFLT
    {"STKFLT", SIGSTKFLT},
#endif
    {"CHLD", SIGCHLD},
    {"CONT", SIGCONT},
    {"STOP", SIGSTOP},
    {"TSTP", SIGTSTP},
    {"TTIN", SIGTTIN},
    {"TTOU", SIGTTOU},
    {"URG", SIGURG},
    {"XCPU", SIGXCPU},
    {"XFSZ", SIGXFSZ},
    {"VTALRM", SIGVTALRM},
    {"PROF", SIGPROF},
    {"WINCH", SIGWINCH},
#ifdef SIGPOLL
    {"POLL", SIGPOLL},
#endif
#ifdef SIGPWR
    {"PWR", SIGPWR},
#endif
    {"SYS", SIGSYS},
#ifdef SIGEMT
    {"EMT", SIGEMT},
#endif
#ifdef SIGINFO
    {"INFO", SIGINFO},
#endif
#ifdef SIGIO
    {"IO", SIGIO},
#endif
#ifdef SIGIOT
    {"IOT", SIGIOT},
#endif
#ifdef SIGCLD
    {"CLD", SIGCLD},
#endif
};

#define NTABLE (sizeof(table) / sizeof(table[0]))

static const char *
standard_name(int sig)
{
	size_t i;

	for (i = 0; i < NTABLE; i++)
		if (table[i].sig == sig)
			return table[i].name;
	return NULL;
}

static bool
is_real_time(int sig)
{
	return sig >= SIGRTMIN && sig <= SIGRTMAX;
}

/* Digits alone, at most max, or -1. */
static int
parse_number(const char *s, int max)
{
	const char *bad;
	int n;

	/* strtonum() allows a sign and spaces. */
	if (!isdigit((unsigned char)*s))
		return -1;
	n = (int)strtonum(s, 0, max, &bad);
	return bad == NULL ? n : -1;
}

static int
parse_standard(const char *s)
{
	size_t i;

	for (i = 0; i < NTABLE; i++)
		if (strcasecmp(table[i].name, s) == 0)
			return table[i].sig;
	return -1;
}

/* RTMIN, RTMIN+n, RTMAX or RTMAX-n. */
static int
parse_real_time(const char *s)
{
	bool up = strncasecmp(s, "RTMIN", 5) == 0;
	int n = 0;

	if (!up && strncasecmp(s, "RTMAX", 5) != 0)
		return -1;
	s += 5;
	if (*s != '\0') {
		if (*s != (up ? '+' : '-'))
			return -1;
		n = parse_number(s + 1, SIGRTMAX - SIGRTMIN);
		if (n == -1)
			return -1;
	}
	return up ? SIGRTMIN + n : SIGRTMAX - n;
}

int
sig_number(const char *s)
{
	int sig = parse_number(s, SIGRTMAX);

	if (sig == -1) {
		if (strncasecmp(s, "SIG", 3) == 0)
			s += 3;
		sig = parse_standard(s);
	}
	if (sig == -1)
		sig = parse_real_time(s);
	/* There are gaps, which libc keeps for itself. */
	if (standard_name(sig) != NULL || is_real_time(sig))
		return sig;
	errno = EINVAL;
	return -1;
}

const char *
sig_name(int sig)
{
	static char name[sizeof("RTMIN+") + 3 * sizeof(int)];

	if (!is_real_time(sig))
		return standard_name(sig);
	if (sig == SIGRTMIN)
		return "RTMIN";
	(void)snprintf(name, sizeof(name), "RTMIN+%d", sig - SIGRTMIN);
	return name;
}

/* No core file: the command has left one already, if any. */
static void
forbid_core(void)
{
	static const struct rlimit none = {0, 0};

	(void)setrlimit(RLIMIT_CORE, &none);
#ifdef HAVE_SYS_PRCTL_H
	/* A core_pattern(5) that is a pipe does not heed the limit. */
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

static bool
only_stops(int sig)
{
	return sig == SIGSTOP || sig == SIGTSTP || sig == SIGTTIN ||
	    sig == SIGTTOU;
}

size_t
sig_terminating(int *sigs)
{
	static const int named[] = {
	    SIGALRM,
	    SIGHUP,
	    SIGINT,
	    SIGIO,
	    SIGPIPE,
	    SIGPROF,
	    SIGQUIT,
	    SIGTERM,
	    SIGUSR1,
	    SIGUSR2,
	    SIGVTALRM,
	    SIGXCPU,
	    SIGXFSZ,
#ifdef SIGPWR
	    SIGPWR,
#endif
#ifdef SIGSTKFLT
	    SIGSTKFLT,
#endif
	};
	size_t n;
	int sig;

	for (n = 0; n < sizeof(named) / sizeof(named[0]); n++)
		sigs[n] = named[n];
	for (sig = SIGRTMIN; sig <= SIGRTMAX; sig++)
		sigs[n++] = sig;
	return n;
}

void
sig_stop(void)
{
	struct sigaction sa = {.sa_handler = SIG_DFL}, was;
	sigset_t set, mask;

	(void)sigaction(SIGTSTP, &sa, &was);
	(void)raise(SIGTSTP);
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTSTP);
	(void)sigprocmask(SIG_UNBLOCK, &set, &mask);
	(void)sigprocmask(SIG_SETMASK, &mask, NULL);
	(void)sigaction(SIGTSTP, &was, NULL);
}

_Noreturn void
sig_die(int sig)
{
	struct sigaction sa = {.sa_handler = SIG_DFL};
	sigset_t set;

	forbid_core();
	if (sig > 0 && !only_stops(sig)) {
		(void)sigaction(sig, &sa, NULL);
		(void)sigemptyset(&set);
		(void)sigaddset(&set, sig);
		(void)sigprocmask(SIG_UNBLOCK, &set, NULL);
		(void)raise(sig);
	}
	_exit(MP_SIGNALED + sig);
}
