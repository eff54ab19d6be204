/* SPDX-License-Identifier: ISC */
/*
 * Fuzz target of records: the first three bytes are the delimiter, the
 * longest record and how the rest is chopped; what comes out is compared
 * with cutting all of it at once.
 */
#include "config.h"

#include <errno.h>
#include <regex.h>

#include "fuzz.h"
#include "rec.h"

/* What is still to come out, as the simple way sees it. */
struct stream {
	const char *p;
	size_t left;
	char delim;
	size_t max;
};

/* The next pseudo-random number below n. */
static size_t
pick(uint32_t *seed, size_t n)
{
	*seed = *seed * 1664525 + 1013904223;
	return (*seed >> 8) % n;
}

/* Compares one record with the simple way. */
static void
check_record(struct stream *s, int cut, const char *text, size_t len)
{
	const char *end;
	size_t n;

	FUZZ_CHECK(s->left > 0);
	end = memchr(s->p, s->delim, s->left);
	n = end != NULL ? (size_t)(end - s->p) : s->left;
	FUZZ_CHECK(cut == (n > s->max));
	FUZZ_CHECK(len == (cut ? s->max : n));
	FUZZ_CHECK(memcmp(text, s->p, len) == 0);
	n += end != NULL;
	s->p += n;
	s->left -= n;
}

static enum rec_status
take(struct rec *r, struct stream *s)
{
	enum rec_status status;
	const char *text;
	size_t len;

	for (;;) {
		status = rec_next(r, &text, &len);
		if (status == REC_MORE || status == REC_END)
			return status;
		check_record(s, status == REC_LONG, text, len);
	}
}

static void
check_stream(struct stream *s, uint32_t seed)
{
	const char *p = s->p;
	size_t left = s->left, n;
	struct rec r;
	char *room;

	rec_init(&r, s->delim, s->max);
	while (left > 0) {
		n = 1 + pick(&seed, pick(&seed, 8) == 0 ? left : 7);
		n = n < left ? n : left;
		room = rec_room(&r, n + pick(&seed, 100));
		FUZZ_CHECK(room != NULL);
		memcpy(room, p, n);
		rec_fed(&r, n);
		p += n;
		left -= n;
		if (pick(&seed, 3) > 0)
			FUZZ_CHECK(take(&r, s) == REC_MORE);
	}
	rec_fed(&r, 0);
	FUZZ_CHECK(take(&r, s) == REC_END);
	FUZZ_CHECK(take(&r, s) == REC_END);
	FUZZ_CHECK(s->left == 0);
	rec_free(&r);
}

static int
is_escape(const char *s)
{
	static regex_t re;
	static int compiled;

	if (!compiled) {
		FUZZ_CHECK(regcomp(&re,
			       "^\\\\([abfnrtv\\]|[0-3]?[0-7]?[0-7]|"
			       "x[0-9A-Fa-f][0-9A-Fa-f]?)$",
			       REG_EXTENDED | REG_NOSUB) == 0);
		compiled = 1;
	}
	return regexec(&re, s, 0, NULL, 0) == 0;
}

static void
check_delimiter(const char *s)
{
	char c = 'u';
	int rc;

	errno = 0;
	rc = rec_delim_parse(s, &c);
	if (strlen(s) == 1)
		FUZZ_CHECK(rc == 0 && c == *s);
	else if (!is_escape(s))
		FUZZ_CHECK(rc == -1 && errno == EINVAL && c == 'u');
	else if (s[1] >= '0' && s[1] <= '7')
		FUZZ_CHECK(rc == 0 && c == (char)strtoul(s + 1, NULL, 8));
	else if (s[1] == 'x')
		FUZZ_CHECK(rc == 0 && c == (char)strtoul(s + 2, NULL, 16));
	else
		FUZZ_CHECK(rc == 0 && (c == '\\' || (c >= '\a' && c <= '\r')));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = fuzz_string(data, size);
	struct stream all;

	check_delimiter(s);
	if (size >= 3) {
		all = (struct stream){s + 3, size - 3, s[0], 1U + data[1]};
		check_stream(&all, data[2]);
	}
	free(s);
	return 0;
}
