/* SPDX-License-Identifier: ISC */
/*
 * Lines in a piece of text. Pure.
 */
#ifndef MP_LINES_H
#define MP_LINES_H

#include <stddef.h>
#include <stdint.h>

/* How many of n bytes are the first line with its newline; all of them where
 * there is none. */
size_t lines_first(const char *, size_t n);

/* How many are whole lines: up to the last newline. */
size_t lines_whole(const char *, size_t n);

/* How many lines there are, one without a newline at the end included. */
uint64_t lines_count(const char *, size_t n);

#endif
