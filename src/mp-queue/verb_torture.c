/* SPDX-License-Identifier: ISC */
/*
 * torture: the place of its own that is tortured, what is looked at in the
 * end, and what is told.
 */
#include "config.h"

#include <sys/types.h>

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dur.h"
#include "io.h"
#include "place.h"
#include "prog.h"
#include "sig.h"
#include "status.h"
#include "torture.h"
#include "verb.h"

#define PROCS_MAX 1000

/* One call. */
struct trial {
	struct torture t;
	struct buf path;
	int dirfd;
	struct queue *queue;
};

static const char *
path(const struct trial *r)
{
	return buf_data(&r->path);
}

/* A directory below the place, which is fit for it if that is. */
static int
make_place(struct trial *r, const struct job *job)
{
	struct buf why = BUF_INIT;
	int fd = place_open(job->path, true, job->conf.unsafe, &why), rc = -1;

	if (fd == -1) {
		if (buf_addc(&why, '\0') == 0)
			(void)prog_complain(job->path, buf_data(&why));
	} else if (buf_addf(&r->path, "%s/torture.XXXXXX%c", job->path, '\0') ==
		-1 ||
	    mkdtemp(buf_data(&r->path)) == NULL) {
		(void)prog_complain(job->path, strerror(errno));
	} else {
		rc = 0;
	}
	io_close(&fd);
	buf_free(&why);
	return rc;
}

static int
open_queue(struct trial *r)
{
	struct buf why = BUF_INIT;

	r->dirfd = place_open(path(r), false, r->t.unsafe, &why);
	if (r->dirfd != -1)
		r->queue = queue_sqlite(r->dirfd, path(r), true, &why);
	if (r->queue == NULL && buf_addc(&why, '\0') == 0)
		(void)tally_wrong(&r->t.tally, "%s", buf_data(&why));
	buf_free(&why);
	return r->queue == NULL ? -1 : 0;
}

static void
close_queue(struct trial *r)
{
	if (r->queue != NULL)
		r->queue->ops->close(r->queue);
	r->queue = NULL;
	io_close(&r->dirfd);
}

/* Leases of the killed end soon, and tasks never die of it. */
static void
make_queue(struct trial *r)
{
	const struct queue_settings set = {.ttr = DUR_SECOND / 2,
	    .tries = 0,
	    .backoff = 10 * DUR_MS,
	    .backoff_max = 50 * DUR_MS};

	if (open_queue(r) == 0 &&
	    r->queue->ops->set(r->queue, TORTURE_QUEUE, &set,
		1U << 1 | 1U << 2 | 1U << 3 | 1U << 4) != QUEUE_OK)
		(void)tally_wrong(
		    &r->t.tally, "%s", r->queue->ops->why(r->queue));
	close_queue(r);
}

static bool
on_row(void *arg, const struct queue_row *row)
{
	struct tally *t = arg;

	return tally_found(t, row->id, row->body, row->len) == 0;
}

/* What is there in the end, and whether the counters say the same. */
static void
check_queue(struct trial *r)
{
	struct tally *t = &r->t.tally;
	const struct queue_ops *ops;
	struct queue_stat st;

	if (open_queue(r) == 0) {
		ops = r->queue->ops;
		if (ops->check(r->queue) != QUEUE_OK ||
		    ops->list(r->queue, TORTURE_QUEUE, ~0U, on_row, t) !=
			QUEUE_OK ||
		    ops->stat(r->queue, TORTURE_QUEUE, &st) != QUEUE_OK)
			(void)tally_wrong(t, "%s", ops->why(r->queue));
		else if (tally_end(t) == 0 && st.put != st.done + t->found)
			(void)tally_wrong(t,
			    "%jd were put, %jd are done, %jd are there",
			    (intmax_t)st.put, (intmax_t)st.done,
			    (intmax_t)t->found);
	}
	close_queue(r);
}

/* The directory holds nothing but files. */
static void
remove_place(const struct trial *r)
{
	DIR *d = opendir(path(r));
	const struct dirent *e;

	while (d != NULL && (e = readdir(d)) != NULL)
		(void)unlinkat(dirfd(d), e->d_name, 0);
	if (d != NULL)
		(void)closedir(d);
	if (rmdir(path(r)) == -1)
		(void)prog_complain(path(r), strerror(errno));
}

static int
print(const struct trial *r)
{
	const struct tally *t = &r->t.tally;
	const struct {
		const char *name;
		int64_t n;
	} line[] = {{"commands", r->t.steps}, {"killed", r->t.killed},
	    {"put", t->printed}, {"got", t->got}, {"acked", t->acked},
	    {"doubtful", t->doubtful}, {"left", t->found}};
	struct buf text = BUF_INIT;
	size_t i;

	for (i = 0; i < sizeof(line) / sizeof(line[0]); i++)
		(void)buf_addf(
		    &text, "%s %jd\n", line[i].name, (intmax_t)line[i].n);
	return prog_print(&text);
}

/* In the place that was made, which is kept if something is wrong. */
static int
run(struct trial *r)
{
	struct tally *t = &r->t.tally;
	int status;

	r->t.place = path(r);
	make_queue(r);
	if (buf_len(&t->why) == 0)
		torture_run(&r->t);
	if (buf_len(&t->why) == 0)
		check_queue(r);
	status = print(r);
	if (buf_len(&t->why) > 0)
		return prog_complain(path(r), buf_data(&t->why));
	remove_place(r);
	return status;
}

int
verb_torture(struct job *job)
{
	struct trial r = {.t = {.unsafe = job->conf.unsafe != 0,
			      .time = job->conf.storm_time,
			      .procs = (size_t)job->conf.storm_procs},
	    .path = BUF_INIT,
	    .dirfd = -1};
	int status = MP_TOOL_FAILED;
	sigset_t set, old;

	if (job->conf.storm_procs > PROCS_MAX)
		return prog_complain("-j", "too many");
	/* Until all is removed again. */
	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGQUIT);
	sigaddset(&set, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &set, &old);
	tally_init(&r.t.tally);
	if (make_place(&r, job) == 0)
		status = run(&r);
	tally_free(&r.t.tally);
	buf_free(&r.path);
	(void)sigprocmask(SIG_SETMASK, &old, NULL);
	if (r.t.signo != 0)
		sig_die(r.t.signo);
	return status;
}
