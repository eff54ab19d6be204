/* SPDX-License-Identifier: ISC */
/*
 * Starting copies: all of them, or none.
 */
#include "config.h"

#include "copies_impl.h"

#include <sys/wait.h>

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "io.h"

/* Starts one, its output into pipes where that is wanted. */
static int
copy_exec(struct copy *copy, struct proc_spec *spec)
{
	const struct copies_conf *conf = copy->run->conf;
	int wr[TASK_STREAMS] = {-1, -1}, stream, rc;
	enum proc_step step = PROC_STEP_START;

	if (conf->output != COPIES_RAW &&
	    capture_open(&copy->capture, TASK_OUT, wr) == -1) {
		conf->calls->failed(conf->arg, copy->no, step, errno);
		return -1;
	}
	for (stream = 0; stream < TASK_STREAMS; stream++)
		if (wr[stream] != -1 && !proc_names_fd(spec, stream + 1))
			spec->fds[spec->nfds++] = (struct proc_fd){
			    wr[stream], stream + 1};
	rc = proc_start(spec, &copy->child.pid, &step);
	if (rc == -1)
		conf->calls->failed(conf->arg, copy->no, step, errno);
	for (stream = 0; stream < TASK_STREAMS; stream++)
		io_close(&wr[stream]);
	if (rc == -1 && conf->output != COPIES_RAW)
		capture_close(&copy->capture);
	return rc;
}

static int
copy_start(struct copies *c, size_t i)
{
	const struct copies_conf *conf = c->conf;
	struct copy *copy = &c->copy[i];
	struct proc_spec spec;
	int rc;

	memset(&spec, 0, sizeof(spec));
	if (conf->calls->prepare(conf->arg, i, &spec) == -1)
		return -1;
	spec.hold = conf->n > 1 || conf->wait == COPIES_NONE;
	rc = copy_exec(copy, &spec);
	copy->own_group = spec.group != PROC_SAME_GROUP;
	copy->running = rc == 0;
	conf->calls->prepared(conf->arg, i, &spec);
	if (rc == 0)
		c->running++;
	return rc;
}

/* All of them, or none. */
static int
copies_start(struct copies *c)
{
	size_t i;

	for (i = 0; i < c->conf->n; i++)
		if (copy_start(c, i) == -1)
			return -1;
	return 0;
}

static int
copies_standing(struct copies *c)
{
	pid_t *pids = calloc(c->conf->n, sizeof(pids[0]));
	size_t i;
	int rc;

	if (pids == NULL)
		return -1;
	for (i = 0; i < c->conf->n; i++)
		pids[i] = c->copy[i].child.pid;
	rc = c->conf->calls->standing(c->conf->arg, &c->loop, pids);
	free(pids);
	return rc;
}

static int
copies_release(struct copies *c)
{
	const struct copies_conf *conf = c->conf;
	size_t i;

	if (conf->n == 1 && conf->wait != COPIES_NONE)
		return 0;
	for (i = 0; i < conf->n; i++) {
		if (proc_held(c->copy[i].child.pid) == 0)
			continue;
		conf->calls->failed(conf->arg, i, PROC_STEP_START, errno);
		return -1;
	}
	for (i = 0; i < conf->n; i++)
		(void)proc_release(c->copy[i].child.pid);
	return 0;
}

/* They are held, or have just begun. */
static void
copies_abort(struct copies *c)
{
	size_t i;

	for (i = 0; i < c->conf->n; i++) {
		if (!c->copy[i].running)
			continue;
		(void)kill(c->copy[i].child.pid, SIGKILL);
		(void)waitpid(c->copy[i].child.pid, NULL, 0);
		if (c->conf->output != COPIES_RAW)
			capture_close(&c->copy[i].capture);
	}
}

int
copies_begin(struct copies *c)
{
	if (copies_start(c) == 0 && copies_standing(c) == 0 &&
	    copies_release(c) == 0)
		return 0;
	copies_abort(c);
	return -1;
}
