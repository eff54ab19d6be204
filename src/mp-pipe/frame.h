/* SPDX-License-Identifier: ISC */
/*
 * Frames: messages in a stream of bytes. Pure: the caller reads and writes.
 *
 *	line		the message and a newline
 *	nul		the message and a NUL byte
 *	netstring	its length in decimal, ":", the message, ","
 *	len32		its length in 32 bits, signed, big-endian, then the
 *			message; of more than 0x7fffffff bytes: -1, the length
 *			in 64 bits, the message. That is how Connection of
 *			Python's multiprocessing.connection sends bytes
 */
#ifndef MP_FRAME_H
#define MP_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"

enum frame_kind { FRAME_LINE, FRAME_NUL, FRAME_NETSTRING, FRAME_LEN32 };

/* By name. Returns 0, or -1 where there is no such kind. */
int frame_kind_parse(const char *, enum frame_kind *);

/* Appends the message as a frame. Returns 0; or -1 and ENOMEM, or EINVAL
 * where it holds the byte that would end the frame. */
int frame_encode(enum frame_kind, const void *, size_t n, struct buf *);

#define FRAME_HEAD 24

struct frame_reader {
	enum frame_kind kind;
	uint64_t max; /* bytes of the longest message that is taken */
	uint64_t start; /* the offset of the frame at hand in the stream */
	struct buf body; /* of the message at hand */

	/* Private. */
	uint64_t taken; /* bytes of the frame at hand */
	unsigned char head[FRAME_HEAD];
	size_t nhead;
	uint64_t len; /* of the message; known so far, of a netstring */
	bool sized; /* len is known; the rest is the message */
	bool whole; /* what was fed last was FRAME_WHOLE */
	const char *why; /* what is wrong with the frame */
};

enum frame_rc {
	FRAME_MORE, /* no whole message: feed more, or tell the end */
	FRAME_WHOLE, /* body holds one, until frame_feed() is called again */
	FRAME_BAD /* this is no frame, or its message is too long: frame_why() */
};

void frame_reader_init(struct frame_reader *, enum frame_kind, uint64_t max);
void frame_reader_free(struct frame_reader *);

/*
 * Takes some of n bytes, at least one, up to the end of the frame; *used
 * tells how many. Memory for a message is taken when its length is known to
 * be at most max; that there is none is FRAME_BAD, too.
 */
enum frame_rc frame_feed(
    struct frame_reader *, const char *, size_t n, size_t *used);

/* How many of the bytes to come belong to the frame at hand for certain; at
 * least 1. Who reads no more leaves the next frame to others. */
size_t frame_need(const struct frame_reader *);

/* The stream has ended. Returns FRAME_MORE where that is between frames,
 * else FRAME_BAD. */
enum frame_rc frame_end(struct frame_reader *);

/* Appends why it is FRAME_BAD: "frame at offset 8: …". */
void frame_why(const struct frame_reader *, struct buf *);

#endif
