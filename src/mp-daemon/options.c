/* SPDX-License-Identifier: ISC */
/*
 * The options of the verbs.
 */
#include "config.h"

#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "sig.h"
#include "verbs.h"

static int
set_bind(void *at, const struct opt *o, const char *value, struct buf *why)
{
	struct service_opts *s = at;
	long long n = 0;

	(void)o;
	s->bind = 1;
	if (value != NULL && opt_number(value, 1, INT_MAX, &n, why) == -1)
		return -1;
	s->bind_pid = (pid_t)n;
	return 0;
}

static int
set_env(void *at, const struct opt *o, const char *value, struct buf *why)
{
	if (*value == '=' || strchr(value, '=') == NULL)
		return opt_bad(why, value, "not NAME=VALUE");
	return opt_list(at, o, value, why);
}

static int
set_log_max(void *at, const struct opt *o, const char *value, struct buf *why)
{
	(void)o;
	return logfile_parse_max(value, at, why);
}

static int
set_ready(void *at, const struct opt *o, const char *value, struct buf *why)
{
	(void)o;
	return ready_parse(value, at, why);
}

static int
set_restart(void *at, const struct opt *o, const char *value, struct buf *why)
{
	static int (*const parse[])(const char *, struct restart_conf *,
	    struct buf *) = {restart_parse_when, restart_parse_backoff,
	    restart_parse_limit, restart_parse_final};

	return parse[o->to](value, at, why);
}

static int
set_schedule(void *at, const struct opt *o, const char *value, struct buf *why)
{
	(void)o;
	return schedule_parse(value, SIGTERM, at, why);
}

/* For the supervisor to read once more. */
static int
set_schedule_text(
    void *at, const struct opt *o, const char *value, struct buf *why)
{
	struct schedule s;

	if (set_schedule(&s, o, value, why) == -1)
		return -1;
	*(const char **)at = value;
	return 0;
}

static int
set_signal(void *at, const struct opt *o, const char *value, struct buf *why)
{
	int sig = sig_number(value);

	(void)o;
	if (sig == -1)
		return opt_bad(why, value, "no such signal");
	*(int *)at = sig;
	return 0;
}

static int
set_lines(void *at, const struct opt *o, const char *value, struct buf *why)
{
	long long n;

	(void)o;
	if (opt_number(value, 0, LLONG_MAX, &n, why) == -1)
		return -1;
	*(uint64_t *)at = (uint64_t)n;
	return 0;
}

enum {
	KEY_BIND = OPT_LONG_ONLY,
	KEY_PIDFILE,
	KEY_LOG,
	KEY_LOG_MAX,
	KEY_LOG_TO,
	KEY_STAMP,
	KEY_READY,
	KEY_START_TIMEOUT,
	KEY_RESTART,
	KEY_BACKOFF,
	KEY_RESTART_LIMIT,
	KEY_FINAL_CODES,
	KEY_STABLE,
	KEY_GROUP,
	KEY_TREE,
	KEY_RETRY,
	KEY_RELOAD,
	KEY_UMASK,
	KEY_NO_NEW_PRIVS,
	KEY_JSON,
	KEY_ANY,
	KEY_TIMEOUT
};

#define AT(field) offsetof(struct conf, field)
#define SERVICE(field) offsetof(struct conf, service.field)
#define END \
	{ \
		0, NULL, NULL, NULL, NULL, 0, 0 \
	}
#define JSON \
	{ \
		KEY_JSON, "json", NULL, "as JSON", opt_flag, AT(json), 1 \
	}
#define RETRY(set, at) \
	{ \
		KEY_RETRY, "retry", "SCHEDULE", \
		    "signals and times; TERM/10/KILL/5", set, at, 0 \
	}
#define RESTART(key, name, arg, text, which) \
	{ \
		key, name, arg, text, set_restart, SERVICE(restart), which \
	}

#define STATE_OPTIONS \
	{'U', "user", "USER[:GROUP]", "become that user", opt_text, \
	    SERVICE(state.user), 0}, \
	    {'C', "chdir", "DIR", "working directory", opt_text, \
		SERVICE(state.dir), 0}, \
	    {'e', "env", "NAME=VALUE", "set a variable", set_env, \
		SERVICE(env), 0}, \
	    {'l', "limit", "NAME=SOFT[:HARD]", \
		"resource limit, as of prlimit(1)", opt_limit, SERVICE(state), \
		0}, \
	    {'N', "nice", "N", "niceness, -20 to 19", opt_nice, \
		SERVICE(state), 0}, \
	    {KEY_UMASK, "umask", "MODE", "file mode creation mask", opt_umask, \
		SERVICE(state.umask), 0}, \
	{ \
		KEY_NO_NEW_PRIVS, "no-new-privs", NULL, \
		    "no privileges from set-user-ID files", opt_flag, \
		    SERVICE(state.no_new_privs), 1 \
	}

