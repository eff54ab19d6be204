/* SPDX-License-Identifier: ISC */
/*
 * Base64, in groups of three bytes and four characters.
 */
#include "config.h"

#include "base64.h"

#include <errno.h>

static void
encode_group(const char *s, size_t n, char out[4])
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned long v = 0;
	size_t i;

	for (i = 0; i < 3; i++)
		v = v << 8 | (i < n ? (unsigned char)s[i] : 0);
	for (i = 0; i < 4; i++)
		out[i] = i <= n ? digits[v >> (18 - 6 * i) & 0x3f] : '=';
}

int
base64_encode(struct buf *b, const char *s, size_t n)
{
	const size_t len = (n + 2) / 3 * 4;
	char *out = buf_reserve(b, len);
	size_t i;

	if (out == NULL)
		return -1;
	for (i = 0; i < n; i += 3, out += 4)
		encode_group(s + i, n - i < 3 ? n - i : 3, out);
	buf_grown(b, len);
	return 0;
}

/* What a character stands for, or -1. */
static int
digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* The last pad characters are padding. The bits that these leave over must
 * be zero, or several texts would stand for the same bytes. */
static int
decode_group(const char *s, size_t pad, char *out)
{
	unsigned long v = 0;
	size_t i;
	int d;

	for (i = 0; i < 4; i++) {
		d = i < 4 - pad ? digit(s[i]) : 0;
		if (d == -1)
			return -1;
		v = v << 6 | (unsigned long)d;
	}
	if ((v & ((1UL << 8 * pad) - 1)) != 0)
		return -1;
	for (i = 0; i < 3 - pad; i++)
		out[i] = (char)(v >> (16 - 8 * i) & 0xff);
	return 0;
}

static size_t
padding(const char *s, size_t n)
{
	if (n < 4 || s[n - 1] != '=')
		return 0;
	return s[n - 2] == '=' ? 2 : 1;
}

int
base64_decode(struct buf *b, const char *s, size_t n)
{
	const size_t pad = padding(s, n);
	char *out = buf_reserve(b, n / 4 * 3);
	size_t i;

	if (out == NULL)
		return -1;
	errno = EINVAL;
	if (n % 4 != 0)
		return -1;
	for (i = 0; i < n; i += 4, out += 3)
		if (decode_group(s + i, i + 4 < n ? 0 : pad, out) == -1)
			return -1;
	buf_grown(b, n / 4 * 3 - pad);
	return 0;
}
