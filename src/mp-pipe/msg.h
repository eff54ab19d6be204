/* SPDX-License-Identifier: ISC */
/*
 * The verbs of messages: mp-pipe send makes frames of operands or records,
 * mp-pipe recv makes records of frames. frame.h has the formats.
 */
#ifndef MP_MSG_H
#define MP_MSG_H

#include "buf.h"

/* The exit status of recv when the other end has closed and there is no
 * message (any more), although one was asked for: as of mp-queue. */
#define MSG_DRAINED 4

/*
 * The whole verb: argv[0] is its name, the options and operands follow, --help
 * is one of them. To be called first thing after io_setup(); SIGPIPE has the
 * disposition that we were started with. Return the exit status.
 */
int msg_send(int argc, char **argv);
int msg_recv(int argc, char **argv);

/* Appends the part of --help that is about the verbs: for each an empty
 * line, its synopsis, its purpose, its options. */
void msg_help(struct buf *);

#endif
