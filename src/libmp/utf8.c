/* SPDX-License-Identifier: ISC */
/*
 * UTF-8.
 */
#include "config.h"

#include "utf8.h"

size_t
utf8_len(const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t len = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4, i;

	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xc2 || p[0] > 0xf4 || len > n)
		return 0;
	for (i = 1; i < len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	/* Too long, surrogates, too long, too large. */
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
	    (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;
	return len;
}

bool
utf8_valid(const char *s, size_t n)
{
	size_t i, len;

	for (i = 0; i < n; i += len) {
		len = utf8_len(s + i, n - i);
		if (len == 0)
			return false;
	}
	return true;
}

size_t
utf8_put(unsigned code, char out[UTF8_MAX])
{
	static const unsigned least[] = {0, 0x80, 0x800, 0x10000};
	static const unsigned char marks[] = {0, 0xc0, 0xe0, 0xf0};
	size_t len = UTF8_MAX, i;

	while (code < least[len - 1])
		len--;
	for (i = len - 1; i > 0; i--, code >>= 6)
		out[i] = (char)(0x80 | (code & 0x3f));
	out[0] = (char)(marks[len - 1] | code);
	return len;
}
