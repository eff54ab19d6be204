/* SPDX-License-Identifier: ISC */
/*
 * A part of a file that is the standard input of a task's command.
 */
#ifndef MP_BLOCK_H
#define MP_BLOCK_H

#include <sys/types.h>

#include <stdint.h>

struct block {
	int fd; /* of the file */
	off_t at;
	uint64_t len; /* bytes, at least 1 */
	int own; /* the same file where it is the block's and holds nothing
		    else, so that a command can have it as it is; or -1 */
};

/* A copy of *b, or NULL and ENOMEM. block_free() releases it, closes b->own
 * and makes *b NULL. */
struct block *block_new(const struct block *b);
void block_free(struct block **b);

#endif
