/* SPDX-License-Identifier: ISC */
/*
 * What the parts of logview.h share.
 */
#ifndef MP_LOGVIEW_IMPL_H
#define MP_LOGVIEW_IMPL_H

#include <sys/stat.h>

#include "logview.h"

#define LOGVIEW_BLOCK (64 * 1024) /* bytes that are read at once */

/* Opens the i-th old file, 0: the newest one, if it is a regular file.
 * Returns a descriptor, or -1 and errno. */
int logview_open(const struct logview *, unsigned i, struct stat *);

/* Puts what stands from *at to to, or to the end, and moves *at. Returns 0, or
 * -1 and errno. */
int logview_put(struct logview *, int fd, off_t *at, off_t to);

#endif
