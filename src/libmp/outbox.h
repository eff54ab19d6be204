/* SPDX-License-Identifier: ISC */
/*
 * What a worker process has to say, kept in memory that it shares with its
 * runner until it is written to a pipe. So a worker can gather many short
 * replies for one write(2), and none of them is lost when it dies, however it
 * does, or waits for long when it is busy: what it has put is either in the
 * pipe or still in here, where the runner finds it.
 */
#ifndef MP_OUTBOX_H
#define MP_OUTBOX_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#define OUTBOX_SIZE ((size_t)64 * 1024)

struct outbox {
	_Atomic uint32_t past; /* bytes written before those in here, modulo
				  2^32 */
	_Atomic uint32_t used;
	char data[OUTBOX_SIZE];
};

/* The worker's: room for n bytes, or NULL where there is none before the next
 * outbox_flush(), or ever; then the first n bytes there are put, all at once
 * for who reads them when we are dead. */
char *outbox_room(struct outbox *, size_t n);
void outbox_put(struct outbox *, size_t n);

/* Write what was put; and then n bytes that there is no room for. Return 0, or
 * -1 and errno. */
int outbox_flush(struct outbox *, int fd);
int outbox_pass(struct outbox *, int fd, const void *, size_t n);

/* The runner's: how much it has seen of one, all modulo 2^32. */
struct outbox_reader {
	const struct outbox *outbox;
	uint32_t piped; /* bytes that came through the pipe */
	uint32_t seen; /* those that are known, wherever they were found */
};

/* n bytes have come through the pipe. Returns how many of them, the first
 * ones, were peeked at before. */
size_t outbox_came(struct outbox_reader *, size_t n);

/* Copies to p, which has room for OUTBOX_SIZE, what was put and is not known
 * yet. Returns how many bytes; 0, too, while they are being flushed. If the
 * worker lives on they come through the pipe as well. */
size_t outbox_peek(struct outbox_reader *, char *p);

#endif
