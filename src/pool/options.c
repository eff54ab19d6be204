/* SPDX-License-Identifier: ISC */
/*
 * The command line of mp-pool: its defaults, and what options and operands
 * mean together.
 */
#include "config.h"

#include "options.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "sink.h"
#include "source.h"

#define AHEAD_DEFAULT 10000
#define BUFFER_DEFAULT (16 * 1024 * 1024)
#define MARK "{}"
#define WORKER_RETRIES 2

/* What is left of the operands: the command, and lists of tasks.
 * Returns NULL, or what is wrong. */
static const char *
take_operands(struct pool_opts *o, char **argv)
{
	size_t i;

	o->command = argv;
	for (i = 0; argv[i] != NULL && !source_separates(argv[i]); i++)
		continue;
	o->ncommand = i;
	if (argv[i] == NULL)
		return NULL;
	if (strcmp(argv[i], SOURCE_LINK) == 0)
		return "':::+': no list before it";
	argv[i] = NULL;
	o->tasks = &argv[i + 1];
	o->nlists = 1;
	for (i = 0; o->tasks[i] != NULL; i++)
		o->nlists += source_separates(o->tasks[i]);
	o->ntasks = i;
	return NULL;
}

struct rule {
	bool broken;
	const char *text;
};

/* The first that is broken, or NULL. */
static const char *
broken(const struct rule *rules, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (rules[i].broken)
			return rules[i].text;
	return NULL;
}

/* Of workers and blocks. */
static const char *
runner_contradiction(const struct pool_opts *o)
{
	const struct rule rules[] = {
	    {o->block > 0 && o->ncommand == 0, "-b: needs a command"},
	    {o->block > 0 && o->tasks != NULL, "-b: not with :::"},
	    {o->block > 0 && o->per_task > 0, "-n: not with -b"},
	    {o->block > 0 && o->worker, "-w: not with -b"},
	    {o->worker && o->ncommand == 0, "-w: needs a command"},
	    {o->worker && o->per_task > 0, "-n: not with -w"},
	    {o->worker && strcmp(o->mark, MARK) != 0, "-I: not with -w"},
	    {o->worker && o->order == SINK_RAW, "--raw: not with -w"},
	    {!o->worker && o->depth > 0, "--depth: needs -w"},
	    {!o->worker && o->max_tasks > 0, "--max-tasks: needs -w"},
	    {!o->worker && o->reply_timeout > 0, "--reply-timeout: needs -w"},
	};

	return broken(rules, sizeof(rules) / sizeof(rules[0]));
}

static const char *
contradiction(const struct pool_opts *o)
{
	const struct rule rules[] = {
	    {o->class != NULL && o->ncommand > 0,
		"-c: a class and a command exclude each other"},
	    {o->per_task > 0 && o->ncommand == 0, "-n: needs a command"},
	    {o->timeout > 0 && o->ncommand == 0, "--timeout: needs a command"},
	    {o->kill_after > 0 && o->timeout == 0,
		"--kill-after: needs --timeout"},
	    {o->file != NULL && o->tasks != NULL,
		"-a: tasks from a file and behind ::: exclude each other"},
	    {o->tag && o->order == SINK_RAW, "--tag: not with --raw"},
	    {o->nlists > 1 && (o->ncommand == 0 || o->worker),
		"':::': several of them need a command, and none with -w"},
	    {o->columns != NULL && o->ncommand == 0, "-C: needs a command"},
	    {o->columns != NULL && *o->mark == '\0',
		"-C: nothing is replaced with -I ''"},
	    {o->columns != NULL && o->nlists > 1, "-C: not with several :::"},
	    {o->columns != NULL && o->worker, "-C: not with -w"},
	    {o->columns != NULL && o->block > 0, "-C: not with -b"},
	    {o->pack && o->ncommand == 0, "-X: needs a command"},
	    {o->pack && o->worker, "-X: not with -w"},
	    {o->pack && o->block > 0, "-X: not with -b"},
	    {o->run.retry_delay > 0 && pool_retries(o) == 0,
		"--retry-delay: needs --retries"},
	    {o->run.progress && o->order == SINK_RAW,
		"--progress: not with --raw"},
	    {run_opts_state(&o->run) && o->ncommand == 0,
		"--limit, --nice: need a command"},
	    {o->run.records.resume != RECORDS_NEW &&
		    o->run.records.joblog == NULL,
		"--resume, --resume-failed: need --joblog"},
	    {o->run.records.resume != RECORDS_NEW && o->block > 0,
		"--resume, --resume-failed: not with -b"},
	};
	const char *why = broken(rules, sizeof(rules) / sizeof(rules[0]));

	return why != NULL ? why : runner_contradiction(o);
}

void
pool_opts_free(struct pool_opts *o)
{
	columns_free(o->columns);
	free(o->script_text);
	free(o->script_argv);
	free(o->run.limit);
	o->run.limit = NULL;
}

int
pool_opts_parse(struct pool_opts *o, int argc, char **argv, struct buf *why)
{
	const char *wrong;
	int first;

	*o = (struct pool_opts){.mark = MARK,
	    .delim = '\n',
	    .ahead = AHEAD_DEFAULT,
	    .buffer = BUFFER_DEFAULT,
	    .run = {.retries = -1, .state = STATE_INIT}};
	first = opt_parse(pool_opts_table, argc, argv, o, why);
	if (first == -1)
		return -1;
	if (o->mode != POOL_RUN)
		return 0;
	wrong = take_operands(o, &argv[first]);
	if (wrong == NULL && pool_script_take(o) == -1)
		wrong = strerror(errno);
	if (wrong == NULL)
		wrong = contradiction(o);
	if (wrong == NULL)
		return pool_forms_check(o, why);
	(void)buf_adds(why, wrong);
	return -1;
}

unsigned
pool_retries(const struct pool_opts *o)
{
	if (o->run.retries >= 0)
		return (unsigned)o->run.retries;
	return o->worker ? WORKER_RETRIES : 0;
}
