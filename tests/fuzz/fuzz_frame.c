/* SPDX-License-Identifier: ISC */
/*
 * Fuzz target of frames: the first three bytes are the kind, the longest
 * message and how the rest is chopped. Fed in pieces the rest must be the
 * same messages, and end in the same way, as at once; and the rest as a
 * message must come back as it was.
 */
#include "config.h"

#include <errno.h>

#include "frame.h"
#include "fuzz.h"

/* The next pseudo-random number below n. */
static size_t
pick(uint32_t *seed, size_t n)
{
	*seed = *seed * 1664525 + 1013904223;
	return (*seed >> 8) % n;
}

/* One message as a piece of text that tells it from all others. */
static void
add_message(struct buf *out, const struct buf *body)
{
	FUZZ_CHECK(buf_addf(out, "%zu:", buf_len(body)) == 0);
	FUZZ_CHECK(buf_add(out, buf_data(body), buf_len(body)) == 0);
}

/* All messages, and what is wrong at the end. Pieces of at most most bytes;
 * with exact, no more than are known to be the frame's. */
static void
read_all(struct frame_reader *r, const char *p, size_t n, uint32_t seed,
    struct buf *out)
{
	enum frame_rc rc = FRAME_MORE;
	size_t len, used;
	char *piece;

	while (n > 0 && rc != FRAME_BAD) {
		len = seed == 0 ? n : 1 + pick(&seed, 9);
		if (seed % 2 == 1)
			len = frame_need(r);
		len = len < n ? len : n;
		piece = fuzz_alloc(len);
		memcpy(piece, p, len);
		rc = frame_feed(r, piece, len, &used);
		free(piece);
		FUZZ_CHECK(used > 0 && used <= len);
		FUZZ_CHECK(rc != FRAME_MORE || used == len || r->sized);
		FUZZ_CHECK(buf_len(&r->body) <= r->max);
		if (rc == FRAME_WHOLE)
			add_message(out, &r->body);
		p += used;
		n -= used;
	}
	if (rc != FRAME_BAD)
		rc = frame_end(r);
	if (rc == FRAME_BAD)
		frame_why(r, out);
}

static void
check_pieces(
    enum frame_kind kind, uint64_t max, const char *p, size_t n, uint32_t seed)
{
	struct buf whole = BUF_INIT, pieces = BUF_INIT;
	struct frame_reader r;

	frame_reader_init(&r, kind, max);
	read_all(&r, p, n, 0, &whole);
	frame_reader_free(&r);
	frame_reader_init(&r, kind, max);
	read_all(&r, p, n, seed + 1, &pieces);
	frame_reader_free(&r);
	FUZZ_CHECK(buf_len(&whole) == buf_len(&pieces));
	FUZZ_CHECK(buf_len(&whole) == 0 ||
	    memcmp(buf_data(&whole), buf_data(&pieces), buf_len(&whole)) == 0);
	buf_free(&whole);
	buf_free(&pieces);
}

/* Twice the same message, which must come back twice. */
static void
check_back(enum frame_kind kind, const char *p, size_t n)
{
	const char last = kind == FRAME_LINE ? '\n' : '\0';
	struct buf frames = BUF_INIT, out = BUF_INIT, want = BUF_INIT;
	struct buf body = {(char *)(uintptr_t)p, 0, n, n};
	struct frame_reader r;

	if (kind <= FRAME_NUL && n > 0 && memchr(p, last, n) != NULL) {
		FUZZ_CHECK(frame_encode(kind, p, n, &frames) == -1);
		FUZZ_CHECK(errno == EINVAL && buf_len(&frames) == 0);
		return;
	}
	FUZZ_CHECK(frame_encode(kind, p, n, &frames) == 0);
	FUZZ_CHECK(frame_encode(kind, p, n, &frames) == 0);
	add_message(&want, &body);
	add_message(&want, &body);
	frame_reader_init(&r, kind, n);
	read_all(&r, buf_data(&frames), buf_len(&frames), 7, &out);
	frame_reader_free(&r);
	FUZZ_CHECK(buf_len(&out) == buf_len(&want));
	FUZZ_CHECK(
	    memcmp(buf_data(&out), buf_data(&want), buf_len(&want)) == 0);
	buf_free(&frames);
	buf_free(&out);
	buf_free(&want);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum frame_kind kind;
	char *p;

	if (size < 3)
		return 0;
	kind = (enum frame_kind)(data[0] % 4);
	size -= 3;
	p = fuzz_alloc(size);
	memcpy(p, data + 3, size);
	check_pieces(kind, data[1], p, size, data[2]);
	check_back(kind, p, size);
	free(p);
	return 0;
}
