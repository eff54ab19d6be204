/* SPDX-License-Identifier: ISC */
/*
 * Columns, by a regular expression between them.
 */
#include "config.h"

#include "columns.h"

#include <errno.h>
#include <regex.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define WHY_MAX 200

struct columns {
	regex_t re;
};

/* Appends the expression with its escapes replaced, as a string. */
static int
unescape(struct buf *b, const char *s)
{
	static const char letters[] = "fnrtv", bytes[] = "\f\n\r\t\v";
	const char *p;

	for (; *s != '\0'; s++) {
		p = *s == '\\' && s[1] != '\0' ? strchr(letters, s[1]) : NULL;
		if (p != NULL) {
			s++;
			if (buf_addc(b, bytes[p - letters]) == -1)
				return -1;
			continue;
		}
		if (buf_addc(b, *s) == -1)
			return -1;
		if (*s == '\\' && s[1] != '\0' && buf_addc(b, *++s) == -1)
			return -1;
	}
	return buf_addc(b, '\0');
}

/* Returns 0, or -1 and in why what is wrong. */
static int
compile(regex_t *re, const char *text, struct buf *why)
{
	char reason[WHY_MAX];
	int rc = regcomp(re, text, REG_EXTENDED);

	if (rc != 0) {
		(void)regerror(rc, re, reason, sizeof(reason));
		(void)buf_adds(why, reason);
		return -1;
	}
	if (regexec(re, "", 0, NULL, 0) == 0) {
		regfree(re);
		(void)buf_adds(why, "separates where nothing is");
		return -1;
	}
	return 0;
}

struct columns *
columns_new(const char *separator, struct buf *why)
{
	struct columns *c = calloc(1, sizeof(*c));
	struct buf text = BUF_INIT;
	int rc = -1;

	if (c == NULL || unescape(&text, separator) == -1)
		(void)buf_adds(why, strerror(ENOMEM));
	else
		rc = compile(&c->re, buf_data(&text), why);
	buf_free(&text);
	if (rc == 0)
		return c;
	free(c);
	return NULL;
}

void
columns_free(struct columns *c)
{
	if (c == NULL)
		return;
	regfree(&c->re);
	free(c);
}

size_t
columns_split(
    const struct columns *c, const char *rec, struct column *column, size_t max)
{
	regmatch_t m;
	size_t n;
	int flags = 0;

	for (n = 0; n < max; n++) {
		column[n].text = rec;
		column[n].len = strlen(rec);
		/* A match of no bytes, at a border of words perhaps, would
		 * separate for ever. */
		if (regexec(&c->re, rec, 1, &m, flags) != 0 ||
		    m.rm_eo == m.rm_so)
			return n + 1;
		column[n].len = (size_t)m.rm_so;
		rec += m.rm_eo;
		flags = REG_NOTBOL;
	}
	return n;
}
