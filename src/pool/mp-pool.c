/* SPDX-License-Identifier: ISC */
/*
 * mp-pool: runs tasks from a stream on several processes; the output is
 * that of the serial loop. This file turns the command line into a pool
 * and the pool's result into an exit status.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "io.h"
#include "options.h"
#include "parts.h"
#include "pool.h"
#include "prog.h"
#include "sig.h"
#include "task_class.h"
#include "task_file.h"

static const struct prog prog = {.name = "mp-pool",
    .synopsis = "[options] [command [argument ...]] [::: task ...]",
    .purpose = "Run a task for each record of the standard input on several\n"
	       "processes; the output is that of running one after the other.\n"
	       "Without a command: the built-in class compute.\n",
    .options = pool_opts_table,
    .features = TASK_FILE_FEATURE};

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

static void
run_pool(const struct pool_opts *o, struct source *source,
    struct runner *runner, struct jobserver *js, struct pool_result *result)
{
	struct pool_conf conf = {.prog = getprogname(),
	    .order = (enum sink_order)o->order,
	    .ahead = o->ahead,
	    .buffer = o->buffer < SIZE_MAX ? (size_t)o->buffer : SIZE_MAX,
	    .retries = pool_retries(o),
	    .retry_delay = o->run.retry_delay,
	    .halt = o->run.halt,
	    .throttle = o->run.throttle,
	    .count = o->run.count,
	    .control = true,
	    .progress = o->run.progress,
	    .jobserver = js,
	    .tag = o->tag,
	    .show = o->show,
	    .verbose = o->verbose};
	const char *blind = throttle_probe(&conf.throttle, "");

	if (blind != NULL) {
		(void)prog_complain(blind, strerror(errno));
		return;
	}
	if (pool_files_open(o, &conf.files) == -1)
		return;
	if (pool_records_open(o, &conf.records) == 0) {
		if (pool_run(&conf, source, runner, result) == -1)
			(void)prog_complain("cannot run", strerror(errno));
		records_close(conf.records);
	}
	outfiles_free(conf.files);
}

static int
run(const struct pool_opts *o)
{
	struct pool_result result = {.status = MP_TOOL_FAILED};
	struct jobserver js;
	struct source *source;
	struct runner *runner = NULL;
	bool from_stdin;
	int status = MP_TOOL_FAILED, shared;

	source = pool_source_open(o, &from_stdin);
	if (source == NULL)
		return status;
	shared = pool_jobserver_open(o, &js);
	if (shared != -1)
		runner = pool_runner_open(
		    o, from_stdin, shared == 1 ? js.pipe : NULL, &status);
	if (runner != NULL) {
		run_pool(o, source, runner, shared == 1 ? &js : NULL, &result);
		runner->ops->free(runner);
		status = (int)result.status;
	}
	source->ops->free(source);
	if (shared == 1)
		jobserver_free(&js);
	if (result.signo != 0)
		sig_die(result.signo);
	return status;
}

static int
act(const struct pool_opts *o)
{
	switch ((enum pool_mode)o->mode) {
	case POOL_HELP:
		return prog_help(&prog);
	case POOL_VERSION:
		return prog_version(&prog);
	case POOL_LIST_CLASSES:
		return print_classes();
	case POOL_RUN:
		break;
	}
	return run(o);
}

int
main(int argc, char **argv)
{
	struct buf why = BUF_INIT;
	struct pool_opts o;
	int status;

	if (io_setup() == -1)
		return MP_TOOL_FAILED;
	io_keep_to_ourselves();
	if (pool_opts_parse(&o, argc, argv, &why) == -1)
		status = prog_bad_usage(&prog, &why);
	else
		status = act(&o);
	buf_free(&why);
	pool_opts_free(&o);
	return status;
}
