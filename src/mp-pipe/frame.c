/* SPDX-License-Identifier: ISC */
/*
 * Frames. The reader takes a frame's head byte by byte, and the message in
 * pieces as long as they come.
 */
#include "config.h"

#include "frame.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#define SHORT_HEAD 4 /* of len32 */
#define LONG_HEAD 12

static const char too_long[] = "longer than it may be";
static const char malformed[] = "malformed";
static const char no_memory[] = "no memory";
static const char truncated[] = "the stream ends in it";

int
frame_kind_parse(const char *name, enum frame_kind *kind)
{
	static const char *const names[] = {[FRAME_LINE] = "line",
	    [FRAME_NUL] = "nul",
	    [FRAME_NETSTRING] = "netstring",
	    [FRAME_LEN32] = "len32"};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(name, names[i]) == 0) {
			*kind = (enum frame_kind)i;
			return 0;
		}
	}
	return -1;
}

/* The last byte of a frame, or -1 where it has none of its own. */
static int
last_byte(enum frame_kind kind)
{
	switch (kind) {
	case FRAME_LINE:
		return '\n';
	case FRAME_NUL:
		return '\0';
	case FRAME_NETSTRING:
		return ',';
	case FRAME_LEN32:
		break;
	}
	return -1;
}

/* Whether the last byte is how the end is found. */
static bool
is_delimited(enum frame_kind kind)
{
	return kind == FRAME_LINE || kind == FRAME_NUL;
}

static void
put_big_endian(unsigned char *p, size_t bytes, uint64_t n)
{
	while (bytes-- > 0) {
		p[bytes] = (unsigned char)n;
		n >>= 8;
	}
}

static uint64_t
get_big_endian(const unsigned char *p, size_t bytes)
{
	uint64_t n = 0;

	while (bytes-- > 0)
		n = n << 8 | *p++;
	return n;
}

static int
add_head(enum frame_kind kind, size_t n, struct buf *out)
{
	unsigned char head[LONG_HEAD];

	if (kind == FRAME_NETSTRING)
		return buf_addf(out, "%zu:", n);
	if (kind != FRAME_LEN32)
		return 0;
	if (n <= INT32_MAX) {
		put_big_endian(head, SHORT_HEAD, n);
		return buf_add(out, head, SHORT_HEAD);
	}
	memset(head, 0xff, SHORT_HEAD);
	put_big_endian(head + SHORT_HEAD, LONG_HEAD - SHORT_HEAD, n);
	return buf_add(out, head, LONG_HEAD);
}

int
frame_encode(enum frame_kind kind, const void *p, size_t n, struct buf *out)
{
	int last = last_byte(kind);

	if (is_delimited(kind) && n > 0 && memchr(p, last, n) != NULL) {
		errno = EINVAL;
		return -1;
	}
	if (add_head(kind, n, out) != 0 || buf_add(out, p, n) == -1 ||
	    (last != -1 && buf_addc(out, (char)last) == -1))
		return -1;
	return 0;
}

/* Ready for the frame that begins at offset start. */
static void
begin(struct frame_reader *r, uint64_t start)
{
	r->start = start;
	r->taken = r->len = 0;
	r->nhead = 0;
	r->sized = false;
	buf_clear(&r->body);
}

void
frame_reader_init(struct frame_reader *r, enum frame_kind kind, uint64_t max)
{
	memset(r, 0, sizeof(*r));
	r->kind = kind;
	r->max = max;
	begin(r, 0);
}

void
frame_reader_free(struct frame_reader *r)
{
	buf_free(&r->body);
}

static enum frame_rc
bad(struct frame_reader *r, const char *why)
{
	r->why = why;
	return FRAME_BAD;
}

/* The length is known. */
static enum frame_rc
size(struct frame_reader *r, uint64_t len)
{
	r->len = len;
	r->sized = true;
	if (len > r->max || len > SIZE_MAX / 4)
		return bad(r, too_long);
	if (buf_reserve(&r->body, (size_t)len) == NULL)
		return bad(r, no_memory);
	return FRAME_MORE;
}

/* A byte of the head of len32. */
static enum frame_rc
len32_byte(struct frame_reader *r, char c)
{
	uint64_t n;

	r->head[r->nhead++] = (unsigned char)c;
	if (r->nhead < SHORT_HEAD)
		return FRAME_MORE;
	n = get_big_endian(r->head, SHORT_HEAD);
	if (n <= INT32_MAX)
		return size(r, n);
	if (n != UINT32_MAX)
		return bad(r, malformed);
	if (r->nhead < LONG_HEAD)
		return FRAME_MORE;
	return size(
	    r, get_big_endian(r->head + SHORT_HEAD, LONG_HEAD - SHORT_HEAD));
}

