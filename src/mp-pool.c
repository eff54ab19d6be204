/* SPDX-License-Identifier: ISC */
/*
 * mp-pool: runs tasks from a stream on several processes; the output is
 * that of the serial loop. This file turns the command line into a source,
 * a runner and a pool, and the pool's result into an exit status.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "io.h"
#include "opt.h"
#include "pool.h"
#include "pool_opts.h"
#include "prog.h"
#include "sig.h"
#include "task_class.h"

static const struct prog prog = {.name = "mp-pool",
    .synopsis = "[options] [command [argument ...]] [::: task ...]",
    .purpose = "Run a task for each record of the standard input on several\n"
	       "processes; the output is that of running one after the other.\n"
	       "Without a command: the built-in class compute.\n",
    .options = pool_opts_table};

static int
print_classes(void)
{
	struct buf text = BUF_INIT;
	size_t i;

	for (i = 0; task_classes[i] != NULL; i++)
		(void)buf_addf(&text, "%s\t%s\n", task_classes[i]->name,
		    task_classes[i]->summary);
	return prog_print(&text);
}

/* Returns the source, or NULL with the reason printed. from_stdin tells
 * whether it reads our standard input. */
static struct source *
source_open(const struct pool_opts *o, bool *from_stdin)
{
	size_t per_task = o->per_task > 0 ? o->per_task : 1;
	const char *name = o->file;
	struct source *source;
	int fd = STDIN_FILENO;

	*from_stdin = false;
	if (o->tasks != NULL) {
		source = source_args_new(o->tasks, o->ntasks, per_task);
	} else {
		*from_stdin = name == NULL || strcmp(name, "-") == 0;
		if (*from_stdin)
			name = "standard input";
		else
			fd = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
		source = fd == -1
		    ? NULL
		    : source_rec_new(fd, name, (char)o->delim, per_task);
	}
	if (source == NULL)
		(void)prog_complain(
		    name != NULL ? name : ":::", strerror(errno));
	return source;
}

static struct runner *
runner_open(const struct pool_opts *o, bool from_stdin, int *status)
{
	const struct task_class *class = task_classes[0];
	const struct command command = {.argv = o->command,
	    .n = o->ncommand,
	    .mark = o->mark,
	    .jobs = command_jobs(o->jobs),
	    .no_input = from_stdin,
	    .raw = o->order == SINK_RAW,
	    .time = o->timeout,
	    .kill_after = o->kill_after};
	struct runner *runner;

	*status = MP_TOOL_FAILED;
	if (o->class != NULL)
		class = task_class_find(o->class);
	if (o->ncommand > 0)
		runner = command_runner(&command, status);
	else
		runner = runner_builtin_new(class, command.jobs);
	if (runner != NULL && o->dry_run)
		runner = runner_print_new(runner);
	return runner;
}

static int
run(const struct pool_opts *o)
{
	struct pool_conf conf = {.prog = getprogname(),
	    .order = (enum sink_order)o->order,
	    .ahead = o->ahead,
	    .buffer = o->buffer < SIZE_MAX ? (size_t)o->buffer : SIZE_MAX,
	    .show = o->show,
	    .verbose = o->verbose};
	struct pool_result result = {.status = MP_TOOL_FAILED};
	struct source *source;
	struct runner *runner;
	bool from_stdin;
	int status = MP_TOOL_FAILED;

	source = source_open(o, &from_stdin);
	if (source == NULL)
		return status;
	runner = runner_open(o, from_stdin, &status);
	if (runner != NULL) {
		if (pool_run(&conf, source, runner, &result) == -1)
			(void)prog_complain("cannot run", strerror(errno));
		runner->ops->free(runner);
		status = (int)result.status;
	}
	source->ops->free(source);
	if (result.signo != 0)
		sig_die(result.signo);
	return status;
}

int
main(int argc, char **argv)
{
	struct buf why = BUF_INIT;
	struct pool_opts o;

	if (io_setup() == -1)
		return MP_TOOL_FAILED;
	io_keep_to_ourselves();
	if (pool_opts_parse(&o, argc, argv, &why) == -1)
		return prog_bad_usage(&prog, &why);
	buf_free(&why);
	switch ((enum pool_mode)o.mode) {
	case POOL_HELP:
		return prog_help(&prog);
	case POOL_VERSION:
		return prog_version(&prog);
	case POOL_LIST_CLASSES:
		return print_classes();
	case POOL_RUN:
		break;
	}
	return run(&o);
}
