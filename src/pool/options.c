/* SPDX-License-Identifier: ISC */
/*
 * The command line of mp-pool: its defaults, and what options and operands
 * mean together.
 */
#include "config.h"

#include "options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "sink.h"
#include "source.h"

#define AHEAD_DEFAULT 10000
#define BUFFER_DEFAULT (16 * 1024 * 1024)

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
	o->tasks = &argv[i + 1];
	o->nlists = 1;
	for (i = 0; o->tasks[i] != NULL; i++)
		o->nlists += source_separates(o->tasks[i]);
	o->ntasks = i;
	return NULL;
}

static const char *
contradiction(const struct pool_opts *o)
{
	if (o->class != NULL && o->ncommand > 0)
		return "-c: a class and a command exclude each other";
	if (o->per_task > 0 && o->ncommand == 0)
		return "-n: needs a command";
	if (o->pack && o->ncommand == 0)
		return "-X: needs a command";
	if (o->columns != NULL && o->ncommand == 0)
		return "-C: needs a command";
	if (o->columns != NULL && *o->mark == '\0')
		return "-C: nothing is replaced with -I ''";
	if (o->nlists > 1 && o->ncommand == 0)
		return "':::': several of them need a command";
	if (o->nlists > 1 && o->columns != NULL)
		return "-C: not with several :::";
	if (o->timeout > 0 && o->ncommand == 0)
		return "--timeout: needs a command";
	if (o->kill_after > 0 && o->timeout == 0)
		return "--kill-after: needs --timeout";
	if (o->tag && o->order == SINK_RAW)
		return "--tag: not with --raw";
	if (o->file != NULL && o->tasks != NULL)
		return "-a: tasks from a file and behind ::: exclude each other";
	return NULL;
}

void
pool_opts_free(struct pool_opts *o)
{
	columns_free(o->columns);
	free(o->script_text);
	free(o->script_argv);
}

int
pool_opts_parse(struct pool_opts *o, int argc, char **argv, struct buf *why)
{
	const char *wrong;
	int first;

	*o = (struct pool_opts){.mark = "{}",
	    .delim = '\n',
	    .ahead = AHEAD_DEFAULT,
	    .buffer = BUFFER_DEFAULT};
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
