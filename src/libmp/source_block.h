/* SPDX-License-Identifier: ISC */
/*
 * Tasks that are blocks of a stream: each ends where a record ends, the
 * first such place from size bytes on, or where the stream ends.
 */
#ifndef MP_SOURCE_BLOCK_H
#define MP_SOURCE_BLOCK_H

#include <stdint.h>

#include "source.h"

/*
 * Blocks of a descriptor from where it stands, of at least size bytes (1 or
 * more). Of a regular file they are places in it, which is read only around
 * their ends; anything else is copied, one block at a time, into files in
 * memory, one for each block. The descriptor stays the caller's. NULL and
 * ENOMEM on failure.
 */
struct source *source_block_new(
    int fd, const char *name, char delim, uint64_t size);

/* The same for what is not a regular file. */
struct source *source_copy_new(
    int fd, const char *name, char delim, uint64_t size);

/* Makes the task that of a block, of which at is the place in the stream.
 * Returns 0, or -1 and ENOMEM; then nothing was taken over. */
int source_block_fill(struct task *, const struct block *, uint64_t at);

#endif
