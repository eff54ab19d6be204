/* SPDX-License-Identifier: ISC */
/*
 * Small files that must be ours alone: pidfiles, locks, states. No link is
 * followed and no file of somebody else touched, whatever stands under the
 * name. They are written as a whole: a reader finds the old text or the new
 * one, never a part.
 */
#ifndef MP_FILES_H
#define MP_FILES_H

#include <sys/types.h>

#include "buf.h"

#define FILES_MAX 8192 /* bytes of a file that is read */

/*
 * Opens the file in that directory, O_CLOEXEC. Refused: what is a symbolic
 * link (ELOOP), no regular file (EINVAL), has more than one name (EMLINK), or
 * belongs to another than the effective user (EPERM). flags are those of
 * open(2); a file that is made has mode 0600. Returns a descriptor, or -1
 * and errno.
 */
int files_open(int dirfd, const char *name, int flags);

/* Whether files_open() would refuse what is there. Returns 0, also where
 * nothing is; or -1 and errno as above. */
int files_check(int dirfd, const char *name);

/* A short reason for the errno of these functions, good until the next
 * call of strerror(3). */
const char *files_why(int error);

/* Replaces the file by one with that text, by a temporary file and
 * rename(2); mode is its own, whatever the umask. Refuses as files_check()
 * does. Returns 0, or -1 and errno with the old file in place. */
int files_put(int dirfd, const char *name, const struct buf *text, mode_t mode);

/* Appends the file's text. Returns 0; or -1 and errno, EFBIG where it has
 * more than FILES_MAX bytes. */
int files_get(int dirfd, const char *name, struct buf *text);

#endif
