/* SPDX-License-Identifier: ISC */
/*
 * The clerk's loop: what has come from the worker goes to the queue as one
 * turn, and so the more ends go into one commit the faster tasks end.
 */
#include "config.h"

#include "clerk.h"

#include <sys/queue.h>
#include <sys/socket.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io.h"
#include "proc.h"
#include "prog.h"
#include "scan.h"
#include "status.h"

#define SOCKET 3 /* the clerk's end */
#define READ_SIZE 65536
#define TASKS_MAX 64 /* taken in a turn */

/* An END or TOUCH that is to be told to the queue. */
struct entry {
	struct queue_ending ending;
	uint64_t key;
	TAILQ_ENTRY(entry) link;
	char data[]; /* body, err */
};

struct clerk {
	const struct clerk_conf *conf;
	struct queue *queue;
	struct queue_owner owner;
	TAILQ_HEAD(, entry) entries;
	size_t nentries;
	uint64_t credits;
	struct buf in, out;
	struct queue_task task[TASKS_MAX];
	bool waits; /* the queue had nothing */
	enum queue_rc told; /* and the worker knows why */
	bool failed; /* the last turn did */
	bool stop, over;
};

static void
tell(struct clerk *c, const struct clerk_msg *m, const void *body)
{
	if (clerk_add(&c->out, m, body, NULL) == -1)
		c->over = true;
}

static void
tell_kind(struct clerk *c, enum clerk_kind kind)
{
	const struct clerk_msg m = {.kind = kind};

	tell(c, &m, NULL);
}

static void
send_all(struct clerk *c)
{
	if (io_write_all(SOCKET, buf_data(&c->out), buf_len(&c->out)) == -1)
		c->stop = true; /* nobody is there */
	buf_reset(&c->out, READ_SIZE);
}

static int
enter(struct clerk *c, const struct clerk_msg *m, const char *body)
{
	struct entry *e = malloc(sizeof(*e) + m->len + m->errlen);
	struct queue_end *end;

	if (e == NULL)
		return -1;
	memset(e, 0, sizeof(*e));
	memcpy(e->data, body, m->len + m->errlen);
	e->key = m->key;
	e->ending.receipt = m->receipt;
	end = &e->ending.end;
	end->verdict = m->verdict;
	end->status = m->status;
	end->ttr = m->ttr;
	end->delay = m->delay;
	end->result = e->data;
	end->len = m->len;
	end->err = m->errlen > 0 ? e->data + m->len : NULL;
	TAILQ_INSERT_TAIL(&c->entries, e, link);
	c->nentries++;
	return 0;
}

static void
take(struct clerk *c, const struct clerk_msg *m, const char *body)
{
	switch (m->kind) {
	case CLERK_END:
	case CLERK_TOUCH:
		if (enter(c, m, body) == -1)
			c->over = true;
		break;
	case CLERK_CREDIT:
		c->credits += m->n;
		c->told = QUEUE_OK;
		break;
	case CLERK_ENOUGH:
		c->credits = 0;
		tell_kind(c, CLERK_NO_MORE);
		break;
	case CLERK_STOP:
		c->stop = true;
		break;
	case CLERK_READY:
	case CLERK_TASK:
	case CLERK_NO_MORE:
	case CLERK_ENDED:
	case CLERK_LOST:
	case CLERK_EMPTY:
	case CLERK_DRAINED:
	case CLERK_CLOSED:
	case CLERK_FAILED:
		break;
	}
}

/* What the worker has sent; its end is a stop. */
static void
receive(struct clerk *c)
{
	char *p = buf_reserve(&c->in, READ_SIZE);
	ssize_t n = p == NULL ? -1 : io_read(SOCKET, p, READ_SIZE);
	struct clerk_msg m;
	const char *body;
	size_t len;

	if (n <= 0) {
		c->stop = true;
		return;
	}
	buf_grown(&c->in, (size_t)n);
	while ((len = clerk_next(&c->in, &m, &body)) > 0) {
		take(c, &m, body);
		buf_drop(&c->in, len);
	}
}

/* Nobody takes the results: the tasks have to be run again. */
static void
refuse_results(struct clerk *c)
{
	struct entry *e;

	tell_kind(c, CLERK_CLOSED);
	TAILQ_FOREACH(e, &c->entries, link)
		if (e->ending.end.verdict == QUEUE_ACK) {
			e->ending.end.verdict = QUEUE_NACK;
			e->ending.end.delay = -1;
			e->ending.end.err =
			    "the queue of the results is closed";
		}
	c->credits = 0;
}

static void
tell_ended(struct clerk *c)
{
	struct entry *e;
	struct clerk_msg m;

	while ((e = TAILQ_FIRST(&c->entries)) != NULL) {
		m = (struct clerk_msg){.kind = CLERK_ENDED,
		    .key = e->key,
		    .receipt = e->ending.receipt,
		    .rc = e->ending.rc,
		    .dead = e->ending.dead};
		if (e->ending.end.verdict == QUEUE_TOUCH)
			m.kind = CLERK_LOST;
		if (m.kind == CLERK_ENDED || m.rc == QUEUE_LOST)
			tell(c, &m, NULL);
		TAILQ_REMOVE(&c->entries, e, link);
		free(e);
	}
	c->nentries = 0;
}

