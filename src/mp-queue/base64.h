/* SPDX-License-Identifier: ISC */
/*
 * Base64 (RFC 4648, section 4): the alphabet with "+" and "/", padded.
 */
#ifndef MP_BASE64_H
#define MP_BASE64_H

#include <stddef.h>

#include "buf.h"

/* Appends the text of n bytes. Returns 0, or -1 and ENOMEM. */
int base64_encode(struct buf *, const char *, size_t n);

/* Appends the bytes of a text; only of one that base64_encode() writes.
 * Returns 0; or -1 and EINVAL or ENOMEM with the buffer as it was. */
int base64_decode(struct buf *, const char *, size_t n);

#endif
