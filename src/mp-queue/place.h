/* SPDX-License-Identifier: ISC */
/*
 * The directory that queues live in, and the names of queues, which are
 * part of names of files there.
 */
#ifndef MP_PLACE_H
#define MP_PLACE_H

#include <stdbool.h>

#include "buf.h"

#define PLACE_NAME_MAX 200 /* bytes of a queue's name */

/*
 * Appends the directory's path and a NUL: option (-Q) if it is not NULL,
 * else $MP_QUEUE, else mp-utils/queue in $XDG_STATE_HOME or, without that,
 * in $HOME/.local/state. A variable that is empty, and an XDG_STATE_HOME
 * that is not absolute, count as not set. Returns 0; or -1 and EINVAL
 * where nothing tells it, or ENOMEM; then path is as it was.
 */
int place_find(const char *option, struct buf *path);

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

/* Whether a queue may have that name: 1 to PLACE_NAME_MAX bytes of UTF-8
 * without control characters (U+0080 to U+009F, too) and slashes, and no
 * dot or dash first. */
bool place_name_ok(const char *name);

#endif
