/* SPDX-License-Identifier: ISC */
/*
 * Lines in a piece of text.
 */
#include "config.h"

#include "lines.h"

#include <string.h>

size_t
lines_first(const char *p, size_t n)
{
	const char *nl = n > 0 ? memchr(p, '\n', n) : NULL;

	return nl != NULL ? (size_t)(nl - p) + 1 : n;
}

size_t
lines_whole(const char *p, size_t n)
{
	while (n > 0 && p[n - 1] != '\n')
		n--;
	return n;
}

uint64_t
lines_count(const char *p, size_t n)
{
	uint64_t lines = 0;
	size_t len;

	for (; n > 0; p += len, n -= len) {
		len = lines_first(p, n);
		lines++;
	}
	return lines;
}
