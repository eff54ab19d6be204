/* SPDX-License-Identifier: ISC */
/*
 * A jobserver's pipe is shared with programs that want it to block, so it is
 * used through descriptions of our own. Where another process is faster than
 * we are, read(2) says so and poll(2) goes on.
 */
#include "config.h"

#include "jobserver.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "io.h"

#define TOKEN '+'

static void
init(struct jobserver *js, size_t jobs)
{
	*js = (struct jobserver){
	    .rd = -1, .wr = -1, .pipe = {-1, -1}, .jobs = jobs};
}

/* Opens both ends anew. */
static int
open_pipe(struct jobserver *js, int rd, int wr)
{
	js->rd = io_own_reader(rd);
	js->wr = js->rd == -1 ? -1 : io_own_writer(wr);
	if (js->wr == -1)
		return -1;
	js->pipe[0] = rd;
	js->pipe[1] = wr;
	return 0;
}

static int
open_fifo(struct jobserver *js, const char *path)
{
	struct stat st;

	js->rd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (js->rd == -1 || fstat(js->rd, &st) == -1)
		return -1;
	if (!S_ISFIFO(st.st_mode)) {
		errno = EBADF;
		return -1;
	}
	js->wr = fcntl(js->rd, F_DUPFD_CLOEXEC, 0);
	return js->wr == -1 ? -1 : 0;
}

int
jobserver_join(struct jobserver *js, const struct makeflags *m, size_t jobs)
{
	int rc = -1;

	init(js, jobs);
	errno = EBADF;
	if (m->offer == MAKEFLAGS_PIPE)
		rc = open_pipe(js, m->rd, m->wr);
	else if (m->offer == MAKEFLAGS_FIFO)
		rc = open_fifo(js, buf_data(&m->path));
	if (rc == -1)
		jobserver_free(js);
	return rc;
}

/* Puts n new tokens into the pipe, as many as it takes. Returns how many. */
static size_t
add_tokens(struct jobserver *js, size_t n)
{
	static const char token = TOKEN;
	size_t i;

	for (i = 0; i < n; i++)
		if (io_write(js->wr, &token, 1) != 1)
			break;
	return i;
}

int
jobserver_serve(struct jobserver *js, size_t jobs)
{
	int fd[2];

	init(js, jobs);
	if (io_pipe(fd) == -1)
		return -1;
	js->own = true;
	if (open_pipe(js, fd[0], fd[1]) == -1) {
		io_close(&fd[0]);
		io_close(&fd[1]);
		jobserver_free(js);
		return -1;
	}
	js->tokens = add_tokens(js, jobs - 1);
	js->jobs = js->tokens + 1;
	return 0;
}

static void
give(struct jobserver *js)
{
	(void)io_write(js->wr, buf_data(&js->held), 1);
	buf_drop(&js->held, 1);
}

void
jobserver_attach(struct jobserver *js, struct loop *loop)
{
	js->loop = loop;
}

void
jobserver_detach(struct jobserver *js)
{
	while (buf_len(&js->held) > 0)
		give(js);
	if (js->loop != NULL)
		loop_fd_del(js->loop, &js->w);
	js->loop = NULL;
}

void
jobserver_free(struct jobserver *js)
{
	int saved = errno;

	jobserver_detach(js);
	buf_free(&js->held);
	io_close(&js->rd);
	io_close(&js->wr);
	if (js->own) {
		io_close(&js->pipe[0]);
		io_close(&js->pipe[1]);
	}
	errno = saved;
}

static void
not_dry(struct loop_fd *w, short revents)
{
	struct jobserver *js = w->arg;

	(void)revents;
	loop_fd_del(js->loop, w);
	js->dry = false;
}

/* Returns whether there was one. */
static bool
take_one(struct jobserver *js)
{
	char *p = buf_reserve(&js->held, 1);

	if (p != NULL && io_read(js->rd, p, 1) == 1) {
		buf_grown(&js->held, 1);
		return true;
	}
	js->dry = true;
	js->w.fd = js->rd;
	js->w.events = POLLIN;
	js->w.cb = not_dry;
	js->w.arg = js;
	(void)loop_fd_add(js->loop, &js->w);
	return false;
}

/* How many tokens that takes. */
static size_t
needed(const struct jobserver *js, size_t running)
{
	size_t n = running < js->jobs ? running : js->jobs;

	return n > 0 ? n - 1 : 0;
}

bool
jobserver_take(struct jobserver *js, size_t running)
{
	size_t n = needed(js, running + 1);

	while (buf_len(&js->held) < n)
		if (js->dry || !take_one(js))
			return false;
	return true;
}

void
jobserver_settle(struct jobserver *js, size_t running)
{
	size_t there;

	while (buf_len(&js->held) > needed(js, running))
		give(js);
	if (!js->own || running > 0)
		return;
	there = io_pending(js->rd);
	if (there < js->tokens)
		(void)add_tokens(js, js->tokens - there);
}
