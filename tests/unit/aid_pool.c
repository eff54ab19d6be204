/* SPDX-License-Identifier: ISC */
/*
 * A run of commands in a child.
 */
#include "config.h"

#include "aid_pool.h"

#include <sys/stat.h>
#include <sys/wait.h>

#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aid.h"
#include "io.h"
#include "runner_exec.h"
#include "tmpl.h"

struct pool_result *aid_result;

static struct source *
number_source(size_t n)
{
	static char **number; /* is there to the end */
	size_t i;

	number = calloc(n + 1, sizeof(*number));
	AID_NEED(number != NULL);
	for (i = 0; i < n; i++)
		AID_NEED(asprintf(&number[i], "%zu", i + 1) > 0);
	return source_args_new(number, n, 1);
}

static struct runner *
command_runner(const struct aid_run *run)
{
	static char *argv[AID_WORDS_MAX + 1]; /* is, too */
	struct runner_exec_conf conf = {
	    .jobs = run->jobs, .no_input = true, .own_groups = true};
	const char *word;
	size_t n = 0;

	for (; n < AID_WORDS_MAX && (word = run->word[n]) != NULL; n++) {
		if (*word == '@')
			word = aid_helper();
		else if (*word == '%')
			word = aid_file(word + 1);
		argv[n] = strdup(word);
	}
	conf.tmpl = tmpl_new(n, argv, &(struct tmpl_forms){.mark = "{}"});
	conf.command = argv[0];
	conf.raw = run->order == SINK_RAW;
	return runner_exec_new(&conf);
}

static void
set_limits(const struct aid_run *run)
{
	struct rlimit nofile;
	struct rlimit nproc = {run->nproc, run->nproc};
	uid_t uid;

	AID_NEED(getrlimit(RLIMIT_NOFILE, &nofile) == 0);
	nofile.rlim_cur = run->nofile > 0 ? run->nofile : nofile.rlim_cur;
	AID_NEED(setrlimit(RLIMIT_NOFILE, &nofile) == 0);
	if (run->nproc == 0)
		return;
	AID_NEED(setrlimit(RLIMIT_NPROC, &nproc) == 0);
	/* Somebody who has no other processes; else there is no limit. */
	uid = (uid_t)(100000 + getpid());
	if (setgroups(0, NULL) == 0 && setgid(uid) == 0)
		(void)!setuid(uid);
}

bool
aid_others_may(void)
{
	char *path = aid_helper(), *slash;
	struct stat st;
	bool may = true;

	if (getuid() != 0)
		return false;
	while (may && (slash = strrchr(path, '/')) != NULL) {
		may = stat(path, &st) == 0 && (st.st_mode & S_IXOTH) != 0;
		*slash = '\0';
	}
	return may;
}

/* What is allocated here is left to the end of the process. */
void
aid_run_child(void *arg)
{
	static struct source *source;
	static struct runner *runner;
	struct aid_run *run = arg;
	struct pool_conf conf = {.prog = "prog",
	    .order = run->order,
	    .ahead = 100,
	    .buffer = run->buffer,
	    .show = run->show};

	AID_NEED(dup2(run->fd[TASK_OUT], 1) == 1);
	AID_NEED(dup2(run->fd[TASK_ERR], 2) == 2);
	AID_NEED(io_setup() == 0);
	io_keep_to_ourselves();
	(void)signal(SIGPIPE, run->sigpipe_ignored ? SIG_IGN : SIG_DFL);
	/* A sanitizer may not get its thread at the end of a command. */
	if (run->nproc > 0)
		AID_NEED(setenv("ASAN_OPTIONS", "detect_leaks=0", 1) == 0);
	source = number_source(run->n);
	runner = command_runner(run);
	if (run->print)
		runner = runner_print_new(runner);
	AID_NEED(source != NULL && runner != NULL);
	set_limits(run);
	AID_NEED(pool_run(&conf, source, runner, aid_result) == 0);
	AID_NEED(aid_result->signo == 0 || waitpid(-1, NULL, WNOHANG) == -1);
	runner->ops->free(runner);
	source->ops->free(source);
	_exit(0);
}

void
aid_run_begin(struct aid_run *run)
{
	if (aid_result == NULL)
		aid_result = aid_shared(sizeof(*aid_result));
	memset(aid_result, 0, sizeof(*aid_result));
	run->fd[TASK_OUT] = aid_memfd();
	run->fd[TASK_ERR] = aid_memfd();
	if (run->jobs == 0)
		run->jobs = 4;
	if (run->buffer == 0)
		run->buffer = 1 << 20;
}

void
aid_run_end(struct aid_run *run)
{
	io_close(&run->fd[TASK_OUT]);
	io_close(&run->fd[TASK_ERR]);
}

void
aid_run_expect(const struct aid_run *run, int stream, const char *want)
{
	size_t len;
	const char *text = aid_text(run->fd[stream], &len);

	ck_assert_str_eq(text, want);
}
