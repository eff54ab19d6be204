/* SPDX-License-Identifier: ISC */
/*
 * A queue of bytes between two descriptors: in memory up to a limit, then in
 * a file without a name up to another one; then it is full. The oldest bytes
 * are in memory, those of the file behind them. What is in it is never lost
 * because memory or the file system is short: then it is full earlier.
 */
#ifndef MP_ELASTIC_H
#define MP_ELASTIC_H

#include <sys/queue.h>
#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ELASTIC_BLOCK ((size_t)128 * 1024)

struct elastic_block {
	TAILQ_ENTRY(elastic_block) link;
	size_t off, end; /* consumed, filled up to here */
	char data[ELASTIC_BLOCK];
};
TAILQ_HEAD(elastic_blocks, elastic_block);

struct elastic {
	uint64_t mem_max, file_max; /* bytes; the caller may change them */
	uint64_t len; /* all bytes that are held */
	int err; /* why the file could not take the last that came, or 0 */

	/* Private, in the order of the bytes. */
	struct elastic_blocks blocks;
	uint64_t mem; /* bytes in blocks */
	int fd; /* -1 until it is needed */
	uint64_t head, tail; /* the part of the file that is held */
	struct elastic_block *stage; /* on the way to the file */
	struct elastic_block *spare; /* the next to be filled */
};

/* Allocates what it needs to make progress whatever comes: two blocks.
 * Returns 0, or -1 and ENOMEM. elastic_free() forgets what is held. */
int elastic_init(struct elastic *, uint64_t mem_max, uint64_t file_max);
void elastic_free(struct elastic *);

/* Whether there is no room. Tries to get some in the file if that is what
 * is missing; e->err tells why it could not. */
bool elastic_full(struct elastic *);

/* The bytes in the file, those that are on the way to it included. */
uint64_t elastic_spooled(const struct elastic *);

/*
 * Reads once from fd into it, most bytes (at least 1) if there is room for so
 * many. Returns what read(2) returns, and in *p where the bytes are until
 * the next call; or -1 and ENOBUFS where it is full.
 */
ssize_t elastic_fill(struct elastic *, int fd, size_t most, const char **p);

/*
 * Writes once from its front to fd, most bytes at most; there must be some.
 * Returns what write(2) returns; or -1 and errno where the file cannot be
 * read, EIO if it is shorter than it was. The bytes that were not written
 * stay.
 */
ssize_t elastic_drain(struct elastic *, int fd, size_t most);

#endif
