/* SPDX-License-Identifier: ISC */
/*
 * How a service is, seen from outside.
 */
#include "config.h"

#include "view.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "files.h"
#include "proc.h"

static int
read_status(const struct rundir *r, struct statusfile *st)
{
	struct buf text = BUF_INIT;
	int rc = files_get(r->dir, "status", &text);

	if (rc == 0)
		rc = statusfile_parse(buf_data(&text), buf_len(&text), st);
	buf_free(&text);
	return rc;
}

static int
look(const struct rundir *r, struct view *v)
{
	struct stat st;
	int busy = rundir_busy(r);

	memset(v, 0, sizeof(*v));
	if (busy == -1)
		return -1;
	v->supervised = busy == 1;
	if (read_status(r, &v->status) == -1 &&
	    (errno != ENOENT || !v->supervised))
		return -1;
	v->pidfile = fstatat(r->dir, "pid", &st, AT_SYMLINK_NOFOLLOW) == 0;
	if (v->status.state >= STATUSFILE_STOPPED) /* it is about to leave */
		v->supervised = false;
	else
		v->lost = !v->supervised;
	return 0;
}

int
view_read(const struct rundir *r, struct view *v)
{
	int rc, saved;

	/* One that begins between the two looks at it is neither lost nor
	 * unknown. */
	do {
		rc = look(r, v);
		saved = errno;
	} while ((rc == -1 ? saved == ENOENT : v->lost) && rundir_busy(r) == 1);
	errno = saved;
	return rc;
}

const char *
view_state(const struct view *v)
{
	return v->lost ? "lost" : statusfile_state_name(v->status.state);
}

int
view_code(const struct view *v)
{
	switch (v->status.end) {
	case STATUSFILE_EXIT:
		return v->status.code;
	case STATUSFILE_SIGNAL:
		return -v->status.code;
	case STATUSFILE_NOT_STARTED:
		return (int)proc_status(v->status.code);
	case STATUSFILE_NO_END:
		break;
	}
	return MP_TOOL_FAILED;
}
