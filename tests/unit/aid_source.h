/* SPDX-License-Identifier: ISC */
/*
 * What unit tests of sources that read a stream share.
 */
#ifndef MP_AID_SOURCE_H
#define MP_AID_SOURCE_H

#include "loop.h"
#include "source.h"

/* How often a source has said that it may be asked again. */
extern int aid_source_wakes;

/* Has the source live in aid_loop; no wake is counted yet. Returns it. */
struct source *aid_source(struct source *);

/* Text and its length, NULs included. */
#define BYTES(s) (s), sizeof(s) - 1

/* Tasks as text: "(a|b)", with "0" before it for a NUL within, "+" for a
 * record that was cut. */
struct aid_told {
	char text[512];
	size_t len;
};
void aid_tell(struct aid_told *, const struct task *);

/* For a watch of the source's descriptor, another reader who is faster: takes
 * the two bytes that are there, once. */
void aid_source_steal(struct loop_fd *, short revents);

#endif
