/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of signal names, both ways, and of dying by a signal: what a
 * parent sees, from whatever state the process was in.
 */
#include "config.h"

#include "unit.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sig.h"

#define NROWS(table) ((int)(sizeof(table) / sizeof((table)[0])))

/* The first name of a number is the one that sig_name() gives. */
static const struct {
	int sig;
	const char *name;
} names[] = {
    {0, "EXIT"},
    {SIGHUP, "HUP"},
    {SIGINT, "INT"},
    {SIGQUIT, "QUIT"},
    {SIGILL, "ILL"},
    {SIGTRAP, "TRAP"},
    {SIGABRT, "ABRT"},
    {SIGABRT, "IOT"},
    {SIGBUS, "BUS"},
    {SIGFPE, "FPE"},
    {SIGKILL, "KILL"},
    {SIGUSR1, "USR1"},
    {SIGSEGV, "SEGV"},
    {SIGUSR2, "USR2"},
    {SIGPIPE, "PIPE"},
    {SIGALRM, "ALRM"},
    {SIGTERM, "TERM"},
#ifdef __linux__
    {SIGSTKFLT, "STKFLT"},
    {SIGCHLD, "CHLD"},
    {SIGCHLD, "CLD"},
    {SIGPOLL, "POLL"},
    {SIGPOLL, "IO"},
    {SIGPWR, "PWR"},
#endif
    {SIGCONT, "CONT"},
    {SIGSTOP, "STOP"},
    {SIGTSTP, "TSTP"},
    {SIGTTIN, "TTIN"},
    {SIGTTOU, "TTOU"},
    {SIGURG, "URG"},
    {SIGXCPU, "XCPU"},
    {SIGXFSZ, "XFSZ"},
    {SIGVTALRM, "VTALRM"},
    {SIGPROF, "PROF"},
    {SIGWINCH, "WINCH"},
    {SIGSYS, "SYS"},
};

START_TEST(knows_names)
{
	char text[32];
	size_t i;

	ck_assert_int_eq(sig_number(names[_i].name), names[_i].sig);
	(void)snprintf(text, sizeof(text), "SIG%s", names[_i].name);
	ck_assert_int_eq(sig_number(text), names[_i].sig);
	for (i = 0; text[i] != '\0'; i++)
		if (text[i] >= 'A' && text[i] <= 'Z')
			text[i] = (char)(text[i] - 'A' + 'a');
	ck_assert_int_eq(sig_number(text), names[_i].sig);
	ck_assert_int_eq(sig_number(text + 3), names[_i].sig);
	(void)snprintf(text, sizeof(text), "%d", names[_i].sig);
	ck_assert_int_eq(sig_number(text), names[_i].sig);
	(void)snprintf(text, sizeof(text), "%03d", names[_i].sig);
	ck_assert_int_eq(sig_number(text), names[_i].sig);
	if (_i == 0 || names[_i].sig != names[_i - 1].sig)
		ck_assert_str_eq(sig_name(names[_i].sig), names[_i].name);
}
END_TEST

#ifdef __linux__
START_TEST(names_every_signal)
{
	int sig;

	for (sig = 0; sig <= 31; sig++)
		ck_assert_msg(sig_name(sig) != NULL, "%d", sig);
}
END_TEST
#endif

START_TEST(names_and_numbers_agree)
{
	const char *name;
	char text[32];
	int sig;

	for (sig = -3; sig < 1100; sig++) {
		name = sig_name(sig);
		(void)snprintf(text, sizeof(text), "%d", sig);
		ck_assert_int_eq(sig_number(text), name == NULL ? -1 : sig);
		if (name != NULL)
			ck_assert_int_eq(sig_number(name), sig);
	}
	ck_assert_ptr_null(sig_name(-1));
	ck_assert_ptr_null(sig_name(SIGRTMIN - 1));
	ck_assert_ptr_null(sig_name(SIGRTMAX + 1));
}
END_TEST

START_TEST(knows_real_time_signals)
{
	int n, span = SIGRTMAX - SIGRTMIN;
	char text[32];

	ck_assert_str_eq(sig_name(SIGRTMIN), "RTMIN");
	ck_assert_str_eq(sig_name(SIGRTMIN + 2), "RTMIN+2");
	ck_assert_int_eq(sig_number("RTMIN"), SIGRTMIN);
	ck_assert_int_eq(sig_number("RTMAX"), SIGRTMAX);
	ck_assert_int_eq(sig_number("SIGRTMIN"), SIGRTMIN);
	ck_assert_int_eq(sig_number("sigrtmax-1"), SIGRTMAX - 1);
	for (n = 0; n <= span; n++) {
		(void)snprintf(text, sizeof(text), "RTMIN+%d", n);
		ck_assert_int_eq(sig_number(text), SIGRTMIN + n);
		(void)snprintf(text, sizeof(text), "rtmax-%d", n);
		ck_assert_int_eq(sig_number(text), SIGRTMAX - n);
	}
	for (n = span + 1; n < 200; n++) {
		(void)snprintf(text, sizeof(text), "RTMIN+%d", n);
		ck_assert_int_eq(sig_number(text), -1);
		(void)snprintf(text, sizeof(text), "RTMAX-%d", n);
		ck_assert_int_eq(sig_number(text), -1);
	}
}
END_TEST

START_TEST(a_parse_leaves_a_name_alone)
{
	const char *name = sig_name(SIGRTMIN + 3);

	ck_assert_int_eq(sig_number("RTMIN+5"), SIGRTMIN + 5);
	ck_assert_str_eq(name, "RTMIN+3");
}
END_TEST

