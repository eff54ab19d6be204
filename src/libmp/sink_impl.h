/* SPDX-License-Identifier: ISC */
/*
 * What the files share that make up the sink: sink.c (the output of tasks)
 * and sink_say.c (our own messages).
 */
#ifndef MP_SINK_IMPL_H
#define MP_SINK_IMPL_H

#include "sink.h"

/* Output had to be thrown away: errno. */
void sink_lost(struct sink *, int err);

/* Puts bytes to a stream behind what is pending there. */
void sink_put(struct sink *, int stream, const char *, size_t);

/* Something is about to be written to the stream: a bar that is shown in its
 * place goes. */
void sink_make_way(struct sink *, int stream);

/* Moves what is held to a descriptor until it is full. Returns whether
 * nothing is held any more. */
bool sink_emit(struct sink *, struct hold *, int stream);

#endif
