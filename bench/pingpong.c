/* SPDX-License-Identifier: ISC */
/*
 * Round trips of 64 bytes: "pingpong ask COUNT FILE" writes them to its
 * output and waits for each to come back on its input, "pingpong answer"
 * sends back what comes. FILE gets the nanoseconds that they took.
 */
#include "config.h"

#include <err.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SIZE 64

/* All of it, or nothing at the end of input. */
static int
receive(char *p)
{
	size_t have = 0;
	ssize_t got;

	while (have < SIZE) {
		got = read(STDIN_FILENO, p + have, SIZE - have);
		if (got == -1)
			err(1, "read");
		if (got == 0)
			return 0;
		have += (size_t)got;
	}
	return 1;
}

static void
send(const char *p)
{
	if (write(STDOUT_FILENO, p, SIZE) != SIZE)
		err(1, "write");
}

static void
answer(void)
{
	char p[SIZE];

	while (receive(p))
		send(p);
}

static int64_t
now(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

/* The first tenth is for warming up. */
static void
ask(long count, const char *file)
{
	char p[SIZE] = "";
	int64_t begin = now();
	FILE *f;
	long i;

	for (i = -count / 10; i < count; i++) {
		if (i == 0)
			begin = now();
		send(p);
		if (!receive(p))
			errx(1, "no answer");
	}
	begin = now() - begin;
	f = fopen(file, "w");
	if (f == NULL || fprintf(f, "%jd\n", (intmax_t)begin) < 0 ||
	    fclose(f) == EOF)
		err(1, "%s", file);
}

int
main(int argc, char **argv)
{
	const char *error = NULL;
	long count;

	if (argc == 2 && strcmp(argv[1], "answer") == 0) {
		answer();
		return 0;
	}
	if (argc != 4 || strcmp(argv[1], "ask") != 0)
		errx(1, "usage: pingpong ask count file | answer");
	count = (long)strtonum(argv[2], 1, INT32_MAX, &error);
	if (error != NULL)
		errx(1, "%s: %s", argv[2], error);
	ask(count, argv[3]);
	return 0;
}
