/* SPDX-License-Identifier: ISC */
/*
 * Output that has to wait for its turn: in memory up to a limit that all
 * holds of a store share, then in a temporary file without a name.
 */
#ifndef MP_HOLD_H
#define MP_HOLD_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"

/* A piece of the file. */
struct hold_piece {
	off_t at;
	size_t len;
};

/* One stream: the pieces in order, then the bytes in memory. */
struct hold {
	struct hold_piece *piece;
	size_t first, npieces, cap;
	struct buf mem;
};

struct hold_store {
	int fd; /* the file, -1 until it is needed */
	off_t end; /* where the next piece goes */
	uint64_t infile; /* bytes in pieces */
	size_t mem; /* memory of all holds */
	size_t limit;
	int err; /* why the file could not take it the last time, or 0 */
};

/* limit is in bytes; 0 puts all but the smallest tails into the file. */
void hold_store_init(struct hold_store *, size_t limit);
void hold_store_free(struct hold_store *);

/*
 * Appends. Returns 0; or -1 and errno when the store is over its limit and
 * the file cannot take it (ENOSPC, EIO, ...; ENOBUFS where memory for it is
 * short): the bytes are kept in memory all the same, and the caller had
 * better bring no more. -1 and ENOMEM: not kept.
 */
int hold_add(struct hold_store *, struct hold *, const void *, size_t);

/* No more will be added for now: gives spare memory back and, over the
 * limit, puts the rest into the file. */
void hold_settle(struct hold_store *, struct hold *);

bool hold_empty(const struct hold *);

/* Whether the store is over its limit and the file cannot take more. */
bool hold_full(const struct hold_store *);

/* Moves up to n bytes from the front to p. Returns how many, or -1 and
 * errno if the file cannot be read. */
ssize_t hold_take(struct hold_store *, struct hold *, char *p, size_t n);

/* Forgets what is held and releases it. */
void hold_drop(struct hold_store *, struct hold *);

#endif
