/* SPDX-License-Identifier: ISC */
/*
 * A file to which lines are appended.
 */
#include "config.h"

#include "linefile.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "io.h"

#define LINES_MOST ((size_t)64 * 1024) /* that wait, about */

int
linefile_open(struct linefile *f, const char *name, enum linefile_mode mode)
{
	int flags = O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY;
	struct stat st;

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
	if (f->fd == -1)
		return -1;
	f->regular = fstat(f->fd, &st) == 0 && S_ISREG(st.st_mode);
	return 0;
}

void
linefile_close(struct linefile *f)
{
	linefile_flush(f);
	buf_free(&f->lines);
	io_close(&f->fd);
}

void
linefile_put(struct linefile *f, const struct buf *lines)
{
	if (f->fd == -1 || f->err != 0)
		return;
	if (buf_add(&f->lines, buf_data(lines), buf_len(lines)) == -1)
		f->err = errno;
	if (!f->regular || buf_len(&f->lines) >= LINES_MOST)
		linefile_flush(f);
}

void
linefile_flush(struct linefile *f)
{
	size_t len = buf_len(&f->lines);
	ssize_t n;

	if (len == 0)
		return;
	n = io_write(f->fd, buf_data(&f->lines), len);
	if (n == -1)
		f->err = errno;
	else if ((size_t)n < len)
		f->err = ENOSPC;
	buf_reset(&f->lines, 2 * LINES_MOST);
}
