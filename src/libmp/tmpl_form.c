/* SPDX-License-Identifier: ISC */
/*
 * The forms of a command template: where one is, and what it makes of a
 * record.
 */
#include "config.h"

#include "tmpl_impl.h"

#include <ctype.h>
#include <string.h>

#define COLUMN_DIGITS 4

static const struct {
	const char *mark; /* behind the brace, or the column */
	enum form form;
	bool of_record; /* it can follow a column */
} forms[] = {
    {".}", NO_EXT, true},
    {"/}", BASE, true},
    {"//}", DIR, true},
    {"/.}", BASE_NO_EXT, true},
    {"}", WHOLE, true}, /* of a column only: else it is the mark */
    {"#}", SEQ, false},
    {"%}", SLOT, false},
};

#define NFORMS (sizeof(forms) / sizeof(forms[0]))

/* The digits of a column, from 1 on, that s begins with. */
static size_t
column_digits(const char *s)
{
	size_t n = 0;

	while (n <= COLUMN_DIGITS && isdigit((unsigned char)s[n]))
		n++;
	return *s == '0' || n > COLUMN_DIGITS ? 0 : n;
}

static unsigned
column_number(const char *s, size_t n)
{
	unsigned v = 0;

	while (n-- > 0)
		v = 10 * v + (unsigned)(*s++ - '0');
	return v;
}

/* Whether s begins with a form, which *p is then. */
static bool
form_at(const struct tmpl_forms *f, const char *s, struct piece *p)
{
	size_t digits, len, i;

	*p = (struct piece){.form = WHOLE, .text = s, .len = strlen(f->mark)};
	if (strncmp(s, f->mark, p->len) == 0)
		return true;
	if (*s != '{')
		return false;
	digits = f->columns ? column_digits(s + 1) : 0;
	p->column = column_number(s + 1, digits);
	for (i = 0; i < NFORMS; i++) {
		if (p->column > 0 ? !forms[i].of_record
				  : forms[i].form == WHOLE)
			continue;
		len = strlen(forms[i].mark);
		p->form = forms[i].form;
		p->len = 1 + digits + len;
		if (strncmp(s + 1 + digits, forms[i].mark, len) == 0)
			return true;
	}
	return false;
}

/* The length of the text that s begins with, up to the next form. */
static size_t
text_len(const struct tmpl_forms *f, const char *s)
{
	struct piece ignored;
	size_t n = 0;

	while (s[n] != '\0' && !form_at(f, s + n, &ignored))
		n++;
	return n;
}

const char *
tmpl_next_piece(const struct tmpl_forms *f, const char *s, struct piece *p)
{
	if (!form_at(f, s, p))
		*p = (struct piece){
		    .form = TEXT, .text = s, .len = text_len(f, s)};
	return s + p->len;
}

const char *
tmpl_unclosed(const char *arg, const struct tmpl_forms *f)
{
	const char *open = strrchr(arg, '{'), *rest;
	size_t digits, i;

	if (*f->mark == '\0' || open == NULL || strchr(open, '}') != NULL)
		return NULL;
	digits = f->columns ? column_digits(open + 1) : 0;
	rest = open + 1 + digits;
	for (i = 0; i < NFORMS; i++) {
		if (digits > 0 ? !forms[i].of_record : forms[i].form == WHOLE)
			continue;
		if (strlen(rest) + 1 == strlen(forms[i].mark) &&
		    strncmp(rest, forms[i].mark, strlen(rest)) == 0)
			return open;
	}
	return NULL;
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

const char *
tmpl_form_text(enum form form, const char *rec, size_t *len)
{
	size_t start = 0;

	if (form == DIR)
		return directory(rec, len);
	if (form == BASE || form == BASE_NO_EXT)
		start = base_start(rec, *len);
	if (form == NO_EXT || form == BASE_NO_EXT)
		*len = without_ext(rec, *len);
	*len -= start;
	return rec + start;
}
