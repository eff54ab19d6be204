/* SPDX-License-Identifier: ISC */
/*
 * Subcommands of the test helper that write: how much, in which pieces and
 * to which descriptor, so that a test can tell what should arrive.
 */
#include "config.h"

#include "child.h"

#include <err.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SIZE_MAX_TESTED (1L << 40)

/* write N [BYTE] [--stderr]: N times BYTE (x). */
int
child_write(int argc, char **argv)
{
	long left = child_number(
	    child_arg(argc, argv, 1, "count"), SIZE_MAX_TESTED);
	char chunk[65536], byte = 'x';
	int fd = STDOUT_FILENO, i;
	size_t n;

	for (i = 2; i < argc; i++) {
		if (strcmp(argv[i], "--stderr") == 0)
			fd = STDERR_FILENO;
		else
			byte = argv[i][0];
	}
	memset(chunk, byte, sizeof(chunk));
	while (left > 0) {
		n = sizeof(chunk);
		if (left < (long)n)
			n = (size_t)left;
		child_put(fd, chunk, n);
		left -= (long)n;
	}
	return 0;
}

/* One line in parts, each a write of its own, the last with the newline. */
static void
put_parts(const char *line, size_t len, size_t parts)
{
	size_t from, i, to;

	for (i = 0, from = 0; i < parts; i++, from = to) {
		to = len * (i + 1) / parts;
		child_put(STDOUT_FILENO, line + from, to - from);
		sched_yield();
	}
}

/* lines TAG COUNT LENGTH PARTS: COUNT lines of LENGTH times the first
 * character of TAG, each in PARTS writes: others get their chance between
 * the halves of a line. */
int
child_lines(int argc, char **argv)
{
	char tag = child_arg(argc, argv, 1, "tag")[0];
	long count, i;
	size_t length, parts;
	char *line;

	count = child_number(
	    child_arg(argc, argv, 2, "count"), SIZE_MAX_TESTED);
	length = (size_t)child_number(
	    child_arg(argc, argv, 3, "length"), 1L << 30);
	parts = (size_t)child_number(
	    child_arg(argc, argv, 4, "number of parts"), 1L << 20);
	if (parts == 0)
		errx(CHILD_BROKEN, "lines: 0 parts");
	line = malloc(length + 1);
	if (line == NULL)
		err(CHILD_BROKEN, NULL);
	memset(line, tag, length);
	line[length] = '\n';
	for (i = 0; i < count; i++)
		put_parts(line, length + 1, parts);
	free(line);
	return 0;
}

/* A stream of numbers that depends on its seed alone (xorshift64). */
struct stream {
	uint64_t state;
};

static void
stream_init(struct stream *s, uint64_t seed, uint64_t which)
{
	s->state = (seed * 4 + which + 1) * UINT64_C(0x9e3779b97f4a7c15);
}

static uint64_t
stream_next(struct stream *s)
{
	s->state ^= s->state << 13;
	s->state ^= s->state >> 7;
	s->state ^= s->state << 17;
	return s->state >> 11;
}

/* Letters, and a newline now and then. */
static void
put_random(int fd, struct stream *text, size_t len)
{
	char chunk[4096];
	size_t i;

	for (i = 0; i < len; i++) {
		chunk[i] = (char)('a' + stream_next(text) % 26);
		if (stream_next(text) % 61 == 0)
			chunk[i] = '\n';
	}
	child_put(fd, chunk, len);
}

static void
nap(uint64_t microseconds)
{
	struct timespec ts = {0, (long)microseconds * 1000};

	nanosleep(&ts, NULL);
}

/* output SEED MAX: 0 … MAX bytes to stdout and to stderr, in pieces in
 * turn, with short sleeps: the bytes and the times depend on SEED alone. */
int
child_output(int argc, char **argv)
{
	uint64_t seed, max, len, n;
	struct stream text[2], pieces;
	size_t left[2];
	int i;

	seed = (uint64_t)child_number(
	    child_arg(argc, argv, 1, "seed"), SIZE_MAX_TESTED);
	max = (uint64_t)child_number(
	    child_arg(argc, argv, 2, "maximum"), 1L << 30);
	stream_init(&pieces, seed, 2);
	for (i = 0; i < 2; i++) {
		stream_init(&text[i], seed, (uint64_t)i);
		len = stream_next(&pieces) % (max + 1);
		left[i] = (size_t)len;
	}
	while (left[0] + left[1] > 0) {
		i = (int)(stream_next(&pieces) % 2);
		n = stream_next(&pieces) % 4096 + 1;
		if (n > left[i])
			n = left[i];
		put_random(i + 1, &text[i], (size_t)n);
		left[i] -= (size_t)n;
		if (stream_next(&pieces) % 8 == 0)
			nap(stream_next(&pieces) % 2000);
	}
	return 0;
}
