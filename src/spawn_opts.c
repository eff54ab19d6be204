/* SPDX-License-Identifier: ISC */
/*
 * The command line of mp-spawn.
 */
#include "config.h"

#include "spawn_opts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "copies.h"
#include "prio.h"
#include "proc.h"

/* One more element for an array that grows one by one: there are few. */
static void *
grow(void *array, size_t n, size_t size)
{
	return reallocarray(array, n + 1, size);
}

static int
no_memory(struct buf *why)
{
	(void)buf_adds(why, strerror(ENOMEM));
	return -1;
}

static int
add_name(void *at, const struct opt *o, const char *value, struct buf *why)
{
	if (*value == '\0' || strchr(value, '=') != NULL)
		return opt_bad(why, value, "not a name");
	return opt_list(at, o, value, why);
}

/* to: whether it is a file. */
static int
add_change(void *at, const struct opt *o, const char *value, struct buf *why)
{
	struct spawn_opts *opts = at;
	struct spawn_change *change;

	if (!o->to && (*value == '=' || strchr(value, '=') == NULL))
		return opt_bad(why, value, "not NAME=VALUE");
	change = grow(opts->change, opts->nchange, sizeof(change[0]));
	if (change == NULL)
		return no_memory(why);
	opts->change = change;
	change[opts->nchange++] = (struct spawn_change){o->to != 0, value};
	return 0;
}

static int
add_fd(void *at, const struct opt *o, const char *value, struct buf *why)
{
	struct spawn_opts *opts = at;
	const char *sign = strchr(value, '=');
	size_t len = sign == NULL ? strlen(value) : (size_t)(sign - value);
	char number[16];
	long long n;

	(void)o;
	if (len >= sizeof(number))
		return opt_bad(why, value, "not a descriptor");
	if (opts->nfd == SPAWN_FDS_MAX)
		return opt_bad(why, value, "too many descriptors");
	memcpy(number, value, len);
	number[len] = '\0';
	if (opt_number(number, 0, 65535, &n, why) == -1)
		return -1;
	if (n < 3 && sign == NULL)
		return opt_bad(why, value, "needs no naming without a file");
	opts->fd[opts->nfd++] = (struct spawn_fd){
	    (int)n, sign == NULL ? NULL : sign + 1};
	return 0;
}

/* to: the least value. */
static int
set_number(void *at, const struct opt *o, const char *value, struct buf *why)
{
	long long n;

	if (opt_number(value, o->to,
		o->to > 0 ? SPAWN_COPIES_MAX : SPAWN_INDEX_MAX, &n, why) == -1)
		return -1;
	*(int64_t *)at = n;
	return 0;
}

static int
set_sched(void *at, const struct opt *o, const char *value, struct buf *why)
{
	struct spawn_opts *opts = at;

	(void)o;
	if (prio_sched(value, &opts->policy, &opts->priority) == -1)
		return opt_bad(why, value,
		    "not other, batch, idle, fifo:N or rr:N (1 to 99)");
	opts->sched_text = value;
	return 0;
}

static int
set_ionice(void *at, const struct opt *o, const char *value, struct buf *why)
{
	struct spawn_opts *opts = at;
	int io = prio_io(value);

	(void)o;
	if (io == -1)
		return opt_bad(why, value,
		    "not none, idle, realtime:N or best-effort:N (0 to 7)");
	opts->io = io;
	opts->ionice_text = value;
	return 0;
}

static int
set_cpus(void *at, const struct opt *o, const char *value, struct buf *why)
{
	struct spawn_opts *opts = at;

	(void)o;
	opts->spread = strcmp(value, "spread") == 0;
	if (!opts->spread && cpulist_parse(value, &opts->cpus) == -1)
		return opt_bad(why, value, "not a list of CPUs, nor spread");
	opts->cpus_text = value;
	return 0;
}

/* The place of value among the words, or -1. */
static int
choose(const char *value, const char *const words[3])
{
	int i;

	for (i = 0; i < 3; i++)
		if (strcmp(value, words[i]) == 0)
			return i;
	return -1;
}

static int
set_method(void *at, const struct opt *o, const char *value, struct buf *why)
{
	static const char *const words[] = {"fork", "vfork", "spawn"};
	static const enum proc_method methods[] = {
	    PROC_FORK, PROC_VFORK, PROC_SPAWN};
	struct spawn_opts *opts = at;
	int i = choose(value, words);

	(void)o;
	if (i == -1)
		return opt_bad(why, value, "not fork, vfork or spawn");
	opts->method = methods[i];
	opts->method_text = value;
	return 0;
}

static int
set_wait(void *at, const struct opt *o, const char *value, struct buf *why)
{
	static const char *const words[] = {"all", "any", "none"};
	struct spawn_opts *opts = at;

	(void)o;
	opts->wait = choose(value, words);
	if (opts->wait == -1)
		return opt_bad(why, value, "not all, any or none");
	opts->wait_text = value;
	return 0;
}

enum {
	KEY_DIE = OPT_LONG_ONLY,
	KEY_ENV_FILE,
	KEY_ERR,
	KEY_FAIL_FAST,
	KEY_FD,
	KEY_FIRST,
	KEY_GROUPS,
	KEY_HELP,
	KEY_IN,
	KEY_IONICE,
	KEY_KILL_AFTER,
	KEY_METHOD,
	KEY_NAME,
	KEY_NO_NEW_PRIVS,
	KEY_OUT,
	KEY_PGROUP,
	KEY_PRINT,
	KEY_RAW,
	KEY_REPLACE,
	KEY_REPORT,
	KEY_SCHED,
	KEY_SETSID,
	KEY_TAG,
	KEY_TIMEOUT,
	KEY_UMASK,
	KEY_VERSION,
	KEY_WAIT
};

