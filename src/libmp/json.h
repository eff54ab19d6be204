/* SPDX-License-Identifier: ISC */
/*
 * Pieces of JSON text (RFC 8259) for reports.
 */
#ifndef MP_JSON_H
#define MP_JSON_H

#include <stdint.h>

#include "buf.h"

/* Append ,"name": and a value; the comma only after something else than
 * an opening bracket. There is nothing to be escaped in the name. Bytes of a
 * value that are not UTF-8 become U+FFFD. Time is in
 * nanoseconds, written as seconds with microseconds. All return 0, or -1
 * and ENOMEM. */
int json_string(struct buf *, const char *name, const char *value);
int json_number(struct buf *, const char *name, int64_t value);
int json_seconds(struct buf *, const char *name, int64_t ns);
int json_null(struct buf *, const char *name);

/* Append ,"name":[ or ,"name":{ (without a name where it is NULL), and the
 * closing bracket. */
int json_open(struct buf *, const char *name, char bracket);
int json_close(struct buf *, char bracket);

/* Appends a string as an element of an array. */
int json_element(struct buf *, const char *value);

#endif
