/* SPDX-License-Identifier: ISC */
/*
 * MAKEFLAGS is words between blanks, in which a backslash takes the next
 * byte as it is. The first one, if it has no dash, is a group of letters;
 * behind "--" are variables.
 */
#include "config.h"

#include "makeflags.h"

#include <ctype.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define FIFO "fifo:"

static const char *const names[] = {"--jobserver-auth=", "--jobserver-fds="};

#define NNAMES (sizeof(names) / sizeof(names[0]))

/* Steps over blanks. Returns the length of the word that *s is at then, 0 at
 * the end. */
static size_t
word_at(const char **s)
{
	size_t n = 0;

	while (isblank((unsigned char)**s))
		(*s)++;
	while ((*s)[n] != '\0' && !isblank((unsigned char)(*s)[n]))
		n += (*s)[n] == '\\' && (*s)[n + 1] != '\0' ? 2 : 1;
	return n;
}

static bool
is_word(const char *s, size_t n, const char *word)
{
	return n == strlen(word) && memcmp(s, word, n) == 0;
}

/* The value of the word where it is about a jobserver, or NULL. */
static const char *
value_of(const char *s, size_t n)
{
	size_t i, len;

	for (i = 0; i < NNAMES; i++) {
		len = strlen(names[i]);
		if (n >= len && memcmp(s, names[i], len) == 0)
			return s + len;
	}
	return NULL;
}

/* A descriptor that ends before the byte stop, which *s is behind then; or
 * -1. */
static int
descriptor(const char **s, const char *end, char stop)
{
	long n = 0;

	if (*s == end || !isdigit((unsigned char)**s))
		return -1;
	for (; *s < end && isdigit((unsigned char)**s); (*s)++) {
		n = 10 * n + (**s - '0');
		if (n > INT_MAX)
			return -1;
	}
	if (stop == '\0')
		return *s == end ? (int)n : -1;
	return *s < end && *(*s)++ == stop ? (int)n : -1;
}

/* The value is the n bytes at s. */
static int
take_value(struct makeflags *m, const char *s, size_t n)
{
	const char *end = s + n;

	m->offer = MAKEFLAGS_DENIED;
	buf_clear(&m->path);
	if (n > strlen(FIFO) && memcmp(s, FIFO, strlen(FIFO)) == 0) {
		for (s += strlen(FIFO); s < end; s++) {
			s += *s == '\\' && s + 1 < end;
			if (buf_addc(&m->path, *s) == -1)
				return -1;
		}
		m->offer = MAKEFLAGS_FIFO;
		return buf_addc(&m->path, '\0');
	}
	m->rd = descriptor(&s, end, ',');
	m->wr = m->rd == -1 ? -1 : descriptor(&s, end, '\0');
	if (m->wr != -1)
		m->offer = MAKEFLAGS_PIPE;
	return 0;
}

int
makeflags_parse(const char *s, struct makeflags *m)
{
	const char *value;
	size_t n;

	*m = (struct makeflags){.offer = MAKEFLAGS_NONE, .rd = -1, .wr = -1};
	for (; s != NULL && (n = word_at(&s)) > 0; s += n) {
		if (is_word(s, n, "--"))
			break;
		value = value_of(s, n);
		if (value != NULL &&
		    take_value(m, value, n - (size_t)(value - s)) == -1)
			return -1;
	}
	return 0;
}

/* Whether the word is about jobs. */
static bool
about_jobs(const char *s, size_t n)
{
	return value_of(s, n) != NULL || is_word(s, n, "--jobs") ||
	    (n >= 7 && memcmp(s, "--jobs=", 7) == 0) ||
	    (n >= 2 && memcmp(s, "-j", 2) == 0);
}

/* The length without a backslash at the end of the text that takes nothing:
 * it would take what is put behind it. */
static size_t
closed(const char *s, size_t n)
{
	size_t slashes = 0;

	while (slashes < n && s[n - 1 - slashes] == '\\')
		slashes++;
	return n - slashes % 2;
}

int
makeflags_offer(const char *s, size_t jobs, const int pipe[2], struct buf *out)
{
	size_t n = 0, len;

	for (; s != NULL && (n = word_at(&s)) > 0; s += n) {
		if (is_word(s, n, "--"))
			break;
		len = closed(s, n);
		if (len == 0 || about_jobs(s, len) || is_word(s, len, "--"))
			continue;
		if (buf_add(out, s, len) == -1 || buf_addc(out, ' ') == -1)
			return -1;
	}
	/* Without letters of their own a blank comes first, as make has it. */
	if (buf_addf(out, "%s-j%zu --jobserver-auth=%d,%d",
		buf_len(out) == 0 ? " " : "", jobs, pipe[0], pipe[1]) == -1)
		return -1;
	if (s != NULL && n > 0 &&
	    (buf_addc(out, ' ') == -1 || buf_adds(out, s) == -1))
		return -1;
	return buf_addc(out, '\0');
}
