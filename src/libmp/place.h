/* SPDX-License-Identifier: ISC */
/*
 * The directory that a program keeps its things in, and the names of these
 * things, which are names of files there, or part of them.
 */
#ifndef MP_PLACE_H
#define MP_PLACE_H

#include <stdbool.h>

#include "buf.h"

#define PLACE_NAME_MAX 200 /* bytes of a name */

/* A variable of the environment that tells it, and what comes behind its
 * value. */
struct place_way {
	const char *variable; /* NULL: the end of the list */
	const char *below;
	bool absolute; /* its value counts only if it is */
};

extern const struct place_way place_queues[], place_daemons[];

/*
 * Appends the directory's path and a NUL: option if it is not NULL, else by
 * the first of the ways whose variable is set and not empty. Returns 0; or
 * -1 and EINVAL where nothing tells it, or ENOMEM; then path is as it was.
 */
int place_find(
    const char *option, const struct place_way *ways, struct buf *path);

/*
 * Opens the directory. With create it is made, its parents too, mode 0700.
 * Refused: what is no directory, or a symbolic link as the last component;
 * one of another user, or that others may write to; one on a file system
 * on which locks or shared memory do not hold (NFS, SMB, 9P, FUSE, AFS,
 * Ceph, Lustre, GFS2, OCFS2: statfs(2)), unless unsafe. Returns a
 * descriptor (O_CLOEXEC), or -1 and errno and appends to why a short
 * reason, which does not begin with the path, and no NUL; errno is ENOENT
 * where there is none.
 */
int place_open(const char *path, bool create, bool unsafe, struct buf *why);

/* The last part of it: whether a directory that is open can be trusted.
 * Returns 0; or -1, errno and why. */
int place_check(int fd, bool unsafe, struct buf *why);

/* What a file system is. */
struct place_system {
	const char *name; /* static; "unknown" */
	enum {
		PLACE_LOCAL,
		PLACE_MEMORY, /* gone with the system */
		PLACE_FOREIGN /* other machines or processes have a hand in */
	} kind;
};

/* That of a file. Returns 0, or -1 and errno. */
int place_system(int fd, struct place_system *);

/* Returns 0; or -1 and EOPNOTSUPP and the reason where it is a foreign one. */
int place_check_system(const struct place_system *, struct buf *why);

/* Whether a thing may have that name: 1 to PLACE_NAME_MAX bytes of UTF-8
 * without control characters (U+0080 to U+009F, too) and slashes, and no
 * dot or dash first. */
bool place_name_ok(const char *name);

#endif
