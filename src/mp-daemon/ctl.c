/* SPDX-License-Identifier: ISC */
/*
 * What is said between a supervisor and those who want something of it.
 */
#include "config.h"

#include "ctl.h"

#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dur.h"
#include "io.h"
#include "loop.h"

#define CTL "ctl"
#define BACKLOG 64
#define TYPE (SOCK_SEQPACKET | SOCK_CLOEXEC)

static void
address(struct sockaddr_un *sun, int dirfd, const char *name)
{
	memset(sun, 0, sizeof(*sun));
	sun->sun_family = AF_UNIX;
	(void)snprintf(sun->sun_path, sizeof(sun->sun_path),
	    "/proc/self/fd/%d/%s", dirfd, name);
}

int
ctl_listen(int dirfd)
{
	int fd = socket(AF_UNIX, TYPE | SOCK_NONBLOCK, 0);
	struct sockaddr_un sun;
	char part[32];

	if (fd == -1)
		return -1;
	(void)snprintf(part, sizeof(part), ".%s.%d", CTL, (int)getpid());
	(void)unlinkat(dirfd, part, 0);
	address(&sun, dirfd, part);
	if (bind(fd, (const struct sockaddr *)&sun, sizeof(sun)) == 0 &&
	    listen(fd, BACKLOG) == 0 && renameat(dirfd, part, dirfd, CTL) == 0)
		return fd;
	io_close(&fd);
	return -1;
}

int
ctl_accept(int fd)
{
	struct sockaddr_un from; /* nameless */
	socklen_t len = sizeof(from);
	struct ucred peer;
	int line;

	line = accept4(
	    fd, (struct sockaddr *)&from, &len, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (line == -1)
		return -1;
	len = sizeof(peer);
	if (getsockopt(line, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 &&
	    (peer.uid == geteuid() || peer.uid == 0))
		return line;
	io_close(&line);
	errno = EPERM;
	return -1;
}

int
ctl_connect(int dirfd)
{
	int fd = socket(AF_UNIX, TYPE, 0);
	struct sockaddr_un sun;

	if (fd == -1)
		return -1;
	address(&sun, dirfd, CTL);
	if (connect(fd, (const struct sockaddr *)&sun, sizeof(sun)) == 0)
		return fd;
	io_close(&fd);
	return -1;
}

int
ctl_pair(int fd[2])
{
	return socketpair(AF_UNIX, TYPE, 0, fd);
}

int
ctl_send(int fd, const char *text)
{
	size_t len = strnlen(text, CTL_MAX);

	return send(fd, text, len, MSG_NOSIGNAL | MSG_DONTWAIT) == -1 ? -1 : 0;
}

ptrdiff_t
ctl_receive(int fd, char text[CTL_MAX + 1])
{
	ssize_t n = io_read(fd, text, CTL_MAX);

	if (n >= 0)
		text[n] = '\0';
	return n;
}

int
ctl_answer(int fd, int status, const char *text)
{
	char answer[CTL_MAX + 1];

	(void)snprintf(answer, sizeof(answer), "%d%s%s", status,
	    *text != '\0' ? " " : "", text);
	return ctl_send(fd, answer);
}

/* Takes an answer apart. */
static int
understand(const char *answer, struct buf *said)
{
	char *end;
	long status = strtol(answer, &end, 10);

	if (end == answer || status < 0 || status > 255 ||
	    (*end != '\0' && *end != ' ')) {
		errno = EPROTO;
		return -1;
	}
	if (*end == ' ')
		end++;
	return buf_add(said, end, strlen(end) + 1) == -1 ? -1 : (int)status;
}

static int
left(int64_t until)
{
	int64_t ms;

	if (until == LOOP_NEVER)
		return -1;
	ms = (until - loop_now() + DUR_MS - 1) / DUR_MS;
	if (ms > INT32_MAX)
		return INT32_MAX;
	return ms < 0 ? 0 : (int)ms;
}

int
ctl_await(int fd, int pidfd, int64_t until, struct buf *said)
{
	struct pollfd p[2] = {{fd, POLLIN, 0}, {pidfd, POLLIN, 0}};
	char answer[CTL_MAX + 1];
	ptrdiff_t n;
	int ready;

	do
		ready = poll(p, 2, left(until));
	while (ready == -1 && errno == EINTR);
	if (ready == 0)
		errno = ETIMEDOUT;
	if (ready <= 0)
		return -1;
	/* What was said before the end counts. */
	n = recv(fd, answer, CTL_MAX, MSG_DONTWAIT);
	if (n > 0) {
		answer[n] = '\0';
		return understand(answer, said);
	}
	errno = EPIPE;
	return -1;
}
