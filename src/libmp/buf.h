/* SPDX-License-Identifier: ISC */
/*
 * A growable byte buffer, filled at its end and consumed at its front.
 * The bytes are b->p[b->off] … b->p[b->off + buf_len(b) - 1].
 */
#ifndef MP_BUF_H
#define MP_BUF_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

struct buf {
	char *p;
	size_t off; /* consumed */
	size_t end; /* filled up to here */
	size_t cap;
};

/* An empty buffer; owns nothing yet. buf_free() releases what it grew to
 * and leaves it empty. */
#define BUF_INIT \
	{ \
		NULL, 0, 0, 0 \
	}
void buf_init(struct buf *);
void buf_free(struct buf *);

static inline size_t
buf_len(const struct buf *b)
{
	return b->end - b->off;
}

/* NULL if there has never been anything in it. */
char *buf_data(const struct buf *);

/* Makes room for n more bytes and returns where they go, or NULL and
 * ENOMEM. buf_grown() tells how many of them were filled. buf_expand() is for
 * where there is no such room. */
char *buf_expand(struct buf *, size_t n);

static inline char *
buf_reserve(struct buf *b, size_t n)
{
	if (b->p != NULL && n <= b->cap - b->end)
		return b->p + b->end;
	return buf_expand(b, n);
}

static inline void
buf_grown(struct buf *b, size_t n)
{
	b->end += n;
}

/* Appends. Return 0, or -1 and ENOMEM (buf_addf: or what vsnprintf(3)
 * says) with the buffer as it was. */
int buf_add(struct buf *, const void *, size_t);

static inline int
buf_addc(struct buf *b, char c)
{
	char *p = buf_reserve(b, 1);

	if (p == NULL)
		return -1;
	*p = c;
	buf_grown(b, 1);
	return 0;
}

int buf_adds(struct buf *, const char *);

/* The same of a number, in decimal; with zeros before it where it has fewer
 * than so many digits, or a sign where it is below 0. */
int buf_addu(struct buf *, uintmax_t, unsigned digits);
int buf_addd(struct buf *, intmax_t);

int buf_addf(struct buf *, const char *, ...)
    __attribute__((format(printf, 2, 3)));
int buf_addv(struct buf *, const char *, va_list)
    __attribute__((format(printf, 2, 0)));

/* Consumes n bytes, at most buf_len(), from the front; or all. */
void buf_drop(struct buf *, size_t n);
void buf_clear(struct buf *);

/* Empties the buffer and gives memory beyond keep bytes back. */
void buf_reset(struct buf *, size_t keep);

#endif
