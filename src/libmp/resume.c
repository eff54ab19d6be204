/* SPDX-License-Identifier: ISC */
/*
 * What an earlier run has done.
 */
#include "config.h"

#include "resume.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io.h"
#include "joblog.h"
#include "rec.h"

#define READ_SIZE ((size_t)64 * 1024)
#define ROW_MAX ((size_t)64 * 1024 * 1024)
#define SIZE_MIN 1024

/* Tasks with the same command. */
struct resume_entry {
	uint64_t hash;
	off_t at; /* where the command stands in the log */
	uint32_t len;
	uint32_t done; /* as often; it has succeeded */
	bool failed; /* the last time */
	bool used;
};

static ssize_t
read_at(int fd, char *p, size_t n, off_t at)
{
	ssize_t got;

	do
		got = pread(fd, p, n, at);
	while (got == -1 && errno == EINTR);
	return got;
}

off_t
resume_whole(int fd)
{
	off_t end = lseek(fd, 0, SEEK_END), at;
	char block[4096], *nl;
	ssize_t n;

	while (end > 0) {
		at = end > (off_t)sizeof(block) ? end - (off_t)sizeof(block)
						: 0;
		n = read_at(fd, block, (size_t)(end - at), at);
		if (n <= 0)
			return -1;
		nl = memrchr(block, '\n', (size_t)n);
		if (nl != NULL)
			return at + (nl - block) + 1;
		end = at;
	}
	return end;
}

/* FNV-1a. */
static uint64_t
hash(const char *p, size_t n)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (; n > 0; n--, p++)
		h = (h ^ (unsigned char)*p) * UINT64_C(0x100000001b3);
	return h;
}

/* Whether the entry is that of the command. What cannot be read is not. */
static bool
same(struct resume *r, const struct resume_entry *e, const char *p, size_t n)
{
	char *text;

	if (e->len != n)
		return false;
	buf_clear(&r->text);
	text = buf_reserve(&r->text, n);
	return text != NULL && read_at(r->fd, text, n, e->at) == (ssize_t)n &&
	    memcmp(text, p, n) == 0;
}

/* The entry of the command, or the free one where it belongs. */
static struct resume_entry *
find(struct resume *r, uint64_t h, const char *p, size_t n)
{
	size_t i = h & (r->size - 1);

	while (r->entry[i].used &&
	    (r->entry[i].hash != h || !same(r, &r->entry[i], p, n)))
		i = (i + 1) & (r->size - 1);
	return &r->entry[i];
}

/* Makes the table twice as large. */
static int
grow(struct resume *r)
{
	size_t size = r->size == 0 ? SIZE_MIN : 2 * r->size, i, k;
	struct resume_entry *entry = calloc(size, sizeof(*entry));

	if (entry == NULL)
		return -1;
	for (i = 0; i < r->size; i++) {
		if (!r->entry[i].used)
			continue;
		k = r->entry[i].hash & (size - 1);
		while (entry[k].used)
			k = (k + 1) & (size - 1);
		entry[k] = r->entry[i];
	}
	free(r->entry);
	r->entry = entry;
	r->size = size;
	return 0;
}

/* Takes a row whose command stands at at in the log. */
static int
add(struct resume *r, const struct joblog_row *row, off_t at)
{
	uint64_t h = hash(row->command, row->len);
	struct resume_entry *e;

	if (r->used >= r->size / 2 && grow(r) == -1)
		return -1;
	e = find(r, h, row->command, row->len);
	if (!e->used) {
		*e = (struct resume_entry){.hash = h,
		    .at = at,
		    .len = (uint32_t)row->len,
		    .used = true};
		r->used++;
	}
	e->failed = row->exitval != 0 || row->signal != 0;
	if (!e->failed)
		e->done++;
	return 0;
}

/* A line of the log, which ends before at. */
static int
take_line(struct resume *r, const char *text, size_t len, off_t at, uint64_t no)
{
	struct joblog_row row;

	if (no > 1) {
		if (joblog_parse(text, len, &row) == -1)
			return -1;
		return add(r, &row, at - (off_t)row.len);
	}
	if (len == strlen(joblog_header) &&
	    memcmp(text, joblog_header, len) == 0)
		return 0;
	errno = EINVAL;
	return -1;
}

/* Takes the lines that are there; *at is where the next one begins. */
static int
take_lines(struct resume *r, struct rec *rec, off_t *at, uint64_t *line)
{
	enum rec_status status;
	const char *text;
	size_t len;

	while ((status = rec_next(rec, &text, &len)) == REC_OK) {
		++*line;
		*at += (off_t)len + 1;
		if (take_line(r, text, len, *at - 1, *line) == -1)
			return -1;
	}
	if (status != REC_LONG)
		return 0;
	++*line;
	errno = EINVAL;
	return -1;
}

int
resume_load(
    struct resume *r, int fd, off_t end, bool failed_again, uint64_t *line)
{
	off_t at = 0, got = 0;
	struct rec rec;
	ssize_t n = 1;
	char *p;
	int rc;

	*r = (struct resume){.fd = fd, .failed_again = failed_again};
	*line = 0;
	rec_init(&rec, '\n', ROW_MAX);
	rc = grow(r);
	while (rc == 0 && got < end && n > 0) {
		n = end - got < (off_t)READ_SIZE ? (ssize_t)(end - got)
						 : (ssize_t)READ_SIZE;
		p = rec_room(&rec, (size_t)n);
		n = p == NULL ? -1 : read_at(fd, p, (size_t)n, got);
		if (n <= 0) {
			rc = -1;
			break;
		}
		rec_fed(&rec, (size_t)n);
		got += n;
		rc = take_lines(r, &rec, &at, line);
	}
	rec_free(&rec);
	return rc;
}

void
resume_free(struct resume *r)
{
	free(r->entry);
	buf_free(&r->text);
	*r = (struct resume){.fd = -1};
}

bool
resume_take(struct resume *r, const char *command, size_t len)
{
	struct resume_entry *e = find(r, hash(command, len), command, len);

	if (!e->used)
		return false;
	if (e->done > 0) {
		e->done--;
		return true;
	}
	if (!e->failed || r->failed_again)
		return false;
	e->failed = false;
	return true;
}
