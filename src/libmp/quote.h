/* SPDX-License-Identifier: ISC */
/*
 * Text of others shown to people: on a terminal a record must not be able
 * to move the cursor, and a shown command must be one that can be pasted.
 */
#ifndef MP_QUOTE_H
#define MP_QUOTE_H

#include <stdbool.h>

#include "buf.h"

/*
 * Appends n bytes between single quotes, made visible as vis(3bsd) with
 * VIS_CSTYLE does: unvis(3bsd) gives them back. Bytes of valid UTF-8 text
 * stay as they are, but for the controls U+0080 to U+009F. At most max
 * visible bytes are shown; where there are more, "..." follows the closing
 * quote. Returns 0, or -1 and ENOMEM.
 */
int quote_visible(struct buf *, const char *, size_t n, size_t max);

/* The same without quotes; "..." at the end also if cut says that the text
 * is only the start of a longer one. */
int quote_text(struct buf *, const char *, size_t n, size_t max, bool cut);

/*
 * Appends a word so that a POSIX shell reads it back as the same bytes:
 * bare where all bytes are safe, else in single quotes; where it holds
 * control characters or bytes that are no UTF-8 as $'…' (POSIX.1-2024).
 * Returns 0, or -1 and ENOMEM.
 */
int quote_shell(struct buf *, const char *word);

#endif
