/* SPDX-License-Identifier: ISC */
/*
 * Tasks as lines of JSON (RFC 8259), for export and import: one object a
 * line, {"body":"…","pri":0,"delay":0,"key":"…"}.
 */
#ifndef MP_JSONL_H
#define MP_JSONL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"

#define JSONL_PRI_MAX INT64_C(1000000000)
#define JSONL_KEY_MAX 1000 /* bytes */

struct jsonl {
	struct buf body; /* any bytes */
	struct buf key; /* UTF-8, the NUL behind it counted in */
	bool has_key;
	int64_t pri; /* -JSONL_PRI_MAX to JSONL_PRI_MAX; 0 */
	int64_t delay; /* nanoseconds, at least 0; 0 */
};

/* jsonl_clear() makes it an empty task again and keeps the memory. */
void jsonl_init(struct jsonl *);
void jsonl_clear(struct jsonl *);
void jsonl_free(struct jsonl *);

/*
 * Reads one line, without its newline. Members: "body", a string (its text
 * in UTF-8; \u0000 is a NUL, surrogate pairs are joined), or "base64", a
 * string whose base64 text (RFC 4648, with padding, no bit left over)
 * stands for the bytes: one of the two; "pri", an integer, without fraction
 * and exponent; "delay", seconds, a number of at least 0, fractions and
 * exponents allowed, rounded up to nanoseconds, of which there may be
 * INT64_MAX; "key", a string of 1 to 1000 bytes without NUL. One of these
 * twice is an error. Other members are passed over, be they the same, and
 * whatever their value (nesting up to 64). The text must be valid UTF-8,
 * in no string may be a lone surrogate. Returns 0 with what was there
 * before replaced; or -1, *j cleared, and in why (unless NULL) a short
 * reason with the byte it stands at, "byte 17: …": the first one is byte 1,
 * the end is one behind the last.
 */
int jsonl_parse(struct jsonl *, const char *line, size_t len, struct buf *why);

/*
 * Appends the object and a newline: "body" where the bytes are valid UTF-8,
 * else "base64"; pri, delay and key only where they are not the default.
 * Controls are escaped, U+007F to U+009F too. jsonl_parse() reads the same
 * back. Returns 0; or -1 with out as it was and EINVAL, where pri, delay or
 * the key (one that is not UTF-8) is none it would take, or ENOMEM.
 */
int jsonl_format(const struct jsonl *, struct buf *out);

#endif
