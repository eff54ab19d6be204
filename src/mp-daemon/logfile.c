/* SPDX-License-Identifier: ISC */
/*
 * A log file and its rotation.
 */
#include "config.h"

#include "logfile.h"

#include <sys/stat.h>

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dur.h"
#include "files.h"
#include "io.h"
#include "lines.h"
#include "opt.h"

#define KEEP_DEFAULT 5
#define SIZE_TEXT_MAX 64 /* characters */

#ifndef O_PATH
#define O_PATH O_RDONLY
#endif

int
logfile_parse_max(const char *text, struct logfile_conf *conf, struct buf *why)
{
	const char *comma = strchr(text, ','), *bad = NULL;
	size_t len = comma != NULL ? (size_t)(comma - text) : strlen(text);
	unsigned keep = KEEP_DEFAULT;
	char size[SIZE_TEXT_MAX];
	uint64_t max;

	if (len >= sizeof(size))
		return opt_bad(why, text, "invalid size");
	memcpy(size, text, len);
	size[len] = '\0';
	if (size_parse(size, &max) == -1 || max == 0)
		return opt_bad(why, text, "invalid size");
	if (comma != NULL) {
		keep = (unsigned)strtonum(comma + 1, 1, LOGFILE_KEEP_MAX, &bad);
		if (bad != NULL || !isdigit((unsigned char)comma[1]))
			return opt_bad(
			    why, text, "the number of files is 1 to 1000");
	}
	conf->max = max;
	conf->keep = keep;
	return 0;
}

int
logfile_open_at(int dirfd, const char *name)
{
	return files_open(dirfd, name, O_WRONLY | O_APPEND | O_CREAT);
}

/* Makes the file under the log's name the one that is written to. */
static int
take_over(struct logfile *f)
{
	struct stat st;
	int fd = logfile_open_at(f->dirfd, f->base);

	if (fd == -1 || fstat(fd, &st) == -1) {
		f->error = errno;
		io_close(&fd);
		return -1;
	}
	io_close(&f->out.fd);
	f->out.fd = fd;
	f->size = (uint64_t)st.st_size;
	f->dev = st.st_dev;
	f->ino = st.st_ino;
	return 0;
}

/* Takes the path apart: the directory is opened, the name copied. */
static int
find(struct logfile *f, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash != NULL ? slash + 1 : path;
	char *dir;

	if (*base == '\0') {
		errno = EISDIR;
		return -1;
	}
	/* "/name" is in "/", "name" in "." */
	if (slash == NULL)
		dir = strdup(".");
	else
		dir = strndup(path, slash == path ? 1 : (size_t)(slash - path));
	f->base = strdup(base);
	if (dir != NULL && f->base != NULL)
		f->dirfd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	free(dir);
	return f->dirfd == -1 ? -1 : 0;
}

int
logfile_open(struct logfile *f, const struct logfile_conf *conf,
    const char *program, bool stamp)
{
	int saved;

	memset(f, 0, sizeof(*f));
	f->conf = *conf;
	f->dirfd = -1;
	if (lineout_init(&f->out, program, stamp) == 0 &&
	    find(f, conf->path) == 0 && take_over(f) == 0)
		return 0;
	saved = errno;
	logfile_close(f);
	errno = saved;
	return -1;
}

void
logfile_close(struct logfile *f)
{
	io_close(&f->out.fd);
	io_close(&f->dirfd);
	lineout_free(&f->out);
	free(f->base);
	f->base = NULL;
}

/*
 * Opens the log anew if it is not the one under its name any more. Where that
 * fails the old one is written to as long as it has a name at all, which it
 * was given by somebody.
 */
static void
check_name(struct logfile *f)
{
	struct stat st;

	if (fstatat(f->dirfd, f->base, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    st.st_ino == f->ino && st.st_dev == f->dev && f->out.fd != -1) {
		f->size = (uint64_t)st.st_size;
		return;
	}
	if (take_over(f) == 0)
		lineout_forget(&f->out);
	else if (fstat(f->out.fd, &st) == 0 && st.st_nlink == 0)
		io_close(&f->out.fd);
}

void
logfile_name(char name[LOGFILE_NAME], const char *log, unsigned i)
{
	if (i == 0)
		(void)snprintf(name, LOGFILE_NAME, "%s", log);
	else
		(void)snprintf(name, LOGFILE_NAME, "%s.%u", log, i);
}

/* Renames the i-th old file to the one after it. */
static int
move_up(struct logfile *f, unsigned i)
{
	char from[LOGFILE_NAME], to[LOGFILE_NAME];

	logfile_name(from, f->base, i);
	logfile_name(to, f->base, i + 1);
	return renameat(f->dirfd, from, f->dirfd, to);
}

static bool
is_there(struct logfile *f, unsigned i)
{
	char name[LOGFILE_NAME];
	struct stat st;

	logfile_name(name, f->base, i);
	return fstatat(f->dirfd, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

/* Makes room for a new log: all that stands in a row moves up by one; a gap
 * in it is filled, and what would be one too many is replaced. */
static int
move_all(struct logfile *f)
{
	unsigned i = 1;

	while (i < f->conf.keep && is_there(f, i))
		i++;
	while (i-- > 0)
		if (move_up(f, i) == -1)
			return -1;
	return 0;
}

/* Begins a new file, with mode and group of the old one. */
static int
rotate(struct logfile *f)
{
	struct stat st;

	if (fstat(f->out.fd, &st) == -1 || move_all(f) == -1) {
		f->error = errno;
		return -1;
	}
	if (take_over(f) == -1)
		return -1;
	if (fchown(f->out.fd, (uid_t)-1, st.st_gid) == -1)
		st.st_mode &= ~(mode_t)S_IRWXG; /* it is another's group */
	(void)fchmod(f->out.fd, st.st_mode & 0777);
	return 0;
}

/* How many of the n bytes go to the file as it is now, which may be a new
 * one. */
static size_t
part(struct logfile *f, const char *p, size_t n)
{
	uint64_t room;
	size_t fit;

	if (f->conf.max == 0)
		return n;
	room = f->conf.max > f->size ? f->conf.max - f->size : 0;
	if (n <= room)
		return n;
	fit = lines_whole(p, (size_t)room);
	if (fit > 0)
		return fit;
	if (lineout_between(&f->out) && f->size > 0) {
		if (rotate(f) == -1)
			return n;
		return part(f, p, n);
	}
	/* The rest of a line, or one that is longer than a file. */
	return lines_first(p, n);
}

void
logfile_write(struct logfile *f, const char *p, size_t n)
{
	uint64_t before;
	size_t len;

	if (lineout_between(&f->out) || buf_len(&f->out.rest) > 0)
		check_name(f);
	for (; n > 0; p += len, n -= len) {
		len = part(f, p, n);
		before = f->out.written;
		lineout_write(&f->out, p, len);
		f->size += f->out.written - before;
	}
}
