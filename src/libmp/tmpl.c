/* SPDX-License-Identifier: ISC */
/*
 * Command templates. Each argument is compiled to a list of pieces, text
 * and forms. An expansion first makes room for the most that it can need
 * and then only copies: in the steady state it allocates nothing.
 */
#include "config.h"

#include "tmpl_impl.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"

/* The digits of a number, and the NUL that snprintf() adds. */
#define NUMBER_MAX (3 * sizeof(uint64_t) + 1)

struct arg {
	char *whole; /* as it was given */
	struct piece *piece; /* n of them, none where it does not vary */
	size_t n;
	size_t nrec; /* pieces that are forms of records */
	size_t ncol; /* pieces that are forms of columns */
	size_t fixed; /* bytes of the others at most, and a NUL */
};

struct tmpl {
	struct arg *arg; /* n of them */
	size_t n;
	bool append; /* the records, behind the arguments */
	const struct columns *split;
	struct column *column; /* ncol of each row of a task */
	size_t ncol; /* the last one that a form stands for */
	size_t column_cap;
	struct buf out; /* the arguments that vary, expanded */
	char **argv;
	size_t argv_cap;
};

/* How many pieces the argument has, 0 where it is nothing but text. */
static size_t
count_pieces(const struct tmpl_forms *f, const char *s)
{
	struct piece p;
	bool varies = false;
	size_t n = 0;

	for (; *s != '\0'; n++) {
		s = tmpl_next_piece(f, s, &p);
		if (p.form != TEXT)
			varies = true;
	}
	return varies ? n : 0;
}

static int
compile(struct tmpl *t, struct arg *a, const struct tmpl_forms *f)
{
	const char *s = a->whole;
	struct piece *p;

	a->n = count_pieces(f, s);
	if (a->n == 0)
		return 0;
	a->piece = calloc(a->n, sizeof(*a->piece));
	if (a->piece == NULL)
		return -1;
	a->fixed = 1;
	for (p = a->piece; p < a->piece + a->n; p++) {
		s = tmpl_next_piece(f, s, p);
		if (p->form == TEXT)
			a->fixed += p->len;
		else if (p->form == SEQ || p->form == SLOT)
			a->fixed += NUMBER_MAX;
		else if (p->column == 0)
			a->nrec++;
		else
			a->ncol++;
		if (p->column > t->ncol)
			t->ncol = p->column;
	}
	return 0;
}

struct tmpl *
tmpl_new(size_t argc, char *const *argv, const struct tmpl_forms *f)
{
	struct tmpl *t = calloc(1, sizeof(*t));
	size_t i;

	if (t == NULL)
		return NULL;
	t->arg = calloc(argc > 0 ? argc : 1, sizeof(*t->arg));
	if (t->arg == NULL)
		goto fail;
	t->n = argc;
	t->append = true;
	t->split = f->split;
	for (i = 0; i < argc; i++) {
		t->arg[i].whole = argv[i];
		if (*f->mark == '\0' || i < f->literal)
			continue;
		if (compile(t, &t->arg[i], f) != 0)
			goto fail;
		if (tmpl_varies(t, i))
			t->append = false;
	}
	return t;
fail:
	tmpl_free(t);
	return NULL;
}

void
tmpl_free(struct tmpl *t)
{
	size_t i;

	if (t == NULL)
		return;
	for (i = 0; i < t->n; i++)
		free(t->arg[i].piece);
	free(t->arg);
	free(t->argv);
	free(t->column);
	buf_free(&t->out);
	free(t);
}

bool
tmpl_varies(const struct tmpl *t, size_t i)
{
	return t->arg[i].n > 0;
}

/* Adds a * b to *sum. Returns 0, or -1 and ENOMEM when that is too much
 * for any memory. */
static int
add_product(size_t *sum, size_t a, size_t b)
{
	if (a > 0 && b > (SIZE_MAX - *sum) / a) {
		errno = ENOMEM;
		return -1;
	}
	*sum += a * b;
	return 0;
}

static size_t
width(const struct tmpl_task *task)
{
	return task->width > 0 ? task->width : 1;
}

/* How many rows the task has, and which one the record r is in. */
static size_t
rows(const struct tmpl *t, const struct tmpl_task *task)
{
	return t->split != NULL ? task->nrec : task->nrec / width(task);
}

static size_t
row_of(const struct tmpl *t, const struct tmpl_task *task, size_t r)
{
	return t->split != NULL ? r : r / width(task);
}

/* How many arguments become of this one. */
static size_t
copies(const struct tmpl *t, const struct arg *a, const struct tmpl_task *task)
{
	if (a->nrec > 0)
		return task->nrec;
	return a->ncol > 0 ? rows(t, task) : 1;
}

/* The most bytes and arguments that the task expands to. A row is repeated
 * for each of its records. */
static int
measure(const struct tmpl *t, const struct tmpl_task *task, size_t *bytes,
    size_t *slots)
{
	const struct arg *a;
	size_t i, times, lengths = 0;

	*bytes = 0;
	*slots = t->n + 1;
	for (i = 0; i < task->nrec; i++)
		lengths += strlen(task->rec[i]) + 1;
	for (a = t->arg; a < t->arg + t->n; a++) {
		times = copies(t, a, task);
		if (add_product(bytes, a->fixed + a->ncol, times) != 0 ||
		    add_product(bytes, a->nrec, lengths) != 0 ||
		    add_product(bytes, a->ncol * width(task), lengths) != 0 ||
		    add_product(slots, 1, times) != 0)
			return -1;
	}
	return t->append ? add_product(slots, 1, task->nrec) : 0;
}

