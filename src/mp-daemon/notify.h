/* SPDX-License-Identifier: ISC */
/*
 * The supervisor's side of sd_notify(3): a socket to which the service tells
 * its state, $NOTIFY_SOCKET. Its name is one that the kernel chooses in the
 * abstract name space: no file is left behind, its length is no matter, and
 * a service that has changed its user reaches it. What counts is who sends.
 */
#ifndef MP_NOTIFY_H
#define MP_NOTIFY_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loop.h"

#define NOTIFY_MAX 4096 /* bytes of a datagram */

/* One datagram. */
struct notify_msg {
	bool ready, reloading, stopping, barrier;
	const char *status; /* STATUS=, within the datagram; NULL: none */
	size_t status_len;
	pid_t main_pid; /* MAINPID=; 0: none */
	int64_t extend; /* EXTEND_TIMEOUT_USEC= in nanoseconds; 0: none */
};

/*
 * Takes a datagram apart: assignments, one a line. Unknown ones and those
 * with a value that is none are left out; of two of the same the last
 * counts. BARRIER=1 stands alone or voids the others. Returns 0; or -1 and
 * EINVAL where a NUL byte stands in it, but as the last one.
 */
int notify_parse(const char *, size_t n, struct notify_msg *);

struct notify {
	struct loop *loop;
	struct loop_fd sock;
	uint64_t refused; /* datagrams: of strangers, cut off, malformed */
	/* What a process of ours has told; the sender's pid. A main_pid that
	 * does not descend from this process is not passed on. The message
	 * is good during the call. */
	void (*told)(void *arg, const struct notify_msg *, pid_t sender);
	void *arg;
	char env[64]; /* "NOTIFY_SOCKET=@…", for the service's environment */
};

/*
 * Opens the socket and has the loop watch it. Only what descends from this
 * process, which must be a child subreaper, is listened to (SCM_CREDENTIALS).
 * Descriptors that are sent are closed when the message has been told,
 * which is what BARRIER=1 asks for. Returns 0; or -1 and errno: ENOTSUP
 * where there are no such sockets. notify_close() may be called at any
 * time, again, and out of told.
 */
int notify_open(struct notify *, struct loop *,
    void (*told)(void *arg, const struct notify_msg *, pid_t), void *arg);
void notify_close(struct notify *);

/* Takes what has been sent so far: for the time when the service has ended,
 * before that is judged. */
void notify_drain(struct notify *);

/* Whether pid is a living descendant of this process, or a zombie; not this
 * process itself. */
bool notify_is_below(pid_t pid);

#endif
