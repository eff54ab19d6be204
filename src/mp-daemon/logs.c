/* SPDX-License-Identifier: ISC */
/*
 * The captured log. There is one copy of the text, in the buffer that it was
 * read to, from which file and command are written; a time before each line
 * costs a second one.
 */
#include "config.h"

#include "logs.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "dur.h"
#include "files.h"
#include "io.h"
#include "lines.h"
#include "logstamp.h"

#define PIPE_SIZE (256 * 1024)
#define READ_SIZE ((size_t)128 * 1024)
#define BATCH 16 /* reads before others have their turn */
#define COMMAND_PATIENCE DUR_SECOND
#define NEWS DUR_SECOND

/* Tells that lines were dropped, unless that was told just now: then later. */
static void
tell_drops(struct logs *l)
{
	if (l->dropped == NULL || l->news.set || logs_dropped(l) == l->told)
		return;
	l->told = logs_dropped(l);
	loop_timer_after(l->loop, &l->news, NEWS);
	l->dropped(l->dropped_arg);
}

static void
news_due(struct loop_timer *t)
{
	tell_drops(t->arg);
}

/* Gives the command what it has not taken. Returns whether all is done. */
static bool
push(struct logs *l)
{
	size_t done;

	if (l->nheld > 0) {
		done = logpipe_write(&l->command, l->held, l->nheld);
		l->held += done;
		l->nheld -= done;
	}
	return l->nheld == 0;
}

/* Hands on the first n bytes of what was read. */
static void
hand_on(struct logs *l, size_t n)
{
	char time[LOGSTAMP_LEN + 1];
	const char *text = buf_data(&l->in);
	size_t len = n;

	if (n == 0)
		return;
	buf_clear(&l->stamped);
	/* Better without a time than not at all. */
	if (l->conf->stamp &&
	    logstamp_add(&l->stamped, logstamp_format(logstamp_now(), time),
		l->open_line, text, n) == 0) {
		text = buf_data(&l->stamped);
		len = buf_len(&l->stamped);
	}
	l->open_line = buf_data(&l->in)[n - 1] != '\n';
	if (l->conf->file.path != NULL)
		logfile_write(&l->file, text, len);
	if (l->conf->command != NULL) {
		l->held = text;
		l->nheld = len;
	}
	/* The bytes stay where they are until the next read. */
	buf_drop(&l->in, n);
	(void)push(l);
	tell_drops(l);
}

/* All whole lines; if there is none, and too much, what there is. */
static void
hand_on_lines(struct logs *l)
{
	size_t len = buf_len(&l->in), n = lines_whole(buf_data(&l->in), len);

	if (n == 0 && len >= LOGS_LINE_MAX)
		n = len;
	hand_on(l, n);
}

/* Reads once, n bytes at most, and hands on. Returns how many there were. */
static size_t
read_once(struct logs *l, size_t n)
{
	char *p = buf_reserve(&l->in, READ_SIZE);
	ssize_t got;

	if (p == NULL)
		return 0;
	got = io_read(l->pipe.fd, p, n < READ_SIZE ? n : READ_SIZE);
	if (got <= 0)
		return 0;
	buf_grown(&l->in, (size_t)got);
	hand_on_lines(l);
	/* Last: who is told that a line is there may look for it. */
	if (l->watch != NULL)
		l->watch(l->watch_arg, p, (size_t)got);
	return (size_t)got;
}

/* Takes what is in the pipe now, as long as nothing is held, and ends the
 * line. Returns whether all is handed on. */
static bool
drain(struct logs *l)
{
	size_t left = io_pending(l->pipe.fd), got = 1;

	for (; left > 0 && got > 0 && l->nheld == 0; left -= got)
		got = read_once(l, left);
	if (l->nheld > 0)
		return false;
	if ((buf_len(&l->in) > 0 || l->open_line) &&
	    buf_addc(&l->in, '\n') == 0)
		hand_on(l, buf_len(&l->in));
	return l->nheld == 0;
}

static void
finish(struct logs *l)
{
	void (*ended)(void *arg) = l->ended;

	logs_free(l);
	l->ended = NULL;
	ended(l->ended_arg);
}

/* What was begun by logs_end(), as far as it goes now. */
static void
end_step(struct logs *l)
{
	if (!drain(l))
		return;
	if (l->conf->command != NULL) {
		if (!l->command.closing)
			logpipe_close(&l->command);
		if (!logpipe_ended(&l->command))
			return;
	}
	finish(l);
}