static const char *const no_signals[] = {
    "",
    "SIG",
    "sig",
    "SIGSIGTERM",
    "TER",
    "TERMS",
    "TERM ",
    " TERM",
    "SIG TERM",
    "SIG15",
    "SIG_DFL",
    "UNUSED",
    "-1",
    "+15",
    " 15",
    "15 ",
    "0x0f",
    "1.0",
    "15a",
    "32",
    "33",
    "65",
    "128",
    "999",
    "4294967311",
    "18446744073709551631",
    "-15",
    "RT",
    "RTMI",
    "RTMIN+",
    "RTMIN-1",
    "RTMIN+-1",
    "RTMIN++1",
    "RTMIN+ 1",
    "RTMIN1",
    "RTMIN+1x",
    "RTMIN+0x1",
    "RTMIN+99",
    "RTMIN+4294967296",
    "RTMIN+99999999999999999999",
    "RTMAX+1",
    "RTMAX-",
    "RTMAX--1",
    "RTMAX-99",
    "RTMID",
    "34.0",
    "INT\n",
    "NULL",
    "EXIT0",
};

START_TEST(rejects)
{
	errno = 0;
	ck_assert_msg(sig_number(no_signals[_i]) == -1, "'%s' is %d",
	    no_signals[_i], sig_number(no_signals[_i]));
	ck_assert_int_eq(errno, EINVAL);
}
END_TEST

static volatile sig_atomic_t handled;

static void
handler(int sig)
{
	handled = sig;
}

enum before { PLAIN, IGNORED, HANDLED, BLOCKED };

/* Dies by sig in a child that is in some state; returns its status. */
static int
die_in_child(int sig, enum before before)
{
	struct rlimit core = {RLIM_INFINITY, RLIM_INFINITY};
	sigset_t set;
	int status;
	pid_t pid = fork();

	ck_assert_int_ne(pid, -1);
	if (pid == 0) {
		(void)setrlimit(RLIMIT_CORE, &core);
		if (before == IGNORED || before == BLOCKED)
			(void)signal(sig, SIG_IGN);
		if (before == HANDLED)
			(void)signal(sig, handler);
		(void)sigfillset(&set);
		if (before == BLOCKED)
			(void)sigprocmask(SIG_BLOCK, &set, NULL);
		sig_die(sig);
	}
	ck_assert_int_eq(waitpid(pid, &status, WUNTRACED), pid);
	if (WIFSTOPPED(status))
		(void)kill(pid, SIGKILL);
	return status;
}

static const int deadly[] = {
    SIGTERM,
    SIGINT,
    SIGHUP,
    SIGQUIT,
    SIGPIPE,
    SIGKILL,
    SIGSEGV,
    SIGABRT,
    SIGFPE,
    SIGSYS,
    SIGALRM,
    SIGUSR1,
    SIGXCPU,
};

START_TEST(dies_by_the_signal)
{
	static const enum before states[] = {PLAIN, IGNORED, HANDLED, BLOCKED};
	size_t i;
	int status;

	for (i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		status = die_in_child(deadly[_i], states[i]);
		ck_assert_msg(WIFSIGNALED(status), "signal %d state %zu: %x",
		    deadly[_i], i, (unsigned)status);
		ck_assert_int_eq(WTERMSIG(status), deadly[_i]);
		ck_assert_msg(!WCOREDUMP(status), "core");
	}
}
END_TEST

START_TEST(dies_by_real_time_signals)
{
	int status = die_in_child(SIGRTMIN + 1, BLOCKED);

	ck_assert(WIFSIGNALED(status));
	ck_assert_int_eq(WTERMSIG(status), SIGRTMIN + 1);
}
END_TEST

/* The default of these does not end a process, or they are no signals. */
static const int harmless[] = {
    0,
    SIGCHLD,
    SIGURG,
    SIGWINCH,
    SIGCONT,
    SIGSTOP,
    SIGTSTP,
    SIGTTIN,
    SIGTTOU,
    127,
};

START_TEST(exits_where_the_signal_does_not_end)
{
	static const enum before states[] = {PLAIN, HANDLED, BLOCKED};
	size_t i;
	int status;

	for (i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		status = die_in_child(harmless[_i], states[i]);
		ck_assert_msg(WIFEXITED(status), "signal %d state %zu: %x",
		    harmless[_i], i, (unsigned)status);
		ck_assert_int_eq(WEXITSTATUS(status), 128 + harmless[_i]);
	}
}
END_TEST

static Suite *
suite_sig(void)
{
	Suite *s = suite_create("sig");
	TCase *tc = tcase_create("sig");

	tcase_add_loop_test(tc, knows_names, 0, NROWS(names));
#ifdef __linux__
	tcase_add_test(tc, names_every_signal);
#endif
	tcase_add_test(tc, names_and_numbers_agree);
	tcase_add_test(tc, knows_real_time_signals);
	tcase_add_test(tc, a_parse_leaves_a_name_alone);
	tcase_add_loop_test(tc, rejects, 0, NROWS(no_signals));
	tcase_add_loop_test(tc, dies_by_the_signal, 0, NROWS(deadly));
	tcase_add_test(tc, dies_by_real_time_signals);
	tcase_add_loop_test(
	    tc, exits_where_the_signal_does_not_end, 0, NROWS(harmless));
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_sig)
