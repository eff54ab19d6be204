/* SPDX-License-Identifier: ISC */
/*
 * Receipts: what somebody holds who has got a task, and shows to be done
 * with it. "ID.TRIES.TOKEN", as in 12.1.0123456789abcdef.
 */
#ifndef MP_RECEIPT_H
#define MP_RECEIPT_H

#include <stdint.h>

#define RECEIPT_TOKEN 8 /* bytes */
#define RECEIPT_STRLEN 64

struct receipt {
	int64_t id; /* at least 1 */
	int64_t tries; /* at least 1 */
	unsigned char token[RECEIPT_TOKEN];
};

/* Only what receipt_format() writes: decimal numbers without zeros in
 * front, lower-case hexadecimal digits, nothing around. Returns 0; or -1
 * and EINVAL with *r as it was. */
int receipt_parse(const char *, struct receipt *r);

/* Writes the text and a NUL into out; returns out. */
const char *receipt_format(const struct receipt *, char out[RECEIPT_STRLEN]);

#endif
