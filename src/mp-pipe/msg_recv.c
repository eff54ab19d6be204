/* SPDX-License-Identifier: ISC */
/*
 * mp-pipe recv: messages become records. With a count no byte is read that
 * belongs to a later message: that one is for whoever reads next.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "frame.h"
#include "io.h"
#include "msg.h"
#include "msg_impl.h"
#include "status.h"

#define READ_SIZE ((size_t)128 * 1024)

/* Those who receive. */
struct receiver {
	struct msg_conf conf;
	struct frame_reader reader;
	struct buf out; /* records that are not yet printed */
	char *block; /* of what was read: from off to end */
	size_t off, end;
	uintmax_t number; /* of messages */
};

/* What is the result of looking for a message. */
enum found { FOUND, FOUND_END, FOUND_ERROR };

/* Prints what is gathered. */
static int
flush(struct receiver *v)
{
	int rc = msg_write(STDOUT_FILENO, buf_data(&v->out), buf_len(&v->out));

	buf_clear(&v->out);
	return rc == 0 ? 0 : prog_complain("standard output", strerror(errno));
}

static enum found
complain_frame(const struct receiver *v)
{
	struct buf why = BUF_INIT;

	frame_why(&v->reader, &why);
	if (buf_addc(&why, '\0') == 0)
		(void)msg_complain_fd(v->conf.fd, buf_data(&why));
	buf_free(&why);
	return FOUND_ERROR;
}

/* More of the stream. What is whole is printed before we may wait. */
static enum found
fill(struct receiver *v)
{
	size_t n = v->conf.count > 0 ? frame_need(&v->reader) : READ_SIZE;
	ssize_t got;

	if (flush(v) != 0)
		return FOUND_ERROR;
	got = msg_read(
	    (int)v->conf.fd, v->block, n < READ_SIZE ? n : READ_SIZE);
	if (got == -1) {
		(void)msg_complain_fd(v->conf.fd, strerror(errno));
		return FOUND_ERROR;
	}
	v->off = 0;
	v->end = (size_t)got;
	if (got > 0)
		return FOUND;
	return frame_end(&v->reader) == FRAME_BAD ? complain_frame(v)
						  : FOUND_END;
}

/* The next message, in the reader's body. */
static enum found
next(struct receiver *v)
{
	enum frame_rc rc = FRAME_MORE;
	enum found found;
	size_t used;

	while (rc == FRAME_MORE) {
		found = v->off == v->end ? fill(v) : FOUND;
		if (found != FOUND)
			return found;
		rc = frame_feed(
		    &v->reader, v->block + v->off, v->end - v->off, &used);
		v->off += used;
	}
	return rc == FRAME_WHOLE ? FOUND : complain_frame(v);
}

/* Adds the message to what is to be printed. Returns the exit status. */
static int
print(struct receiver *v)
{
	const struct buf *body = &v->reader.body;
	size_t n = buf_len(body);

	v->number++;
	if (!v->conf.whole && n > 0 &&
	    memchr(buf_data(body), v->conf.delim, n) != NULL)
		return msg_complain(
		    v->number, "holds the byte that ends a record");
	if (buf_add(&v->out, buf_data(body), n) == -1 ||
	    (!v->conf.whole && buf_addc(&v->out, (char)v->conf.delim) == -1))
		return msg_complain(v->number, strerror(errno));
	return buf_len(&v->out) < READ_SIZE ? MP_OK : flush(v);
}

static int
receive(struct receiver *v)
{
	const uintmax_t wanted = (uintmax_t)v->conf.count;
	enum found found = FOUND;
	int status = MP_OK;

	while (status == MP_OK && (wanted == 0 || v->number < wanted)) {
		found = next(v);
		if (found != FOUND)
			break;
		status = print(v);
	}
	if (flush(v) != 0 || found == FOUND_ERROR)
		return MP_TOOL_FAILED;
	return status == MP_OK && found == FOUND_END && wanted > 0 ? MSG_DRAINED
								   : status;
}

int
msg_recv(int argc, char **argv)
{
	struct receiver v = {.conf = {.fd = STDIN_FILENO}, .out = BUF_INIT};
	struct buf why = BUF_INIT;
	int i, status = MP_TOOL_FAILED;

	i = msg_options(&msg_recv_prog, argc, argv, &v.conf, &status);
	if (i == -1)
		return status;
	if (i < argc) {
		(void)opt_bad(&why, argv[i], "extra operand");
		return prog_bad_usage(&msg_recv_prog, &why);
	}
	if (v.conf.whole)
		v.conf.count = 1;
	v.block = malloc(READ_SIZE);
	if (v.block == NULL)
		return prog_complain("recv", strerror(errno));
	frame_reader_init(&v.reader, (enum frame_kind)v.conf.frame, v.conf.max);
	status = receive(&v);
	frame_reader_free(&v.reader);
	buf_free(&v.out);
	free(v.block);
	return status;
}
