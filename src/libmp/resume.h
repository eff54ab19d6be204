/* SPDX-License-Identifier: ISC */
/*
 * What an earlier run has done, by its joblog. A task is known by its
 * command, byte by byte, and not by its number: input may be reordered and
 * have become longer. Of the commands in the log there are hashes in memory;
 * the log itself is looked at to be sure.
 */
#ifndef MP_RESUME_H
#define MP_RESUME_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"

struct resume_entry;

struct resume {
	int fd; /* of the joblog, the caller's */
	bool failed_again; /* what has failed is not done */
	struct resume_entry *entry; /* a hash table, size is a power of 2 */
	size_t size, used;
	struct buf text;
};

/* Where the last whole line of the file ends. Returns -1 and errno. */
off_t resume_whole(int fd);

/*
 * Reads the joblog up to its byte end. Returns 0; or -1 and errno, EINVAL
 * with the number of the line that is no row in *line (1: it is no joblog of
 * this version). resume_free() in any case.
 */
int resume_load(
    struct resume *, int fd, off_t end, bool failed_again, uint64_t *line);
void resume_free(struct resume *);

/*
 * Whether a task with that command need not be run. It is used up by that: as
 * many equal tasks are done as there were. One that has failed, and was run
 * again, counts once.
 */
bool resume_take(struct resume *, const char *command, size_t len);

#endif
