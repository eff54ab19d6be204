/* SPDX-License-Identifier: ISC */
/*
 * What connects the members: a pipe from each to the next one, or two with
 * the relay between them, or one pair of sockets. They are made as the
 * members are started, and our ends closed at once, so that their number
 * does not limit that of the members.
 */
#ifndef MP_PIPE_WIRES_H
#define MP_PIPE_WIRES_H

#include <stdbool.h>
#include <stddef.h>

#include "ends.h"
#include "proc.h"

/* The relay's ends between two members. */
struct wires_relay {
	int in, out;
};

struct wires {
	size_t n; /* members */
	bool ring;
	bool relayed;
	struct ends *ends; /* to be told of the wires */
	int socket; /* SOCK_STREAM, SOCK_SEQPACKET: two members; 0: pipes */
	int in; /* for the next member, or -1: ours */
	int out; /* the same */
	int ahead; /* in for the member after it, or -1 */
	int last; /* out for the last one, or -1 */
	struct wires_relay *relay; /* behind each member, -1 where none is */
};

/* n, ring, relayed, ends and socket are set. Makes the first wire. wires_free()
 * releases, the relay's ends included. Returns 0, or -1 and errno. */
int wires_init(struct wires *);
void wires_free(struct wires *);

/* For each member i in turn: makes what it needs, and puts that into its
 * spec; closes it here when it has been started. Returns 0, or -1 and
 * errno. */
int wires_connect(struct wires *, size_t i, struct proc_spec *);
void wires_passed(struct wires *);

/* How many directions a relay has, and that from member i to the next one;
 * the descriptors are the caller's then. */
size_t wires_directions(const struct wires *);
struct wires_relay wires_take(struct wires *, size_t i);

#endif