/* A byte of the head of a netstring: digits without a needless 0, ":". */
static enum frame_rc
netstring_byte(struct frame_reader *r, char c)
{
	if (c == ':' && r->nhead > 0)
		return size(r, r->len);
	if (c < '0' || c > '9' || (r->nhead > 0 && r->len == 0))
		return bad(r, malformed);
	r->len = 10 * r->len + (uint64_t)(c - '0');
	r->nhead++;
	return r->len > r->max ? bad(r, too_long) : FRAME_MORE;
}

static enum frame_rc
add(struct frame_reader *r, const char *p, size_t n)
{
	if (n > r->max - buf_len(&r->body))
		return bad(r, too_long);
	return buf_add(&r->body, p, n) == -1 ? bad(r, no_memory) : FRAME_MORE;
}

/* Of a frame that ends at its last byte. */
static enum frame_rc
feed_delimited(struct frame_reader *r, const char *p, size_t n, size_t *used)
{
	const char *end = memchr(p, last_byte(r->kind), n);
	size_t len = end == NULL ? n : (size_t)(end - p);
	enum frame_rc rc = add(r, p, len);

	*used = end == NULL ? n : len + 1;
	return rc == FRAME_MORE && end != NULL ? FRAME_WHOLE : rc;
}

/* Of a message whose length is known, and what is behind it. */
static enum frame_rc
feed_sized(struct frame_reader *r, const char *p, size_t n, size_t *used)
{
	uint64_t left = r->len - buf_len(&r->body);
	int last = last_byte(r->kind);

	*used = n < left ? n : (size_t)left;
	if (add(r, p, *used) != FRAME_MORE)
		return FRAME_BAD;
	if (*used < left || (last != -1 && *used == n))
		return FRAME_MORE;
	if (last == -1)
		return FRAME_WHOLE;
	return (unsigned char)p[(*used)++] == last ? FRAME_WHOLE
						   : bad(r, malformed);
}

/* Of a head; a message of no bytes may end with it. */
static enum frame_rc
feed_head(struct frame_reader *r, const char *p, size_t n, size_t *used)
{
	enum frame_rc rc = FRAME_MORE;

	for (*used = 0; *used < n && !r->sized && rc == FRAME_MORE; ++*used)
		rc = r->kind == FRAME_LEN32 ? len32_byte(r, p[*used])
					    : netstring_byte(r, p[*used]);
	if (rc == FRAME_MORE && r->sized && r->len == 0 &&
	    r->kind == FRAME_LEN32)
		return FRAME_WHOLE;
	return rc;
}

enum frame_rc
frame_feed(struct frame_reader *r, const char *p, size_t n, size_t *used)
{
	enum frame_rc rc;

	if (r->whole)
		begin(r, r->start + r->taken);
	if (is_delimited(r->kind))
		rc = feed_delimited(r, p, n, used);
	else if (r->sized)
		rc = feed_sized(r, p, n, used);
	else
		rc = feed_head(r, p, n, used);
	r->taken += *used;
	r->whole = rc == FRAME_WHOLE;
	return rc;
}

size_t
frame_need(const struct frame_reader *r)
{
	size_t nhead = r->whole ? 0 : r->nhead;

	if (is_delimited(r->kind))
		return 1;
	if (r->sized && !r->whole)
		return (size_t)(r->len - buf_len(&r->body)) +
		    (r->kind == FRAME_NETSTRING);
	if (r->kind == FRAME_NETSTRING)
		return 1;
	return (nhead < SHORT_HEAD ? SHORT_HEAD : LONG_HEAD) - nhead;
}

enum frame_rc
frame_end(struct frame_reader *r)
{
	if (r->whole || r->taken == 0)
		return FRAME_MORE;
	return bad(r, truncated);
}

void
frame_why(const struct frame_reader *r, struct buf *why)
{
	(void)buf_addf(
	    why, "frame at offset %" PRIu64 ": %s", r->start, r->why);
	if (r->why == too_long && r->sized)
		(void)buf_addf(why, ": %" PRIu64 " bytes", r->len);
	if (r->why == too_long)
		(void)buf_addf(why, ", at most %" PRIu64, r->max);
	if (r->why == truncated)
		(void)buf_addf(why, " after %" PRIu64 " bytes", r->taken);
}