#define LOG_OPTIONS \
	{KEY_LOG, "log", "FILE", "where output goes; - is where ours goes", \
	    opt_text, SERVICE(log), 0}, \
	    {KEY_LOG_MAX, "log-max", "SIZE[,N]", \
		"rename it when it is full, keep N; 5", set_log_max, \
		SERVICE(logs.file), 0}, \
	    {KEY_LOG_TO, "log-to", "COMMAND", "it reads the output, too", \
		opt_text, SERVICE(logs.command), 0}, \
	{ \
		KEY_STAMP, "stamp", NULL, "the time before each line", \
		    opt_flag, SERVICE(stamp), 1 \
	}

#define READY_OPTIONS \
	{KEY_READY, "ready", "HOW", \
	    "exec, notify, fd=, check=, tcp=, unix=, file=, log=", set_ready, \
	    SERVICE(ready), 0}, \
	{ \
		KEY_START_TIMEOUT, "start-timeout", "TIME", \
		    "to be ready in that time; 90", opt_time, \
		    SERVICE(start_timeout), 0 \
	}

#define RESTART_OPTIONS \
	RESTART(KEY_RESTART, "restart", "WHEN", \
	    "no, on-failure, on-abnormal, always", 0), \
	    RESTART(KEY_BACKOFF, "backoff", "TIME[,FACTOR[,MAX]]", \
		"wait before a restart; 100ms,2,30", 1), \
	    RESTART(KEY_RESTART_LIMIT, "restart-limit", "N/TIME", \
		"no more than N restarts in that time", 2), \
	    RESTART(KEY_FINAL_CODES, "final-codes", "LIST", \
		"exit statuses that are never followed by one", 3), \
	{ \
		KEY_STABLE, "stable", "TIME", \
		    "waits begin anew after such a run; 10", opt_time, \
		    SERVICE(restart.stable), 0 \
	}

#define END_OPTIONS \
	{KEY_BIND, "bind", "[=PID]", \
	    "end with the caller, or with that process", set_bind, \
	    AT(service), 0}, \
	    {KEY_TREE, "tree", NULL, "end all that it has started", opt_flag, \
		SERVICE(group), 0}, \
	    {KEY_GROUP, "group", NULL, "end its process group only", opt_flag, \
		SERVICE(group), 1}, \
	    RETRY(set_schedule, SERVICE(schedule)), \
	    {KEY_RELOAD, "reload-signal", "SIGNAL", "of reload; HUP", \
		set_signal, SERVICE(reload), 0}, \
	{ \
		KEY_PIDFILE, "pidfile", "FILE", "write its pid there, too", \
		    opt_text, SERVICE(pidfile), 0 \
	}

const struct opt options_start[] = {END_OPTIONS, READY_OPTIONS, RESTART_OPTIONS,
    LOG_OPTIONS, STATE_OPTIONS, END};

const struct opt options_run[] = {END_OPTIONS, READY_OPTIONS, RESTART_OPTIONS,
    LOG_OPTIONS, STATE_OPTIONS, END};

const struct opt options_stop[] = {RETRY(set_schedule_text, AT(schedule)), END};

const struct opt options_status[] = {JSON, END};

const struct opt options_list[] = {JSON, END};

const struct opt options_wait[] = {
    {KEY_ANY, "any", NULL, "until one of them has ended; print its name",
	opt_flag, AT(any), 1},
    {KEY_TIMEOUT, "timeout", "TIME", "no longer than that", opt_time,
	AT(timeout), 0},
    END};

const struct opt options_logs[] = {
    {'f', "follow", NULL, "go on with what comes", opt_flag, AT(follow), 1},
    {'n', "lines", "N", "the last N lines; all", set_lines, AT(lines), 0}, END};

const struct opt options_none[] = {END};

const char *
verb_contradiction(const struct job *job)
{
	const struct service_opts *o = &job->conf.service;
	bool dash = o->log != NULL && strcmp(o->log, "-") == 0;
	bool captured = o->logs.command != NULL || o->stamp ||
	    o->logs.file.max != 0 || o->ready.kind == READY_LOG;

	if (o->logs.file.max != 0 && (o->log == NULL || dash))
		return "--log-max: needs --log FILE";
	if (o->stamp && (o->log == NULL || dash) && o->logs.command == NULL)
		return "--stamp: needs --log FILE or --log-to";
	if (dash && captured)
		return "--log -: excludes --log-to and --ready log=";
	if (job->verb->run == verb_run && o->ready.kind == READY_LOG &&
	    o->log == NULL && o->logs.command == NULL)
		return "run --ready log=: needs --log FILE or --log-to";
	return NULL;
}
