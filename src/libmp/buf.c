/* SPDX-License-Identifier: ISC */
/*
 * The growable byte buffer. Capacity doubles; consumed space at the front
 * is taken back before the buffer grows.
 */
#include "config.h"

#include "buf.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dec.h"

#define BUF_MIN 128
#define FORMAT_MOST 64 /* mostly, of what is formatted */

void
buf_init(struct buf *b)
{
	memset(b, 0, sizeof(*b));
}

void
buf_free(struct buf *b)
{
	free(b->p);
	buf_init(b);
}

char *
buf_data(const struct buf *b)
{
	return b->p == NULL ? NULL : b->p + b->off;
}

char *
buf_expand(struct buf *b, size_t n)
{
	size_t len = buf_len(b), cap = b->cap ? 2 * b->cap : BUF_MIN;
	char *p;

	if (b->off >= len && b->p && n <= b->cap - len) {
		memcpy(b->p, b->p + b->off, len);
		b->off = 0;
		b->end = len;
		return b->p + b->end;
	}
	if (n > SIZE_MAX / 4 - len) {
		errno = ENOMEM;
		return NULL;
	}
	while (cap < len + n)
		cap *= 2;
	p = malloc(cap);
	if (p == NULL)
		return NULL;
	if (len > 0)
		memcpy(p, b->p + b->off, len);
	free(b->p);
	*b = (struct buf){p, 0, len, cap};
	return p + len;
}

int
buf_add(struct buf *b, const void *data, size_t n)
{
	char *p = buf_reserve(b, n);

	if (p == NULL)
		return -1;
	if (n > 0)
		memcpy(p, data, n);
	b->end += n;
	return 0;
}

int
buf_adds(struct buf *b, const char *s)
{
	return buf_add(b, s, strlen(s));
}

int
buf_addu(struct buf *b, uintmax_t value, unsigned digits)
{
	char text[DEC_MAX], *end = text + sizeof(text), *p;

	p = dec_digits(end, value, digits < DEC_MAX ? digits : DEC_MAX);
	return buf_add(b, p, (size_t)(end - p));
}

int
buf_addd(struct buf *b, intmax_t value)
{
	if (value >= 0)
		return buf_addu(b, (uintmax_t)value, 1);
	if (buf_reserve(b, DEC_MAX) == NULL || buf_addc(b, '-') == -1)
		return -1;
	return buf_addu(b, -(uintmax_t)value, 1);
}

int
buf_addv(struct buf *b, const char *fmt, va_list ap)
{
	char *p = buf_reserve(b, FORMAT_MOST);
	size_t room;
	va_list again;
	int n;

	if (p == NULL)
		return -1;
	room = b->cap - b->end;
	va_copy(again, ap);
	n = vsnprintf(p, room, fmt, again);
	va_end(again);
	if (n < 0)
		return -1;
	if ((size_t)n >= room) {
		p = buf_reserve(b, (size_t)n + 1);
		if (p == NULL)
			return -1;
		(void)vsnprintf(p, (size_t)n + 1, fmt, ap);
	}
	b->end += (size_t)n;
	return 0;
}

int
buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int rc;

	va_start(ap, fmt);
	rc = buf_addv(b, fmt, ap);
	va_end(ap);
	return rc;
}

void
buf_drop(struct buf *b, size_t n)
{
	b->off += n;
	if (b->off == b->end)
		b->off = b->end = 0;
}

void
buf_clear(struct buf *b)
{
	b->off = b->end = 0;
}

void
buf_reset(struct buf *b, size_t keep)
{
	buf_clear(b);
	if (b->cap > keep)
		buf_free(b);
}
