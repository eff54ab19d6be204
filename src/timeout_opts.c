/* SPDX-License-Identifier: ISC */
/*
 * The command line of mp-timeout: that of timeout(1), and more.
 */
#include "config.h"

#include "timeout_opts.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "dur.h"
#include "limit.h"
#include "sig.h"
#include "status.h"

static int
set_signal(void *at, const struct opt *o, const char *value, struct buf *why)
{
	(void)o;
	if (ladder_parse(value, at) == -1)
		return opt_bad(why, value,
		    strpbrk(value, ",:") == NULL
			? "invalid signal"
			: "not signals with a time between two of them");
	return 0;
}

static int
set_leftover(void *at, const struct opt *o, const char *value, struct buf *why)
{
	static const char *const words[] = {"leave", "wait", "kill"};
	int i;

	(void)o;
	for (i = 0; i < 3; i++) {
		if (strcmp(value, words[i]) == 0) {
			*(int *)at = i;
			return 0;
		}
	}
	return opt_bad(why, value, "not leave, wait or kill");
}

/* SIG@T; the two fields are set through the whole struct. */
static int
set_warn(void *at, const struct opt *o, const char *value, struct buf *why)
{
	struct timeout_opts *opts = at;
	const char *sign = strchr(value, '@');
	char name[32];
	size_t n;

	(void)o;
	n = sign == NULL ? sizeof(name) : (size_t)(sign - value);
	if (n >= sizeof(name))
		return opt_bad(why, value, "not a signal, @ and a time");
	memcpy(name, value, n);
	name[n] = '\0';
	opts->warn_signal = sig_number(name);
	if (opts->warn_signal <= 0)
		return opt_bad(why, value, "invalid signal");
	if (dur_parse_real(sign + 1, &opts->warn_before) == -1)
		return opt_bad(why, value, "invalid time interval");
	return 0;
}

static int
set_exit_code(void *at, const struct opt *o, const char *value, struct buf *why)
{
	long long n;

	(void)o;
	if (opt_number(value, 0, 255, &n, why) == -1)
		return -1;
	*(int *)at = (int)n;
	return 0;
}

static int
set_fd(void *at, const struct opt *o, const char *value, struct buf *why)
{
	long long n;

	(void)o;
	if (opt_number(value, 0, 65535, &n, why) == -1)
		return -1;
	*(int *)at = (int)n;
	return 0;
}

static int
set_pid(void *at, const struct opt *o, const char *value, struct buf *why)
{
	long long n;

	(void)o;
	if (opt_number(value, 1, INT32_MAX, &n, why) == -1)
		return -1;
	*(int64_t *)at = n;
	return 0;
}

enum {
	KEY_CPU = OPT_LONG_ONLY,
	KEY_EXIT_CODE,
	KEY_GUARD,
	KEY_HELP,
	KEY_IDLE,
	KEY_LEFTOVER,
	KEY_PID,
	KEY_REPORT,
	KEY_STATUS_FD,
	KEY_VERSION,
	KEY_WARN
};

#define AT(field) offsetof(struct timeout_opts, field)

const struct opt timeout_opts_table[] = {
    {'f', "foreground", NULL, "stay in the terminal's process group", opt_flag,
	AT(foreground), 1},
    {'k', "kill-after", "TIME", "send KILL so long after the first signal",
	opt_duration, AT(kill_after), 0},
    {'p', "preserve-status", NULL, "the command's status on a timeout, too",
	opt_flag, AT(preserve), 1},
    {'s', "signal", "SIGNAL", "signal to send, or SIG:TIME,...,SIG; TERM",
	set_signal, AT(ladder), 0},
    {'v', "verbose", NULL, "say which signals are sent", opt_flag, AT(verbose),
	1},
    {KEY_CPU, "cpu", "TIME", "limit on the CPU time of the whole tree",
	opt_duration, AT(cpu), 0},
    {KEY_EXIT_CODE, "exit-code", "N", "exit status on a timeout; 124",
	set_exit_code, AT(exit_code), 0},
    {KEY_GUARD, "guard", NULL, "end the tree though mp-timeout is killed",
	opt_flag, AT(guard), 1},
    {KEY_IDLE, "idle", "TIME", "limit on silence of the command", opt_duration,
	AT(idle), 0},
    {KEY_LEFTOVER, "leftover", "WHAT",
	"background processes: leave, wait or kill", set_leftover, AT(leftover),
	0},
    {KEY_PID, "pid", "PID", "limit a process that runs already", set_pid,
	AT(pid), 0},
    {KEY_REPORT, "report", "FILE", "one line of JSON about the end", opt_text,
	AT(report), 0},
    {KEY_STATUS_FD, "status-fd", "N", "the same to a descriptor", set_fd,
	AT(status_fd), 0},
    {KEY_WARN, "warn", "SIG@TIME", "send SIG so long before the limit",
	set_warn, 0, 0},
    {KEY_HELP, "help", NULL, "print this and exit", opt_flag, AT(mode),
	TIMEOUT_HELP},
    {KEY_VERSION, "version", NULL, "print the version and exit", opt_flag,
	AT(mode), TIMEOUT_VERSION},
    {0, NULL, NULL, NULL, NULL, 0, 0}};

static const char *
contradiction(const struct timeout_opts *o)
{
	if (o->report != NULL && o->status_fd != -1)
		return "--report: excludes --status-fd";
	if (o->pid == 0)
		return o->command[0] == NULL ? "missing operand" : NULL;
	if (o->command[0] != NULL)
		return "--pid: takes no command";
	if (o->idle > 0 || o->cpu > 0 || o->guard || o->leftover != 0)
		return "--pid: excludes --idle, --cpu, --guard and --leftover";
	return NULL;
}

/* The operands, and what the options mean together. */
static int
complete(struct timeout_opts *o, char **argv, struct buf *why)
{
	const char *wrong;

	if (argv[0] == NULL) {
		(void)buf_adds(why, "missing operand");
		return -1;
	}
	if (opt_duration(&o->time, NULL, argv[0], why) == -1)
		return -1;
	o->command = argv + 1;
	wrong = contradiction(o);
	if (wrong == NULL && o->kill_after > 0 &&
	    ladder_add(&o->ladder, SIGKILL, o->kill_after) == -1)
		wrong = "-s: too many signals";
	if (wrong == NULL)
		return 0;
	(void)buf_adds(why, wrong);
	return -1;
}

int
timeout_opts_parse(
    struct timeout_opts *o, int argc, char **argv, struct buf *why)
{
	int first;

	*o = (struct timeout_opts){.exit_code = MP_TIME_LIMIT, .status_fd = -1};
	o->ladder = (struct ladder){.step = {{SIGTERM, 0}}, .n = 1};
	first = opt_parse(timeout_opts_table, argc, argv, o, why);
	if (first == -1)
		return -1;
	if (o->mode != TIMEOUT_RUN)
		return 0;
	return complete(o, argv + first, why);
}
