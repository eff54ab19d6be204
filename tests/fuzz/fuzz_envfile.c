/* SPDX-License-Identifier: ISC */
/*
 * Fuzz target of texts of NAME=VALUE lines. What they say is said by
 * regular expressions, each for a whole line and the lines that its quote
 * goes on over; what was put is written down and read once more.
 */
#include "config.h"

#include <errno.h>
#include <regex.h>
#include <stdbool.h>

#include "buf.h"
#include "envlist.h"
#include "fuzz.h"

#define NAME "^[ \t]*(export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*=)"
#define ESCAPED "([^\"\\]|\\\\[ntr\\\"$])*"
#define BEHIND "[ \t]*(\r?\n|$)"
#define GROUPS 4 /* the second is the name, the third the value */

/* As far as BARE they are right, behind it they are as far as it is right. */
enum pattern { NOTHING, SINGLE, DOUBLE, BARE, OPEN_SINGLE, OPEN_DOUBLE };

static const char *const patterns[] = {
    "^[ \t]*(#[^\n]*(\n|$)|\r?\n|$)",
    NAME "'([^']*)'" BEHIND,
    NAME "\"(" ESCAPED ")\"" BEHIND,
    NAME "([^'\"\n][^\n]*)?(\n|$)",
    NAME "'([^']*)",
    NAME "\"(" ESCAPED ")",
};

/* Strings, each with its NUL, and how many there may be. */
struct strings {
	struct buf bytes;
	size_t n, most;
};

static void
add(struct buf *b, const char *s, size_t n)
{
	FUZZ_CHECK(buf_add(b, s, n) == 0);
}

static int
collect(void *arg, const char *string)
{
	struct strings *s = arg;

	if (s->n == s->most) {
		errno = ENOSPC;
		return -1;
	}
	s->n++;
	add(&s->bytes, string, strlen(string) + 1);
	return 0;
}

static bool
same(const struct buf *a, const struct buf *b, size_t n)
{
	return n == 0 || memcmp(buf_data(a), buf_data(b), n) == 0;
}

static bool
match(enum pattern which, const char *s, regmatch_t m[GROUPS])
{
	static regex_t re[sizeof(patterns) / sizeof(patterns[0])];
	static bool compiled;
	size_t i;

	for (i = 0; !compiled && i < sizeof(re) / sizeof(re[0]); i++)
		FUZZ_CHECK(regcomp(&re[i], patterns[i], REG_EXTENDED) == 0);
	compiled = true;
	return regexec(&re[which], s, GROUPS, m, 0) == 0;
}

static size_t
line_of(const char *text, const char *p)
{
	size_t line = 1;

	for (; text < p; text++)
		line += *text == '\n';
	return line;
}

