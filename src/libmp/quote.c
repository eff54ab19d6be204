/* SPDX-License-Identifier: ISC */
/*
 * Quoting for people and for shells. What a terminal may take for a
 * command never gets through: neither control characters nor the C1 set,
 * be it as single bytes, which are no UTF-8, or encoded.
 */
#include "config.h"

#include "quote.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

/* Chooses between two versions of functions that are not called here;
 * without a choice the header warns. */
#define LIBBSD_NETBSD_VIS
#include <vis.h>

#include "utf8.h"

/* The longest that one byte or one UTF-8 sequence becomes. */
#define UNIT_MAX 16

static bool
is_printable(char c)
{
	return c >= 0x20 && c < 0x7f;
}

/* The length of the valid multibyte UTF-8 sequence at s that is not a
 * control character, 0 where there is none; n bytes may be looked at. */
static size_t
multibyte_len(const char *s, size_t n)
{
	const size_t len = utf8_len(s, n);

	/* U+0080 to U+009F */
	if (len < 2 || (*s == '\xc2' && s[1] < '\xa0'))
		return 0;
	return len;
}

/* Makes what n bytes at s begin with visible in out, *len bytes. Returns
 * how many it took, or 0 and ENOMEM. */
static size_t
visible_unit(const char *s, size_t n, char out[UNIT_MAX], size_t *len)
{
	static const int flags = VIS_CSTYLE | VIS_TAB | VIS_NL | VIS_NOLOCALE;
	const char *end;

	*len = multibyte_len(s, n);
	if (*len > 0) {
		memcpy(out, s, *len);
		return *len;
	}
	end = vis(
	    out, (unsigned char)*s, flags, n > 1 ? (unsigned char)s[1] : 0);
	if (end == NULL) {
		errno = ENOMEM;
		return 0;
	}
	*len = (size_t)(end - out);
	return 1;
}

/* At most max visible bytes; *cut tells whether that was not all. */
static int
visible(struct buf *b, const char *s, size_t n, size_t max, bool *cut)
{
	char unit[UNIT_MAX];
	size_t i, used, len, shown = 0;

	for (i = 0; i < n; i += used) {
		used = visible_unit(s + i, n - i, unit, &len);
		if (used == 0)
			return -1;
		shown += len;
		if (shown > max) {
			*cut = true;
			return 0;
		}
		if (buf_add(b, unit, len) != 0)
			return -1;
	}
	return 0;
}

int
quote_visible(struct buf *b, const char *s, size_t n, size_t max)
{
	bool cut = false;

	if (buf_addc(b, '\'') != 0 || visible(b, s, n, max, &cut) != 0)
		return -1;
	return buf_adds(b, cut ? "'..." : "'");
}

int
quote_text(struct buf *b, const char *s, size_t n, size_t max, bool cut)
{
	if (visible(b, s, n, max, &cut) != 0)
		return -1;
	return cut ? buf_adds(b, "...") : 0;
}

/* What has no meaning to any shell, wherever it stands in a word. */
static bool
is_bare(char c)
{
	return (is_printable(c) && isalnum((unsigned char)c)) ||
	    (c != '\0' && strchr("%+,-./:@_", c) != NULL);
}

/* Whether the word may stand without quotes. "=" may not where it could
 * make the word an assignment, or zsh look for a command. */
static bool
all_bare(const char *word)
{
	bool equals = *word == '-' || *word == '/' || *word == '.';
	const char *s;

	for (s = word; *s != '\0'; s++)
		if (!is_bare(*s) && !(*s == '=' && equals))
			return false;
	return s > word;
}

static bool
all_visible(const char *s, size_t n)
{
	size_t i = 0, len;

	while (i < n) {
		len = is_printable(s[i]) ? 1 : multibyte_len(s + i, n - i);
		if (len == 0)
			return false;
		i += len;
	}
	return true;
}

static int
add_single_quoted(struct buf *b, const char *s)
{
	size_t n;

	if (buf_addc(b, '\'') != 0)
		return -1;
	for (;;) {
		n = strcspn(s, "'");
		if (buf_add(b, s, n) != 0)
			return -1;
		s += n;
		if (*s++ == '\0')
			return buf_addc(b, '\'');
		if (buf_adds(b, "'\\''") != 0)
			return -1;
	}
}

static int
add_escape(struct buf *b, char c)
{
	static const char bytes[] = "\a\b\f\n\r\t\v\\'";
	static const char letters[] = "abfnrtv\\'";
	const char *p = strchr(bytes, c);

	if (p != NULL)
		return buf_addf(b, "\\%c", letters[p - bytes]);
	return buf_addf(b, "\\%03o", (unsigned)(unsigned char)c);
}

static int
add_dollar_quoted(struct buf *b, const char *s, size_t n)
{
	size_t i, len;
	int rc;

	if (buf_adds(b, "$'") != 0)
		return -1;
	for (i = 0; i < n; i += len) {
		len = multibyte_len(s + i, n - i);
		if (len == 0 && is_printable(s[i]) && s[i] != '\\' &&
		    s[i] != '\'')
			len = 1;
		rc = len > 0 ? buf_add(b, s + i, len) : add_escape(b, s[i]);
		if (rc != 0)
			return -1;
		if (len == 0)
			len = 1;
	}
	return buf_addc(b, '\'');
}

int
quote_shell(struct buf *b, const char *word)
{
	size_t n = strlen(word);

	if (all_bare(word))
		return buf_add(b, word, n);
	if (all_visible(word, n))
		return add_single_quoted(b, word);
	return add_dollar_quoted(b, word, n);
}
