/* SPDX-License-Identifier: ISC */
/*
 * What stands between the members.
 */
#include "config.h"

#include "between.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io.h"
#include "prog.h"

/* A file that is to be written anew. Returns -1, having said why not. */
static int
open_file(const char *name)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

	if (fd == -1)
		(void)prog_complain(name, strerror(errno));
	return fd;
}

/* The name of the copy of a member's output: its letters for each {}. */
static int
tee_name(struct buf *name, const char *pattern, size_t member)
{
	char letters[RELAY_NAME];
	const char *mark;

	while ((mark = strstr(pattern, PIPE_TEE_MARK)) != NULL) {
		if (buf_add(name, pattern, (size_t)(mark - pattern)) == -1 ||
		    buf_adds(name, relay_name(member, letters)) == -1)
			return -1;
		pattern = mark + strlen(PIPE_TEE_MARK);
	}
	return buf_add(name, pattern, strlen(pattern) + 1);
}

static int
open_tee(struct between *b, size_t i)
{
	struct buf name = BUF_INIT;

	if (tee_name(&name, b->opts->tee, i) == 0)
		b->tee[i] = open_file(buf_data(&name));
	else
		(void)prog_complain("--tee", strerror(errno));
	buf_free(&name);
	return b->tee[i] == -1 ? -1 : 0;
}

static int
open_trace(struct between *b)
{
	const char *name = b->opts->trace_file;

	if (!b->opts->trace)
		return 0;
	b->conf.trace = name == NULL ? STDERR_FILENO : open_file(name);
	return b->conf.trace == -1 ? -1 : 0;
}

int
between_init(struct between *b, const struct pipe_opts *opts, size_t n)
{
	size_t i;

	*b = (struct between){.opts = opts, .n = n, .conf = opts->relay};
	b->conf.trace = -1;
	if (n == 0)
		return 0;
	b->tee = calloc(n, sizeof(b->tee[0]));
	b->stat = calloc(n, sizeof(b->stat[0]));
	if (b->tee == NULL || b->stat == NULL) {
		(void)prog_complain("cannot start", strerror(errno));
		return -1;
	}
	for (i = 0; i < n; i++)
		b->tee[i] = -1;
	for (i = 0; opts->tee != NULL && i < n; i++)
		if (open_tee(b, i) == -1)
			return -1;
	return open_trace(b);
}

void
between_free(struct between *b)
{
	size_t i;

	for (i = 0; b->tee != NULL && i < b->n; i++)
		io_close(&b->tee[i]);
	if (b->conf.trace != STDERR_FILENO)
		io_close(&b->conf.trace);
	free(b->tee);
	free(b->stat);
	b->tee = NULL;
	b->stat = NULL;
}

static void
say(void *arg, const char *what, const char *why)
{
	(void)arg;
	(void)prog_complain(what, why);
}

static void
idle(void *arg)
{
	struct between *b = arg;

	b->why = BETWEEN_IDLE;
}

static void
deadlock(void *arg, const char *text)
{
	struct between *b = arg;

	(void)prog_complain("deadlock", text);
	if (b->conf.deadlock == RELAY_KILL)
		b->why = BETWEEN_DEADLOCK;
}

static void
ended(void *arg, size_t i)
{
	(void)arg;
	(void)i;
}

int
between_start(struct between *b, struct loop *loop, struct wires *wires)
{
	const struct relay_events events = {say, idle, deadlock, ended, b};
	struct wires_relay ends;
	struct relay_link link;
	size_t i;

	if (b->n == 0)
		return 0;
	b->relay = relay_new(loop, b->n, &b->conf, &events);
	if (b->relay == NULL)
		return -1;
	for (i = 0; i < b->n; i++) {
		ends = wires_take(wires, i);
		link = (struct relay_link){
		    ends.in, ends.out, b->tee[i], i, (i + 1) % wires->n};
		b->tee[i] = -1;
		if (relay_add(b->relay, &link) == -1)
			return -1;
	}
	relay_start(b->relay);
	return 0;
}

bool
between_busy(const struct between *b)
{
	return b->relay != NULL && relay_running(b->relay);
}

void
between_end(struct between *b)
{
	size_t i;

	if (b->relay == NULL)
		return;
	relay_stop(b->relay);
	for (i = 0; i < b->n; i++)
		relay_stat(b->relay, i, &b->stat[i]);
	if (b->opts->relay.meter)
		relay_meter(b->relay);
	b->failed = relay_failed(b->relay);
	relay_free(b->relay);
	b->relay = NULL;
}
