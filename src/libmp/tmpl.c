/* SPDX-License-Identifier: ISC */
/*
 * Command templates. Each argument is compiled to a list of pieces, text
 * and forms. An expansion first makes room for the most that it can need
 * and then only copies: in the steady state it allocates nothing.
 */
#include "config.h"

#include "tmpl.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"

/* The digits of a number, and the NUL that snprintf() adds. */
#define NUMBER_MAX (3 * sizeof(uint64_t) + 1)

enum form { TEXT, WHOLE, NO_EXT, BASE, DIR, BASE_NO_EXT, SEQ, SLOT };

static const struct {
	const char *mark;
	enum form form;
} forms[] = {
    {"{.}", NO_EXT},
    {"{/}", BASE},
    {"{//}", DIR},
    {"{/.}", BASE_NO_EXT},
    {"{#}", SEQ},
    {"{%}", SLOT},
};

#define NFORMS (sizeof(forms) / sizeof(forms[0]))

struct piece {
	enum form form;
	const char *text; /* of TEXT: a part of the argument */
	size_t len;
};

struct arg {
	char *whole; /* as it was given */
	struct piece *piece; /* n of them, none where it does not vary */
	size_t n;
	size_t nrec; /* pieces that are record forms */
	size_t fixed; /* bytes of the others at most, and a NUL */
};

struct tmpl {
	struct arg *arg; /* n of them */
	size_t n;
	bool append; /* the records, behind the arguments */
	struct buf out; /* the arguments that vary, expanded */
	char **argv;
	size_t argv_cap;
};

/* The form that s begins with and the length of its mark, or TEXT. */
static enum form
form_at(const char *mark, const char *s, size_t *len)
{
	size_t i;

	*len = strlen(mark);
	if (strncmp(s, mark, *len) == 0)
		return WHOLE;
	for (i = 0; *s == '{' && i < NFORMS; i++) {
		*len = strlen(forms[i].mark);
		if (strncmp(s, forms[i].mark, *len) == 0)
			return forms[i].form;
	}
	return TEXT;
}

/* The length of the text that s begins with, up to the next form. */
static size_t
text_len(const char *mark, const char *s)
{
	size_t n = 0, ignored;

	while (s[n] != '\0' && form_at(mark, s + n, &ignored) == TEXT)
		n++;
	return n;
}

/* Cuts the piece off that s, which is not empty, begins with. Returns
 * what is behind it. */
static const char *
next_piece(const char *mark, const char *s, struct piece *p)
{
	p->text = s;
	p->form = form_at(mark, s, &p->len);
	if (p->form == TEXT)
		p->len = text_len(mark, s);
	return s + p->len;
}

/* How many pieces the argument has, 0 where it is nothing but text. */
static size_t
count_pieces(const char *mark, const char *s)
{
	struct piece p;
	bool varies = false;
	size_t n = 0;

	for (; *s != '\0'; n++) {
		s = next_piece(mark, s, &p);
		if (p.form != TEXT)
			varies = true;
	}
	return varies ? n : 0;
}

static int
compile(struct arg *a, const char *mark)
{
	const char *s = a->whole;
	struct piece *p;

	a->n = count_pieces(mark, s);
	if (a->n == 0)
		return 0;
	a->piece = calloc(a->n, sizeof(*a->piece));
	if (a->piece == NULL)
		return -1;
	a->fixed = 1;
	for (p = a->piece; p < a->piece + a->n; p++) {
		s = next_piece(mark, s, p);
		if (p->form == TEXT)
			a->fixed += p->len;
		else if (p->form == SEQ || p->form == SLOT)
			a->fixed += NUMBER_MAX;
		else
			a->nrec++;
	}
	return 0;
}

struct tmpl *
tmpl_new(size_t argc, char *const *argv, const char *mark)
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
	for (i = 0; i < argc; i++) {
		t->arg[i].whole = argv[i];
		if (*mark == '\0')
			continue;
		if (compile(&t->arg[i], mark) != 0)
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
	buf_free(&t->out);
	free(t);
}

bool
tmpl_varies(const struct tmpl *t, size_t i)
{
	return t->arg[i].n > 0;
}

/* The length of path without its last extension, all of it if none. */
static size_t
without_ext(const char *path, size_t len)
{
	size_t i = len;

	while (i > 0 && path[i - 1] != '/')
		if (path[--i] == '.')
			return i;
	return len;
}

/* Where the last component of path begins, len if a slash is last. */
static size_t
base_start(const char *path, size_t len)
{
	while (len > 0 && path[len - 1] != '/')
		len--;
	return len;
}

/* The length of path without the slashes at its end; one that is nothing
 * else stays. */
static size_t
without_slashes(const char *path, size_t len)
{
	while (len > 1 && path[len - 1] == '/')
		len--;
	return len;
}

/* The directory that path is in; *len is its length, then the result's. */
static const char *
directory(const char *path, size_t *len)
{
	size_t n = without_slashes(path, *len);

	n = without_slashes(path, base_start(path, n));
	if (n == 0)
		path = ".";
	*len = n > 0 ? n : 1;
	return path;
}

/* What the piece, no number, stands for where the record is rec. A part of
 * rec is not longer than rec and its NUL. */
static const char *
piece_text(const struct piece *p, const char *rec, size_t *len)
{
	size_t start = 0;

	if (p->form == TEXT) {
		*len = p->len;
		return p->text;
	}
	*len = strlen(rec);
	if (p->form == DIR)
		return directory(rec, len);
	if (p->form == BASE || p->form == BASE_NO_EXT)
		start = base_start(rec, *len);
	if (p->form == NO_EXT || p->form == BASE_NO_EXT)
		*len = without_ext(rec, *len);
	*len -= start;
	return rec + start;
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

/* How many arguments become of this one. */
static size_t
copies(const struct arg *a, const struct tmpl_task *task)
{
	return a->nrec > 0 ? task->nrec : 1;
}

/* The most bytes and arguments that the task expands to. */
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
		times = copies(a, task);
		if (add_product(bytes, a->fixed, times) != 0 ||
		    add_product(bytes, a->nrec, lengths) != 0 ||
		    add_product(slots, 1, times) != 0)
			return -1;
	}
	return t->append ? add_product(slots, 1, task->nrec) : 0;
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

/* Writes an argument as a string to out, record r for what it holds of
 * one. Returns the end, behind the NUL. */
static char *
expand_arg(
    const struct arg *a, const struct tmpl_task *task, size_t r, char *out)
{
	const char *rec = a->nrec > 0 ? task->rec[r] : "", *text;
	const struct piece *p;
	size_t len;

	for (p = a->piece; p < a->piece + a->n; p++) {
		if (p->form == SEQ) {
			out += snprintf(out, NUMBER_MAX, "%" PRIu64, task->seq);
		} else if (p->form == SLOT) {
			out += task->slot == 0
			    ? snprintf(out, NUMBER_MAX, "{%%}")
			    : snprintf(out, NUMBER_MAX, "%u", task->slot);
		} else {
			text = piece_text(p, rec, &len);
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
	out = buf_reserve(&t->out, bytes);
	if (out == NULL)
		return NULL;
	argv = t->argv;
	for (a = t->arg; a < t->arg + t->n; a++) {
		if (a->n == 0) {
			*argv++ = a->whole;
			continue;
		}
		for (r = 0; r < copies(a, task); r++) {
			*argv++ = out;
			out = expand_arg(a, task, r, out);
		}
	}
	for (r = 0; t->append && r < task->nrec; r++)
		*argv++ = unconst(task->rec[r]);
	*argv = NULL;
	return t->argv;
}
