/* SPDX-License-Identifier: ISC */
/*
 * mp-spawn: starts copies of a command, each in a state that is stated in
 * full, and waits for them. This file turns the command line into a run of
 * copies, and what became of it into an exit status and a report.
 */
#include "config.h"

#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef HAVE_SYS_PRCTL_H
#include <sys/prctl.h>
#endif

#include "copies.h"
#include "dur.h"
#include "io.h"
#include "json.h"
#include "prog.h"
#include "quote.h"
#include "scan.h"
#include "sig.h"
#include "spawn_copy.h"
#include "status.h"

static const struct prog prog = {.name = "mp-spawn",
    .synopsis = "[options] command [argument ...]",
    .purpose =
	"Start copies of a command, each in the state that the options say,\n"
	"all or none, and wait for them. {} is the index of the copy.\n",
    .options = spawn_opts_table};

struct job {
	const struct spawn_opts *opts;
	struct spawn spawn;
	int report; /* descriptor, or -1 */
	bool failed; /* a copy has */
	int status; /* why nothing runs, or what failed besides; or 0 */
};

/* As timeout(1) and env(1) say it. */
static void
cannot_run(const struct spawn *s, int err)
{
	struct buf what = BUF_INIT;

	if (buf_adds(&what, "failed to run command ") == 0 &&
	    quote_visible(&what, s->argv[0], strlen(s->argv[0]), PATH_MAX) ==
		0 &&
	    buf_addc(&what, '\0') == 0)
		(void)spawn_complain(s, buf_data(&what), NULL, strerror(err));
	buf_free(&what);
}

static int
prepare(void *arg, size_t i, struct proc_spec *spec)
{
	struct job *job = arg;
	struct spawn *s = &job->spawn;

	job->status = MP_TOOL_FAILED;
	if (spawn_make(s, i, spec) == 0 && spec->path != NULL) {
		job->status = 0;
		return 0;
	}
	if (s->path_error != 0) {
		job->status = (int)proc_status(s->path_error);
		cannot_run(s, s->path_error);
	}
	spawn_unmake(s);
	return -1;
}

static void
prepared(void *arg, size_t i, struct proc_spec *spec)
{
	struct job *job = arg;

	(void)i;
	(void)spec;
	spawn_unmake(&job->spawn);
}

static void
failed(void *arg, size_t i, enum proc_step step, int err)
{
	struct job *job = arg;
	struct spawn *s = &job->spawn;

	s->no = i;
	job->status = MP_TOOL_FAILED;
	switch (step) {
	case PROC_STEP_START:
		(void)spawn_complain(s, "cannot start", NULL, strerror(err));
		break;
	case PROC_STEP_SETUP:
		(void)spawn_complain(s, "cannot set up", NULL, strerror(err));
		break;
	case PROC_STEP_STATE:
		spawn_say_fault(s, err);
		break;
	case PROC_STEP_EXEC:
		cannot_run(s, err);
		job->status = (int)proc_status(err);
		break;
	}
}

/* --wait none: who stands there. */
static int
standing(void *arg, struct loop *loop, const pid_t *pids)
{
	struct job *job = arg;
	struct buf b = BUF_INIT;
	struct scan_proc p;
	size_t i;
	int rc = 0;

	(void)loop;
	if (job->opts->wait != COPIES_NONE)
		return 0;
	for (i = 0; rc == 0 && i < job->spawn.n; i++) {
		rc = scan_read(pids[i], &p);
		if (rc == 0)
			rc = quote_shell(&b, job->spawn.name[i]);
		if (rc == 0)
			rc = buf_addf(&b, " %d %llu\n", (int)pids[i], p.start);
	}
	if (rc == -1)
		job->status = prog_complain("/proc", strerror(errno));
	else if ((rc = io_write_all(
		      STDOUT_FILENO, buf_data(&b), buf_len(&b))) == -1)
		job->status = prog_complain("standard output", strerror(errno));
	buf_free(&b);
	return rc;
}

static const char *
method_name(enum proc_method method)
{
	switch (proc_method_used(method)) {
	case PROC_FORK:
		return "fork";
	case PROC_VFORK:
		return "vfork";
	case PROC_SPAWN:
		return "spawn";
	}
	return "";
}

static void
ended(void *arg, size_t i, const struct copies_end *end)
{
	struct job *job = arg;
	struct buf b = BUF_INIT;
	int code = WIFSIGNALED(end->status) ? -WTERMSIG(end->status)
					    : WEXITSTATUS(end->status);

	if (code != 0)
		job->failed = true;
	if (job->report == -1)
		return;
	(void)json_open(&b, NULL, '{');
	(void)json_string(&b, "name", job->spawn.name[i]);
	(void)json_number(&b, "index", job->opts->first + (int64_t)i);
	(void)json_number(&b, "pid", end->pid);
	(void)json_number(&b, "exitcode", code);
	(void)json_string(
	    &b, "method", method_name((enum proc_method)job->opts->method));
	(void)json_seconds(&b, "wall", end->wall);
	(void)json_seconds(&b, "user", dur_timeval(&end->ru.ru_utime));
	(void)json_seconds(&b, "sys", dur_timeval(&end->ru.ru_stime));
	(void)json_number(&b, "maxrss", end->ru.ru_maxrss);
	(void)json_close(&b, '}');
	if ((buf_addc(&b, '\n') == -1 ||
		io_write_all(job->report, buf_data(&b), buf_len(&b)) == -1) &&
	    job->status == 0)
		job->status = prog_complain(job->opts->report, strerror(errno));
	buf_free(&b);
}

