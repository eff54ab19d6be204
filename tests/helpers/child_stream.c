/* SPDX-License-Identifier: ISC */
/*
 * Subcommands of the test helper for the two ends of a long stream: bytes
 * that follow from their place, written and read in pieces of random sizes.
 */
#include "config.h"

#include "child.h"

#include <err.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STREAM_MAX (1L << 40)
#define PIECE ((size_t)256 * 1024)
#define WORDS (PIECE / sizeof(uint64_t))

/* A part of the stream, whose length is one of the sizes of the pieces. */
struct stream {
	uint64_t next; /* of the words */
	uint64_t words[WORDS];
	size_t off; /* bytes of words that are used */
};

/* Fills the words that come next; the same at both ends. */
static void
stream_refill(struct stream *s)
{
	uint64_t x = s->next;
	size_t i;

	for (i = 0; i < WORDS; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		s->words[i] = x;
	}
	s->next = x;
	s->off = 0;
}

/* The next bytes, at most n; *len tells how many. */
static const char *
stream_next(struct stream *s, size_t n, size_t *len)
{
	const char *p;

	if (s->off == PIECE)
		stream_refill(s);
	p = (const char *)s->words + s->off;
	*len = n < PIECE - s->off ? n : PIECE - s->off;
	s->off += *len;
	return p;
}

static struct stream *
stream_new(void)
{
	struct stream *s = malloc(sizeof(*s));

	if (s == NULL)
		err(CHILD_BROKEN, "malloc");
	s->next = UINT64_C(0x9e3779b97f4a7c15);
	s->off = PIECE;
	return s;
}

/* From 1 to PIECE, all orders of magnitude alike. */
static size_t
random_size(void)
{
	size_t most = (size_t)1 << (random() % 19);

	return 1 + (size_t)random() % most;
}

/* pour COUNT SEED: writes so many bytes of the stream. */
int
child_pour(int argc, char **argv)
{
	long left = child_number(child_arg(argc, argv, 1, "count"), STREAM_MAX);
	struct stream *s = stream_new();
	const char *p;
	size_t n, len;

	srandom((unsigned)child_number(child_arg(argc, argv, 2, "seed"), 9999));
	for (; left > 0; left -= (long)len) {
		n = random_size();
		p = stream_next(s, (long)n < left ? n : (size_t)left, &len);
		child_put(STDOUT_FILENO, p, len);
	}
	free(s);
	return 0;
}

/* drink COUNT SEED: reads to the end of input, which must be so many bytes
 * of the stream. */
int
child_drink(int argc, char **argv)
{
	long count = child_number(
	    child_arg(argc, argv, 1, "count"), STREAM_MAX);
	struct stream *s = stream_new();
	static char piece[PIECE];
	long at = 0;
	const char *p;
	size_t len;
	ssize_t got, i;

	srandom((unsigned)child_number(child_arg(argc, argv, 2, "seed"), 9999));
	while ((got = read(STDIN_FILENO, piece, random_size())) > 0) {
		for (i = 0; i < got; i += (ssize_t)len) {
			p = stream_next(s, (size_t)(got - i), &len);
			if (memcmp(piece + i, p, len) != 0)
				errx(1, "differs within %ld bytes of %ld", got,
				    at);
		}
		at += got;
	}
	free(s);
	if (got == -1)
		err(1, "read");
	if (at != count)
		errx(1, "%ld bytes, not %ld", at, count);
	return 0;
}
