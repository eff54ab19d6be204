/* SPDX-License-Identifier: ISC */
/*
 * A log file: whole lines appended, and the file renamed when it is full,
 * FILE to FILE.1, that to FILE.2, and so on.
 */
#ifndef MP_LOGFILE_H
#define MP_LOGFILE_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "lineout.h"

#define LOGFILE_KEEP_MAX 1000

struct logfile_conf {
	const char *path;
	uint64_t max; /* bytes of a file; 0: no limit */
	unsigned keep; /* old files, 1 to LOGFILE_KEEP_MAX */
};

/* The name of the i-th old file of a log; the log's own for 0. */
#define LOGFILE_NAME 320 /* more than any name of a file has */
void logfile_name(char name[LOGFILE_NAME], const char *log, unsigned i);

/* SIZE[,N]: a size as size_parse() takes it, not 0, and how many old files
 * are kept [5]. Returns 0; or -1 and in why "'TEXT': reason". */
int logfile_parse_max(const char *, struct logfile_conf *, struct buf *why);

struct logfile {
	struct logfile_conf conf;
	int dirfd; /* the file's directory, as it was at the start */
	char *base; /* its name there */
	struct lineout out; /* out.fd is the file, -1 while there is none */
	uint64_t size;
	dev_t dev;
	ino_t ino;
	int error; /* of the last rotation or opening that failed, or 0 */
};

/*
 * Opens the file for appending as logfile_open_at() does. What conf points to
 * must stay; program and stamp are those of lineout_init(). Returns 0, or -1
 * and errno with nothing open.
 *
 * The process must ignore SIGXFSZ for the limit of a file's size to be
 * taken as a full disk.
 */
int logfile_open(struct logfile *, const struct logfile_conf *,
    const char *program, bool stamp);
void logfile_close(struct logfile *);

/* Opens a log for appending, made with mode 0600 where there is none. Refused
 * is what files_open() refuses. Returns a descriptor, or -1 and errno. */
int logfile_open_at(int dirfd, const char *name);

/*
 * Appends n bytes, whole lines or a piece of a long one, LINEOUT_PIECE at
 * most. A log whose name has vanished or stands for another file is opened
 * anew first, and a full one renamed, both at the beginning of a line only. A
 * new file has mode and group of the one before it. What cannot be written is
 * dropped and counted in out.dropped. If the rotation fails the file grows.
 */
void logfile_write(struct logfile *, const char *, size_t n);

#endif