static void
tell_tasks(struct clerk *c, size_t n)
{
	struct clerk_msg m;
	size_t i;

	for (i = 0; i < n; i++) {
		m = (struct clerk_msg){.kind = CLERK_TASK,
		    .receipt = c->task[i].receipt,
		    .ttr = c->task[i].ttr,
		    .len = buf_len(&c->task[i].body)};
		tell(c, &m, buf_data(&c->task[i].body));
		buf_reset(&c->task[i].body, READ_SIZE);
	}
	c->credits -= n;
	if (n > 0)
		c->told = QUEUE_OK;
}

/* Why there is no task, once. */
static void
tell_none(struct clerk *c, enum queue_rc rc)
{
	if (c->told == rc || (c->credits == 0 && rc == QUEUE_EMPTY))
		return;
	c->told = rc;
	tell_kind(c, rc == QUEUE_DRAINED ? CLERK_DRAINED : CLERK_EMPTY);
}

static void
tell_failed(struct clerk *c)
{
	const char *why = c->queue->ops->why(c->queue);
	const struct clerk_msg m = {
	    .kind = CLERK_FAILED, .len = strlen(why) + 1};

	/* The ends are kept: perhaps they can be told later. */
	c->failed = true;
	tell(c, &m, why);
}

/* One transaction. */
static void
turn(struct clerk *c)
{
	struct queue_want want = {.owner = &c->owner, .ttr = c->conf->ttr};
	struct queue_turn t = {.to = c->conf->results,
	    .want = &want,
	    .task = c->task,
	    .nend = c->nentries};
	struct entry *e;
	enum queue_rc rc;
	size_t i = 0;

	t.end = calloc(c->nentries + 1, sizeof(t.end[0]));
	if (t.end == NULL) {
		c->over = true;
		return;
	}
	TAILQ_FOREACH(e, &c->entries, link)
		t.end[i++] = &e->ending;
	if (!c->stop)
		t.nwant = c->credits < TASKS_MAX ? c->credits : TASKS_MAX;
	rc = c->queue->ops->turn(c->queue, c->conf->name, &t);
	free(t.end);
	c->waits = t.nwant > 0 && t.got == 0;
	c->failed = false;
	if (rc == QUEUE_CLOSED) {
		refuse_results(c);
		turn(c);
		return;
	}
	if (rc == QUEUE_FAILED) {
		tell_failed(c);
		return;
	}
	if (c->nentries > 0)
		c->told = QUEUE_OK;
	tell_ended(c);
	tell_tasks(c, t.got);
	if (t.got == 0)
		tell_none(c, rc);
}

/* Waits for the worker, and for tasks if it wants some. */
static void
await(struct clerk *c)
{
	struct pollfd pfd = {.fd = SOCKET, .events = POLLIN};

	if (c->waits)
		c->queue->ops->await(c->queue, SOCKET);
	if (poll(&pfd, 1, c->waits ? 0 : -1) > 0)
		receive(c);
}

static int
serve(struct clerk *c)
{
	bool idle;

	while (!c->over) {
		idle = c->nentries == 0 && (c->credits == 0 || c->stop);
		if (!idle)
			turn(c);
		if (buf_len(&c->out) > 0)
			send_all(c);
		if (c->stop && (c->nentries == 0 || c->failed))
			break;
		/* There may be more at once: see what else has come. */
		if (idle || c->waits || c->failed || c->credits == 0)
			await(c);
	}
	return MP_OK;
}

/* Opens the queue, or says why not. */
static int
begin(struct clerk *c)
{
	const struct clerk_conf *conf = c->conf;
	struct queue_stat stat;
	struct scan_proc owner;
	enum queue_rc rc = QUEUE_OK;

	if (scan_read(conf->owner, &owner) == -1)
		return prog_complain("/proc", strerror(errno));
	c->owner = (struct queue_owner){owner.pid, owner.start};
	if (job_open(conf->job) == -1)
		return MP_TOOL_FAILED;
	c->queue = conf->job->queue;
	if (conf->create)
		rc = c->queue->ops->make(c->queue, conf->name);
	if (rc == QUEUE_OK)
		rc = c->queue->ops->stat(c->queue, conf->name, &stat);
	return verb_result(conf->job, rc);
}

static int
clerk_main(void *arg)
{
	struct clerk c = {.conf = arg};
	int status;

	(void)signal(SIGPIPE, SIG_IGN);
	TAILQ_INIT(&c.entries);
	status = begin(&c);
	if (status != MP_OK)
		return status;
	/* Who waits for the end of the worker's output does not wait for us. */
	(void)dup2(STDIN_FILENO, STDERR_FILENO);
	tell_kind(&c, CLERK_READY);
	send_all(&c);
	status = serve(&c);
	job_close(c.conf->job);
	return status;
}

int
clerk_start(const struct clerk_conf *conf, pid_t *pid)
{
	struct clerk_conf copy = *conf;
	struct proc_spec spec = {.entry = clerk_main,
	    .arg = &copy,
	    .group = PROC_OWN_GROUP,
	    .nfds = 3};
	enum proc_step step;
	struct clerk_msg m;
	int fd[2], null, rc;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd) == -1)
		return prog_complain("socket", strerror(errno)), -1;
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	spec.fds[0] = (struct proc_fd){null, STDIN_FILENO};
	spec.fds[1] = (struct proc_fd){null, STDOUT_FILENO};
	spec.fds[2] = (struct proc_fd){fd[1], SOCKET};
	rc = proc_start(&spec, pid, &step);
	io_close(&null);
	io_close(&fd[1]);
	if (rc == -1)
		(void)prog_complain("cannot fork", strerror(errno));
	if (rc == 0 && io_read_all(fd[0], &m, sizeof(m)) == (ssize_t)sizeof(m))
		return fd[0];
	io_close(&fd[0]);
	return -1;
}
