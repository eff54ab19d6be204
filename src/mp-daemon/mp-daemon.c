/* SPDX-License-Identifier: ISC */
/*
 * mp-daemon: processes in the background that end with who started them, or
 * that are waited for. This file finds the verb and its operands.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io.h"
#include "logview.h"
#include "place.h"
#include "sig.h"
#include "status.h"
#include "verbs.h"

enum { KEY_HELP = OPT_LONG_ONLY + 100, KEY_VERSION };

#define AT(field) offsetof(struct conf, field)

static const struct opt options[] = {
    {KEY_HELP, "help", NULL, "print this and exit", opt_flag, AT(mode),
	PROG_HELP},
    {KEY_VERSION, "version", NULL, "print the version and exit", opt_flag,
	AT(mode), PROG_VERSION},
    {0, NULL, NULL, NULL, NULL, 0, 0}};

static const struct prog prog = {.name = "mp-daemon",
    .synopsis = "[options] verb [options] [operand ...]",
    .purpose = "Processes in the background.\n",
    .options = options};

const struct verb verbs[] = {
    {{"start", "name [options] [--] command [argument ...]",
	 "start a service; return when it is ready", options_start},
	verb_start, 1, 1, true, 0, ROOT_MAKE},
    {{"run", "[options] [--] command [argument ...]",
	 "the same in the foreground, or as process 1", options_run},
	verb_run, 0, 0, true, 0, ROOT_NONE},
    {{"stop", "[options] name ...", "end services", options_stop}, verb_stop, 1,
	-1, false, 0, ROOT_FIND},
    {{"restart", "[options] name ...", "end them and start them again",
	 options_stop},
	verb_restart, 1, -1, false, 0, ROOT_FIND},
    {{"reload", "name ...", "have them read their settings again",
	 options_none},
	verb_reload, 1, -1, false, 0, ROOT_FIND},
    {{"signal", "signal name ...", "send a signal", options_none}, verb_signal,
	2, -1, false, 1, ROOT_FIND},
    {{"status", "[options] name ...", "tell how they are", options_status},
	verb_status, 1, -1, false, 0, ROOT_FIND},
    {{"wait", "[options] name ...", "wait for their ends", options_wait},
	verb_wait, 1, -1, false, 0, ROOT_FIND},
    {{"logs", "[options] name", "print the log", options_logs}, verb_logs, 1, 1,
	false, 0, ROOT_FIND},
    {{"list", "[options]", "list all services", options_list}, verb_list, 0, 0,
	false, 0, ROOT_FIND},
    {{"main", "[--] command [argument ...]",
	 "at its end, end what is bound and wait for the others", options_none},
	verb_main, 0, 0, true, 0, ROOT_MAKE},
    {{NULL, NULL, NULL, NULL}, NULL, 0, 0, false, 0, ROOT_NONE}};

int
verb_open(const struct job *job, const char *name, struct rundir *r)
{
	struct buf why = BUF_INIT;
	int saved;

	if (job->root == -1) {
		errno = ENOENT;
		return -1;
	}
	if (rundir_open(r, job->root, name, false, &why) == 0)
		return 0;
	saved = errno;
	if (saved != ENOENT && buf_addc(&why, '\0') == 0)
		(void)prog_complain(name, buf_data(&why));
	buf_free(&why);
	errno = saved;
	return -1;
}

/*
 * Options may stand before and behind the operands, but for those of a
 * command, which is all from the first word on that is none of ours.
 */
static int
read_operands(struct job *job, int argc, char **argv, struct buf *why)
{
	const struct verb *v = job->verb;
	bool ended = false;
	int first;

	job->argv = argv + 1;
	for (;;) {
		first = ended
		    ? 1
		    : opt_parse(v->v.options, argc, argv, &job->conf, why);
		if (first == -1)
			return -1;
		ended = ended ||
		    (first > 1 && strcmp(argv[first - 1], "--") == 0);
		argc -= first;
		argv += first;
		if (argc == 0 || (v->command && job->argc == v->most))
			break;
		job->argv[job->argc++] = argv[0];
	}
	job->command = v->command && argc > 0 ? argv : NULL;
	return 0;
}

/* Whether the operands are as many as they should be, and good names. */
static int
check_operands(const struct job *job, struct buf *why)
{
	const struct verb *v = job->verb;
	const char *wrong;
	int i;

	if (job->argc < v->least || (v->command && job->command == NULL))
		return buf_adds(why, "missing operand"), -1;
	if (v->most != -1 && job->argc > v->most)
		return opt_bad(why, job->argv[v->most], "extra operand");
	for (i = v->names; i < job->argc; i++)
		if (!place_name_ok(job->argv[i]))
			return opt_bad(
			    why, job->argv[i], "not a service's name");
	wrong = verb_contradiction(job);
	if (wrong != NULL)
		return buf_adds(why, wrong), -1;
	(void)buf_adds(why, "--restart-limit: ");
	return restart_check(&job->conf.service.restart, why);
}

static int
run(struct job *job)
{
	const enum verb_root root = job->verb->root;
	struct buf why = BUF_INIT;
	int status;

	if (root != ROOT_NONE)
		job->root = rundir_root(root == ROOT_MAKE, &why);
	if (job->root == -1 && root != ROOT_NONE &&
	    (root == ROOT_MAKE || errno != ENOENT) &&
	    buf_addc(&why, '\0') == 0) {
		(void)fprintf(
		    stderr, "%s: %s\n", getprogname(), buf_data(&why));
		buf_free(&why);
		return MP_TOOL_FAILED;
	}
	buf_free(&why);
	status = job->verb->run(job);
	io_close(&job->root);
	service_opts_free(&job->conf.service);
	if (status < 0)
		sig_die(-status);
	return status;
}

int
main(int argc, char **argv)
{
	static const struct prog_verbs all = {
	    &prog, verbs, sizeof(verbs[0]), AT(mode)};
	struct job job = {
	    .root = -1, .parent = getppid(), .conf = {.lines = LOGVIEW_ALL}};
	struct buf why = BUF_INIT;
	int status = MP_TOOL_FAILED;

	if (io_setup() == -1)
		return MP_TOOL_FAILED;
	io_keep_to_ourselves();
	service_opts_init(&job.conf.service);
	job.verb = prog_take_verb(&all, &argc, &argv, &job.conf, &status);
	if (job.verb == NULL)
		return status;
	if (read_operands(&job, argc, argv, &why) == -1 ||
	    check_operands(&job, &why) == -1)
		return prog_bad_verb(&prog, &job.verb->v, &why);
	buf_free(&why);
	return run(&job);
}
