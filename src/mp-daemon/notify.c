/* SPDX-License-Identifier: ISC */
/*
 * The socket over which a service tells its state.
 */
#include "config.h"

#include "notify.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "io.h"
#include "scan.h"

#define SENT_FDS 253 /* the most that the kernel lets go with a datagram */
#define BATCH 64 /* datagrams that are taken in one go */

bool
notify_is_below(pid_t pid)
{
	const pid_t self = getpid();
	struct scan_proc p;

	/* Who dies meanwhile leaves its children to us: that ends. */
	while (pid > 0 && scan_read(pid, &p) == 0) {
		if (p.ppid == self)
			return true;
		pid = p.ppid;
	}
	return false;
}

void
notify_close(struct notify *n)
{
	if (n->sock.fd == -1)
		return;
	loop_fd_del(n->loop, &n->sock);
	io_close(&n->sock.fd);
}

#ifdef SO_PASSCRED

/* A datagram as it is received, with what came along. */
struct dgram {
	char text[NOTIFY_MAX];
	size_t len;
	pid_t sender; /* 0: not known */
	int fds[SENT_FDS];
	size_t nfds;
	bool cut; /* not all of it is there */
};

/* Takes over who has sent it, and the descriptors. */
static void
take_control(struct dgram *d, struct msghdr *m)
{
	struct cmsghdr *c;
	struct ucred cred;
	size_t size;

	for (c = CMSG_FIRSTHDR(m); c != NULL; c = CMSG_NXTHDR(m, c)) {
		size = c->cmsg_len - CMSG_LEN(0);
		if (c->cmsg_level != SOL_SOCKET)
			continue;
		if (c->cmsg_type == SCM_CREDENTIALS && size == sizeof(cred)) {
			memcpy(&cred, CMSG_DATA(c), sizeof(cred));
			d->sender = cred.pid;
		} else if (c->cmsg_type == SCM_RIGHTS) {
			memcpy(d->fds + d->nfds, CMSG_DATA(c), size);
			d->nfds += size / sizeof(int);
		}
	}
}

/* Receives the next one. Returns whether there was one. */
static bool
receive(int fd, struct dgram *d)
{
	union {
		struct cmsghdr align;
		char space[CMSG_SPACE(sizeof(struct ucred)) +
		    CMSG_SPACE(SENT_FDS * sizeof(int))];
	} control;
	struct iovec iov = {d->text, sizeof(d->text)};
	struct msghdr m = {
	    .msg_iov = &iov,
	    .msg_iovlen = 1,
	    .msg_control = &control,
	    .msg_controllen = sizeof(control),
	};
	ssize_t len;

	do
		len = recvmsg(fd, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	while (len == -1 && errno == EINTR);
	if (len == -1)
		return false;
	d->len = (size_t)len;
	d->sender = 0;
	d->nfds = 0;
	d->cut = (m.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0;
	take_control(d, &m);
	return true;
}

static void
tell(struct notify *n, const struct dgram *d)
{
	struct notify_msg msg;

	if (d->cut || !notify_is_below(d->sender) ||
	    notify_parse(d->text, d->len, &msg) == -1) {
		n->refused++;
		return;
	}
	if (msg.main_pid != 0 && !notify_is_below(msg.main_pid))
		msg.main_pid = 0;
	n->told(n->arg, &msg, d->sender);
}

/* Takes what is there, count at most. */
static void
take(struct notify *n, size_t count)
{
	struct dgram d;

	while (count-- > 0 && n->sock.fd != -1 && receive(n->sock.fd, &d)) {
		tell(n, &d);
		while (d.nfds > 0)
			io_close(&d.fds[--d.nfds]);
	}
}

static void
sock_ready(struct loop_fd *w, short revents)
{
	(void)revents;
	take(w->arg, BATCH);
}

void
notify_drain(struct notify *n)
{
	take(n, SIZE_MAX);
}

/* Binds to a name of the kernel's choice and tells it. */
static int
bind_any(int fd, struct notify *n)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	socklen_t len = sizeof(addr.sun_family);
	const int on = 1;

	if (setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) == -1 ||
	    bind(fd, (struct sockaddr *)&addr, len) == -1)
		return -1;
	len = sizeof(addr);
	if (getsockname(fd, (struct sockaddr *)&addr, &len) == -1)
		return -1;
	len -= (socklen_t)offsetof(struct sockaddr_un, sun_path);
	(void)snprintf(n->env, sizeof(n->env), "NOTIFY_SOCKET=@%.*s",
	    (int)len - 1, addr.sun_path + 1);
	return 0;
}

int
notify_open(struct notify *n, struct loop *loop,
    void (*told)(void *arg, const struct notify_msg *, pid_t), void *arg)
{
	memset(n, 0, sizeof(*n));
	n->loop = loop;
	n->told = told;
	n->arg = arg;
	n->sock = (struct loop_fd){
	    .fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0),
	    .events = POLLIN,
	    .cb = sock_ready,
	    .arg = n,
	};
	if (n->sock.fd == -1)
		return -1;
	if (bind_any(n->sock.fd, n) == 0 && loop_fd_add(loop, &n->sock) == 0)
		return 0;
	io_close(&n->sock.fd);
	return -1;
}

#else

void
notify_drain(struct notify *n)
{
	(void)n;
}

int
notify_open(struct notify *n, struct loop *loop,
    void (*told)(void *arg, const struct notify_msg *, pid_t), void *arg)
{
	memset(n, 0, sizeof(*n));
	n->loop = loop;
	n->told = told;
	n->arg = arg;
	n->sock.fd = -1;
	errno = ENOTSUP;
	return -1;
}

#endif
