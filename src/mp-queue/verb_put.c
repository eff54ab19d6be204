/* SPDX-License-Identifier: ISC */
/*
 * put and import: tasks from operands, standard input, lines of it.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io.h"
#include "jsonl.h"
#include "prog.h"
#include "rec.h"
#include "status.h"
#include "verb.h"

#define READ_SIZE 65536
#define BATCH 10000 /* tasks in memory */
#define BATCH_BYTES ((size_t)32 << 20)

/* Tasks that are gathered before they are put. The bodies are in one
 * buffer, which moves as it grows: until the end they are offsets. */
struct gather {
	struct job *job;
	struct queue_new v[BATCH];
	int64_t id[BATCH];
	size_t at[BATCH]; /* of the body */
	char *key[BATCH];
	size_t n;
	struct buf bytes;
	int status; /* of what was put so far */
};

static int
print_ids(const int64_t *id, size_t n)
{
	struct buf b = BUF_INIT;
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < n; i++)
		if (id[i] != 0)
			rc = buf_addf(&b, "%jd\n", (intmax_t)id[i]);
	if (rc == 0)
		rc = io_write_all(STDOUT_FILENO, buf_data(&b), buf_len(&b));
	buf_free(&b);
	return rc;
}

/* Puts them, and prints the ids of those that are put. */
static int
put_batch(struct job *job, struct queue_batch *batch)
{
	enum queue_rc rc;

	batch->max = job->conf.max;
	rc = job->queue->ops->put(
	    job->queue, job->argv[0], batch, verb_until(job));
	if (rc == QUEUE_DUPLICATE)
		batch->done = 1;
	if (print_ids(batch->id, batch->done) == -1)
		return prog_complain("standard output", strerror(errno));
	return verb_result(job, rc);
}

static int
flush(struct gather *g)
{
	struct queue_batch batch = {
	    .v = g->v, .n = g->n, .id = g->id, .pass_over = true};
	size_t i;
	int status;

	if (g->n == 0)
		return 0;
	for (i = 0; i < g->n; i++)
		g->v[i].body = buf_data(&g->bytes) + g->at[i];
	status = put_batch(g->job, &batch);
	for (i = 0; i < g->n; i++) {
		free(g->key[i]);
		g->key[i] = NULL;
	}
	g->n = 0;
	buf_clear(&g->bytes);
	if (status != 0)
		g->status = status;
	return status == 0 || status == QUEUE_DUPLICATE ? 0 : -1;
}

static struct queue_new
plain(const struct job *job)
{
	const struct verb_conf *c = &job->conf;

	return (struct queue_new){.pri = c->pri,
	    .delay = c->delay == VERB_UNSET ? 0 : c->delay,
	    .key = c->key};
}

/* One more task. Returns 0, or -1 with status set. */
static int
gather(struct gather *g, const void *body, size_t len, struct queue_new v)
{
	g->at[g->n] = buf_len(&g->bytes);
	v.len = len;
	if (buf_add(&g->bytes, body, len) == -1) {
		g->status = prog_complain("task", strerror(ENOMEM));
		return -1;
	}
	if (v.key != NULL && v.key != g->job->conf.key) {
		g->key[g->n] = strdup(v.key);
		v.key = g->key[g->n];
	}
	g->v[g->n++] = v;
	if (g->n < BATCH && buf_len(&g->bytes) < BATCH_BYTES)
		return 0;
	return flush(g);
}

/* One record of standard input. */
static int
take_record(struct gather *g, const char *text, size_t len, uintmax_t number)
{
	struct queue_new v = plain(g->job);
	struct buf why = BUF_INIT;
	struct jsonl j;
	char name[40];
	int rc;

	if (!g->job->conf.jsonl)
		return gather(g, text, len, v);
	jsonl_init(&j);
	rc = jsonl_parse(&j, text, len, &why);
	if (rc == 0) {
		v.pri = j.pri;
		v.delay = j.delay;
		v.key = j.has_key ? buf_data(&j.key) : v.key;
		rc = gather(g, buf_data(&j.body), buf_len(&j.body), v);
	} else if (buf_addc(&why, '\0') == 0) {
		(void)snprintf(name, sizeof(name), "line %ju", number);
		g->status = prog_complain(name, buf_data(&why));
	}
	jsonl_free(&j);
	buf_free(&why);
	return rc;
}

