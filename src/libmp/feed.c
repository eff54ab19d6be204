/* SPDX-License-Identifier: ISC */
/*
 * A block on its way into a pipe. That the reader does not want all of it
 * is no fault; that the file cannot be read, or has become shorter, is.
 */
#include "config.h"

#include "feed.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "io.h"

#define PIPE_SIZE (256 * 1024)
#define MOVE_SIZE ((size_t)1024 * 1024)
/* Asked for at once of a file that may not be in memory. */
#define AHEAD ((off_t)8 * 1024 * 1024)

void
feed_close(struct feed *f)
{
	loop_fd_del(f->loop, &f->pipe);
	io_close(&f->pipe.fd);
}

static void
pipe_ready(struct loop_fd *w, short revents)
{
	struct feed *f = w->arg;
	size_t most = f->left < MOVE_SIZE ? (size_t)f->left : MOVE_SIZE;
	ssize_t n = io_move(f->from, f->at, w->fd, most);

	(void)revents;
	if (n == -1 && errno == EAGAIN)
		return;
	if (n > 0) {
		f->at += n;
		f->left -= (uint64_t)n;
		if (f->left > 0)
			return;
	} else if (n == 0) {
		f->fault = "the file has become shorter";
	} else if (errno != EPIPE) {
		f->fault = strerror(errno);
	}
	feed_close(f);
}

void
feed_init(struct feed *f, struct loop *loop)
{
	*f = (struct feed){.loop = loop, .from = -1};
	f->pipe = (struct loop_fd){
	    .fd = -1, .events = POLLOUT, .cb = pipe_ready, .arg = f};
}

int
feed_open(struct feed *f, const struct block *b, int *rd)
{
	off_t ahead = b->len < (uint64_t)AHEAD ? (off_t)b->len : AHEAD;
	int fd[2];

	if (io_pipe(fd) == -1)
		return -1;
	io_pipe_size(fd[1], PIPE_SIZE);
	f->pipe.fd = fd[1];
	f->from = b->fd;
	f->at = b->at;
	f->left = b->len;
	f->fault = NULL;
	if (fcntl(fd[1], F_SETFL, O_NONBLOCK) == -1 ||
	    loop_fd_add(f->loop, &f->pipe) == -1) {
		io_close(&fd[0]);
		feed_close(f);
		return -1;
	}
	(void)posix_fadvise(b->fd, b->at, ahead, POSIX_FADV_WILLNEED);
	*rd = fd[0];
	return 0;
}
