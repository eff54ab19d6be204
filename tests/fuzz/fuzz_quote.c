/* SPDX-License-Identifier: ISC */
/*
 * Fuzz target of quoting: nothing that is shown moves a cursor, and both
 * forms can be undone: shell words by an unquoter below, visible text by
 * unvis(3bsd). The first byte is where visible text is cut.
 */
#include "config.h"

#include <stdbool.h>

#define LIBBSD_NETBSD_VIS
#include <vis.h>

#include "fuzz.h"
#include "quote.h"

/* Whether the text is well-formed UTF-8 without any control character.
 * Goes by the table of well-formed byte sequences of the Unicode standard,
 * which has a row for each kind of first two bytes. */
static bool
is_clean(const char *s, size_t n)
{
	static const struct {
		unsigned char first, last, second, second_last, more;
	} table[] = {
	    {0xc2, 0xc2, 0xa0, 0xbf, 0},
	    {0xc3, 0xdf, 0x80, 0xbf, 0},
	    {0xe0, 0xe0, 0xa0, 0xbf, 1},
	    {0xe1, 0xec, 0x80, 0xbf, 1},
	    {0xed, 0xed, 0x80, 0x9f, 1},
	    {0xee, 0xef, 0x80, 0xbf, 1},
	    {0xf0, 0xf0, 0x90, 0xbf, 2},
	    {0xf1, 0xf3, 0x80, 0xbf, 2},
	    {0xf4, 0xf4, 0x80, 0x8f, 2},
	};
	const unsigned char *p = (const unsigned char *)s, *end = p + n;
	size_t row, rows = sizeof(table) / sizeof(table[0]), more;

	while (p < end) {
		if (*p >= 0x20 && *p < 0x7f) {
			p++;
			continue;
		}
		for (row = 0; row < rows; row++)
			if (*p >= table[row].first && *p <= table[row].last)
				break;
		if (row == rows || end - p < 2 + table[row].more ||
		    p[1] < table[row].second || p[1] > table[row].second_last)
			return false;
		p += 2;
		for (more = table[row].more; more > 0; more--)
			if ((*p++ & 0xc0) != 0x80)
				return false;
	}
	return true;
}

/* Reads what stands between $' and ', which s is behind the first of. */
static const char *
unquote_dollar(const char *s, char **out)
{
	static const char letters[] = "abfnrtv\\'";
	static const char bytes[] = "\a\b\f\n\r\t\v\\'";
	const char *letter;

	while (*s != '\'') {
		FUZZ_CHECK(*s != '\0');
		if (*s != '\\') {
			*(*out)++ = *s++;
			continue;
		}
		letter = strchr(letters, *++s);
		if (letter != NULL) {
			FUZZ_CHECK(*s++ != '\0');
			*(*out)++ = bytes[letter - letters];
			continue;
		}
		FUZZ_CHECK(strspn(s, "01234567") >= 3 && *s <= '3');
		*(*out)++ = (char)((s[0] - '0') * 64 + (s[1] - '0') * 8 + s[2] -
		    '0');
		s += 3;
	}
	return s + 1;
}

static const char *
unquote_single(const char *s, char **out)
{
	while (*s != '\'') {
		FUZZ_CHECK(*s != '\0');
		*(*out)++ = *s++;
	}
	return s + 1;
}

/* Reads one word as a shell does, and insists on its being one. The result
 * is to be freed. */
static char *
unquote(const char *s)
{
	char *word = fuzz_alloc(strlen(s) + 1), *out = word;

	FUZZ_CHECK(*s != '\0');
	while (*s != '\0') {
		if (s[0] == '$' && s[1] == '\'') {
			s = unquote_dollar(s + 2, &out);
		} else if (*s == '\'') {
			s = unquote_single(s + 1, &out);
		} else if (*s == '\\') {
			FUZZ_CHECK(s[1] != '\0' && s[1] != '\n');
			*out++ = s[1];
			s += 2;
		} else {
			FUZZ_CHECK(
			    strchr(" \t\n|&;<>()$`\"*?[]#~{}!^", *s) == NULL);
			*out++ = *s++;
		}
	}
	*out = '\0';
	return word;
}

static void
check_shell(const char *word)
{
	struct buf b = BUF_INIT;
	char *read;

	FUZZ_CHECK(quote_shell(&b, word) == 0);
	FUZZ_CHECK(is_clean(buf_data(&b), buf_len(&b)));
	FUZZ_CHECK(buf_addc(&b, '\0') == 0);
	if (strchr("'$-./", *buf_data(&b)) == NULL)
		FUZZ_CHECK(strchr(word, '=') == NULL);
	read = unquote(buf_data(&b));
	FUZZ_CHECK(strcmp(read, word) == 0);
	free(read);
	buf_free(&b);
}

/* Between the quotes are len bytes at s, made from n bytes at data. */
static void
check_content(char *s, size_t len, const char *data, size_t n)
{
	char *read = fuzz_alloc(len + 1), after = s[len];
	int got;

	s[len] = '\0';
	got = strunvis(read, s);
	FUZZ_CHECK(got >= 0 && (size_t)got <= n);
	FUZZ_CHECK(memcmp(read, data, (size_t)got) == 0);
	if (is_clean(data, n) && memchr(data, '\\', n) == NULL)
		FUZZ_CHECK((size_t)got == len && memcmp(s, data, len) == 0);
	s[len] = after;
	free(read);
}

/* Returns how many visible bytes there are between the quotes. */
static size_t
check_visible(const char *data, size_t n, size_t max, size_t all)
{
	struct buf b = BUF_INIT;
	size_t len;
	char *s;
	bool cut;

	FUZZ_CHECK(quote_visible(&b, data, n, max) == 0);
	s = buf_data(&b);
	len = buf_len(&b);
	FUZZ_CHECK(len >= 2 && s[0] == '\'' && is_clean(s, len));
	cut = all > max;
	if (cut)
		FUZZ_CHECK(len >= 5 && memcmp(s + len - 4, "'...", 4) == 0);
	else
		FUZZ_CHECK(s[len - 1] == '\'' && len - 2 >= n);
	len -= cut ? 5 : 2;
	/* What was left out, at most a sequence of four, had no room. */
	FUZZ_CHECK(len <= max && (!cut || len + 4 > max));
	check_content(s + 1, len, data, n);
	buf_free(&b);
	return len;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data;
	char *s = fuzz_string(data, size);
	size_t all;

	check_shell(s);
	free(s);
	if (size == 0)
		return 0;
	all = check_visible(bytes + 1, size - 1, SIZE_MAX, 0);
	FUZZ_CHECK(check_visible(bytes + 1, size - 1, all, all) == all);
	(void)check_visible(bytes + 1, size - 1, data[0], all);
	return 0;
}
