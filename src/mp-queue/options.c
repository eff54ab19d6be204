/* SPDX-License-Identifier: ISC */
/*
 * The options of the verbs.
 */
#include "config.h"

#include <limits.h>
#include <string.h>

#include "command.h"
#include "utf8.h"
#include "verb.h"

/* to: 0 for all numbers from 0 on, 1 from 1 on, -1 for priorities. */
static int
set_number(void *at, const struct opt *o, const char *value, struct buf *why)
{
	const long long most = o->to == -1 ? QUEUE_PRI_MAX : LLONG_MAX;
	long long n;

	if (opt_number(value, o->to == -1 ? -QUEUE_PRI_MAX : o->to, most, &n,
		why) == -1)
		return -1;
	*(int64_t *)at = n;
	return 0;
}

static int
set_key(void *at, const struct opt *o, const char *value, struct buf *why)
{
	(void)o;
	if (*value == '\0' || strlen(value) > QUEUE_KEY_MAX ||
	    !utf8_valid(value, strlen(value)))
		return opt_bad(why, value, "not 1 to 1000 bytes of UTF-8");
	*(const char **)at = value;
	return 0;
}

/* The settings: to is their place, what is given is remembered. */
static int
set_setting(void *at, const struct opt *o, const char *value, struct buf *why)
{
	struct verb_conf *conf = at;
	int64_t *const field[] = {&conf->set.maxsize, &conf->set.ttr,
	    &conf->set.tries, &conf->set.backoff, &conf->set.backoff_max,
	    &conf->set.limit, &conf->set.keep};
	bool is_time = o->to == 1 || o->to == 3 || o->to == 4;
	const struct opt least = {.to = 0};

	conf->given |= 1U << o->to;
	return (is_time ? opt_time : set_number)(
	    field[o->to], &least, value, why);
}

enum {
	KEY_PRI = OPT_LONG_ONLY,
	KEY_DELAY,
	KEY_KEY,
	KEY_MAX,
	KEY_TIMEOUT,
	KEY_JSONL,
	KEY_TTR,
	KEY_OWNER,
	KEY_RECEIPT,
	KEY_CREATE,
	KEY_PUT,
	KEY_ERR,
	KEY_JSON,
	KEY_STATE,
	KEY_RESULTS,
	KEY_KEEP_GOING,
	KEY_TASK_TIMEOUT,
	KEY_KILL_AFTER,
	KEY_TIME,
	KEY_SETTING
};

#define AT(field) offsetof(struct verb_conf, field)
#define END \
	{ \
		0, NULL, NULL, NULL, NULL, 0, 0 \
	}
#define TIMEOUT(text) \
	{ \
		KEY_TIMEOUT, "timeout", "TIME", text, opt_time, AT(timeout), 0 \
	}
#define DELAY(text) \
	{ \
		KEY_DELAY, "delay", "TIME", text, opt_time, AT(delay), 0 \
	}
#define JSON \
	{ \
		KEY_JSON, "json", NULL, "as JSON", opt_flag, AT(json), 1 \
	}

const struct opt options_put[] = {
    {'0', "null", NULL, "a task per NUL-terminated record", opt_flag, AT(nul),
	1},
    {'l', "lines", NULL, "a task per line", opt_flag, AT(lines), 1},
    {KEY_JSONL, "jsonl", NULL, "a task per line of JSON", opt_flag, AT(jsonl),
	1},
    {KEY_PRI, "pri", "N", "priority; smaller ones come first; 0", set_number,
	AT(pri), -1},
    DELAY("not to be got before so long"),
    {KEY_KEY, "key", "KEY", "no second task with this key", set_key, AT(key),
	0},
    {KEY_MAX, "max", "N", "room for so many tasks", set_number, AT(max), 1},
    TIMEOUT("wait for room so long; for ever"), END};

const struct opt options_get[] = {
    {'n', "count", "N", "so many tasks at most; 1", set_number, AT(n), 1},
    {'0', "null", NULL, "a NUL behind each", opt_flag, AT(nul), 1},
    {'l', "lines", NULL, "a newline behind each", opt_flag, AT(lines), 1},
    TIMEOUT("wait so long; for ever"),
    {KEY_TTR, "ttr", "TIME", "the lease lasts so long", opt_time, AT(ttr), 0},
    {KEY_OWNER, "owner", "PID", "the lease ends with this process", set_number,
	AT(owner), 1},
    {KEY_RECEIPT, "receipt-file", "FILE", "where the receipts go, not to 3",
	opt_text, AT(receipt_file), 0},
    {KEY_CREATE, "create", NULL, "make the queue if there is none", opt_flag,
	AT(create), 1},
    END};

