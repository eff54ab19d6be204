/* SPDX-License-Identifier: ISC */
/*
 * Reading JSON text.
 */
#include "config.h"

#include "jtext.h"

#include <errno.h>
#include <string.h>

#include "utf8.h"

#define EXP_MOST INT64_C(1000000000000000)

void
jtext_init(struct jtext *t, const char *text, size_t len, struct buf *why)
{
	if (len == 0)
		text = "";
	*t = (struct jtext){text, text, text + len, 0, why};
}

int
jtext_fail(struct jtext *t, const char *at, const char *reason)
{
	size_t n = (size_t)(at - t->text) + 1;

	if (t->why != NULL)
		(void)buf_addf(t->why, "byte %zu: %s", n, reason);
	return -1;
}

int
jtext_fail_errno(struct jtext *t)
{
	return jtext_fail(t, t->p, strerror(errno));
}

static int
append(struct jtext *t, struct buf *out, const char *s, size_t n)
{
	if (out == NULL || buf_add(out, s, n) == 0)
		return 0;
	return jtext_fail_errno(t);
}

static bool
at(const struct jtext *t, char c)
{
	return t->p < t->end && *t->p == c;
}

static bool
at_digit(const struct jtext *t)
{
	return t->p < t->end && *t->p >= '0' && *t->p <= '9';
}

void
jtext_blanks(struct jtext *t)
{
	while (at(t, ' ') || at(t, '\t') || at(t, '\r') || at(t, '\n'))
		t->p++;
}

bool
jtext_next(struct jtext *t, char c)
{
	jtext_blanks(t);
	return at(t, c);
}

static bool
is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

/* Up to the next quote or backslash, or to the end. */
static int
take_plain(struct jtext *t, struct buf *out)
{
	const char *from = t->p;
	size_t n;

	while (t->p < t->end && *t->p != '"' && *t->p != '\\') {
		n = 1;
		if (!is_plain((unsigned char)*t->p))
			n = utf8_len(t->p, (size_t)(t->end - t->p));
		if (n == 0)
			return jtext_fail(t, t->p, "not UTF-8");
		if (n == 1 && *t->p < 0x20)
			return jtext_fail(t, t->p, "control character");
		t->p += n;
	}
	return append(t, out, from, (size_t)(t->p - from));
}

/* Takes \uXXXX if that is next. */
static bool
take_unit(struct jtext *t, unsigned *unit)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *d;
	size_t i;

	if (t->end - t->p < 6 || t->p[0] != '\\' || t->p[1] != 'u')
		return false;
	for (*unit = 0, i = 2; i < 6; i++) {
		d = memchr(digits, t->p[i], sizeof(digits) - 1);
		if (d == NULL)
			return false;
		*unit = *unit << 4 | ((unsigned)(d - digits) & 0xf);
	}
	t->p += 6;
	return true;
}

static bool
is_surrogate(unsigned unit, unsigned first)
{
	return (unit & 0xfc00) == first;
}

/* A character by its number, which may need two units. */
static int
take_number_escape(struct jtext *t, struct buf *out)
{
	const char *began = t->p;
	char bytes[UTF8_MAX];
	unsigned unit, low;

	if (!take_unit(t, &unit))
		return jtext_fail(t, began, "unknown escape");
	if (is_surrogate(unit, 0xd800) && take_unit(t, &low) &&
	    is_surrogate(low, 0xdc00))
		unit = 0x10000 + ((unit & 0x3ff) << 10 | (low & 0x3ff));
	else if (is_surrogate(unit, 0xd800) || is_surrogate(unit, 0xdc00))
		return jtext_fail(t, began, "lone surrogate");
	return append(t, out, bytes, utf8_put(unit, bytes));
}

static int
take_escape(struct jtext *t, struct buf *out)
{
	static const char letters[] = "\"\\/bfnrt";
	static const char bytes[] = "\"\\/\b\f\n\r\t";
	const char *letter;

	if (t->end - t->p < 2)
		return jtext_fail(t, t->p, "unknown escape");
	if (t->p[1] == 'u')
		return take_number_escape(t, out);
	letter = memchr(letters, t->p[1], sizeof(letters) - 1);
	if (letter == NULL)
		return jtext_fail(t, t->p, "unknown escape");
	t->p += 2;
	return append(t, out, &bytes[letter - letters], 1);
}