static void
patience_over(struct loop_timer *t)
{
	finish(t->arg);
}

/* Reads on. Better a service that is ended by SIGPIPE than one that waits
 * for ever. */
static void
resume(struct logs *l)
{
	if (loop_fd_add(l->loop, &l->pipe) == -1)
		io_close(&l->pipe.fd);
}

/* There is news of the command. */
static void
command_event(void *arg)
{
	struct logs *l = arg;

	bool done = push(l);

	tell_drops(l);
	if (!done)
		return;
	if (l->ended != NULL)
		end_step(l);
	else
		resume(l);
}

static void
pipe_ready(struct loop_fd *w, short revents)
{
	struct logs *l = w->arg;
	int i;

	(void)revents;
	for (i = 0; i < BATCH && l->nheld == 0; i++)
		if (read_once(l, READ_SIZE) < READ_SIZE)
			break;
	if (l->nheld > 0)
		loop_fd_del(l->loop, w);
}

/* The two outputs. Returns what could not be opened, or NULL. */
static const char *
open_outputs(struct logs *l)
{
	const struct logs_conf *c = l->conf;
	const struct logpipe_conf command = {
	    c->command, c->program, c->stamp, COMMAND_PATIENCE};

	if (c->file.path != NULL &&
	    logfile_open(&l->file, &c->file, c->program, c->stamp) == -1)
		return c->file.path;
	if (c->command != NULL &&
	    logpipe_open(&l->command, l->loop, &command, command_event, l) ==
		-1)
		return c->command;
	return NULL;
}

static int
open_pipe(struct logs *l)
{
	int fd[2];

	if (io_pipe(fd) == -1)
		return -1;
	l->pipe.fd = fd[0];
	l->child_fd = fd[1];
	io_pipe_size(fd[0], PIPE_SIZE);
	if (fcntl(fd[0], F_SETFL, O_NONBLOCK) == -1)
		return -1;
	return loop_fd_add(l->loop, &l->pipe);
}

int
logs_open(struct logs *l, struct loop *loop, const struct logs_conf *conf,
    struct buf *why)
{
	const char *what;
	int saved;

	memset(l, 0, sizeof(*l));
	l->loop = loop;
	l->conf = conf;
	l->file.dirfd = l->file.out.fd = l->command.rd = l->child_fd = -1;
	l->pipe = (struct loop_fd){
	    .fd = -1, .events = POLLIN, .cb = pipe_ready, .arg = l};
	l->patience.cb = patience_over;
	l->news.cb = news_due;
	l->patience.arg = l->news.arg = l;
	what = open_outputs(l);
	if (what == NULL && open_pipe(l) == -1)
		what = "pipe";
	if (what == NULL)
		return 0;
	saved = errno;
	(void)buf_addf(why, "%s: %s", what, files_why(saved));
	logs_free(l);
	errno = saved;
	return -1;
}

void
logs_watch(
    struct logs *l, void (*fn)(void *arg, const char *, size_t n), void *arg)
{
	l->watch = fn;
	l->watch_arg = arg;
}

void
logs_watch_drops(struct logs *l, void (*fn)(void *arg), void *arg)
{
	l->dropped = fn;
	l->dropped_arg = arg;
}

void
logs_drain(struct logs *l)
{
	(void)drain(l);
}

void
logs_end(struct logs *l, int64_t patience, void (*ended)(void *arg), void *arg)
{
	l->ended = ended;
	l->ended_arg = arg;
	loop_fd_del(l->loop, &l->pipe);
	loop_timer_after(l->loop, &l->patience, patience);
	end_step(l);
}

void
logs_free(struct logs *l)
{
	loop_fd_del(l->loop, &l->pipe);
	loop_timer_del(l->loop, &l->patience);
	loop_timer_del(l->loop, &l->news);
	io_close(&l->pipe.fd);
	io_close(&l->child_fd);
	if (l->nheld > 0)
		l->command.out.dropped += lines_count(l->held, l->nheld);
	l->nheld = 0;
	logpipe_free(&l->command);
	logfile_close(&l->file);
	buf_free(&l->in);
	buf_free(&l->stamped);
}

uint64_t
logs_dropped(const struct logs *l)
{
	return l->file.out.dropped + l->command.out.dropped;
}
