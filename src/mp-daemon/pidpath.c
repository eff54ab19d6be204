/* SPDX-License-Identifier: ISC */
/*
 * A pidfile wherever the user wants it.
 */
#include "config.h"

#include "pidpath.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "io.h"

#define MODE 0644 /* others may look */

static int
open_above(const char *path, const char *slash)
{
	char *dir;
	int fd;

	if (slash == NULL)
		return open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dir = strndup(path, (size_t)(slash - path) + 1);
	if (dir == NULL)
		return -1;
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(dir);
	return fd;
}

int
pidpath_open(struct pidpath *p, const char *path)
{
	const char *slash;

	*p = (struct pidpath){.dirfd = -1};
	if (path == NULL)
		return 0;
	slash = strrchr(path, '/');
	p->base = slash == NULL ? path : slash + 1;
	p->dirfd = open_above(path, slash);
	if (p->dirfd != -1 && files_check(p->dirfd, p->base) == 0)
		return 0;
	pidpath_close(p);
	return -1;
}

int
pidpath_write(struct pidpath *p, const struct procid *id)
{
	struct buf text = BUF_INIT;
	int rc;

	if (p->dirfd == -1)
		return 0;
	rc = procid_format(id, &text);
	if (rc == 0)
		rc = files_put(p->dirfd, p->base, &text, MODE);
	if (rc == 0)
		p->id = *id;
	buf_free(&text);
	return rc;
}

void
pidpath_remove(struct pidpath *p)
{
	struct procid there;

	if (p->dirfd != -1 && p->id.pid != 0 &&
	    procid_read(p->dirfd, p->base, &there) == 0 &&
	    there.pid == p->id.pid && there.start == p->id.start)
		(void)unlinkat(p->dirfd, p->base, 0);
	p->id.pid = 0;
}

void
pidpath_close(struct pidpath *p)
{
	io_close(&p->dirfd);
}
