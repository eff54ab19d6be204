/* SPDX-License-Identifier: ISC */
/*
 * Decimal numbers, where printf(3) would be most of the work.
 */
#ifndef MP_DEC_H
#define MP_DEC_H

#include <stdint.h>

#define DEC_MAX 40 /* digits; a uintmax_t has at most 39 */

/* Writes the digits of the value, at least so many, up to DEC_MAX, to the left
 * of end. Returns where they begin. */
static inline char *
dec_digits(char *end, uintmax_t value, unsigned least)
{
	char *p = end;

	for (; value > 0; value /= 10)
		*--p = (char)('0' + value % 10);
	while (end - p < (int)least)
		*--p = '0';
	return p;
}

#endif
