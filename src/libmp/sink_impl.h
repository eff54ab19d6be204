/* SPDX-License-Identifier: ISC */
/*
 * What the files share that make up the sink: sink.c (the output of tasks),
 * sink_join.c (finished ones), sink_lines.c (line by line) and sink_say.c (our
 * own messages).
 */
#ifndef MP_SINK_IMPL_H
#define MP_SINK_IMPL_H

#include "sink.h"

/* Output had to be thrown away: errno. */
void sink_lost(struct sink *, int err);

/* The file cannot take what is over the limit: said once each time, for
 * the first task that it hits. Nothing is lost, for that task is not read
 * any further until its turn comes; out of order, it lines up for that. */
void sink_held_badly(struct sink *, struct task *, int err);

/* The task has ended: puts it together with its neighbours. */
void sink_join(struct sink *, struct task *);

/* Puts bytes to a stream behind what is pending there. */
void sink_put(struct sink *, int stream, const char *, size_t);

/* Takes bytes of a task as they are to be written. Returns whether more is
 * welcome. */
bool sink_deliver(
    struct sink *, struct task *, int stream, const char *, size_t);

/* Takes bytes of a task and delivers the lines that have an end by then;
 * with NULL, what has none. Returns whether more is welcome. */
bool sink_lines(struct sink *, struct task *, int stream, const char *, size_t);

/* The output of all tasks is welcome where there is room for it again. */
void sink_lines_welcome(struct sink *);

/* Remembers the last line that is not empty, for the digest. */
void sink_last_line(struct task *, const char *, size_t);

/* The task has ended: delivers what is left; or throws it away. */
void sink_lines_end(struct sink *, struct task *);
void sink_lines_drop(struct sink *, struct task *);
void sink_lines_free(struct sink *);

/* Something is about to be written to the stream: a bar that is shown in its
 * place goes. */
void sink_make_way(struct sink *, int stream);

/* Moves what is held to a descriptor until it is full. Returns whether
 * nothing is held any more. */
bool sink_emit(struct sink *, struct hold *, int stream);

#endif
