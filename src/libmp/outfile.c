/* SPDX-License-Identifier: ISC */
/*
 * Files for the output of tasks. Where the file system has O_TMPFILE a file
 * has no name while the task runs, so that not even SIGKILL leaves one
 * behind; a name that is taken cannot be linked over, though, so a file
 * which replaces another has a temporary name for a moment.
 */
#include "config.h"

#include "outfile.h"

#include <sys/queue.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "args.h"
#include "io.h"
#include "quote.h"
#include "seen.h"

#define TEMP_TRIES 100

struct outfile {
	int fd;
	int err; /* errno of a write that failed, or 0 */
	bool named; /* it has the name temp now */
	struct buf name, dir, temp; /* strings; dir with its last slash */
	LIST_ENTRY(outfile) link;
};

LIST_HEAD(outfile_list, outfile);

struct outfiles {
	char *name; /* as it was given */
	struct args args; /* of it alone */
	struct outfile_list open, spare;
	struct seen seen;
	bool unnamed; /* what has no name can be given one */
};

struct outfiles *
outfiles_new(const char *name, const struct tmpl_forms *forms)
{
	struct outfiles *fs = calloc(1, sizeof(*fs));

	if (fs == NULL)
		return NULL;
	LIST_INIT(&fs->open);
	LIST_INIT(&fs->spare);
	fs->unnamed = access("/proc/self/fd", X_OK) == 0;
	fs->name = strdup(name);
	if (fs->name != NULL)
		args_init(&fs->args, tmpl_new(1, &fs->name, forms));
	if (fs->args.tmpl != NULL)
		return fs;
	outfiles_free(fs);
	return NULL;
}

/* Closes it; it has no temporary name then. */
static void
file_close(struct outfile *f)
{
	if (f->named)
		(void)unlink(buf_data(&f->temp));
	f->named = false;
	io_close(&f->fd);
}

static void
list_free(struct outfile_list *list)
{
	struct outfile *f;

	while ((f = LIST_FIRST(list)) != NULL) {
		LIST_REMOVE(f, link);
		file_close(f);
		buf_free(&f->name);
		buf_free(&f->dir);
		buf_free(&f->temp);
		free(f);
	}
}

void
outfiles_free(struct outfiles *fs)
{
	if (fs == NULL)
		return;
	list_free(&fs->open);
	list_free(&fs->spare);
	args_free(&fs->args);
	seen_free(&fs->seen);
	free(fs->name);
	free(fs);
}

/* Says why in the task's reason. Returns -1. */
static int
refuse(struct task *task, const char *name, const char *why)
{
	buf_clear(&task->reason);
	if (quote_shell(&task->reason, name) == 0 &&
	    buf_adds(&task->reason, ": ") == 0)
		(void)buf_adds(&task->reason, why);
	return -1;
}

static int
refuse_errno(struct task *task, const struct outfile *f)
{
	return refuse(task, buf_data(&f->name), strerror(errno));
}

/* A string of n bytes. */
static int
set_string(struct buf *b, const char *s, size_t n)
{
	buf_clear(b);
	return buf_add(b, s, n) == -1 ? -1 : buf_addc(b, '\0');
}

/* Takes the name apart. Returns 0, or -1 and errno. */
static int
set_name(struct outfile *f, const char *name)
{
	const char *slash = strrchr(name, '/');
	size_t dir = slash != NULL ? (size_t)(slash + 1 - name) : 0;

	if (set_string(&f->name, name, strlen(name)) == -1 ||
	    set_string(&f->dir, name, dir) == -1)
		return -1;
	if (name[dir] != '\0')
		return 0;
	errno = dir > 0 ? EISDIR : ENOENT;
	return -1;
}

static const char *
dir_of(const struct outfile *f)
{
	const char *dir = buf_data(&f->dir);

	return *dir != '\0' ? dir : ".";
}

/* Makes the directories that are missing. Returns 0, or -1 and errno. */
static int
make_dirs(struct outfile *f)
{
	char *dir = buf_data(&f->dir), *p;
	int rc = 0;

	for (p = dir; rc == 0 && (p = strchr(p + 1, '/')) != NULL;) {
		*p = '\0';
		if (mkdir(dir, 0777) == -1 && errno != EEXIST)
			rc = -1;
		*p = '/';
	}
	return rc;
}

/* Whatever a directory is called, it is the same one. Returns 0, or -1 and
 * says why. */
