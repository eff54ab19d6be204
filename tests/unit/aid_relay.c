/* SPDX-License-Identifier: ISC */
/*
 * A ring around the relay, for its unit tests.
 */
#include "config.h"

#include "aid_relay.h"

#include <sys/socket.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "aid.h"
#include "dur.h"
#include "io.h"

#define PATIENCE (20 * DUR_SECOND)
#define PIECE ((size_t)64 * 1024)

static void
say(void *arg, const char *what, const char *why)
{
	struct aid_ring *a = arg;

	AID_NEED(buf_addf(&a->said, "%s: %s\n", what, why) == 0);
}

static void
idle(void *arg)
{
	struct aid_ring *a = arg;

	a->idle++;
}

static void
deadlock(void *arg, const char *text)
{
	struct aid_ring *a = arg;

	a->deadlocks++;
	say(arg, "deadlock", text);
}

static void
ended(void *arg, size_t i)
{
	struct aid_ring *a = arg;

	AID_NEED(i < a->n);
	a->ended++;
}

void
aid_ring_init(struct aid_ring *a, size_t n)
{
	*a = (struct aid_ring){.n = n, .conf = {.trace = -1}, .tee = -1};
}

/* The ends of direction i: ours in a, the relay's in link. */
static void
make_pipes(struct aid_ring *a, size_t i, struct relay_link *link)
{
	int in[2], out[2];

	AID_NEED(io_pipe(in) == 0 && io_pipe(out) == 0);
	a->wr[i] = in[1];
	a->rd[i] = out[0];
	link->in = in[0];
	link->out = out[1];
}

/* One socket of each pair is the member's: to be written to in the one
 * direction, and read from in the other. */
static void
make_sockets(struct aid_ring *a, struct relay_link link[2])
{
	int s[2];
	size_t i;

	for (i = 0; i < 2; i++) {
		AID_NEED(socketpair(AF_UNIX, SOCK_STREAM, 0, s) == 0);
		a->wr[i] = s[0];
		a->rd[1 - i] = dup(s[0]);
		link[i].in = s[1];
		link[1 - i].out = dup(s[1]);
		AID_NEED(a->rd[1 - i] != -1 && link[1 - i].out != -1);
	}
}

void
aid_ring_begin(struct aid_ring *a)
{
	const struct relay_events events = {say, idle, deadlock, ended, a};
	struct relay_link link[AID_RING_MAX];
	size_t i;

	AID_NEED(loop_init(&a->loop, NULL, 0, NULL, NULL) == 0);
	a->relay = relay_new(&a->loop, a->n, &a->conf, &events);
	AID_NEED(a->relay != NULL);
	if (a->sockets)
		make_sockets(a, link);
	for (i = 0; i < a->n; i++) {
		if (!a->sockets)
			make_pipes(a, i, &link[i]);
		link[i].tee = i == 0 ? a->tee : -1;
		link[i].from = i;
		link[i].to = (i + 1) % a->n;
		AID_NEED(relay_add(a->relay, &link[i]) == 0);
		/* These are not the relay's to change. */
		AID_NEED((fcntl(a->wr[i], F_GETFL) & O_NONBLOCK) == 0);
		AID_NEED((fcntl(a->rd[i], F_GETFL) & O_NONBLOCK) == 0);
	}
	for (i = 0; i < a->n; i++) {
		AID_NEED(fcntl(a->wr[i], F_SETFL, O_NONBLOCK) == 0);
		AID_NEED(fcntl(a->rd[i], F_SETFL, O_NONBLOCK) == 0);
	}
	relay_start(a->relay);
}

void
aid_ring_end(struct aid_ring *a)
{
	size_t i;

	relay_free(a->relay);
	AID_NEED(a->loop.n == 1); /* that of signals */
	loop_free(&a->loop);
	for (i = 0; i < a->n; i++) {
		io_close(&a->wr[i]);
		io_close(&a->rd[i]);
	}
	buf_free(&a->said);
}

void
aid_ring_run(struct aid_ring *a, bool (*more)(struct aid_ring *))
{
	int64_t until = loop_now() + PATIENCE;

	while (more(a)) {
		AID_NEED(loop_now() < until);
		AID_NEED(loop_step(&a->loop, until) == 0);
	}
}

int
aid_ring_wait(struct aid_ring *a, int ms)
{
	int64_t until = loop_now() + ms * DUR_MS;
	int steps;

	for (steps = 0; loop_now() < until; steps++)
		AID_NEED(loop_step(&a->loop, until) == 0);
	return steps;
}

/* Everything that can happen at once. */
static void
settle(struct aid_ring *a)
{
	int i;

	for (i = 0; i < 20; i++)
		AID_NEED(loop_step(&a->loop, 0) == 0);
}

static char
byte_at(size_t at)
{
	return (char)(at * 2654435761U >> 13);
}

size_t
aid_ring_fill(struct aid_ring *a, size_t i, size_t n)
{
	char block[PIECE];
	size_t done = 0, len, j;
	ssize_t put;

	while (done < n) {
		len = n - done < PIECE ? n - done : PIECE;
		for (j = 0; j < len; j++)
			block[j] = byte_at(done + j);
		put = io_write(a->wr[i], block, len);
		settle(a);
		if (put == -1)
			put = io_write(a->wr[i], block, len);
		if (put == -1)
			break;
		done += (size_t)put;
	}
	AID_NEED(done == n || errno == EAGAIN);
	settle(a);
	return done;
}

size_t
aid_ring_read(struct aid_ring *a, size_t i, size_t at)
{
	char block[PIECE];
	size_t begin = at;
	ssize_t got, j;

	do {
		settle(a);
		got = io_read(a->rd[i], block, sizeof(block));
		for (j = 0; j < got; j++)
			AID_NEED(block[j] == byte_at(at + (size_t)j));
		at += got > 0 ? (size_t)got : 0;
	} while (got > 0);
	AID_NEED(got == 0 || errno == EAGAIN);
	return at - begin;
}

const char *
aid_ring_said(struct aid_ring *a)
{
	AID_NEED(buf_addc(&a->said, '\0') == 0);
	a->said.end--; /* the NUL is behind the text */
	return buf_data(&a->said);
}
