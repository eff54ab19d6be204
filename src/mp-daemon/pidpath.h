/* SPDX-License-Identifier: ISC */
/*
 * A pidfile wherever the user wants it (--pidfile). Its directory is opened
 * once; the file is written as a whole, and removed if it is still ours. It
 * belongs to us, never to the user that the service runs as.
 */
#ifndef MP_PIDPATH_H
#define MP_PIDPATH_H

#include "procid.h"

struct pidpath {
	int dirfd; /* -1: there is none */
	const char *base; /* its name there */
	struct procid id; /* what was written; pid 0: nothing */
};

/* Opens the directory. Returns 0; or -1 and errno, files_why() where what
 * stands under the name cannot be replaced. path must stay; NULL is none. */
int pidpath_open(struct pidpath *, const char *path);

/* Writes it. Returns 0, or -1 and errno. */
int pidpath_write(struct pidpath *, const struct procid *);

/* Removes what was written, if it is still there; closes. */
void pidpath_remove(struct pidpath *);
void pidpath_close(struct pidpath *);

#endif
