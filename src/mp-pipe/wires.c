/* SPDX-License-Identifier: ISC */
/*
 * What connects the members.
 */
#include "config.h"

#include "wires.h"

#include <sys/socket.h>

#include <stdlib.h>
#include <unistd.h>

#include "io.h"

/* The wire behind member i: where that writes, and where the next one
 * reads. */
static int
wire(struct wires *w, size_t i, int *out, int *in)
{
	int near[2], far[2];

	if (io_pipe(near) == -1)
		return -1;
	*out = near[1];
	*in = near[0];
	if (!w->relayed) {
		ends_watch(w->ends, i, *out, *in);
		return 0;
	}
	if (io_pipe(far) == -1) {
		io_close(&near[0]);
		io_close(out);
		*in = -1;
		return -1;
	}
	w->relay[i] = (struct wires_relay){near[0], far[1]};
	*in = far[0];
	ends_watch(w->ends, i, *out, *in);
	return 0;
}

int
wires_init(struct wires *w)
{
	int pair[2];
	size_t i;

	w->in = w->out = w->ahead = w->last = -1;
	w->relay = calloc(w->n, sizeof(w->relay[0]));
	if (w->relay == NULL)
		return -1;
	for (i = 0; i < w->n; i++)
		w->relay[i] = (struct wires_relay){-1, -1};
	if (w->socket != 0) {
		if (socketpair(AF_UNIX, w->socket | SOCK_CLOEXEC, 0, pair) ==
		    -1)
			return -1;
		w->in = pair[0];
		w->ahead = pair[1];
		ends_watch(w->ends, 0, pair[0], pair[1]);
		ends_watch(w->ends, 1, pair[1], pair[0]);
		return 0;
	}
	return w->ring ? wire(w, w->n - 1, &w->last, &w->in) : 0;
}

void
wires_free(struct wires *w)
{
	size_t i;

	if (w->relay == NULL) /* not initialised */
		return;
	for (i = 0; i < w->n; i++) {
		io_close(&w->relay[i].in);
		io_close(&w->relay[i].out);
	}
	free(w->relay);
	w->relay = NULL;
	io_close(&w->in);
	io_close(&w->out);
	io_close(&w->ahead);
	io_close(&w->last);
}

static void
give(struct proc_spec *spec, int from, int to)
{
	if (from != -1)
		spec->fds[spec->nfds++] = (struct proc_fd){from, to};
}

int
wires_connect(struct wires *w, size_t i, struct proc_spec *spec)
{
	if (w->socket != 0) {
		give(spec, w->in, STDOUT_FILENO);
	} else if (i + 1 < w->n) {
		if (wire(w, i, &w->out, &w->ahead) == -1)
			return -1;
	} else {
		w->out = w->last;
		w->last = -1;
	}
	give(spec, w->in, STDIN_FILENO);
	give(spec, w->out, STDOUT_FILENO);
	return 0;
}

void
wires_passed(struct wires *w)
{
	io_close(&w->in);
	io_close(&w->out);
	w->in = w->ahead;
	w->ahead = -1;
}

size_t
wires_directions(const struct wires *w)
{
	return w->ring ? w->n : w->n - 1;
}

struct wires_relay
wires_take(struct wires *w, size_t i)
{
	struct wires_relay ends = w->relay[i];

	w->relay[i] = (struct wires_relay){-1, -1};
	return ends;
}
