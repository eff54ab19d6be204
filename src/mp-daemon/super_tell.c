/* SPDX-License-Identifier: ISC */
/*
 * The supervisor: the files that tell of it and of its service.
 */
#include "config.h"

#include "super_impl.h"

#include <sys/wait.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "dur.h"
#include "files.h"
#include "io.h"
#include "logstamp.h"

#define MODE 0600

static int
put_id(struct super *s, const char *name, const struct procid *id)
{
	struct buf text = BUF_INIT;
	int rc = procid_format(id, &text);

	if (rc == 0)
		rc = files_put(s->dir->dir, name, &text, MODE);
	buf_free(&text);
	return rc;
}

int
super_tell(struct super *s, enum statusfile_state state)
{
	struct buf text = BUF_INIT;
	int rc;

	if (state != s->told.state || s->told.since == 0)
		s->told.since = logstamp_now() / DUR_MS;
	s->told.state = state;
	if (s->dir == NULL)
		return 0;
	s->told.drops = s->logging ? logs_dropped(&s->logs) : 0;
	rc = statusfile_format(&s->told, &text);
	if (rc == 0)
		rc = files_put(s->dir->dir, "status", &text, MODE);
	buf_free(&text);
	return rc;
}

static int
tell_dir(struct super *s, struct buf *why)
{
	struct procid self;

	if (procid_of(getpid(), &self) == 0 &&
	    put_id(s, "super.pid", &self) == 0 &&
	    super_tell(s, STATUSFILE_STARTING) == 0 && super_listen(s) == 0)
		return 0;
	(void)buf_addf(why, "cannot keep its state: %s", files_why(errno));
	return -1;
}

int
super_tell_open(struct super *s, struct buf *why)
{
	const char *path = s->service->o->pidfile;

	if (pidpath_open(&s->pidfile, path) == -1) {
		(void)buf_addf(why, "%s: %s", path, files_why(errno));
		return -1;
	}
	return s->dir == NULL ? 0 : tell_dir(s, why);
}

void
super_tell_close(struct super *s, enum statusfile_state last)
{
	pidpath_close(&s->pidfile);
	if (s->dir == NULL)
		return;
	(void)super_tell(s, last);
	(void)unlinkat(s->dir->dir, "ctl", 0);
	(void)unlinkat(s->dir->dir, "super.pid", 0);
	io_close(&s->dir->lock);
}

int
super_tell_pid(struct super *s, struct buf *why)
{
	struct procid id;

	if (procid_of(s->child.pid, &id) == -1) {
		(void)buf_addf(why, "/proc: %s", strerror(errno));
		return -1;
	}
	s->told.pid = id.pid;
	s->told.start = id.start;
	(void)strlcpy(s->told.boot, id.boot, sizeof(s->told.boot));
	s->told.end = STATUSFILE_NO_END;
	if (s->dir != NULL && put_id(s, "pid", &id) == -1) {
		(void)buf_addf(why, "pid: %s", files_why(errno));
		return -1;
	}
	if (pidpath_write(&s->pidfile, &id) == 0)
		return 0;
	(void)buf_addf(why, "%s: %s", s->service->o->pidfile, files_why(errno));
	return -1;
}

void
super_tell_end(struct super *s)
{
	if (s->told.pid == 0)
		return;
	s->told.pid = 0;
	s->told.start = 0;
	s->told.boot[0] = '\0';
	s->told.ready = false;
	if (WIFSIGNALED(s->status)) {
		s->told.end = STATUSFILE_SIGNAL;
		s->told.code = WTERMSIG(s->status);
	} else {
		s->told.end = STATUSFILE_EXIT;
		s->told.code = WEXITSTATUS(s->status);
	}
	if (s->dir != NULL)
		(void)unlinkat(s->dir->dir, "pid", 0);
	pidpath_remove(&s->pidfile);
}