/* The value from s to end; newline tells whether one ends the line. */
static void
add_bare(struct buf *b, const char *s, const char *end, bool newline)
{
	if (newline && end > s && end[-1] == '\r')
		end--;
	while (end > s && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	add(b, s, (size_t)(end - s));
}

static void
add_escaped(struct buf *b, const char *s, const char *end)
{
	for (; s < end; s++) {
		if (*s != '\\')
			add(b, s, 1);
		else if (*++s == 'n')
			add(b, "\n", 1);
		else if (*s == 't')
			add(b, "\t", 1);
		else if (*s == 'r')
			add(b, "\r", 1);
		else
			add(b, s, 1);
	}
}

static void
expect_string(struct strings *want, enum pattern which, const char *s,
    const regmatch_t m[GROUPS])
{
	/* The whole value may be missing. */
	const char *value = s + (m[3].rm_so < 0 ? m[2].rm_eo : m[3].rm_so);
	const char *end = s + (m[3].rm_so < 0 ? m[2].rm_eo : m[3].rm_eo);

	add(&want->bytes, s + m[2].rm_so, (size_t)(m[2].rm_eo - m[2].rm_so));
	if (which == SINGLE)
		add(&want->bytes, value, (size_t)(end - value));
	else if (which == DOUBLE)
		add_escaped(&want->bytes, value, end);
	else
		add_bare(&want->bytes, value, end, *end == '\n');
	add(&want->bytes, "", 1);
	want->n++;
}

/* The text goes wrong in what begins at s. Returns the line, or 0 where it
 * is a quote that does not end. */
static size_t
wrong_line(const char *text, const char *s)
{
	regmatch_t m[GROUPS];

	if (!match(OPEN_SINGLE, s, m) && !match(OPEN_DOUBLE, s, m))
		return line_of(text, s);
	s += m[0].rm_eo;
	if (*s == '\0' || strcmp(s, "\\") == 0)
		return 0;
	return line_of(text, s);
}

/* What the text says. Behind it, as if in a line of its own, comes a NUL
 * byte if nul is set. Returns the line that is wrong, or 0. */
static size_t
expect(const char *text, bool nul, struct strings *want)
{
	const char *s = text;
	regmatch_t m[GROUPS];
	enum pattern which;
	size_t line;

	for (; *s != '\0'; s += m[0].rm_eo) {
		which = NOTHING;
		while (which <= BARE && !match(which, s, m))
			which++;
		if (which > BARE) {
			line = wrong_line(text, s);
			if (line > 0)
				return line;
			return line_of(text, nul ? s + strlen(s) : s);
		}
		FUZZ_CHECK(m[0].rm_so == 0 && m[0].rm_eo > 0);
		if (which != NOTHING)
			expect_string(want, which, s, m);
	}
	return nul ? line_of(text, s) : 0;
}

/* Returns the line that is told, or 0. */
static size_t
parse(const char *text, size_t len, struct strings *got)
{
	struct buf why = BUF_INIT;
	size_t line = 0;
	char *end;

	if (envlist_parse(text, len, collect, got, &why) == 0) {
		FUZZ_CHECK(buf_len(&why) == 0);
		return 0;
	}
	add(&why, "", 1);
	FUZZ_CHECK(strncmp(buf_data(&why), "line ", 5) == 0);
	line = strtoul(buf_data(&why) + 5, &end, 10);
	FUZZ_CHECK(line > 0 && strncmp(end, ": ", 2) == 0 && end[2] != '\0');
	buf_free(&why);
	return line;
}

/* Writes a string down: in single quotes, or else, if it holds one, in
 * double quotes. */
static void
write_down(struct buf *b, const char *string)
{
	size_t n = strcspn(string, "=") + 1;
	const char *value = string + n;
	bool has_quote = strchr(value, '\'') != NULL;

	add(b, string, n);
	add(b, has_quote ? "\"" : "'", 1);
	for (; *value != '\0'; value++) {
		if (has_quote && strchr("\"\\", *value) != NULL)
			add(b, "\\", 1);
		add(b, value, 1);
	}
	add(b, has_quote ? "\"\n" : "'\n", 2);
}

/* Each is found once it is put, and can be removed. */
static void
check_list(const struct strings *got)
{
	const char *s = buf_data(&got->bytes), *value;
	struct envlist l;
	char *name;
	size_t i;

	envlist_init(&l);
	for (i = 0; i < got->n; i++, s += strlen(s) + 1) {
		FUZZ_CHECK(envlist_put(&l, s) == 0);
		name = fuzz_join(s, "");
		name[strcspn(name, "=")] = '\0';
		value = envlist_get(&l, name);
		FUZZ_CHECK(value != NULL);
		FUZZ_CHECK(strcmp(value, s + strlen(name) + 1) == 0);
		free(name);
	}
	FUZZ_CHECK(l.n <= got->n && l.var[l.n] == NULL);
	while (l.n > 0) {
		name = fuzz_join(l.var[l.n / 2], "");
		name[strcspn(name, "=")] = '\0';
		i = l.n;
		FUZZ_CHECK(envlist_unset(&l, name) == 0 && l.n == i - 1);
		FUZZ_CHECK(envlist_get(&l, name) == NULL);
		free(name);
	}
	envlist_free(&l);
}

/* Written down and read again they are the same. */
static void
check_again(const struct strings *got)
{
	struct strings again = {BUF_INIT, 0, got->n};
	struct buf text = BUF_INIT;
	const char *s = buf_data(&got->bytes);
	size_t i;

	for (i = 0; i < got->n; i++, s += strlen(s) + 1)
		write_down(&text, s);
	FUZZ_CHECK(parse(buf_data(&text), buf_len(&text), &again) == 0);
	FUZZ_CHECK(again.n == got->n);
	FUZZ_CHECK(buf_len(&again.bytes) == buf_len(&got->bytes));
	FUZZ_CHECK(same(&again.bytes, &got->bytes, buf_len(&got->bytes)));
	buf_free(&again.bytes);
	buf_free(&text);
}

/* Where put fails, nothing more is put. */
static void
check_some(const char *text, size_t len, const struct strings *got)
{
	struct strings some = {BUF_INIT, 0, got->n / 2};
	size_t line = parse(text, len, &some);

	FUZZ_CHECK(line > 0 && line <= line_of(text, text + len));
	FUZZ_CHECK(some.n == some.most);
	FUZZ_CHECK(same(&some.bytes, &got->bytes, buf_len(&some.bytes)));
	buf_free(&some.bytes);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct strings want = {BUF_INIT, 0, 0}, got = {BUF_INIT, 0, SIZE_MAX};
	const char *text = (const char *)data;
	char *s = fuzz_string(data, size);
	size_t len = strlen(s);
	bool nul = len < size;

	/* The line with a NUL byte is wrong as a whole. */
	while (nul && len > 0 && s[len - 1] != '\n')
		len--;
	s[len] = '\0';
	FUZZ_CHECK(parse(text, size, &got) == expect(s, nul, &want));
	FUZZ_CHECK(got.n == want.n);
	FUZZ_CHECK(buf_len(&got.bytes) == buf_len(&want.bytes));
	FUZZ_CHECK(same(&got.bytes, &want.bytes, buf_len(&want.bytes)));
	check_list(&got);
	check_again(&got);
	if (got.n > 0)
		check_some(text, size, &got);
	buf_free(&got.bytes);
	buf_free(&want.bytes);
	free(s);
	return 0;
}
