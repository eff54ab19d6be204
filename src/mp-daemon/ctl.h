/* SPDX-License-Identifier: ISC */
/*
 * What is said between a supervisor and those who want something of it, over
 * a socket that keeps messages apart (SOCK_SEQPACKET). A request is a word
 * and perhaps an argument:
 *
 *	stop [SCHEDULE]		ends when nothing is left
 *	restart [SCHEDULE]	ends when the service is ready again
 *	signal NUMBER		sends it to the service
 *	reload			sends what it reloads on
 *
 * There is one answer to it: an exit status, and perhaps a blank and what is
 * to be said. Who has started a supervisor has such a line to it, too, on
 * which the answer comes when the service is ready, or never can be.
 */
#ifndef MP_CTL_H
#define MP_CTL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"

#define CTL_MAX 4096 /* bytes of a message */

/* The socket "ctl" in that directory, bound under a temporary name first.
 * The directory is reached through /proc/self/fd, so that no path is too
 * long for a socket. Non-blocking. Returns a descriptor, or -1 and errno. */
int ctl_listen(int dirfd);

/* A line to who is next, non-blocking; one of another user (but root) is
 * cut. Returns -1 and errno: EAGAIN where there is none, EPERM for such a
 * stranger. */
int ctl_accept(int fd);

/* A line to the supervisor of that directory. Returns a descriptor; or -1
 * and errno, ENOENT or ECONNREFUSED where there is none. */
int ctl_connect(int dirfd);

/* A line between two processes of ours. Returns 0, or -1 and errno. */
int ctl_pair(int fd[2]);

/* Sends a message, which is cut to CTL_MAX bytes; never waits, no SIGPIPE.
 * Returns 0, or -1 and errno. */
int ctl_send(int fd, const char *text);

/* Receives one, with a NUL behind it. Returns its length, 0 at the end of
 * the line; or -1 and errno. */
ptrdiff_t ctl_receive(int fd, char text[CTL_MAX + 1]);

/* Sends an answer. */
int ctl_answer(int fd, int status, const char *text);

/*
 * Waits for the answer, until LOOP_NEVER or that time of loop_now(). pidfd
 * is the supervisor's, or -1 where the line ends with it. Returns the
 * status and appends to said what is to be said, and a NUL; or -1 and errno:
 * EPIPE where the supervisor has gone without an answer, ETIMEDOUT.
 */
int ctl_await(int fd, int pidfd, int64_t until, struct buf *said);

#endif
