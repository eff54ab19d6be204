/* SPDX-License-Identifier: ISC */
/*
 * Lines with names.
 */
#include "config.h"

#include "tagger.h"

#include <string.h>

void
tagger_init(struct tagger *t)
{
	buf_init(&t->part);
}

void
tagger_free(struct tagger *t)
{
	buf_free(&t->part);
}

static int
add_name(const char *name, struct buf *out)
{
	if (name == NULL)
		return 0;
	return buf_adds(out, name) == -1 ? -1 : buf_addc(out, '\t');
}

int
tagger_end(struct tagger *t, const char *name, struct buf *out)
{
	if (buf_len(&t->part) == 0)
		return 0;
	if (add_name(name, out) == -1 ||
	    buf_add(out, buf_data(&t->part), buf_len(&t->part)) == -1 ||
	    buf_addc(out, '\n') == -1)
		return -1;
	buf_reset(&t->part, TAGGER_LINE_MAX);
	return 0;
}

/* Ends the line; an empty one is a line, too. */
static int
line_end(struct tagger *t, const char *name, struct buf *out)
{
	if (buf_len(&t->part) > 0)
		return tagger_end(t, name, out);
	return add_name(name, out) == -1 ? -1 : buf_addc(out, '\n');
}

int
tagger_add(struct tagger *t, const char *name, const char *p, size_t n,
    struct buf *out)
{
	const char *end;
	size_t len, room;

	while (n > 0) {
		end = memchr(p, '\n', n);
		len = end != NULL ? (size_t)(end - p) : n;
		room = TAGGER_LINE_MAX - buf_len(&t->part);
		if (len > room) {
			len = room;
			end = NULL;
		}
		if (buf_add(&t->part, p, len) == -1)
			return -1;
		p += len;
		n -= len;
		if (end != NULL) {
			p++;
			n--;
		}
		if ((end != NULL || (n > 0 && len == room)) &&
		    line_end(t, name, out) == -1)
			return -1;
	}
	return 0;
}
