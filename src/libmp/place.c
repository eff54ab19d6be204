/* SPDX-License-Identifier: ISC */
/*
 * The directory that a program keeps its things in: where it is, whether it
 * can be trusted, and which names may go into it.
 */
#include "config.h"

#include "place.h"

#include <sys/stat.h>
#include <sys/types.h>
#include <sys/vfs.h>

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io.h"
#include "utf8.h"

#define DIR_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)

/* File systems by their numbers (statfs(2)); not every system's headers have
 * them all. */
static const struct {
	uint32_t type;
	struct place_system system;
} systems[] = {
    {0x0000ef53, {"ext4", PLACE_LOCAL}},
    {0x58465342, {"XFS", PLACE_LOCAL}},
    {0x9123683e, {"Btrfs", PLACE_LOCAL}},
    {0x2fc12fc1, {"ZFS", PLACE_LOCAL}},
    {0xca451a4e, {"bcachefs", PLACE_LOCAL}},
    {0xf2f52010, {"F2FS", PLACE_LOCAL}},
    {0x794c7630, {"overlayfs", PLACE_LOCAL}},
    {0x01021994, {"tmpfs", PLACE_MEMORY}},
    {0x858458f6, {"ramfs", PLACE_MEMORY}},
    {0x00006969, {"NFS", PLACE_FOREIGN}},
    {0x0000517b, {"SMB", PLACE_FOREIGN}},
    {0xff534d42, {"SMB", PLACE_FOREIGN}},
    {0xfe534d42, {"SMB", PLACE_FOREIGN}},
    {0x01021997, {"9P", PLACE_FOREIGN}},
    {0x65735546, {"FUSE", PLACE_FOREIGN}},
    {0x5346414f, {"AFS", PLACE_FOREIGN}},
    {0x6b414653, {"AFS", PLACE_FOREIGN}},
    {0x00c36400, {"Ceph", PLACE_FOREIGN}},
    {0x0bd00bd0, {"Lustre", PLACE_FOREIGN}},
    {0x01161970, {"GFS2", PLACE_FOREIGN}},
    {0x7461636f, {"OCFS2", PLACE_FOREIGN}},
};

const struct place_way place_queues[] = {{"MP_QUEUE", "", false},
    {"XDG_STATE_HOME", "/mp-utils/queue", true},
    {"HOME", "/.local/state/mp-utils/queue", false}, {NULL, NULL, false}};

const struct place_way place_daemons[] = {{"MP_DAEMON_DIR", "", false},
    {"XDG_RUNTIME_DIR", "/mp-daemon", true},
    {"HOME", "/.local/state/mp-utils/daemon", false}, {NULL, NULL, false}};

static const char *
value_of(const struct place_way *w)
{
	const char *value = getenv(w->variable);

	if (value == NULL || *value == '\0' || (w->absolute && *value != '/'))
		return NULL;
	return value;
}

int
place_find(const char *option, const struct place_way *ways, struct buf *path)
{
	const struct place_way *w;
	const char *value;

	if (option != NULL)
		return buf_addf(path, "%s%c", option, '\0');
	for (w = ways; w->variable != NULL; w++) {
		value = value_of(w);
		if (value != NULL)
			return buf_addf(path, "%s%s%c", value, w->below, '\0');
	}
	errno = EINVAL;
	return -1;
}

/* Says why not; returns -1 and errno. */
__attribute__((format(printf, 3, 4))) static int
refuse(struct buf *why, int error, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)buf_addv(why, fmt, ap);
	va_end(ap);
	errno = error;
	return -1;
}

/* Makes the directory, and what is missing above it. */
static int
make(char *dir)
{
	char *slash = strrchr(dir, '/');
	int rc;

	if (mkdir(dir, 0700) == 0 || errno == EEXIST)
		return 0;
	if (errno != ENOENT || slash == NULL || slash == dir)
		return -1;
	*slash = '\0';
	rc = make(dir);
	*slash = '/';
	if (rc == -1)
		return -1;
	return mkdir(dir, 0700) == 0 || errno == EEXIST ? 0 : -1;
}

static int
reach(char *dir, bool create)
{
	int fd = open(dir, DIR_FLAGS);

	if (fd != -1 || errno != ENOENT || !create)
		return fd;
	return make(dir) == -1 ? -1 : open(dir, DIR_FLAGS);
}

int
place_system(int fd, struct place_system *system)
{
	struct statfs fs;
	size_t i;

	if (fstatfs(fd, &fs) == -1)
		return -1;
	*system = (struct place_system){"unknown", PLACE_LOCAL};
	for (i = 0; i < sizeof(systems) / sizeof(systems[0]); i++)
		if ((uint32_t)fs.f_type == systems[i].type)
			*system = systems[i].system;
	return 0;
}

int
place_check_system(const struct place_system *system, struct buf *why)
{
	if (system->kind != PLACE_FOREIGN)
		return 0;
	return refuse(why, EOPNOTSUPP,
	    "on %s, where locks and shared memory may not hold", system->name);
}

int
place_check(int fd, bool unsafe, struct buf *why)
{
	struct place_system system;
	struct stat st;

	if (fstat(fd, &st) == -1)
		return refuse(why, errno, "%s", strerror(errno));
	if (st.st_uid != geteuid())
		return refuse(why, EPERM, "belongs to another user (%ju)",
		    (uintmax_t)st.st_uid);
	/* The group's bits are those of access control lists, too. */
	if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return refuse(why, EPERM, "others may write to it (mode %#o)",
		    (unsigned)st.st_mode & 07777);
	if (unsafe)
		return 0;
	if (place_system(fd, &system) == -1)
		return refuse(why, errno, "%s", strerror(errno));
	return place_check_system(&system, why);
}

/* Why it cannot be opened, which open(2) tells of a link only as of a file
 * that is no directory. */
static int
refuse_unopened(const char *dir, int error, struct buf *why)
{
	struct stat st;

	if (lstat(dir, &st) == 0 && S_ISLNK(st.st_mode))
		return refuse(why, ELOOP, "is a symbolic link");
	return refuse(why, error, "%s", strerror(error));
}

int
place_open(const char *path, bool create, bool unsafe, struct buf *why)
{
	size_t len = strlen(path);
	char *dir = strdup(path);
	int fd;

	if (dir == NULL)
		return refuse(why, ENOMEM, "%s", strerror(ENOMEM));
	/* With a slash behind it a link would be followed. */
	while (len > 1 && dir[len - 1] == '/')
		dir[--len] = '\0';
	fd = reach(dir, create);
	if (fd == -1)
		(void)refuse_unopened(dir, errno, why);
	else if (place_check(fd, unsafe, why) == -1)
		io_close(&fd);
	free(dir);
	return fd;
}

/* The length of the character at s, or 0 where it may not be in a name. A
 * NUL ends every sequence. */
static size_t
char_len(const char *s)
{
	const unsigned char c = (unsigned char)s[0];

	if (c < 0x20 || c == 0x7f || c == '/')
		return 0;
	if (c == 0xc2 && (unsigned char)s[1] < 0xa0) /* controls, too */
		return 0;
	return utf8_len(s, UTF8_MAX);
}

bool
place_name_ok(const char *name)
{
	size_t n, len = 0;

	if (*name == '.' || *name == '-')
		return false;
	while (name[len] != '\0') {
		n = char_len(name + len);
		len += n;
		if (n == 0 || len > PLACE_NAME_MAX)
			return false;
	}
	return len > 0;
}