#define AT(field) offsetof(struct spawn_opts, field)

const struct opt spawn_opts_table[] = {
    {'n', "copies", "N", "number of copies; 1", set_number, AT(copies), 1},
    {KEY_FIRST, "first", "N", "index of the first copy; 0", set_number,
	AT(first), 0},
    {KEY_NAME, "name", "NAME", "name of a copy; {} is its index", opt_text,
	AT(name), 0},
    {'i', "ignore-environment", NULL, "begin with an empty environment",
	opt_flag, AT(ignore_env), 1},
    {'K', "keep", "PATTERNS", "begin with the variables that match", opt_list,
	AT(keep), 0},
    {'u', "unset", "NAME", "remove a variable", add_name, AT(unset), 0},
    {'e', "env", "NAME=VALUE", "set a variable", add_change, 0, 0},
    {KEY_ENV_FILE, "env-file", "FILE", "set the variables in a file",
	add_change, 0, 1},
    {KEY_FD, "fd", "N[=FILE]", "pass descriptor N on, or open it", add_fd, 0,
	0},
    {'C', "chdir", "DIR", "working directory", opt_text, AT(state.dir), 0},
    {KEY_UMASK, "umask", "MODE", "file mode creation mask", opt_umask,
	AT(state.umask), 0},
    {'U', "user", "USER[:GROUP]", "become that user", opt_text, AT(state.user),
	0},
    {KEY_GROUPS, "groups", "LIST", "supplementary groups", opt_text,
	AT(state.groups), 0},
    {'l', "limit", "NAME=SOFT[:HARD]", "resource limit, as of prlimit(1)",
	opt_limit, AT(state), 0},
    {'N', "nice", "N", "niceness, -20 to 19", opt_nice, AT(state), 0},
    {KEY_SCHED, "sched", "POLICY", "other, batch, idle, fifo:N, rr:N",
	set_sched, 0, 0},
    {KEY_IONICE, "ionice", "CLASS", "none, idle, best-effort:N, realtime:N",
	set_ionice, 0, 0},
    {'a', "affinity", "CPUS", "CPUs: 0-3,8; spread: a share each", set_cpus, 0,
	0},
    {KEY_SETSID, "setsid", NULL, "each leads a session", opt_flag, AT(session),
	1},
    {KEY_PGROUP, "pgroup", NULL, "each leads a process group", opt_flag,
	AT(pgroup), 1},
    {KEY_NO_NEW_PRIVS, "no-new-privs", NULL,
	"no privileges from set-user-ID files", opt_flag,
	AT(state.no_new_privs), 1},
    {KEY_DIE, "die-with-parent", NULL, "end when the parent does", opt_flag,
	AT(die_with_parent), 1},
    {KEY_IN, "in", "FILE", "standard input", opt_text, AT(in), 0},
    {KEY_OUT, "out", "FILE", "standard output", opt_text, AT(out), 0},
    {KEY_ERR, "err", "FILE", "standard error", opt_text, AT(err), 0},
    {KEY_TAG, "tag", NULL, "lines as they come, with names", opt_flag, AT(tag),
	1},
    {KEY_RAW, "raw", NULL, "our standard descriptors for all", opt_flag,
	AT(raw), 1},
    {KEY_METHOD, "method", "HOW", "fork, vfork or spawn; spawn", set_method, 0,
	0},
    {KEY_WAIT, "wait", "WHICH", "all, any or none; all", set_wait, 0, 0},
    {KEY_FAIL_FAST, "fail-fast", NULL, "a failure ends the others", opt_flag,
	AT(fail_fast), 1},
    {KEY_TIMEOUT, "timeout", "TIME", "end all after so long", opt_duration,
	AT(time), 0},
    {KEY_KILL_AFTER, "kill-after", "TIME", "send KILL so long after TERM",
	opt_duration, AT(kill_after), 0},
    {KEY_REPORT, "report", "FILE", "a line of JSON about each end", opt_text,
	AT(report), 0},
    {KEY_REPLACE, "replace", NULL, "become the command", opt_flag, AT(replace),
	1},
    {KEY_PRINT, "print", NULL, "print what would be started", opt_flag,
	AT(mode), SPAWN_PRINT},
    {KEY_HELP, "help", NULL, "print this and exit", opt_flag, AT(mode),
	SPAWN_HELP},
    {KEY_VERSION, "version", NULL, "print the version and exit", opt_flag,
	AT(mode), SPAWN_VERSION},
    {0, NULL, NULL, NULL, NULL, 0, 0}};

int
spawn_opts_parse(struct spawn_opts *o, int argc, char **argv, struct buf *why)
{
	const char *wrong;
	int first;

	memset(o, 0, sizeof(*o));
	o->copies = 1;
	o->state.umask = -1;
	o->io = -1;
	o->method = PROC_SPAWN;
	first = opt_parse(spawn_opts_table, argc, argv, o, why);
	if (first == -1)
		return -1;
	o->command = argv + first;
	if (o->mode == SPAWN_HELP || o->mode == SPAWN_VERSION)
		return 0;
	wrong = spawn_contradiction(o);
	if (wrong == NULL)
		return 0;
	(void)buf_adds(why, wrong);
	return -1;
}

void
spawn_opts_free(struct spawn_opts *o)
{
	free(o->keep.v);
	free(o->unset.v);
	free(o->change);
	state_opts_free(&o->state);
}
