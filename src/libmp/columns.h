/* SPDX-License-Identifier: ISC */
/*
 * Records that are rows of a table: what separates their columns.
 */
#ifndef MP_COLUMNS_H
#define MP_COLUMNS_H

#include <stddef.h>

#include "buf.h"

struct columns; /* opaque */

/* A column: len bytes, in the record. */
struct column {
	const char *text;
	size_t len;
};

/*
 * The separator is a POSIX extended regular expression, in which \t \n \r
 * \f and \v stand for these characters. Returns NULL and in why what is
 * wrong: it is none, or it matches nothing at all. columns_free() releases.
 */
struct columns *columns_new(const char *separator, struct buf *why);
void columns_free(struct columns *);

/* Puts the first columns of a record, at most max of them, into column.
 * Returns how many there are of those; a record has one at least. */
size_t columns_split(
    const struct columns *, const char *rec, struct column *column, size_t max);

#endif
