/* SPDX-License-Identifier: ISC */
/*
 * Following a log. What is told by inotify(7) is only that something has
 * happened; what, is seen from the files.
 */
#include "config.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#ifdef HAVE_SYS_INOTIFY_H
#include <sys/inotify.h>
#endif

#include "dur.h"
#include "io.h"
#include "logfile.h"
#include "logview_impl.h"

#define POLL (250 * DUR_MS) /* where there is no inotify */

/* The number of the i-th old file, 0 where there is none. */
static ino_t
number(const struct logview *v, unsigned i)
{
	char name[LOGFILE_NAME];
	struct stat st;

	logfile_name(name, v->name, i);
	if (fstatat(v->dirfd, name, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return 0;
	return st.st_ino;
}

/* Which old file comes after ours, 0 for the log itself: the one before that
 * which we have, or, if ours is gone, the oldest that is not older. */
static unsigned
next_file(const struct logview *v)
{
	unsigned i;
	ino_t ino;

	for (i = 1; i <= LOGFILE_KEEP_MAX; i++) {
		ino = number(v, i);
		if (ino == 0 || ino == v->ino || ino == v->before)
			break;
	}
	return i - 1;
}

/* Puts what was appended. A file that is shorter now was written anew. */
static int
put_new(struct logview *v)
{
	struct stat st;

	if (v->fd == -1)
		return 0;
	if (fstat(v->fd, &st) == -1)
		return -1;
	if (st.st_size < v->at)
		v->at = 0;
	return logview_put(v, v->fd, &v->at, INT64_MAX);
}

/* Goes on to the next file, which is there. Returns 0; or -1 and errno:
 * ENOENT if it was renamed or removed meanwhile. */
static int
go_on(struct logview *v)
{
	struct stat st;
	int fd = logview_open(v, next_file(v), &st);

	if (fd == -1)
		return -1;
	io_close(&v->before_fd);
	v->before_fd = v->fd;
	v->before = v->ino;
	v->fd = fd;
	v->at = 0;
	v->ino = st.st_ino;
	return 0;
}

/*
 * Puts all there is. When the log's name stands for another file than ours,
 * ours is not written to any more: what is in it then is all.
 */
static int
catch_up(struct logview *v)
{
	ino_t newest;

	for (;;) {
		if (put_new(v) == -1)
			return -1;
		newest = number(v, 0);
		if (newest == 0 || newest == v->ino)
			return 0;
		if (put_new(v) == -1)
			return -1;
		if (go_on(v) == -1 && errno != ENOENT)
			return -1;
	}
}

static void
step(struct logview *v)
{
	int saved;

	if (catch_up(v) == 0)
		return;
	saved = errno;
	logview_free(v);
	v->failed(v->arg, saved);
}

static void
poll_due(struct loop_timer *t)
{
	struct logview *v = t->arg;

	loop_timer_after(v->loop, t, POLL);
	step(v);
}

#ifdef HAVE_SYS_INOTIFY_H

/* Whether one of the events that have come is about the log. */
static bool
concerns(struct logview *v)
{
	union {
		struct inotify_event event;
		char bytes[4096];
	} all;
	struct inotify_event e;
	bool ours = false;
	const char *at;
	ssize_t n;

	while ((n = io_read(v->watch.fd, &all, sizeof(all))) > 0) {
		for (at = all.bytes; n > 0; at += sizeof(e) + e.len,
		    n -= (ssize_t)(sizeof(e) + e.len)) {
			memcpy(&e, at, sizeof(e));
			if ((e.mask & IN_Q_OVERFLOW) != 0 ||
			    (e.len > 0 && strcmp(at + sizeof(e), v->name) == 0))
				ours = true;
		}
	}
	return ours;
}

static void
events_ready(struct loop_fd *w, short revents)
{
	struct logview *v = w->arg;

	(void)revents;
	if (concerns(v))
		step(v);
}

/* Watches the directory. Returns 0, or -1 where that cannot be. */
static int
watch(struct logview *v)
{
	char path[64];

	v->watch = (struct loop_fd){
	    .fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC),
	    .events = POLLIN,
	    .cb = events_ready,
	    .arg = v,
	};
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", v->dirfd);
	if (v->watch.fd != -1 &&
	    inotify_add_watch(
		v->watch.fd, path, IN_MODIFY | IN_CREATE | IN_MOVED_TO) != -1 &&
	    loop_fd_add(v->loop, &v->watch) == 0)
		return 0;
	io_close(&v->watch.fd);
	return -1;
}

#else

static int
watch(struct logview *v)
{
	(void)v;
	return -1;
}

#endif

int
logview_follow(
    struct logview *v, struct loop *loop, void (*failed)(void *arg, int error))
{
	v->loop = loop;
	v->failed = failed;
	v->timer.cb = poll_due;
	v->timer.arg = v;
	if (watch(v) == -1)
		loop_timer_after(loop, &v->timer, POLL);
	/* What came before it was watched. */
	if (catch_up(v) == 0)
		return 0;
	logview_free(v);
	return -1;
}
