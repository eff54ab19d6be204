/* SPDX-License-Identifier: ISC */
/*
 * mp-timeout: runs a command under a limit and ends its whole process tree
 * when that is reached. This file turns the command line into a limit, and
 * what became of it into an exit status and a report.
 */
#include "config.h"

#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "guard.h"
#include "io.h"
#include "json.h"
#include "limit.h"
#include "prog.h"
#include "report.h"
#include "sig.h"
#include "status.h"
#include "timeout_opts.h"

static const struct prog prog = {.name = "mp-timeout",
    .synopsis = "[options] duration [command [argument ...]]",
    .purpose =
	"Run a command and end it, with all that it has started, if it still\n"
	"runs after the duration (0: no limit). With --pid no command is run.\n",
    .options = timeout_opts_table};

/* What a run needs; in one place, for it may be in another process. */
struct job {
	const struct timeout_opts *opts;
	char *path;
	int report; /* descriptor, or -1 */
};

/* For say(), which is a callback without an argument. */
static const char *command_name;

static void
say(int sig)
{
	char number[REPORT_SIGNAL];

	(void)fprintf(stderr, "%s: sending signal %s to command '%s'\n",
	    getprogname(), report_signal(sig, number), command_name);
}

static const char *
reason_word(const struct limit_result *r)
{
	switch (r->reason) {
	case LIMIT_NONE:
		return r->ended && WIFSIGNALED(r->status) ? "signal" : "exit";
	case LIMIT_TIME:
		return "limit";
	case LIMIT_IDLE:
		return "idle";
	case LIMIT_CPU:
		return "cpu";
	case LIMIT_CANCELLED:
		return "cancelled";
	}
	return "";
}

static int
report(const struct job *job, const struct limit_result *r)
{
	struct buf b = BUF_INIT;
	char number[REPORT_SIGNAL];
	size_t i;
	int rc;

	(void)json_open(&b, NULL, '{');
	(void)json_string(&b, "command", command_name);
	(void)json_string(&b, "reason", reason_word(r));
	if (r->ended) {
		report_end(&b, r->status);
	} else {
		(void)json_null(&b, "code");
		(void)json_null(&b, "signal");
	}
	(void)json_open(&b, "sent", '[');
	for (i = 0; i < r->nsent; i++)
		(void)json_element(&b, report_signal(r->sent[i], number));
	(void)json_close(&b, ']');
	report_left(&b, &r->left);
	(void)json_seconds(&b, "wall", r->wall);
	(void)json_seconds(&b, "user", r->user);
	(void)json_seconds(&b, "sys", r->sys);
	(void)json_number(&b, "maxrss", r->maxrss);
	(void)json_close(&b, '}');
	rc = buf_addc(&b, '\n');
	if (rc == 0)
		rc = io_write_all(job->report, buf_data(&b), buf_len(&b));
	buf_free(&b);
	return rc;
}

/* The exit status; or minus the signal to die by. */
static int
verdict(const struct timeout_opts *o, const struct limit_result *r)
{
	bool limit = r->reason == LIMIT_TIME || r->reason == LIMIT_IDLE ||
	    r->reason == LIMIT_CPU;
	int sig = r->ended && WIFSIGNALED(r->status) ? WTERMSIG(r->status) : 0;

	if (r->left.nleft > 0 ||
	    (r->output_error != 0 && r->output_error != EPIPE))
		return MP_TOOL_FAILED;
	if (limit && sig == SIGKILL)
		return MP_SIGNALED + SIGKILL;
	if (limit && !(o->preserve && r->ended))
		return o->exit_code;
	if (sig != 0)
		return limit ? MP_SIGNALED + sig : -sig;
	if (!r->ended)
		return -r->signo;
	/* It may not have noticed that nobody reads. */
	if (r->output_error == EPIPE && WEXITSTATUS(r->status) == 0)
		return -SIGPIPE;
	return WEXITSTATUS(r->status);
}

