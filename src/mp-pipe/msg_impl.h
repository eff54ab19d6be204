/* SPDX-License-Identifier: ISC */
/*
 * What the verbs of messages share.
 */
#ifndef MP_MSG_IMPL_H
#define MP_MSG_IMPL_H

#include <sys/types.h>

#include <stdint.h>

#include "opt.h"
#include "prog.h"

/* What the options set; each verb has some of them. */
struct msg_conf {
	int frame; /* enum frame_kind */
	int64_t fd; /* where the frames are */
	int delim; /* of records */
	int whole; /* no records: one message */
	int64_t count; /* messages to receive; 0: all */
	uint64_t max; /* bytes of a message */
	int help;
};

extern const struct prog msg_send_prog, msg_recv_prog;

/*
 * Reads the options of a verb into conf, where fd holds the verb's own
 * default. Returns the index of the first operand; or -1 where there is
 * nothing more to do, and *status is the exit status.
 */
int msg_options(const struct prog *, int argc, char **argv,
    struct msg_conf *conf, int *status);

/* As io_read() and io_write_all(); but wait where the description is non-
 * blocking, as its other users may have made it. */
ssize_t msg_read(int fd, void *, size_t);
int msg_write(int fd, const void *, size_t);

/* "descriptor 3: why", "message 7: why". Return MP_TOOL_FAILED. */
int msg_complain_fd(int64_t fd, const char *why);
int msg_complain(uintmax_t number, const char *why);

#endif
