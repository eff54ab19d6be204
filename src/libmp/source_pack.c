/* SPDX-License-Identifier: ISC */
/*
 * Tasks of another source, a record or a row of records each, put together:
 * as many to a task as its command can take. So many are read ahead that
 * those at the end can be shared out evenly.
 */
#include "config.h"

#include "source.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define WINDOW ((size_t)8 * 1024 * 1024)

/* One that was read ahead. */
struct row {
	uint32_t len; /* bytes of its text */
	uint32_t cost; /* where that is too much it stays alone anyhow */
	bool alone; /* not to be put together with others */
	bool has_nul, too_long;
};

struct source_pack {
	struct source head;
	struct source_pack_conf conf;
	struct task *one; /* of the other source */
	struct buf text; /* of all rows */
	struct buf rows; /* struct row, one behind the other */
	size_t width;
	size_t cost; /* of all of them */
	size_t window; /* enough of that */
	size_t
	    shares; /* commands that the rest is for, once the end is known */
	bool over; /* the other source has ended */
};

static size_t
count(const struct source_pack *s)
{
	return buf_len(&s->rows) / sizeof(struct row);
}

static struct row
row_at(const struct source_pack *s, size_t i)
{
	struct row row;

	memcpy(&row, buf_data(&s->rows) + i * sizeof(row), sizeof(row));
	return row;
}

/* Returns 0, or -1 and ENOMEM. */
static int
add_row(struct source_pack *s)
{
	const struct task *one = s->one;
	size_t cost = s->conf.cost(s->conf.arg, one);
	struct row row = {.len = (uint32_t)buf_len(&one->text),
	    .cost = cost < UINT32_MAX ? (uint32_t)cost : UINT32_MAX,
	    .has_nul = one->has_nul,
	    .too_long = one->too_long};

	row.alone = row.has_nul || row.too_long || cost > s->conf.single;
	if (buf_add(&s->text, buf_data(&one->text), row.len) == -1 ||
	    buf_add(&s->rows, &row, sizeof(row)) == -1)
		return -1;
	s->cost += row.cost;
	s->width = one->width;
	return 0;
}

/* Whether what is there is enough to go on. */
static bool
enough(const struct source_pack *s)
{
	if (s->over || s->cost >= s->window)
		return true;
	return s->conf.most > 0 && count(s) / s->conf.jobs >= s->conf.most;
}

/* Returns SOURCE_TASK once there is enough, or what the other source says. */
static enum source_got
read_ahead(struct source_pack *s)
{
	struct source *other = s->conf.other;
	enum source_got got;

	other->loop = s->head.loop;
	other->calls = s->head.calls;
	other->arg = s->head.arg;
	while (!enough(s)) {
		got = other->ops->next(other, s->one);
		if (got == SOURCE_END) {
			s->over = true;
			s->shares = s->conf.jobs;
			break;
		}
		if (got != SOURCE_TASK)
			return got;
		if (add_row(s) == -1)
			return SOURCE_FAILED;
		task_reset(s->one);
	}
	return SOURCE_TASK;
}

static size_t
quotient_up(size_t a, size_t b)
{
	return a / b + (a % b != 0);
}

/* How many rows the next task may have. */
static size_t
share(struct source_pack *s)
{
	size_t most = s->conf.most > 0 ? s->conf.most : SIZE_MAX, n = count(s);

	if (!s->over)
		return most;
	if (quotient_up(n, most) > s->shares)
		s->shares = quotient_up(n, most);
	n = quotient_up(n, s->shares);
	if (s->shares > 1)
		s->shares--;
	return n;
}

static enum source_got
pack_next(struct source *source, struct task *task)
{
	struct source_pack *s = (struct source_pack *)source;
	enum source_got got = read_ahead(s);
	size_t n, i, len = 0, cost = 0;
	struct row row = {.alone = false};

	if (got != SOURCE_TASK)
		return got;
	if (count(s) == 0)
		return SOURCE_END;
	n = share(s);
	for (i = 0; i < n && i < count(s) && !row.alone; i++) {
		row = row_at(s, i);
		if (i > 0 && (row.alone || row.cost > s->conf.limit - cost))
			break;
		len += row.len;
		cost += row.cost;
		task->has_nul = row.has_nul;
		task->too_long = row.too_long;
	}
	if (buf_add(&task->text, buf_data(&s->text), len) == -1)
		return SOURCE_FAILED;
	task->width = s->width;
	task->nrec = i * (s->width > 0 ? s->width : 1);
	s->cost -= cost;
	buf_drop(&s->text, len);
	buf_drop(&s->rows, i * sizeof(row));
	return SOURCE_TASK;
}

static void
pack_stop(struct source *source)
{
	struct source_pack *s = (struct source_pack *)source;

	source_stop(s->conf.other);
}

static void
pack_free(struct source *source)
{
	struct source_pack *s = (struct source_pack *)source;

	s->conf.other->ops->free(s->conf.other);
	s->conf.free(s->conf.arg);
	task_free(s->one);
	buf_free(&s->text);
	buf_free(&s->rows);
	free(s);
}

static const struct source_ops pack_ops = {
    .next = pack_next, .stop = pack_stop, .free = pack_free};

struct source *
source_pack_new(const struct source_pack_conf *conf)
{
	struct source_pack *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->one = task_new();
	if (s->one == NULL) {
		free(s);
		return NULL;
	}
	s->head.ops = &pack_ops;
	s->head.name = conf->other->name;
	s->conf = *conf;
	s->window = conf->limit;
	if (conf->limit < WINDOW)
		s->window = WINDOW / conf->limit < conf->jobs
		    ? WINDOW
		    : conf->limit * conf->jobs;
	return &s->head;
}