static void
fill_conf(struct limit_conf *conf, const struct job *job, int guard)
{
	const struct timeout_opts *o = job->opts;

	*conf = (struct limit_conf){.pid = (pid_t)o->pid,
	    .time = o->time,
	    .idle = o->idle,
	    .cpu = o->cpu,
	    .ladder = o->ladder,
	    .warn_signal = o->warn_signal,
	    .warn_before = o->warn_before,
	    .leftover = (enum limit_leftover)o->leftover,
	    .pass_on = true,
	    .foreground = o->foreground,
	    .guard = guard};
	if (o->verbose)
		conf->say = say;
	conf->spec.method = PROC_VFORK;
	conf->spec.path = job->path;
	conf->spec.argv = o->command;
	conf->spec.envp = environ;
	conf->spec.death_signal = SIGKILL;
}

static int
cannot_run(enum proc_step step, int why)
{
	(void)fprintf(stderr, "%s: failed to run command '%s': %s\n",
	    getprogname(), command_name, strerror(why));
	return step == PROC_STEP_EXEC ? (int)proc_status(why) : MP_TOOL_FAILED;
}

/* Runs under the limit. guard is as in struct guard_conf. */
static int
run_job(void *arg, int guard)
{
	struct job *job = arg;
	struct limit_conf conf;
	struct limit_result r;
	enum proc_step step;
	int status;

	fill_conf(&conf, job, guard);
	if (limit_run(&conf, &r, &step) == -1) {
		if (conf.pid == 0)
			return cannot_run(step, errno);
		return prog_complain(command_name, strerror(errno));
	}
	prog_say_left(&r.left);
	if (r.output_error != 0 && r.output_error != EPIPE)
		(void)prog_complain("output", strerror(r.output_error));
	status = verdict(job->opts, &r);
	if (job->report != -1 && report(job, &r) == -1)
		status = prog_complain("report", strerror(errno));
	if (status < 0) {
		guard_done();
		sig_die(-status);
	}
	return status;
}

static int
run_guarded(struct job *job)
{
	struct guard_conf conf = {.run = run_job,
	    .arg = job,
	    .keep = job->report,
	    .same_group = job->opts->foreground};
	int status = guard_run(&conf);

	if (status == GUARD_FAILED)
		return prog_complain("cannot start", strerror(errno));
	if (status < 0)
		sig_die(-status);
	return status;
}

/* Where the report goes, before anything is started. */
static int
report_open(const struct timeout_opts *o, struct job *job)
{
	job->report = o->status_fd;
	if (o->report != NULL)
		job->report = open(
		    o->report, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	else if (o->status_fd == -1)
		return 0;
	if (job->report == -1 ||
	    fcntl(job->report, F_SETFD, FD_CLOEXEC) == -1) {
		(void)prog_complain(
		    o->report ? o->report : "--status-fd", strerror(errno));
		return -1;
	}
	return 0;
}

static int
run(const struct timeout_opts *o)
{
	struct job job = {.opts = o, .report = -1};
	char number[16];
	int status;

	(void)snprintf(number, sizeof(number), "%lld", (long long)o->pid);
	command_name = o->pid != 0 ? number : o->command[0];
	if (report_open(o, &job) == -1)
		return MP_TOOL_FAILED;
	if (o->pid == 0) {
		job.path = proc_find(o->command[0]);
		if (job.path == NULL)
			return cannot_run(PROC_STEP_EXEC, errno);
	}
	status = o->guard ? run_guarded(&job) : run_job(&job, -1);
	free(job.path);
	return status;
}

int
main(int argc, char **argv)
{
	struct buf why = BUF_INIT;
	struct timeout_opts o;

	if (io_setup() == -1)
		return MP_TOOL_FAILED;
	if (timeout_opts_parse(&o, argc, argv, &why) == -1)
		return prog_bad_usage(&prog, &why);
	buf_free(&why);
	switch ((enum timeout_mode)o.mode) {
	case TIMEOUT_HELP:
		return prog_help(&prog);
	case TIMEOUT_VERSION:
		return prog_version(&prog);
	case TIMEOUT_RUN:
		break;
	}
	return run(&o);
}
