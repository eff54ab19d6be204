/* SPDX-License-Identifier: ISC */
/*
 * Receipts.
 */
#include "config.h"

#include "receipt.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Takes a number and the dot behind it off the text. */
static int
take_number(char **text, int64_t *v)
{
	char *dot = strchr(*text, '.');
	const char *error;

	if (dot == NULL)
		return -1;
	*dot = '\0';
	*v = strtonum(*text, 1, INT64_MAX, &error);
	*text = dot + 1;
	return error == NULL ? 0 : -1;
}

static void
take_token(const char *text, unsigned char token[RECEIPT_TOKEN])
{
	uint64_t v = strtoull(text, NULL, 16);
	size_t i;

	for (i = RECEIPT_TOKEN; i > 0; i--, v >>= 8)
		token[i - 1] = v & 0xff;
}

/* The parts are taken as their functions take them, blanks, signs and all:
 * what tells is whether the same text comes back. */
int
receipt_parse(const char *s, struct receipt *r)
{
	char text[RECEIPT_STRLEN], *rest = text;
	struct receipt new;

	if (strlcpy(text, s, sizeof(text)) < sizeof(text) &&
	    take_number(&rest, &new.id) == 0 &&
	    take_number(&rest, &new.tries) == 0) {
		take_token(rest, new.token);
		if (strcmp(receipt_format(&new, text), s) == 0) {
			*r = new;
			return 0;
		}
	}
	errno = EINVAL;
	return -1;
}

const char *
receipt_format(const struct receipt *r, char out[RECEIPT_STRLEN])
{
	int n = snprintf(
	    out, RECEIPT_STRLEN, "%" PRId64 ".%" PRId64 ".", r->id, r->tries);
	size_t i;

	for (i = 0; i < RECEIPT_TOKEN; i++, n += 2)
		(void)snprintf(out + n, 3, "%02x", r->token[i]);
	return out;
}
