/* SPDX-License-Identifier: ISC */
/*
 * UTF-8 (RFC 3629): no sequence longer than it must be, no surrogate,
 * nothing beyond U+10FFFF. Pure.
 */
#ifndef MP_UTF8_H
#define MP_UTF8_H

#include <stdbool.h>
#include <stddef.h>

#define UTF8_MAX 4 /* bytes of a sequence */

/*
 * The length of the valid sequence that these n bytes, at least one, begin
 * with, 1 for an ASCII character, NUL too; or 0. Looks at nothing behind a
 * byte that does not belong, so that n may be UTF8_MAX in a string.
 */
size_t utf8_len(const char *, size_t n);

/* Whether all n bytes are valid. */
bool utf8_valid(const char *, size_t n);

/* Writes the sequence of a code point that has one; returns its length. */
size_t utf8_put(unsigned code, char out[UTF8_MAX]);

#endif
