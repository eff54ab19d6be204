/* SPDX-License-Identifier: ISC */
/*
 * Files of NAME=VALUE lines.
 */
#include "config.h"

#include "envlist.h"

#include <sys/types.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>

#include "io.h"

#define NAME_CHARS \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"
#define FILE_MOST ((size_t)16 << 20) /* bytes */
#define CHUNK ((size_t)64 << 10)

struct parser {
	const char *p, *end; /* what is left of the text */
	const char *stop, *next; /* the end of this line, the one behind it */
	size_t line; /* its number */
	struct buf string; /* NAME=VALUE as far as it is known */
	int (*put)(void *arg, const char *string);
	void *arg;
	struct buf *why;
};

static int
fail(struct parser *ps, size_t line, const char *reason)
{
	(void)buf_addf(ps->why, "line %zu: %s", line, reason);
	return -1;
}

static int
add(struct parser *ps, const char *s, size_t n)
{
	if (buf_add(&ps->string, s, n) == 0)
		return 0;
	return fail(ps, ps->line, strerror(errno));
}

/* A line begins at ps->p. */
static int
begin_line(struct parser *ps)
{
	const char *nl = memchr(ps->p, '\n', (size_t)(ps->end - ps->p));

	ps->line++;
	ps->next = nl != NULL ? nl + 1 : ps->end;
	ps->stop = nl != NULL ? nl : ps->end;
	if (nl != NULL && nl > ps->p && nl[-1] == '\r')
		ps->stop--;
	if (memchr(ps->p, '\0', (size_t)(ps->next - ps->p)) != NULL)
		return fail(ps, ps->line, "NUL byte");
	return 0;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static void
skip_blanks(struct parser *ps)
{
	while (ps->p < ps->stop && is_blank(*ps->p))
		ps->p++;
}

static void
skip_export(struct parser *ps)
{
	static const char word[] = "export";
	const size_t n = sizeof(word) - 1;

	if ((size_t)(ps->stop - ps->p) > n && memcmp(ps->p, word, n) == 0 &&
	    is_blank(ps->p[n])) {
		ps->p += n;
		skip_blanks(ps);
	}
}

/* Up to the "=", which goes along. */
static int
take_name(struct parser *ps)
{
	const char *eq = memchr(ps->p, '=', (size_t)(ps->stop - ps->p));
	size_t n;

	if (eq == NULL)
		return fail(ps, ps->line, "no '='");
	n = (size_t)(eq - ps->p);
	/* No further than the "=". */
	if (n == 0 || strspn(ps->p, NAME_CHARS) != n ||
	    (*ps->p >= '0' && *ps->p <= '9'))
		return fail(ps, ps->line, "invalid name");
	if (add(ps, ps->p, n + 1) == -1)
		return -1;
	ps->p = eq + 1;
	return 0;
}

/* What a backslash and c stand for, NUL where that is not known. */
static char
unescape(char c)
{
	static const char letters[] = "ntr\\\"$";
	static const char bytes[] = "\n\t\r\\\"$";

	return bytes[strcspn(letters, (const char[]){c, '\0'})];
}

/* Up to the closing quote, which goes along. */
static int
take_quoted(struct parser *ps)
{
	const size_t began = ps->line;
	const char quote = *ps->p++;
	char c;

	while (ps->p < ps->end && *ps->p != quote) {
		c = *ps->p++;
		if (c == '\\' && quote == '"' && ps->p < ps->end) {
			c = unescape(*ps->p++);
			if (c == '\0')
				return fail(ps, ps->line, "unknown escape");
		} else if (c == '\n' && begin_line(ps) == -1) {
			return -1;
		}
		if (add(ps, &c, 1) == -1)
			return -1;
	}
	if (ps->p == ps->end)
		return fail(ps, began, "unterminated quote");
	ps->p++;
	return 0;
}

static int
take_value(struct parser *ps)
{
	const char *last = ps->stop;

	if (ps->p < ps->stop && (*ps->p == '\'' || *ps->p == '"')) {
		if (take_quoted(ps) == -1)
			return -1;
		skip_blanks(ps);
		if (ps->p < ps->stop)
			return fail(
			    ps, ps->line, "text behind the closing quote");
		return 0;
	}
	while (last > ps->p && is_blank(last[-1]))
		last--;
	return add(ps, ps->p, (size_t)(last - ps->p));
}

/* This line, and those that its quote goes on over. */
static int
take_line(struct parser *ps)
{
	const size_t began = ps->line;

	skip_blanks(ps);
	if (ps->p == ps->stop || *ps->p == '#')
		return 0;
	skip_export(ps);
	buf_clear(&ps->string);
	if (take_name(ps) == -1 || take_value(ps) == -1 || add(ps, "", 1) == -1)
		return -1;
	if (ps->put(ps->arg, buf_data(&ps->string)) == -1)
		return fail(ps, began, strerror(errno));
	return 0;
}

int
envlist_parse(const char *text, size_t len,
    int (*put)(void *arg, const char *string), void *arg, struct buf *why)
{
	struct parser ps = {.put = put, .arg = arg, .why = why};
	int rc = 0;

	if (len == 0) /* there may be no text */
		return 0;
	ps.p = text;
	ps.end = text + len;
	while (rc == 0 && ps.p < ps.end) {
		rc = begin_line(&ps);
		if (rc == 0)
			rc = take_line(&ps);
		ps.p = ps.next;
	}
	buf_free(&ps.string);
	return rc;
}

static int
read_file(const char *path, struct buf *b)
{
	int fd = open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC);
	ssize_t got = fd;
	char *room;

	while (got != -1) {
		room = buf_reserve(b, CHUNK);
		got = room == NULL ? -1 : io_read(fd, room, CHUNK);
		if (got <= 0)
			break;
		buf_grown(b, (size_t)got);
		if (buf_len(b) > FILE_MOST) {
			errno = EFBIG;
			got = -1;
		}
	}
	io_close(&fd);
	return got == -1 ? -1 : 0;
}

int
envlist_file(const char *path, int (*put)(void *arg, const char *string),
    void *arg, struct buf *why)
{
	struct buf b = BUF_INIT;
	int rc = read_file(path, &b);

	if (rc == -1)
		(void)buf_adds(why, strerror(errno));
	else
		rc = envlist_parse(buf_data(&b), buf_len(&b), put, arg, why);
	buf_free(&b);
	return rc;
}
