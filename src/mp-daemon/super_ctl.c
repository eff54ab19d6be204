/* SPDX-License-Identifier: ISC */
/*
 * The supervisor: those who ask for something (ctl.h).
 */
#include "config.h"

#include "super_ctl.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "io.h"
#include "status.h"
#include "super_impl.h"

/* More wait until one of these has gone. */
#define PEERS_MAX 64

#define NOT_RUNNING 1

static void
hang_up(struct peer *p)
{
	struct super *s = p->super;

	loop_fd_del(&s->loop, &p->line);
	io_close(&p->line.fd);
	TAILQ_REMOVE(&s->peers, p, link);
	free(p);
	if (s->npeers-- == PEERS_MAX && s->dir != NULL)
		(void)loop_fd_add(&s->loop, &s->ctl);
}

static void
answer(struct peer *p, int status, const char *text)
{
	(void)ctl_answer(p->line.fd, status, text);
	hang_up(p);
}

void
super_answer(struct super *s, enum peer_want want, int status, const char *text)
{
	struct peer *p, *next;

	TAILQ_FOREACH_SAFE(p, &s->peers, link, next)
		if (p->want == want)
			answer(p, status, text);
}

void
super_hang_up(struct super *s)
{
	while (!TAILQ_EMPTY(&s->peers))
		hang_up(TAILQ_FIRST(&s->peers));
	loop_fd_del(&s->loop, &s->ctl);
	if (s->dir != NULL)
		io_close(&s->ctl.fd);
}

/* The end of the service, by the schedule that is asked for. */
static void
end_as_asked(struct peer *p, const char *arg, enum super_goal goal)
{
	struct super *s = p->super;
	struct schedule sched = s->service->o->schedule;
	struct buf why = BUF_INIT;

	if (*arg != '\0' && schedule_parse(arg, SIGTERM, &sched, &why) == -1) {
		answer(p, MP_TOOL_FAILED, "no such schedule");
		buf_free(&why);
		return;
	}
	p->want = goal == SUPER_DOWN ? PEER_STOP : PEER_RESTART;
	super_end(s, goal, &sched);
}

static void
ask_stop(struct peer *p, const char *arg)
{
	end_as_asked(p, arg, SUPER_DOWN);
}

static void
ask_restart(struct peer *p, const char *arg)
{
	end_as_asked(p, arg, SUPER_AGAIN);
}

/* To the service alone, which has not been reaped. */
static void
send_signal(struct peer *p, int sig)
{
	struct super *s = p->super;

	if (!s->alive)
		answer(p, NOT_RUNNING, "not running");
	else if (kill(s->child.pid, sig) == -1)
		answer(p, MP_TOOL_FAILED, strerror(errno));
	else
		answer(p, MP_OK, "");
}

static void
ask_signal(struct peer *p, const char *arg)
{
	const char *wrong;
	int sig = (int)strtonum(arg, 0, NSIG - 1, &wrong);

	if (wrong != NULL)
		answer(p, MP_TOOL_FAILED, "no such signal");
	else
		send_signal(p, sig);
}

static void
ask_reload(struct peer *p, const char *arg)
{
	(void)arg;
	send_signal(p, p->super->service->o->reload);
}

static const struct {
	const char *word;
	void (*ask)(struct peer *, const char *arg);
} requests[] = {
    {"stop", ask_stop},
    {"restart", ask_restart},
    {"signal", ask_signal},
    {"reload", ask_reload},
};

static void
serve(struct peer *p, char *text)
{
	char *arg = strchr(text, ' ');
	size_t i;

	if (arg != NULL)
		*arg++ = '\0';
	for (i = 0; i < sizeof(requests) / sizeof(requests[0]); i++)
		if (strcmp(text, requests[i].word) == 0) {
			requests[i].ask(p, arg == NULL ? "" : arg);
			return;
		}
	answer(p, MP_TOOL_FAILED, "no such request");
}

/* Who has started us is gone before it could be told: then so do we. */
static void
gone(struct peer *p)
{
	struct super *s = p->super;
	bool starter = p->want == PEER_START;

	hang_up(p);
	if (starter)
		super_end(s, SUPER_DOWN, &s->service->o->schedule);
}

static void
peer_says(struct loop_fd *w, short revents)
{
	struct peer *p = w->arg;
	char text[CTL_MAX + 1];
	ptrdiff_t n = ctl_receive(w->fd, text);

	(void)revents;
	if (n == -1 && errno == EAGAIN)
		return;
	if (n <= 0)
		gone(p);
	else if (p->want == PEER_NEW)
		serve(p, text);
}

int
super_peer(struct super *s, int fd, enum peer_want want)
{
	struct peer *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return -1;
	p->super = s;
	p->want = want;
	p->line = (struct loop_fd){
	    .fd = fd, .events = POLLIN, .cb = peer_says, .arg = p};
	if (loop_fd_add(&s->loop, &p->line) == -1) {
		free(p);
		return -1;
	}
	TAILQ_INSERT_TAIL(&s->peers, p, link);
	s->npeers++;
	return 0;
}

static void
somebody_comes(struct loop_fd *w, short revents)
{
	struct super *s = w->arg;
	int fd = ctl_accept(w->fd);

	(void)revents;
	if (fd != -1 && super_peer(s, fd, PEER_NEW) == -1)
		io_close(&fd);
	if (s->npeers == PEERS_MAX)
		loop_fd_del(&s->loop, w);
}

int
super_listen(struct super *s)
{
	s->ctl = (struct loop_fd){.fd = ctl_listen(s->dir->dir),
	    .events = POLLIN,
	    .cb = somebody_comes,
	    .arg = s};
	if (s->ctl.fd == -1)
		return -1;
	return loop_fd_add(&s->loop, &s->ctl);
}
