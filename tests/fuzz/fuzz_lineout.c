/* SPDX-License-Identifier: ISC */
/*
 * Fuzz target of lines written to where there is little room: a small pipe,
 * into which numbered lines are written, in pieces, and from which now and
 * then a part is read, as the input says. What comes out are the same lines,
 * whole and in order, and where some are missing it is told how many.
 */
#include "config.h"

#include <fcntl.h>
#include <inttypes.h>
#include <unistd.h>

#include "buf.h"
#include "fuzz.h"
#include "io.h"
#include "lineout.h"
#include "lines.h"

#define SMALL 4096 /* the least that a pipe holds */
#define LONGEST 6000 /* bytes of a line */

struct world {
	struct lineout out;
	int rd;
	struct buf given, got;
	uint64_t next; /* number of the line that is given next */
};

static void
take_some(struct world *w, size_t n)
{
	char *p = buf_reserve(&w->got, n);
	ssize_t got = io_read(w->rd, p, n);

	if (got > 0)
		buf_grown(&w->got, (size_t)got);
}

/* A line of "NUMBER xxx…", as long as a number from the input makes it. */
static void
add_line(struct world *w, size_t len)
{
	FUZZ_CHECK(buf_addf(&w->given, "%06" PRIu64 " ", w->next++) == 0);
	while (len-- > 0)
		FUZZ_CHECK(buf_addc(&w->given, 'x') == 0);
	FUZZ_CHECK(buf_addc(&w->given, '\n') == 0);
}

static void
give(struct world *w, size_t n)
{
	if (n > buf_len(&w->given))
		n = buf_len(&w->given);
	if (n > 0)
		lineout_write(&w->out, buf_data(&w->given), n);
	buf_drop(&w->given, n);
}

static void
step(struct world *w, unsigned what, size_t much)
{
	if (what < 100)
		add_line(w, much * (what < 10 ? 20 : 1) % LONGEST);
	else if (what < 180)
		give(w, what < 120 ? SIZE_MAX : much * 3);
	else
		take_some(w, 1 + much * 7);
}

/* Checks one line that has come out: adds what it tells to *missing, or is
 * the line *next, *missing left out. A line that was cut off is one of those
 * that are missing. */
static void
check_line(const char *p, size_t n, uint64_t *next, uint64_t *missing)
{
	char text[64];
	uint64_t told;

	(void)snprintf(text, sizeof(text), "%.*s", (int)n, p);
	if (sscanf(text, "p: %" SCNu64 " lines were dropped here", &told) == 1)
		*missing += told;
	else if (strncmp(text, "p:", 2) != 0 && n >= 7) {
		FUZZ_CHECK(sscanf(text, "%6" SCNu64 " ", &told) == 1);
		FUZZ_CHECK(told >= *next);
		*next = told;
	}
}

static void
check(struct world *w)
{
	const char *p = buf_data(&w->got);
	size_t n = buf_len(&w->got), len;
	uint64_t next = 0, missing = 0, lines = 0;

	FUZZ_CHECK(n == 0 || p[n - 1] == '\n');
	for (; n > 0; p += len, n -= len, lines++) {
		len = lines_first(p, n);
		check_line(p, len, &next, &missing);
	}
	FUZZ_CHECK(missing == w->out.dropped && w->out.untold == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct world w = {.given = BUF_INIT, .got = BUF_INIT};
	int fd[2];
	size_t i;

	FUZZ_CHECK(io_pipe(fd) == 0 && lineout_init(&w.out, "p", false) == 0);
	io_pipe_size(fd[0], SMALL);
	FUZZ_CHECK(fcntl(fd[0], F_SETFL, O_NONBLOCK) == 0);
	FUZZ_CHECK(fcntl(fd[1], F_SETFL, O_NONBLOCK) == 0);
	w.rd = fd[0];
	w.out.fd = fd[1];
	for (i = 0; i + 1 < size; i += 2)
		step(&w, data[i], data[i + 1]);
	give(&w, SIZE_MAX);
	while (!lineout_flush(&w.out))
		take_some(&w, 1 << 16);
	take_some(&w, 1 << 20);
	check(&w);
	lineout_free(&w.out);
	buf_free(&w.given);
	buf_free(&w.got);
	io_close(&fd[0]);
	io_close(&fd[1]);
	return 0;
}
