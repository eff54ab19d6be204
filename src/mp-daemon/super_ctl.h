/* SPDX-License-Identifier: ISC */
/*
 * The supervisor: those who ask for something (ctl.h), each of whom has a
 * line to it until there is an answer.
 */
#ifndef MP_SUPER_CTL_H
#define MP_SUPER_CTL_H

#include <sys/queue.h>

#include "loop.h"

struct super;

enum peer_want { PEER_NEW, PEER_START, PEER_STOP, PEER_RESTART };

struct peer {
	struct super *super;
	struct loop_fd line;
	enum peer_want want;
	TAILQ_ENTRY(peer) link;
};

TAILQ_HEAD(peers, peer);

/* Takes over a line. Returns 0, or -1 and ENOMEM. */
int super_peer(struct super *, int fd, enum peer_want);

/* Is there for them from now on. Returns 0, or -1 and errno. */
int super_listen(struct super *);

/* Answers all that want this, and cuts their lines. */
void super_answer(struct super *, enum peer_want, int status, const char *);

/* Cuts all lines, and listens no more. */
void super_hang_up(struct super *);

#endif
