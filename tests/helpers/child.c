/* SPDX-License-Identifier: ISC */
/*
 * A program for the tests to run: each subcommand is one way for a task to
 * behave. The table below says which; usage: child NAME [ARGUMENT …].
 */
#include "config.h"

#include "child.h"

#include <sys/resource.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
	const char *name;
	int number;
} signals[] = {
    {"HUP", SIGHUP},
    {"INT", SIGINT},
    {"QUIT", SIGQUIT},
    {"ILL", SIGILL},
    {"ABRT", SIGABRT},
    {"FPE", SIGFPE},
    {"KILL", SIGKILL},
    {"SEGV", SIGSEGV},
    {"PIPE", SIGPIPE},
    {"ALRM", SIGALRM},
    {"TERM", SIGTERM},
    {"USR1", SIGUSR1},
    {"USR2", SIGUSR2},
    {"CHLD", SIGCHLD},
    {"CONT", SIGCONT},
    {"STOP", SIGSTOP},
    {"TSTP", SIGTSTP},
    {"TTIN", SIGTTIN},
    {"TTOU", SIGTTOU},
    {"BUS", SIGBUS},
    {"TRAP", SIGTRAP},
    {"URG", SIGURG},
    {"XCPU", SIGXCPU},
    {"XFSZ", SIGXFSZ},
    {"VTALRM", SIGVTALRM},
    {"PROF", SIGPROF},
    {"WINCH", SIGWINCH},
    {"IO", SIGIO},
    {"SYS", SIGSYS},
};

#define NSIGNALS (sizeof(signals) / sizeof(signals[0]))

long
child_number(const char *text, long max)
{
	const char *why;
	long n;

	n = (long)strtonum(text, 0, max, &why);
	if (why != NULL)
		errx(CHILD_BROKEN, "%s: %s", text, why);
	return n;
}

int
child_signal_number(const char *name)
{
	size_t i;

	for (i = 0; i < NSIGNALS; i++)
		if (strcmp(name, signals[i].name) == 0)
			return signals[i].number;
	return (int)child_number(name, SIGRTMAX);
}

const char *
child_signal_name(int sig)
{
	static char number[16];
	size_t i;

	for (i = 0; i < NSIGNALS; i++)
		if (sig == signals[i].number)
			return signals[i].name;
	snprintf(number, sizeof(number), "%d", sig);
	return number;
}

char *
child_arg(int argc, char **argv, int i, const char *what)
{
	if (i >= argc)
		errx(CHILD_BROKEN, "%s: no %s", argv[0], what);
	return argv[i];
}

void
child_put(int fd, const char *text, size_t len)
{
	ssize_t n;

	while (len > 0) {
		n = write(fd, text, len);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			err(CHILD_BROKEN, "descriptor %d", fd);
		text += n;
		len -= (size_t)n;
	}
}

void
child_ready(const char *file)
{
	char part[4096], pid[32];
	int fd, n;

	n = snprintf(part, sizeof(part), "%s.%ld", file, (long)getpid());
	if (n < 0 || (size_t)n >= sizeof(part))
		errx(CHILD_BROKEN, "%s: too long", file);
	fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd == -1)
		err(CHILD_BROKEN, "%s", part);
	n = snprintf(pid, sizeof(pid), "%ld\n", (long)getpid());
	child_put(fd, pid, (size_t)n);
	close(fd);
	if (rename(part, file) == -1)
		err(CHILD_BROKEN, "%s", file);
}

void
child_detach(void)
{
	int fd, null;

	null = open("/dev/null", O_RDWR);
	if (null == -1)
		err(CHILD_BROKEN, "/dev/null");
	for (fd = 0; fd <= 2; fd++)
		if (dup2(null, fd) == -1)
			err(CHILD_BROKEN, "dup2");
	if (null > 2)
		close(null);
}

void
child_pause(void)
{
	for (;;)
		pause();
}

void
child_exec(char **argv)
{
	if (argv[0] == NULL)
		errx(CHILD_BROKEN, "no command");
	execvp(argv[0], argv);
	err(errno == ENOENT ? 127 : 126, "%s", argv[0]);
}

void
child_ignore_all(void)
{
	int sig;

	for (sig = 1; sig <= SIGRTMAX; sig++)
		signal(sig, SIG_IGN);
}

/* exit N */
static int
child_exit(int argc, char **argv)
{
	return (int)child_number(child_arg(argc, argv, 1, "status"), 255);
}

/* signal NAME: dies by it, without a core file. */
static int
child_die(int argc, char **argv)
{
	int sig = child_signal_number(child_arg(argc, argv, 1, "signal"));
	struct rlimit none = {0, 0};
	sigset_t set;

	setrlimit(RLIMIT_CORE, &none);
	signal(sig, SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, sig);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	raise(sig);
	errx(CHILD_BROKEN, "signal %s did not end us", argv[1]);
}

/* ignore SIGNAL … [-- COMMAND …]: COMMAND, or to stay. */
static int
child_ignore(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (signal(child_signal_number(argv[i]), SIG_IGN) == SIG_ERR)
			err(CHILD_BROKEN, "%s", argv[i]);
	if (i == argc)
		child_pause();
	child_exec(argv + i + 1);
}

/* catch FILE SIGNAL …: appends "ready", then each signal that comes, as a
 * line to FILE. Stays until a signal that it does not catch. */
static int
child_catch(int argc, char **argv)
{
	const char *file = child_arg(argc, argv, 1, "file"), *name = "ready";
	sigset_t set;
	int fd, i, sig;

	sigemptyset(&set);
	for (i = 2; i < argc; i++)
		sigaddset(&set, child_signal_number(argv[i]));
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	if (fd == -1)
		err(CHILD_BROKEN, "%s", file);
	for (;;) {
		dprintf(fd, "%s\n", name);
		if (sigwait(&set, &sig) != 0)
			errx(CHILD_BROKEN, "sigwait");
		name = child_signal_name(sig);
	}
}

/* pause [FILE]: makes FILE and stays. */
static int
child_stay(int argc, char **argv)
{
	if (argc > 1)
		child_ready(argv[1]);
	child_pause();
}

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} commands[] = {
    {"exit", child_exit},
    {"signal", child_die},
    {"ignore", child_ignore},
    {"catch", child_catch},
    {"pause", child_stay},
    {"write", child_write},
    {"lines", child_lines},
    {"output", child_output},
    {"pour", child_pour},
    {"drink", child_drink},
    {"fds", child_fds},
    {"mask", child_mask},
    {"env", child_env},
    {"state", child_state},
    {"daemonise", child_daemonise},
    {"setsid-child", child_setsid},
    {"hold", child_hold},
    {"chain", child_chain},
    {"swarm", child_swarm},
    {"entry", child_entry},
    {"how", child_how},
    {"maxrss", child_maxrss},
};

int
main(int argc, char **argv)
{
	size_t i;

	if (argc < 2)
		errx(CHILD_BROKEN, "usage: child name [argument ...]");
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1);
	errx(CHILD_BROKEN, "%s: no such subcommand", argv[1]);
}
