/* SPDX-License-Identifier: ISC */
/*
 * Commands for tasks: -j, and the runner of them.
 */
#include "config.h"

#include "command.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "cpus.h"
#include "proc.h"
#include "prog.h"
#include "runner_exec.h"
#include "status.h"
#include "tmpl.h"

#define FDS_EACH 2 /* what a running task costs us */

int
command_set_jobs(
    void *at, const struct opt *o, const char *value, struct buf *why)
{
	if (cpus_jobs(value, 1, 1) == 0)
		return opt_bad(
		    why, value, errno == ERANGE ? "out of range" : "invalid");
	return opt_text(at, o, value, why);
}

size_t
command_jobs(const char *text)
{
	if (text == NULL)
		return cpus_usable();
	if (strpbrk(text, "%+-") != NULL)
		return cpus_jobs(text, cpus_usable(), 1);
	return cpus_jobs(text, 1, cpus_limit(FDS_EACH));
}

/* A terminal is for its foreground group alone: tty_ioctl(4). */
static bool
may_leave_group(const struct command *c)
{
	if (!c->no_input && !c->feed && isatty(STDIN_FILENO))
		return false;
	return !c->raw || (!isatty(STDOUT_FILENO) && !isatty(STDERR_FILENO));
}

struct runner *
command_runner(const struct command *c, int *status)
{
	struct runner_exec_conf conf = {.jobs = c->jobs,
	    .command = c->argv[0],
	    .raw = c->raw,
	    .no_input = c->no_input,
	    .feed = c->feed,
	    .keep = c->keep,
	    .state = c->state,
	    .own_groups = may_leave_group(c)};
	struct runner *runner;

	conf.warden.time = c->time;
	(void)ladder_add(&conf.warden.ladder, SIGTERM, 0);
	if (c->kill_after > 0)
		(void)ladder_add(&conf.warden.ladder, SIGKILL, c->kill_after);
	conf.tmpl = tmpl_new(c->n, c->argv, c->forms);
	if (conf.tmpl == NULL) {
		*status = prog_complain(conf.command, strerror(errno));
		return NULL;
	}
	runner = runner_exec_new(&conf);
	if (runner == NULL) {
		if (errno != ENOMEM)
			*status = proc_status(errno);
		(void)prog_complain(
		    *conf.command ? conf.command : "''", strerror(errno));
		tmpl_free(conf.tmpl);
	}
	return runner;
}
