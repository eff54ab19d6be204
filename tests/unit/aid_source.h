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

/* For a watch of the source's descriptor, another reader who is faster: takes
 * the two bytes that are there, once. */
void aid_source_steal(struct loop_fd *, short revents);

#endif
