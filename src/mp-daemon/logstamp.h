/* SPDX-License-Identifier: ISC */
/*
 * The time before each line of a log.
 */
#ifndef MP_LOGSTAMP_H
#define MP_LOGSTAMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"

#define LOGSTAMP_LEN 25 /* "2024-02-29T23:59:59.999Z " */

/* Nanoseconds after 1970, of CLOCK_REALTIME. */
int64_t logstamp_now(void);

/* Writes such a time as text, RFC 3339 in UTC with milliseconds, a blank
 * and a NUL; times from 1970 to 9999. Returns text. */
const char *logstamp_format(int64_t ns, char text[LOGSTAMP_LEN + 1]);

/* Appends n bytes with the text before each line; the first byte begins one
 * unless open_line. Returns 0; or -1 and ENOMEM, with out as it was. */
int logstamp_add(
    struct buf *out, const char *text, bool open_line, const char *p, size_t n);

#endif
