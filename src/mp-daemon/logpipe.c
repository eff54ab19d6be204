/* SPDX-License-Identifier: ISC */
/*
 * The log's way to a command.
 */
#include "config.h"

#include "logpipe.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "dur.h"
#include "io.h"
#include "lines.h"
#include "shell.h"

#define PIPE_SIZE (256 * 1024)

/* Always again, whatever it did. */
static const struct restart_conf policy = {
    .when = RESTART_ALWAYS,
    .base = 100 * DUR_MS,
    .cap = 30 * DUR_SECOND,
    .factor = 2 * DUR_SECOND, /* two, in billionths */
    .stable = 10 * DUR_SECOND,
};

static void start(struct logpipe *);

static void
start_again(struct loop_timer *t)
{
	start(t->arg);
}

/* The command is not there; why is of no interest to the policy. */
static void
gone(struct logpipe *l)
{
	struct restart_end end = {0, l->began, loop_now(), arc4random()};
	int64_t delay;

	l->child.pid = 0;
	if (restart_decide(&l->restart, &end, &delay) == RESTART_AGAIN)
		loop_timer_after(l->loop, &l->again, delay);
}

static void
command_ended(struct loop_child *c, int status, const struct rusage *ru)
{
	struct logpipe *l = c->arg;

	(void)status;
	(void)ru;
	if (!l->closing) {
		gone(l);
		return;
	}
	l->child.pid = 0;
	l->event(l->arg);
}

static void
start(struct logpipe *l)
{
	enum proc_step step;

	loop_timer_del(l->loop, &l->again);
	l->began = loop_now();
	if (shell_start(l->loop, &l->child, l->conf.command, l->rd, &step) ==
	    -1)
		gone(l);
}

/* Watches for room, and how long that takes. */
static void
await_room(struct logpipe *l)
{
	if (loop_fd_add(l->loop, &l->room) == -1)
		l->stuck = true;
	else if (!l->stuck && !l->patience.set)
		loop_timer_after(l->loop, &l->patience, l->conf.patience);
}

/* Writes what was left over, and closes if that is what waited for it. */
static void
settle(struct logpipe *l)
{
	if (!lineout_flush(&l->out)) {
		await_room(l);
	} else if (l->closing) {
		loop_fd_del(l->loop, &l->room);
		io_close(&l->out.fd);
	}
}

static void
room_ready(struct loop_fd *w, short revents)
{
	struct logpipe *l = w->arg;

	(void)revents;
	loop_fd_del(l->loop, w);
	loop_timer_del(l->loop, &l->patience);
	l->stuck = false;
	settle(l);
	l->event(l->arg);
}

static void
patience_over(struct loop_timer *t)
{
	struct logpipe *l = t->arg;

	l->stuck = true;
	l->event(l->arg);
}

int
logpipe_open(struct logpipe *l, struct loop *loop,
    const struct logpipe_conf *conf, void (*event)(void *arg), void *arg)
{
	int fd[2];

	memset(l, 0, sizeof(*l));
	l->conf = *conf;
	l->loop = loop;
	l->rd = -1;
	l->event = event;
	l->arg = arg;
	l->patience.cb = patience_over;
	l->again.cb = start_again;
	l->child.cb = command_ended;
	l->patience.arg = l->again.arg = l->child.arg = l;
	restart_init(&l->restart, &policy);
	if (lineout_init(&l->out, conf->program, conf->stamp) == -1 ||
	    io_pipe(fd) == -1) {
		lineout_free(&l->out);
		return -1;
	}
	io_pipe_size(fd[1], PIPE_SIZE);
	(void)fcntl(fd[1], F_SETFL, O_NONBLOCK);
	l->rd = fd[0];
	l->out.fd = fd[1];
	l->room = (struct loop_fd){
	    .fd = fd[1], .events = POLLOUT, .cb = room_ready, .arg = l};
	start(l);
	return 0;
}

size_t
logpipe_write(struct logpipe *l, const char *p, size_t n)
{
	size_t done = n;

	if (l->stuck)
		lineout_write(&l->out, p, n);
	else
		done = lineout_try(&l->out, p, n);
	if (done < n)
		await_room(l);
	else
		settle(l);
	return done;
}

void
logpipe_close(struct logpipe *l)
{
	l->closing = true;
	if (l->child.pid == 0 && io_pending(l->rd) > 0)
		start(l);
	loop_timer_del(l->loop, &l->again);
	settle(l);
}

bool
logpipe_ended(const struct logpipe *l)
{
	return l->rd == -1 || (l->closing && l->child.pid == 0);
}

/* The lines that nobody has read. */
static void
count_unread(struct logpipe *l)
{
	char p[4096];
	bool open_line = false;
	ssize_t n;

	(void)fcntl(l->rd, F_SETFL, O_NONBLOCK);
	while ((n = io_read(l->rd, p, sizeof(p))) > 0) {
		l->out.dropped += lines_count(p, (size_t)n) - open_line;
		open_line = p[n - 1] != '\n';
	}
}

void
logpipe_free(struct logpipe *l)
{
	if (l->rd == -1)
		return;
	shell_kill(l->loop, &l->child);
	loop_fd_del(l->loop, &l->room);
	loop_timer_del(l->loop, &l->patience);
	loop_timer_del(l->loop, &l->again);
	lineout_forget(&l->out);
	io_close(&l->out.fd);
	count_unread(l);
	io_close(&l->rd);
	lineout_free(&l->out);
}