size_t
tmpl_size(const struct tmpl *t, const struct tmpl_task *task)
{
	size_t bytes, slots, i;

	if (measure(t, task, &bytes, &slots) == -1 ||
	    add_product(&bytes, slots, sizeof(char *)) == -1)
		return SIZE_MAX;
	for (i = 0; i < t->n; i++)
		if (!tmpl_varies(t, i))
			bytes += strlen(t->arg[i].whole) + 1;
	for (i = 0; t->append && i < task->nrec; i++)
		bytes += strlen(task->rec[i]) + 1;
	return bytes;
}

/* Finds the columns of all rows; one that is not there has no text. */
static int
find_columns(struct tmpl *t, const struct tmpl_task *task)
{
	size_t n = rows(t, task), i, r;
	struct column *c;

	if (n > t->column_cap / t->ncol) {
		c = reallocarray(t->column, n, t->ncol * sizeof(*c));
		if (c == NULL)
			return -1;
		t->column = c;
		t->column_cap = n * t->ncol;
	}
	memset(t->column, 0, n * t->ncol * sizeof(*c));
	for (r = 0; r < n; r++) {
		c = &t->column[r * t->ncol];
		if (t->split != NULL) {
			(void)columns_split(t->split, task->rec[r], c, t->ncol);
			continue;
		}
		for (i = 0; i < t->ncol && i < width(task); i++) {
			c[i].text = task->rec[r * width(task) + i];
			c[i].len = strlen(c[i].text);
		}
	}
	return 0;
}

/* Makes argv hold at least n pointers. */
static int
reserve_argv(struct tmpl *t, size_t n)
{
	size_t cap = t->argv_cap > 0 ? t->argv_cap : 16;
	char **p;

	if (n <= t->argv_cap)
		return 0;
	while (cap < n)
		cap = cap <= SIZE_MAX / 2 ? cap * 2 : n;
	p = reallocarray(t->argv, cap, sizeof(*p));
	if (p == NULL)
		return -1;
	t->argv = p;
	t->argv_cap = cap;
	return 0;
}

/* What the piece, no number, stands for; rec is its record, c the columns
 * of its row. */
static const char *
piece_text(
    const struct piece *p, const char *rec, const struct column *c, size_t *len)
{
	if (p->form == TEXT) {
		*len = p->len;
		return p->text;
	}
	if (p->column == 0) {
		*len = strlen(rec);
		return tmpl_form_text(p->form, rec, len);
	}
	*len = c[p->column - 1].len;
	if (c[p->column - 1].text == NULL)
		return "";
	return tmpl_form_text(p->form, c[p->column - 1].text, len);
}

/* Writes copy r of an argument as a string to out. Returns the end, behind
 * the NUL. */
static char *
expand_arg(const struct tmpl *t, const struct arg *a,
    const struct tmpl_task *task, size_t r, char *out)
{
	const char *rec = a->nrec > 0 ? task->rec[r] : "", *text;
	size_t row = a->nrec > 0 ? row_of(t, task, r) : r, len;
	const struct column *c = a->ncol > 0 ? &t->column[row * t->ncol] : NULL;
	const struct piece *p;

	for (p = a->piece; p < a->piece + a->n; p++) {
		if (p->form == SEQ) {
			out += snprintf(out, NUMBER_MAX, "%" PRIu64, task->seq);
		} else if (p->form == SLOT) {
			out += task->slot == 0
			    ? snprintf(out, NUMBER_MAX, "{%%}")
			    : snprintf(out, NUMBER_MAX, "%u", task->slot);
		} else {
			text = piece_text(p, rec, c, &len);
			memcpy(out, text, len);
			out += len;
		}
	}
	*out = '\0';
	return out + 1;
}

/* exec(3) takes pointers to char, but changes nothing. */
static char *
unconst(const char *s)
{
	return (char *)(uintptr_t)s;
}

char **
tmpl_expand(struct tmpl *t, const struct tmpl_task *task)
{
	size_t bytes, slots, r;
	const struct arg *a;
	char *out, **argv;

	if (measure(t, task, &bytes, &slots) != 0 ||
	    reserve_argv(t, slots) != 0)
		return NULL;
	if (t->ncol > 0 && task->nrec > 0 && find_columns(t, task) == -1)
		return NULL;
	out = buf_reserve(&t->out, bytes);
	if (out == NULL)
		return NULL;
	argv = t->argv;
	for (a = t->arg; a < t->arg + t->n; a++) {
		if (a->n == 0) {
			*argv++ = a->whole;
			continue;
		}
		for (r = 0; r < copies(t, a, task); r++) {
			*argv++ = out;
			out = expand_arg(t, a, task, r, out);
		}
	}
	for (r = 0; t->append && r < task->nrec; r++)
		*argv++ = unconst(task->rec[r]);
	*argv = NULL;
	return t->argv;
}
