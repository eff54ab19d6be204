/* SPDX-License-Identifier: ISC */
/*
 * A file to which lines are appended.
 */
#include "config.h"

#include "linefile.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "io.h"

int
linefile_open(struct linefile *f, const char *name, enum linefile_mode mode)
{
	int flags = O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY;

	*f = (struct linefile){.name = name};
	switch (mode) {
	case LINEFILE_NEW:
		flags |= O_WRONLY | O_TRUNC;
		break;
	case LINEFILE_GO_ON:
		flags |= O_RDWR;
		break;
	case LINEFILE_READ:
		flags = O_RDONLY | O_CLOEXEC | O_NOCTTY;
		break;
	}
	f->fd = open(name, flags, 0666);
	return f->fd == -1 ? -1 : 0;
}

void
linefile_close(struct linefile *f)
{
	io_close(&f->fd);
}

void
linefile_put(struct linefile *f, const struct buf *lines)
{
	ssize_t n;

	if (f->fd == -1 || f->err != 0)
		return;
	n = io_write(f->fd, buf_data(lines), buf_len(lines));
	if (n == -1)
		f->err = errno;
	else if ((size_t)n < buf_len(lines))
		f->err = ENOSPC;
}
