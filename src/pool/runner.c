/* SPDX-License-Identifier: ISC */
/*
 * What runs mp-pool's tasks.
 */
#include "config.h"

#include "runner.h"

#include "command.h"
#include "parts.h"
#include "sink.h"
#include "task_class.h"

struct runner *
pool_runner_open(
    const struct pool_opts *o, bool from_stdin, const int *keep, int *status)
{
	const struct task_class *class = task_classes[0];
	const struct tmpl_forms forms = pool_forms(o);
	const struct command command = {.argv = o->command,
	    .n = o->ncommand,
	    .forms = &forms,
	    .jobs = command_jobs(o->jobs),
	    .keep = keep,
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