/* More of standard input. Returns 0, or -1 with status set. */
static int
feed(struct gather *g, struct rec *rec)
{
	char *p = rec_room(rec, READ_SIZE);
	ssize_t n = p == NULL ? -1 : io_read(STDIN_FILENO, p, READ_SIZE);

	if (n == -1) {
		g->status = prog_complain("standard input", strerror(errno));
		return -1;
	}
	rec_fed(rec, (size_t)n);
	return 0;
}

static int
put_records(struct gather *g, char delim)
{
	uintmax_t number = 0;
	const char *text;
	struct rec rec;
	size_t len;
	int rc = 0;

	rec_init(&rec, delim, QUEUE_BODY_MAX);
	while (rc == 0) {
		switch (rec_next(&rec, &text, &len)) {
		case REC_OK:
			rc = take_record(g, text, len, ++number);
			continue;
		case REC_MORE:
			rc = feed(g, &rec);
			continue;
		case REC_LONG:
			g->status = prog_complain("task", strerror(EFBIG));
			rc = -1;
			continue;
		case REC_END:
			rc = flush(g);
			break;
		}
		break;
	}
	rec_free(&rec);
	return rc;
}

/* What is whole and was gathered before something went wrong is not put:
 * the batch before it was, and its ids are printed. */
static int
put_stream(struct job *job, char delim)
{
	struct gather *g = calloc(1, sizeof(*g));
	size_t i;
	int status;

	if (g == NULL)
		return prog_complain("task", strerror(ENOMEM));
	g->job = job;
	(void)put_records(g, delim);
	status = g->status;
	for (i = 0; i < g->n; i++)
		free(g->key[i]);
	buf_free(&g->bytes);
	free(g);
	return status;
}

static int
put_operands(struct job *job)
{
	size_t n = (size_t)job->argc - 1, i;
	struct queue_new *v = calloc(n, sizeof(v[0]));
	struct queue_batch batch = {.v = v,
	    .n = n,
	    .id = calloc(n, sizeof(int64_t)),
	    .pass_over = n > 1};
	int status = MP_TOOL_FAILED;

	for (i = 0; v != NULL && i < n; i++) {
		v[i] = plain(job);
		v[i].body = job->argv[1 + i];
		v[i].len = strlen(job->argv[1 + i]);
	}
	if (v != NULL && batch.id != NULL)
		status = put_batch(job, &batch);
	else
		(void)prog_complain("task", strerror(ENOMEM));
	free(v);
	free(batch.id);
	return status;
}

static int
put_whole(struct job *job)
{
	struct queue_new v = plain(job);
	struct buf body = BUF_INIT;
	int64_t id = 0;
	struct queue_batch batch = {.v = &v, .n = 1, .id = &id};
	int status = MP_TOOL_FAILED;

	if (verb_read(&body) == 0) {
		v.body = buf_data(&body);
		v.len = buf_len(&body);
		status = put_batch(job, &batch);
	}
	buf_free(&body);
	return status;
}

int
verb_put(struct job *job)
{
	const struct verb_conf *c = &job->conf;

	if (job->argc > 1 && (c->lines || c->nul || c->jsonl))
		return prog_complain(
		    "put", "tasks are operands or come from standard input");
	if (c->lines + c->nul + c->jsonl > 1)
		return prog_complain(
		    "put", "-l, -0 and --jsonl exclude each other");
	if (job->argc > 1)
		return put_operands(job);
	if (c->lines || c->nul || c->jsonl)
		return put_stream(job, c->nul ? '\0' : '\n');
	return put_whole(job);
}

int
verb_import(struct job *job)
{
	job->conf.jsonl = 1;
	return put_stream(job, '\n');
}
