/* SPDX-License-Identifier: ISC */
/*
 * Records out of a stream. Nothing is copied: a record is handed out
 * where it was read to, and its bytes count as consumed at once; they stay
 * where they are until there must be room for more.
 */
#include "config.h"

#include "rec.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

void
rec_init(struct rec *r, char delim, size_t max)
{
	*r = (struct rec){.max = max, .delim = delim};
	buf_init(&r->in);
}

void
rec_free(struct rec *r)
{
	buf_free(&r->in);
}

char *
rec_room(struct rec *r, size_t n)
{
	return buf_reserve(&r->in, n);
}

void
rec_fed(struct rec *r, size_t n)
{
	buf_grown(&r->in, n);
	if (n == 0)
		r->eof = true;
}

/* Consumes used bytes, of which the first len are handed out. */
static enum rec_status
hand_out(struct rec *r, size_t used, size_t *len)
{
	buf_drop(&r->in, used);
	r->seen = 0;
	if (*len <= r->max)
		return REC_OK;
	*len = r->max;
	return REC_LONG;
}

/* Drops what is left of an overlong record, as far as it has come. */
static void
skip_rest(struct rec *r)
{
	const char *p = buf_data(&r->in), *end;
	size_t n = buf_len(&r->in);

	end = memchr(p, r->delim, n);
	r->skipping = end == NULL;
	buf_drop(&r->in, end == NULL ? n : (size_t)(end - p) + 1);
}

size_t
rec_count(const struct rec *r)
{
	const char *p = buf_data(&r->in), *end = p + buf_len(&r->in), *next;
	size_t n = 0;

	for (; p < end; p = next + 1) {
		next = memchr(p, r->delim, (size_t)(end - p));
		if (next == NULL)
			next = end - 1;
		n++;
	}
	return r->skipping && n > 0 ? n - 1 : n;
}

enum rec_status
rec_next(struct rec *r, const char **text, size_t *len)
{
	const char *p, *end;
	size_t n;

	if (r->skipping && buf_len(&r->in) > 0)
		skip_rest(r);
	n = buf_len(&r->in);
	if (n == 0)
		return r->eof ? REC_END : REC_MORE;
	*text = p = buf_data(&r->in);
	end = memchr(p + r->seen, r->delim, n - r->seen);
	if (end != NULL) {
		*len = (size_t)(end - p);
		return hand_out(r, *len + 1, len);
	}
	if (n > r->max || r->eof) {
		r->skipping = n > r->max;
		*len = n;
		return hand_out(r, n, len);
	}
	r->seen = n;
	return REC_MORE;
}

/* The value of exactly the digits in s, at least one and at most most, all
 * below base; or -1. */
static int
parse_code(const char *s, int base, size_t most)
{
	static const char digits[] = "0123456789abcdef";
	const char *d;
	size_t i;
	int v = 0;

	for (i = 0; s[i] != '\0'; i++) {
		d = memchr(digits, tolower((unsigned char)s[i]), (size_t)base);
		if (d == NULL || i == most)
			return -1;
		v = v * base + (int)(d - digits);
	}
	return i > 0 && v <= 0xff ? v : -1;
}

/* The byte of the escape that s is what follows the backslash of, or -1. */
static int
parse_escape(const char *s)
{
	static const char letters[] = "abfnrtv\\";
	static const char bytes[] = "\a\b\f\n\r\t\v\\";
	const char *p = strchr(letters, *s);

	if (p != NULL && *s != '\0' && s[1] == '\0')
		return bytes[p - letters];
	return *s == 'x' ? parse_code(s + 1, 16, 2) : parse_code(s, 8, 3);
}

int
rec_delim_parse(const char *s, char *delim)
{
	int c = -1;

	if (s[0] != '\0' && s[1] == '\0')
		c = (unsigned char)s[0];
	else if (s[0] == '\\')
		c = parse_escape(s + 1);
	if (c == -1) {
		errno = EINVAL;
		return -1;
	}
	*delim = (char)(unsigned char)c;
	return 0;
}
