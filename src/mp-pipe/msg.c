/* SPDX-License-Identifier: ISC */
/*
 * What the verbs of messages share: options, help, descriptors.
 */
#include "config.h"

#include "msg.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "frame.h"
#include "io.h"
#include "msg_impl.h"
#include "status.h"

#define DEFAULT_MAX ((uint64_t)16 << 20)

static int
set_frame(void *at, const struct opt *o, const char *value, struct buf *why)
{
	enum frame_kind kind;

	(void)o;
	if (frame_kind_parse(value, &kind) == -1)
		return opt_bad(why, value, "no such frame");
	*(int *)at = (int)kind;
	return 0;
}

/* to: the least. */
static int
set_number(void *at, const struct opt *o, const char *value, struct buf *why)
{
	long long n;

	if (opt_number(value, o->to, INT_MAX, &n, why) == -1)
		return -1;
	*(int64_t *)at = n;
	return 0;
}

enum { KEY_FRAME = OPT_LONG_ONLY, KEY_FD, KEY_MAX, KEY_HELP };

#define AT(field) offsetof(struct msg_conf, field)

/* The rows that both have. */
#define RECORDS \
	{'0', "null", NULL, "records end in NUL", opt_flag, AT(delim), '\0'}, \
	{ \
		'd', "delimiter", "C", "records end in byte C", opt_delim, \
		    AT(delim), 0 \
	}
#define FRAMES \
	{KEY_FRAME, "frame", "KIND", "line, nul, netstring or len32", \
	    set_frame, AT(frame), 0}, \
	    {KEY_MAX, "max", "SIZE", "no message is longer; 16M", opt_size, \
		AT(max), 0}, \
	{ \
		KEY_HELP, "help", NULL, "print this and exit", opt_flag, \
		    AT(help), 1 \
	}
#define END \
	{ \
		0, NULL, NULL, NULL, NULL, 0, 0 \
	}

static const struct opt send_options[] = {
    {KEY_FD, "fd", "N", "write to descriptor N; 1", set_number, AT(fd), 0},
    {'w', "whole", NULL, "all of the input is one message", opt_flag, AT(whole),
	1},
    RECORDS, FRAMES, END};

static const struct opt recv_options[] = {
    {KEY_FD, "fd", "N", "read from descriptor N; 0", set_number, AT(fd), 0},
    {'n', "count", "N", "receive N messages, leave the rest", set_number,
	AT(count), 1},
    {'w', "whole", NULL, "receive one message, add nothing", opt_flag,
	AT(whole), 1},
    RECORDS, FRAMES, END};

const struct prog msg_send_prog = {.name = "mp-pipe",
    .synopsis = "send [options] [message ...]",
    .purpose = "Sends operands, or records of standard input, as messages.\n",
    .options = send_options};

const struct prog msg_recv_prog = {.name = "mp-pipe",
    .synopsis = "recv [options]",
    .purpose = "Receives messages and prints them as records.\n",
    .options = recv_options};

void
msg_help(struct buf *text)
{
	const struct prog *const progs[] = {&msg_send_prog, &msg_recv_prog};
	size_t i;

	for (i = 0; i < sizeof(progs) / sizeof(progs[0]); i++) {
		(void)buf_addf(
		    text, "\n%s\n  %s", progs[i]->synopsis, progs[i]->purpose);
		(void)opt_help(progs[i]->options, text);
	}
}

int
msg_options(const struct prog *prog, int argc, char **argv,
    struct msg_conf *conf, int *status)
{
	struct buf why = BUF_INIT;
	int first;

	conf->frame = FRAME_LEN32;
	conf->delim = '\n';
	conf->max = DEFAULT_MAX;
	first = opt_parse(prog->options, argc, argv, conf, &why);
	if (first == -1) {
		*status = prog_bad_usage(prog, &why);
		return -1;
	}
	buf_free(&why);
	if (conf->help) {
		*status = prog_help(prog);
		return -1;
	}
	return first;
}

/* After EAGAIN: until fd may be used. */
static bool
may_again(int fd, short events)
{
	struct pollfd p = {.fd = fd, .events = events};

	if (errno != EAGAIN)
		return false;
	return poll(&p, 1, -1) != -1 || errno == EINTR;
}

ssize_t
msg_read(int fd, void *p, size_t n)
{
	ssize_t got;

	do
		got = io_read(fd, p, n);
	while (got == -1 && may_again(fd, POLLIN));
	return got;
}

int
msg_write(int fd, const void *data, size_t n)
{
	const char *p = data;
	ssize_t put;

	while (n > 0) {
		put = io_write(fd, p, n);
		if (put == -1 && may_again(fd, POLLOUT))
			continue;
		if (put == -1)
			return -1;
		p += put;
		n -= (size_t)put;
	}
	return 0;
}

int
msg_complain_fd(int64_t fd, const char *why)
{
	char name[40];

	(void)snprintf(name, sizeof(name), "descriptor %jd", (intmax_t)fd);
	return prog_complain(name, why);
}

int
msg_complain(uintmax_t number, const char *why)
{
	char name[40];

	(void)snprintf(name, sizeof(name), "message %ju", number);
	return prog_complain(name, why);
}