const struct opt options_ack[] = {
    {KEY_PUT, "put", "QUEUE", "put standard input there, as one step", opt_text,
	AT(to), 0},
    END};

const struct opt options_nack[] = {
    DELAY("try again so much later; as the queue says"),
    {KEY_ERR, "err", "TEXT", "why", opt_text, AT(err), 0}, END};

const struct opt options_bury[] = {
    {KEY_ERR, "err", "TEXT", "why", opt_text, AT(err), 0}, END};

const struct opt options_touch[] = {
    {KEY_TTR, "ttr", "TIME", "from now on so long; as the queue says", opt_time,
	AT(ttr), 0},
    END};

const struct opt options_join[] = {TIMEOUT("wait so long; for ever"), END};

const struct opt options_ls[] = {JSON,
    {KEY_STATE, "state", "STATES", "only these, with commas", opt_text,
	AT(state), 0},
    END};

const struct opt options_clear[] = {
    {KEY_STATE, "state", "STATES", "only these, with commas", opt_text,
	AT(state), 0},
    END};

const struct opt options_peek[] = {
    {'n', "count", "N", "so many tasks at most; 1", set_number, AT(n), 1},
    {'0', "null", NULL, "a NUL behind each", opt_flag, AT(nul), 1},
    {'l', "lines", NULL, "a newline behind each", opt_flag, AT(lines), 1}, END};

const struct opt options_stat[] = {JSON, END};

#define SETTING(n, name, arg, text) \
	{ \
		KEY_SETTING + (n), name, arg, text, set_setting, 0, n \
	}

const struct opt options_set[] = {
    SETTING(0, "max-size", "N", "ready and delayed tasks; 0: no limit"),
    SETTING(1, "ttr", "TIME", "how long a lease lasts"),
    SETTING(2, "tries", "N", "then a task is dead; 0: never"),
    SETTING(3, "backoff", "TIME", "before the second try, doubled each time"),
    SETTING(4, "backoff-max", "TIME", "but not longer"),
    SETTING(5, "limit", "N", "leases at a time; 0: no limit"),
    SETTING(6, "keep", "N", "done tasks that are kept"), END};

const struct opt options_work[] = {
    {'j', "jobs", "N", "tasks at once: N, N%, +N, -N, 0 no limit",
	command_set_jobs, AT(jobs), 0},
    {'c', "class", "CLASS", "a built-in task class instead of a command",
	opt_text, AT(class), 0},
    {'i', "stdin", NULL, "the task is the command's standard input", opt_flag,
	AT(feed), 1},
    {KEY_RESULTS, "results", "QUEUE", "put what is written there", opt_text,
	AT(to), 0},
    {KEY_KEEP_GOING, "keep-going", NULL, "go on when a task is dead", opt_flag,
	AT(keep_going), 1},
    {KEY_TASK_TIMEOUT, "task-timeout", "TIME", "time limit for each task",
	opt_time, AT(task_timeout), 0},
    {KEY_KILL_AFTER, "kill-after", "TIME",
	"KILL so long after the end was asked for; 10", opt_time,
	AT(kill_after), 0},
    TIMEOUT("wait for a task so long; for ever"),
    {KEY_TTR, "ttr", "TIME", "leases last so long, and are renewed", opt_time,
	AT(ttr), 0},
    {KEY_CREATE, "create", NULL, "make the queue if there is none", opt_flag,
	AT(create), 1},
    {'v', "verbose", NULL, "say when tasks start and end", opt_flag,
	AT(verbose), 1},
    END};

const struct opt options_doctor[] = {JSON, END};

const struct opt options_torture[] = {
    {'j', "jobs", "N", "so many processes at once; 8", set_number,
	AT(storm_procs), 1},
    {KEY_TIME, "time", "TIME", "so long; 10 s", opt_time, AT(storm_time), 0},
    END};

const struct opt options_none[] = {END};
