/* SPDX-License-Identifier: ISC */
/*
 * When a service is ready: the kinds of --ready, and waiting for it.
 */
#ifndef MP_READY_H
#define MP_READY_H

#include <sys/socket.h>

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "loop.h"
#include "rec.h"

enum ready_kind {
	READY_EXEC, /* as soon as it is executed */
	READY_FD, /* it writes a newline to descriptor N */
	READY_NOTIFY, /* READY=1, see notify.h */
	READY_CHECK, /* a command succeeds */
	READY_TCP, /* a port of the loopback address can be connected to */
	READY_UNIX, /* so can a socket in the file system */
	READY_FILE, /* a file is there */
	READY_LOG /* a line of its output matches */
};

#define READY_ADDRS 2
#define READY_LINE_MAX 8192

struct ready_spec {
	enum ready_kind kind;
	int fd; /* READY_FD: the service's descriptor, 3 to 1023 */
	const char *text; /* CMD, PATH, REGEX: within the text parsed */
	struct sockaddr_storage addr[READY_ADDRS]; /* TCP, UNIX */
	socklen_t len[READY_ADDRS];
	size_t naddrs;
};

/*
 * Reads "exec", "fd=N", "notify", "check=CMD", "tcp=PORT" (127.0.0.1, then
 * ::1), "tcp=ADDRESS:PORT" (127.0.0.0/8, or ::1 in brackets), "unix=PATH",
 * "file=PATH" (absolute paths; a file that is there already will do),
 * "log=REGEX" (POSIX extended, on the first READY_LINE_MAX bytes of each line;
 * a line without its newline is none). CMD is for sh -c. Returns 0; or
 * -1 and in why "'TEXT': reason". text must stay.
 */
int ready_parse(const char *text, struct ready_spec *, struct buf *why);

struct ready_events {
	void (*ready)(void *arg);
	/* It can never become so: the check's command was not found, the
	 * descriptor was closed without a word. why is a short reason. */
	void (*failed)(void *arg, const char *why);
	void *arg;
};

struct ready {
	const struct ready_spec *spec;
	struct loop *loop;
	struct ready_events events;
	bool waiting; /* begun, and neither ready, failed nor stopped */
	int child_fd; /* READY_FD: the service's end of the pipe, or -1 */
	struct loop_fd watch; /* the pipe's other end, or a connection */
	struct loop_timer timer; /* the next look */
	int64_t interval;
	size_t turn; /* which address is tried */
	struct loop_child child; /* the check, pid 0: none runs */
	regex_t regex;
	bool compiled;
	struct rec lines; /* READY_LOG: of the output */
};

/*
 * Before the service is started. For READY_FD, child_fd is then to become
 * descriptor spec->fd of the service (struct proc_fd). The spec must stay.
 * Returns 0, or -1 and errno with nothing to be stopped.
 */
int ready_open(struct ready *, const struct ready_spec *, struct loop *,
    const struct ready_events *);

/* The service was executed: begins to wait. The callback may come before
 * this returns, and once only. */
void ready_begin(struct ready *);

/* No more waiting: closes, kills a check that runs (with what is in its
 * process group), frees. May be called at any time after ready_open(), out
 * of the callbacks too, and again. Needed also when the service is ready. */
void ready_stop(struct ready *);

/* READY=1 came; n bytes of the service's output did. Nothing happens where
 * the kind is another, or nothing is waited for. */
void ready_told(struct ready *);
void ready_output(struct ready *, const char *, size_t n);

#endif
