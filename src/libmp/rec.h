/* SPDX-License-Identifier: ISC */
/*
 * Records cut out of a byte stream: each ends in the delimiter, the last
 * one may end with the stream. Pure: the caller reads and feeds.
 */
#ifndef MP_REC_H
#define MP_REC_H

#include <stdbool.h>

#include "buf.h"

struct rec {
	struct buf in;
	size_t seen; /* bytes of in known to hold no delimiter */
	size_t max; /* longest record that is handed out whole */
	char delim;
	bool skipping; /* in the rest of an overlong record */
	bool eof;
};

enum rec_status {
	REC_OK, /* *text, *len hold one record, valid until rec_next() or
		     rec_room(); a record of no bytes is a record */
	REC_LONG, /* the same, but it is only the first max bytes of a longer
		     record, whose rest is dropped as it comes */
	REC_MORE, /* no whole record: feed, or tell the end */
	REC_END /* the stream has ended and all was handed out */
};

/* max is at least 1. rec_free() releases. */
void rec_init(struct rec *, char delim, size_t max);
void rec_free(struct rec *);

/* Where to read the next n bytes to, or NULL and ENOMEM; rec_fed() tells
 * how many came, 0 that the stream has ended. */
char *rec_room(struct rec *, size_t n);
void rec_fed(struct rec *, size_t n);

/* How many records there are if nothing more comes. */
size_t rec_count(const struct rec *);

enum rec_status rec_next(struct rec *, const char **text, size_t *len);

/* The delimiter of -d: one byte, or an escape \a \b \f \n \r \t \v \\ \0,
 * \NNN (octal) or \xHH, as xargs takes it. Returns 0, or -1 and EINVAL. */
int rec_delim_parse(const char *, char *delim);

#endif
