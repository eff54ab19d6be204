/* SPDX-License-Identifier: ISC */
/*
 * Which process: its number alone may belong to another one by now, but not
 * together with the time at which it began and the boot that this counts
 * from. Kept in two lines, of which the first is the number.
 */
#ifndef MP_PROCID_H
#define MP_PROCID_H

#include <sys/types.h>

#include <stdint.h>

#include "buf.h"

#define PROCID_BOOT 37 /* /proc/sys/kernel/random/boot_id, and a NUL */

struct procid {
	pid_t pid;
	uint64_t start; /* clock ticks after boot, as in proc(5) */
	char boot[PROCID_BOOT];
};

/* That of a process that is there, be it a zombie. Returns 0, or -1 and
 * errno. */
int procid_of(pid_t, struct procid *);

/* Appends the two lines. Returns 0, or -1 and ENOMEM. */
int procid_format(const struct procid *, struct buf *);

/* Reads them; what stands behind them does not matter. Returns 0, or -1 and
 * EINVAL. */
int procid_parse(const char *, size_t n, struct procid *);

/* Reads them from such a file (files.h). Returns 0, or -1 and errno. */
int procid_read(int dirfd, const char *name, struct procid *);

/* A descriptor that stands for that very process, and becomes readable when
 * it ends (pidfd_open(2)). Returns -1 and ESRCH where it is gone, or another
 * errno. A zombie is there. */
int procid_open(const struct procid *);

/* The same for a process that is known by its number only, as long as
 * somebody keeps that from being used again. */
int procid_pidfd(pid_t);

/* Sends a signal to what procid_open() has given. Returns 0, or -1 and
 * errno. */
int procid_signal(int pidfd, int sig);

#endif
