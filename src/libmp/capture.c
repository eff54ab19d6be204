/* SPDX-License-Identifier: ISC */
/*
 * The output of a child. A pipe that was once found full is made larger,
 * so that a child which writes much is not stopped by us at each 64 KiB;
 * most write little and are spared the call.
 */
#include "config.h"

#include "capture.h"

#include "io.h"

#define READ_SIZE ((size_t)64 * 1024)
#define PIPE_SIZE (256 * 1024)

/* Filled and handed on within one callback. */
static char readbuf[READ_SIZE];

void
capture_shut(struct capture *c, int stream)
{
	loop_fd_del(c->loop, &c->pipe[stream]);
	io_close(&c->pipe[stream].fd);
}

/* Reads once, n bytes at most. Returns what read(2) returned. */
static ssize_t
pipe_read(struct capture *c, int stream, size_t n)
{
	struct loop_fd *w = &c->pipe[stream];
	ssize_t got = io_read(w->fd, readbuf, n < READ_SIZE ? n : READ_SIZE);

	if (got <= 0)
		return got;
	if ((size_t)got == READ_SIZE && !c->grown[stream]) {
		io_pipe_size(w->fd, PIPE_SIZE);
		c->grown[stream] = true;
	}
	if (!c->output(c->arg, stream, readbuf, (size_t)got))
		loop_fd_del(c->loop, w);
	return got;
}

/* Reads what is in the pipe now. */
static void
pipe_empty(struct capture *c, int stream)
{
	size_t left = io_pending(c->pipe[stream].fd);
	ssize_t got = 1;

	for (; left > 0 && got > 0; left -= (size_t)got) {
		got = pipe_read(c, stream, left);
		if (got < 0)
			got = 0;
	}
}

static void
pipe_ready(struct loop_fd *w, short revents)
{
	struct capture *c = w->arg;
	int stream = w == &c->pipe[TASK_ERR] ? TASK_ERR : TASK_OUT;

	if (stream == TASK_OUT && c->words_first)
		pipe_empty(c, TASK_ERR);
	if ((revents & POLLIN) && pipe_read(c, stream, READ_SIZE) > 0)
		return;
	capture_shut(c, stream);
	if (c->closed != NULL)
		c->closed(c->arg, stream);
}

int
capture_open(struct capture *c, int first, int wr[TASK_STREAMS])
{
	int stream, fd[2];

	wr[TASK_OUT] = wr[TASK_ERR] = -1;
	c->pipe[TASK_OUT].fd = c->pipe[TASK_ERR].fd = -1;
	for (stream = first; stream < TASK_STREAMS; stream++) {
		if (io_pipe(fd) == -1) {
			io_close(&wr[TASK_OUT]);
			capture_close(c);
			return -1;
		}
		wr[stream] = fd[1];
		c->pipe[stream] = (struct loop_fd){
		    .fd = fd[0], .events = POLLIN, .cb = pipe_ready, .arg = c};
		c->grown[stream] = false;
	}
	return 0;
}

void
capture_resume(struct capture *c, int stream)
{
	/* Better a writer that is ended by SIGPIPE than one that waits for
	 * ever. */
	if (c->pipe[stream].fd != -1 &&
	    loop_fd_add(c->loop, &c->pipe[stream]) == -1)
		capture_shut(c, stream);
}

void
capture_drain(struct capture *c)
{
	int stream;

	for (stream = 0; stream < TASK_STREAMS; stream++) {
		if (c->pipe[stream].fd == -1)
			continue;
		pipe_empty(c, stream);
		capture_shut(c, stream);
	}
}

void
capture_close(struct capture *c)
{
	capture_shut(c, TASK_OUT);
	capture_shut(c, TASK_ERR);
}
