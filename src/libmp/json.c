/* SPDX-License-Identifier: ISC */
/*
 * Pieces of JSON text.
 */
#include "config.h"

#include "json.h"

#include <string.h>

#include "utf8.h"

#define FRACTION 6 /* digits of a microsecond */
#define KEY_AROUND 3 /* quotes and a colon */

static int
comma(struct buf *b)
{
	char last = buf_len(b) == 0 ? '{' : buf_data(b)[buf_len(b) - 1];

	return last == '{' || last == '[' ? 0 : buf_addc(b, ',');
}

/* Bytes that stand for themselves. */
static size_t
plain(const unsigned char *s)
{
	size_t n = 0;

	while (s[n] >= 0x20 && s[n] < 0x7f && s[n] != '"' && s[n] != '\\')
		n++;
	return n;
}

/* One other character of text; moves *s behind it. */
static int
add_char(struct buf *b, const unsigned char **s)
{
	const unsigned char *p = *s;
	size_t n = utf8_len((const char *)p, UTF8_MAX);

	*s += n == 0 ? 1 : n;
	if (n == 0)
		return buf_adds(b, "\xef\xbf\xbd");
	if (*p < 0x20 || *p == 0x7f)
		return buf_addf(b, "\\u%04x", *p);
	if ((*p == '"' || *p == '\\') && buf_addc(b, '\\') == -1)
		return -1;
	return buf_add(b, p, n);
}

static int
text(struct buf *b, const char *value)
{
	const unsigned char *s = (const unsigned char *)value;
	size_t n;

	if (buf_addc(b, '"') == -1)
		return -1;
	for (;;) {
		n = plain(s);
		if (buf_add(b, s, n) == -1)
			return -1;
		s += n;
		if (*s == '\0')
			return buf_addc(b, '"');
		if (add_char(b, &s) == -1)
			return -1;
	}
}

static int
key(struct buf *b, const char *name)
{
	size_t n = strlen(name);
	char *p;

	if (comma(b) == -1)
		return -1;
	p = buf_reserve(b, n + KEY_AROUND);
	if (p == NULL)
		return -1;
	*p = '"';
	memcpy(p + 1, name, n);
	memcpy(p + 1 + n, "\":", 2);
	buf_grown(b, n + KEY_AROUND);
	return 0;
}

int
json_string(struct buf *b, const char *name, const char *value)
{
	return key(b, name) == -1 ? -1 : text(b, value);
}

int
json_number(struct buf *b, const char *name, int64_t value)
{
	return key(b, name) == -1 ? -1 : buf_addd(b, value);
}

int
json_seconds(struct buf *b, const char *name, int64_t ns)
{
	int64_t us = ns / 1000;

	if (json_number(b, name, us / 1000000) == -1 || buf_addc(b, '.') == -1)
		return -1;
	return buf_addu(b, (uint64_t)(us % 1000000), FRACTION);
}

int
json_null(struct buf *b, const char *name)
{
	return key(b, name) == -1 ? -1 : buf_adds(b, "null");
}

int
json_open(struct buf *b, const char *name, char bracket)
{
	if ((name != NULL ? key(b, name) : comma(b)) == -1)
		return -1;
	return buf_addc(b, bracket);
}

int
json_close(struct buf *b, char bracket)
{
	return buf_addc(b, bracket);
}

int
json_element(struct buf *b, const char *value)
{
	return comma(b) == -1 ? -1 : text(b, value);
}