static int
claim(struct outfiles *fs, struct outfile *f, struct task *task)
{
	const char *base = buf_data(&f->name) + buf_len(&f->dir) - 1;
	char why[64];
	struct stat st;
	uint64_t key = SEEN_NOTHING, first;

	if (stat(dir_of(f), &st) == -1 &&
	    (errno != ENOENT || make_dirs(f) == -1 ||
		stat(dir_of(f), &st) == -1))
		return refuse_errno(task, f);
	key = seen_key(key, &st.st_dev, sizeof(st.st_dev));
	key = seen_key(key, &st.st_ino, sizeof(st.st_ino));
	key = seen_key(key, base, strlen(base));
	first = seen_first(&fs->seen, key, task->id);
	if (first == 0)
		return refuse_errno(task, f);
	if (first != task->id) {
		(void)snprintf(
		    why, sizeof(why), "the file of task %ju", (uintmax_t)first);
		return refuse(task, buf_data(&f->name), why);
	}
	if (lstat(buf_data(&f->name), &st) == 0 && !S_ISREG(st.st_mode))
		return refuse(task, buf_data(&f->name), "not a regular file");
	return 0;
}

/* A name that shows what it is, for make() to use, which fails with EEXIST
 * where it is taken. Returns what make() does. */
static int
with_temp(struct outfile *f, int (*make)(struct outfile *))
{
	int i, rc = -1;

	errno = EEXIST;
	for (i = 0; rc == -1 && errno == EEXIST && i < TEMP_TRIES; i++) {
		buf_clear(&f->temp);
		if (buf_addf(&f->temp, "%s.mp-pool.%ld.%08x", buf_data(&f->dir),
			(long)getpid(), (unsigned)arc4random()) == -1 ||
		    buf_addc(&f->temp, '\0') == -1)
			return -1;
		rc = make(f);
	}
	f->named = rc == 0;
	return rc;
}

static int
make_named(struct outfile *f)
{
	f->fd = open(buf_data(&f->temp),
	    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, 0666);
	return f->fd == -1 ? -1 : 0;
}

static int
file_open(const struct outfiles *fs, struct outfile *f)
{
#ifdef O_TMPFILE
	if (fs->unnamed)
		f->fd = open(dir_of(f), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
	if (f->fd != -1)
		return 0;
#endif
	return with_temp(f, make_named);
}

static struct outfile *
file_get(struct outfiles *fs)
{
	struct outfile *f = LIST_FIRST(&fs->spare);

	if (f != NULL)
		LIST_REMOVE(f, link);
	else
		f = calloc(1, sizeof(*f));
	if (f == NULL)
		return NULL;
	f->fd = -1;
	f->err = 0;
	LIST_INSERT_HEAD(&fs->open, f, link);
	return f;
}

int
outfile_open(struct outfiles *fs, struct task *task)
{
	struct outfile *f = file_get(fs);
	char **name;

	if (f == NULL)
		return refuse(task, "-O", strerror(errno));
	task->file = f;
	name = args_expand(&fs->args, task);
	if (name == NULL)
		(void)refuse(task, "-O", strerror(errno));
	else if (task->has_nul || name[0] == NULL)
		(void)refuse(task, "-O", "the record gives no name");
	else if (set_name(f, name[0]) == -1)
		(void)refuse(task, name[0], strerror(errno));
	else if (claim(fs, f, task) == 0 && file_open(fs, f) == -1)
		(void)refuse_errno(task, f);
	if (f->fd != -1)
		return 0;
	outfile_drop(fs, task);
	return -1;
}

int
outfile_fd(const struct task *task)
{
	return task->file->fd;
}

void
outfile_write(struct task *task, const char *p, size_t n)
{
	struct outfile *f = task->file;

	if (f->err == 0 && io_write_all(f->fd, p, n) == -1)
		f->err = errno;
}

static int
link_as(const struct outfile *f, const char *name)
{
	char fd[32];

	(void)snprintf(fd, sizeof(fd), "/proc/self/fd/%d", f->fd);
	return linkat(AT_FDCWD, fd, AT_FDCWD, name, AT_SYMLINK_FOLLOW);
}

static int
link_temp(struct outfile *f)
{
	return link_as(f, buf_data(&f->temp));
}

/* Where the bytes are on another machine only close(2) tells of all that
 * went wrong. */
static int
give_name(struct outfile *f)
{
	int fd = f->fd;

	if (!f->named) {
		if (link_as(f, buf_data(&f->name)) == 0)
			return 0;
		if (errno != EEXIST || with_temp(f, link_temp) == -1)
			return -1;
	}
	f->fd = -1;
	if (close(fd) == -1 && errno != EINTR)
		return -1;
	if (rename(buf_data(&f->temp), buf_data(&f->name)) == -1)
		return -1;
	f->named = false;
	return 0;
}

int
outfile_keep(struct outfiles *fs, struct task *task)
{
	struct outfile *f = task->file;
	int rc = -1;

	errno = f->err;
	if (f->err == 0)
		rc = give_name(f);
	if (rc == -1)
		(void)refuse_errno(task, f);
	outfile_drop(fs, task);
	return rc;
}

void
outfile_drop(struct outfiles *fs, struct task *task)
{
	struct outfile *f = task->file;

	task->file = NULL;
	file_close(f);
	LIST_REMOVE(f, link);
	LIST_INSERT_HEAD(&fs->spare, f, link);
}
