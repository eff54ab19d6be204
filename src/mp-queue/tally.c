/* SPDX-License-Identifier: ISC */
/*
 * The checker of torture.
 */
#include "config.h"

#include "tally.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PADDING_MAX 6000 /* bytes: more than a page of the database */

struct tally_task {
	int64_t serial; /* 0: not known */
	int64_t acked_at; /* 0: not acknowledged */
	bool printed, doubtful, found;
};

void
tally_init(struct tally *t)
{
	memset(t, 0, sizeof(*t));
}

void
tally_free(struct tally *t)
{
	free(t->task);
	buf_free(&t->why);
	tally_init(t);
}

int
tally_wrong(struct tally *t, const char *fmt, ...)
{
	va_list ap;

	if (buf_len(&t->why) > 0)
		return -1;
	va_start(ap, fmt);
	(void)buf_addv(&t->why, fmt, ap);
	va_end(ap);
	(void)buf_addc(&t->why, '\0');
	return -1;
}

/* The serial, a colon, and as many letters as the serial says. */
static int
add_body(struct buf *body, int64_t serial)
{
	size_t n = (size_t)(serial * 7919 % PADDING_MAX), i;
	char *p;

	if (buf_addf(body, "%jd:", (intmax_t)serial) == -1)
		return -1;
	p = buf_reserve(body, n + 1);
	if (p == NULL)
		return -1;
	for (i = 0; i < n; i++)
		p[i] = (char)('a' + (serial + (int64_t)i) % 26);
	p[n] = '\0';
	buf_grown(body, n + 1);
	return 0;
}

int64_t
tally_new(struct tally *t, struct buf *body)
{
	return add_body(body, t->last + 1) == -1 ? -1 : ++t->last;
}

/* The serial of a body that is whole; or 0. */
static int64_t
serial_of(const struct tally *t, const void *body, size_t len)
{
	struct buf whole = BUF_INIT;
	const char *colon = len > 0 ? memchr(body, ':', len) : NULL;
	int64_t serial = 0;
	char digits[32];

	if (colon != NULL && colon - (const char *)body < 20) {
		(void)snprintf(digits, sizeof(digits), "%.*s",
		    (int)(colon - (const char *)body), (const char *)body);
		serial = strtonum(digits, 1, t->last, NULL);
	}
	if (serial != 0 &&
	    (add_body(&whole, serial) == -1 || buf_len(&whole) != len + 1 ||
		memcmp(buf_data(&whole), body, len) != 0))
		serial = 0;
	buf_free(&whole);
	return serial;
}

static int
grow(struct tally *t, size_t n)
{
	size_t cap = t->cap;
	struct tally_task *p;

	if (n <= cap)
		return 0;
	cap = n < 1024 ? 1024 : 2 * n;
	p = reallocarray(t->task, cap, sizeof(p[0]));
	if (p == NULL)
		return tally_wrong(t, "%s", strerror(errno));
	memset(p + t->cap, 0, (cap - t->cap) * sizeof(p[0]));
	t->task = p;
	t->cap = cap;
	return 0;
}

/* The task of that id. There cannot be more ids than tasks that were made. */
static struct tally_task *
task(struct tally *t, int64_t id)
{
	if (id < 1 || id > t->last) {
		(void)tally_wrong(t, "task %jd: nobody put it", (intmax_t)id);
		return NULL;
	}
	return grow(t, (size_t)id + 1) == -1 ? NULL : &t->task[id];
}

/* An id has one serial, and always the same. */
static int
identify(struct tally *t, struct tally_task *k, int64_t id, int64_t serial)
{
	if (serial == 0)
		return tally_wrong(
		    t, "task %jd: not what was put", (intmax_t)id);
	if (k->serial != 0 && k->serial != serial)
		return tally_wrong(
		    t, "task %jd: it was another one", (intmax_t)id);
	k->serial = serial;
	return 0;
}

int
tally_printed(struct tally *t, int64_t id, int64_t serial)
{
	struct tally_task *k = task(t, id);

	if (k == NULL)
		return -1;
	if (k->printed)
		return tally_wrong(
		    t, "task %jd: the id was given twice", (intmax_t)id);
	k->printed = true;
	t->printed++;
	return identify(t, k, id, serial);
}

int
tally_got(
    struct tally *t, int64_t id, const void *body, size_t len, int64_t began)
{
	struct tally_task *k = task(t, id);

	if (k == NULL)
		return -1;
	t->got++;
	if (k->acked_at != 0 && k->acked_at < began)
		return tally_wrong(
		    t, "task %jd: got again after it was done", (intmax_t)id);
	return identify(t, k, id, serial_of(t, body, len));
}

int
tally_acked(struct tally *t, int64_t id, int64_t at)
{
	struct tally_task *k = task(t, id);

	if (k == NULL)
		return -1;
	if (k->acked_at != 0)
		return tally_wrong(t, "task %jd: done twice", (intmax_t)id);
	k->acked_at = at;
	t->acked++;
	return 0;
}

int
tally_doubtful(struct tally *t, int64_t id)
{
	struct tally_task *k = task(t, id);

	if (k == NULL)
		return -1;
	k->doubtful = true;
	t->doubtful++;
	return 0;
}

int
tally_found(struct tally *t, int64_t id, const void *body, size_t len)
{
	struct tally_task *k = task(t, id);

	if (k == NULL)
		return -1;
	if (k->acked_at != 0)
		return tally_wrong(
		    t, "task %jd: done, and there again", (intmax_t)id);
	k->found = true;
	t->found++;
	return identify(t, k, id, serial_of(t, body, len));
}

int
tally_end(struct tally *t)
{
	bool *taken = calloc((size_t)t->last + 1, sizeof(taken[0]));
	const struct tally_task *k;
	size_t i;
	int rc = 0;

	if (taken == NULL)
		return tally_wrong(t, "%s", strerror(errno));
	for (i = 1; i < t->cap && rc == 0; i++) {
		k = &t->task[i];
		if (k->printed && !k->found && !k->doubtful && !k->acked_at)
			rc = tally_wrong(t, "task %zu: lost", i);
		else if (k->serial != 0 && taken[k->serial])
			rc = tally_wrong(t, "task %zu: there twice", i);
		taken[k->serial] = true;
	}
	free(taken);
	return rc;
}