int
jtext_string(struct jtext *t, struct buf *out)
{
	const char *began = t->p;

	if (!at(t, '"'))
		return jtext_fail(t, began, "no string");
	t->p++;
	for (;;) {
		if (take_plain(t, out) == -1)
			return -1;
		if (t->p == t->end)
			return jtext_fail(t, began, "unterminated string");
		if (at(t, '"'))
			break;
		if (take_escape(t, out) == -1)
			return -1;
	}
	t->p++;
	return 0;
}

int
jtext_name(struct jtext *t, struct buf *out)
{
	if (!jtext_next(t, '"'))
		return jtext_fail(t, t->p, "no name");
	if (jtext_string(t, out) == -1)
		return -1;
	if (!jtext_next(t, ':'))
		return jtext_fail(t, t->p, "no ':'");
	t->p++;
	jtext_blanks(t);
	return 0;
}

/* One or more. */
static int
take_digits(struct jtext *t, const char **digits, size_t *n)
{
	*digits = t->p;
	while (at_digit(t))
		t->p++;
	*n = (size_t)(t->p - *digits);
	return *n > 0 ? 0 : jtext_fail(t, t->p, "no digit");
}

static int
take_exponent(struct jtext *t, int64_t *exp)
{
	bool negative = at(t, '-');
	const char *digits;
	size_t n, i;

	if (negative || at(t, '+'))
		t->p++;
	if (take_digits(t, &digits, &n) == -1)
		return -1;
	for (*exp = 0, i = 0; i < n && *exp <= EXP_MOST; i++)
		*exp = *exp * 10 + (digits[i] - '0');
	if (negative)
		*exp = -*exp;
	return 0;
}

int
jtext_number(struct jtext *t, struct jtext_number *n)
{
	*n = (struct jtext_number){.negative = at(t, '-')};
	if (!n->negative && !at_digit(t))
		return jtext_fail(t, t->p, "no number");
	if (n->negative)
		t->p++;
	if (take_digits(t, &n->whole, &n->nwhole) == -1)
		return -1;
	if (*n->whole == '0' && n->nwhole > 1)
		return jtext_fail(t, n->whole, "zero in front of a number");
	if (at(t, '.')) {
		t->p++;
		if (take_digits(t, &n->frac, &n->nfrac) == -1)
			return -1;
	}
	n->has_exp = at(t, 'e') || at(t, 'E');
	if (!n->has_exp)
		return 0;
	t->p++;
	return take_exponent(t, &n->exp);
}

int
jtext_list(struct jtext *t, int (*element)(void *arg), void *arg)
{
	const char close = *t->p++ == '{' ? '}' : ']';

	if (!jtext_next(t, close)) {
		for (;;) {
			if (element(arg) == -1)
				return -1;
			if (!jtext_next(t, ','))
				break;
			t->p++;
			jtext_blanks(t);
		}
		if (!at(t, close))
			return jtext_fail(t, t->p,
			    close == '}' ? "neither ',' nor '}'"
					 : "neither ',' nor ']'");
	}
	t->p++;
	return 0;
}

static int
skip_element(void *arg)
{
	return jtext_skip(arg);
}

static int
skip_member(void *arg)
{
	if (jtext_name(arg, NULL) == -1)
		return -1;
	return jtext_skip(arg);
}

static int
skip_list(struct jtext *t)
{
	int rc;

	if (t->depth == JTEXT_DEPTH)
		return jtext_fail(t, t->p, "nested too deep");
	t->depth++;
	rc = jtext_list(t, at(t, '{') ? skip_member : skip_element, t);
	t->depth--;
	return rc;
}

static int
skip_word(struct jtext *t)
{
	static const char *const words[] = {"true", "false", "null"};
	size_t i, n;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		n = strlen(words[i]);
		if ((size_t)(t->end - t->p) >= n &&
		    memcmp(t->p, words[i], n) == 0) {
			t->p += n;
			return 0;
		}
	}
	return jtext_fail(t, t->p, "no value");
}

int
jtext_skip(struct jtext *t)
{
	struct jtext_number n;

	if (at(t, '{') || at(t, '['))
		return skip_list(t);
	if (at(t, '"'))
		return jtext_string(t, NULL);
	if (at(t, '-') || at_digit(t))
		return jtext_number(t, &n);
	return skip_word(t);
}