/* --fail-fast */
static int
enough(void *arg)
{
	const struct job *job = arg;

	return job->opts->fail_fast && job->failed ? SIGTERM : 0;
}

static const char *
name_of(void *arg, size_t i)
{
	struct job *job = arg;

	return job->spawn.name[i];
}

static const struct copies_calls calls = {.prepare = prepare,
    .prepared = prepared,
    .failed = failed,
    .standing = standing,
    .ended = ended,
    .enough = enough,
    .name = name_of};

/* Who ignores SIGPIPE is not ended by it. */
static int
no_reader(void)
{
	struct sigaction sa;

	if (sigaction(SIGPIPE, NULL, &sa) == 0 && sa.sa_handler == SIG_IGN)
		return MP_SIGNALED + SIGPIPE;
	return -SIGPIPE;
}

/* The exit status; or minus the signal to die by. */
static int
verdict(const struct job *job, const struct copies_result *r)
{
	bool one = job->spawn.n == 1 || job->opts->wait == COPIES_ANY;
	int sig = WIFSIGNALED(r->status) ? WTERMSIG(r->status) : 0;

	if (r->left.nleft > 0 || job->status != 0 ||
	    (r->output_error != 0 && r->output_error != EPIPE))
		return job->status != 0 ? job->status : MP_TOOL_FAILED;
	if (r->signo != 0)
		return -r->signo;
	if (r->timed_out)
		return one && sig == SIGKILL ? MP_SIGNALED + SIGKILL
					     : MP_TIME_LIMIT;
	if (r->output_error == EPIPE)
		return no_reader();
	if (!one)
		return r->failed > 0 ? MP_SOME_FAILED : MP_OK;
	return sig != 0 ? -sig : WEXITSTATUS(r->status);
}

static enum copies_output
output_of(const struct spawn_opts *o)
{
	if (o->tag)
		return COPIES_TAGGED;
	if (o->raw || o->copies == 1 || o->wait == COPIES_NONE)
		return COPIES_RAW;
	return COPIES_GROUPED;
}

static int
run_copies(struct job *job)
{
	const struct spawn_opts *o = job->opts;
	struct copies_conf conf = {.prog = getprogname(),
	    .n = job->spawn.n,
	    .output = output_of(o),
	    .wait = (enum copies_wait)o->wait,
	    .time = o->time,
	    .kill_after = o->kill_after,
	    .calls = &calls,
	    .arg = job};
	struct copies_result r;
	int status;

	if (copies_run(&conf, &r) == -1)
		return prog_complain("cannot start", strerror(errno));
	prog_say_left(&r.left);
	if (r.output_error != 0 && r.output_error != EPIPE)
		(void)prog_complain("output", strerror(r.output_error));
	if (!r.ran || o->wait == COPIES_NONE)
		return r.ran ? MP_OK : job->status;
	status = verdict(job, &r);
	if (status < 0)
		sig_die(-status);
	return status;
}

static int
replace(struct job *job, pid_t parent)
{
	enum proc_step step;
	struct proc_spec spec;

	if (prepare(job, 0, &spec) == -1)
		return job->status;
	(void)proc_replace(&spec, parent, &step);
	failed(job, 0, step, errno);
	return job->status;
}

static int
print(struct job *job)
{
	struct proc_spec spec;
	size_t i;
	int rc;

	for (i = 0; i < job->spawn.n; i++) {
		if (prepare(job, i, &spec) == -1)
			return job->status;
		rc = spawn_print(&job->spawn, &spec);
		spawn_unmake(&job->spawn);
		if (rc == -1)
			return prog_complain(
			    "standard output", strerror(errno));
	}
	return MP_OK;
}

/* When our parent goes we are to end, as if by TERM. It may have gone. */
static int
follow_parent(pid_t parent)
{
#ifdef HAVE_SYS_PRCTL_H
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) == -1)
		return prog_complain("--die-with-parent", strerror(errno));
#endif
	if (getppid() != parent)
		(void)raise(SIGTERM);
	return MP_OK;
}

static int
open_report(struct job *job)
{
	const char *name = job->opts->report;

	if (name == NULL)
		return MP_OK;
	job->report = open(
	    name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (job->report == -1)
		return prog_complain(name, strerror(errno));
	return MP_OK;
}

static int
run(const struct spawn_opts *o, pid_t parent)
{
	struct job job = {.opts = o, .report = -1};
	int status = MP_TOOL_FAILED;

	if (spawn_init(&job.spawn, o) == 0) {
		if (o->mode == SPAWN_PRINT)
			status = print(&job);
		else if (o->replace)
			status = replace(&job, parent);
		else if (open_report(&job) == MP_OK &&
		    (!o->die_with_parent || follow_parent(parent) == MP_OK))
			status = run_copies(&job);
	}
	io_close(&job.report);
	spawn_free(&job.spawn);
	return status;
}

int
main(int argc, char **argv)
{
	pid_t parent = getppid();
	struct buf why = BUF_INIT;
	struct spawn_opts o;
	int status;

	if (io_setup() == -1)
		return MP_TOOL_FAILED;
	io_keep_to_ourselves();
	if (spawn_opts_parse(&o, argc, argv, &why) == -1)
		return prog_bad_usage(&prog, &why);
	buf_free(&why);
	switch ((enum spawn_mode)o.mode) {
	case SPAWN_HELP:
		return prog_help(&prog);
	case SPAWN_VERSION:
		return prog_version(&prog);
	case SPAWN_RUN:
	case SPAWN_PRINT:
		break;
	}
	status = run(&o, parent);
	spawn_opts_free(&o);
	return status;
}
