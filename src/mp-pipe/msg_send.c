/* SPDX-License-Identifier: ISC */
/*
 * mp-pipe send: operands or records become messages. Each is written by one
 * call, so that short ones of several senders do not mix.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "frame.h"
#include "io.h"
#include "msg.h"
#include "msg_impl.h"
#include "rec.h"
#include "status.h"

#define READ_SIZE ((size_t)64 * 1024)

static const char too_long[] = "longer than --max";

/* Those who send. */
struct sender {
	struct msg_conf conf;
	struct buf frame;
	uintmax_t number; /* of the message */
};

/* Sends the next message. Returns the exit status. */
static int
send_one(struct sender *s, const char *p, size_t n)
{
	s->number++;
	if (n > s->conf.max)
		return msg_complain(s->number, too_long);
	buf_clear(&s->frame);
	if (frame_encode((enum frame_kind)s->conf.frame, p, n, &s->frame) == -1)
		return msg_complain(s->number,
		    errno == EINVAL ? "holds the byte that ends its frame"
				    : strerror(errno));
	if (msg_write(
		(int)s->conf.fd, buf_data(&s->frame), buf_len(&s->frame)) == -1)
		return msg_complain_fd(s->conf.fd, strerror(errno));
	return MP_OK;
}

static int
complain_input(void)
{
	return prog_complain("standard input", strerror(errno));
}

/* More of standard input. Returns the exit status. */
static int
feed(struct rec *rec)
{
	char *p = rec_room(rec, READ_SIZE);
	ssize_t n = p == NULL ? -1 : msg_read(STDIN_FILENO, p, READ_SIZE);

	if (n == -1)
		return complain_input();
	rec_fed(rec, (size_t)n);
	return MP_OK;
}

static int
send_records(struct sender *s)
{
	const char *text;
	struct rec rec;
	size_t n;
	int status = MP_OK;
	bool end = false;

	rec_init(&rec, (char)s->conf.delim,
	    s->conf.max > 0 ? (size_t)s->conf.max : 1);
	while (status == MP_OK && !end) {
		switch (rec_next(&rec, &text, &n)) {
		case REC_OK:
			status = send_one(s, text, n);
			break;
		case REC_LONG:
			status = msg_complain(s->number + 1, too_long);
			break;
		case REC_MORE:
			status = feed(&rec);
			break;
		case REC_END:
			end = true;
			break;
		}
	}
	rec_free(&rec);
	return status;
}

static int
send_whole(struct sender *s)
{
	struct buf all = BUF_INIT;
	ssize_t n;
	char *p;
	int status;

	do {
		p = buf_reserve(&all, READ_SIZE);
		n = p == NULL ? -1 : msg_read(STDIN_FILENO, p, READ_SIZE);
		if (n > 0)
			buf_grown(&all, (size_t)n);
	} while (n > 0 && buf_len(&all) <= s->conf.max);
	status = n == -1 ? complain_input()
			 : send_one(s, buf_data(&all), buf_len(&all));
	buf_free(&all);
	return status;
}

int
msg_send(int argc, char **argv)
{
	struct sender s = {.conf = {.fd = STDOUT_FILENO}, .frame = BUF_INIT};
	int i, status = MP_OK;

	i = msg_options(&msg_send_prog, argc, argv, &s.conf, &status);
	if (i == -1)
		return status;
	if (s.conf.whole && i < argc)
		return prog_complain("--whole", "takes no operands");
	if (s.conf.whole)
		status = send_whole(&s);
	else if (i == argc)
		status = send_records(&s);
	for (; status == MP_OK && i < argc; i++)
		status = send_one(&s, argv[i], strlen(argv[i]));
	buf_free(&s.frame);
	return status;
}
