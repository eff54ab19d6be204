/* SPDX-License-Identifier: ISC */
/*
 * Rows of a joblog.
 */
#include "config.h"

#include "joblog.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "dur.h"

#define FIELD_MAX 32
#define RUNTIME_WIDTH 10
#define SECONDS_MAX INT64_C(9000000000)
#define FRACTION 9 /* digits of a nanosecond */

const char joblog_header[] =
    "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand";

/* In seconds, at least width characters. */
static int
add_seconds(struct buf *b, int64_t ns, size_t width)
{
	char text[DUR_STRLEN];
	size_t n = strlen(dur_format(ns, text));
	int rc = 0;

	for (; width > n; width--)
		rc |= buf_addc(b, ' ');
	rc |= buf_add(b, text, n);
	return rc | buf_addc(b, '\t');
}

static int
add_bytes(struct buf *b, uint64_t n)
{
	return buf_addu(b, n, 1) | buf_addc(b, '\t');
}

static int
add_number(struct buf *b, int value)
{
	return buf_addd(b, value) | buf_addc(b, '\t');
}

int
joblog_format(struct buf *b, const struct joblog_row *r)
{
	int rc = buf_addu(b, r->seq, 1);

	rc |= buf_adds(b, "\t:\t");
	rc |= add_seconds(b, r->start, 0);
	rc |= add_seconds(b, r->runtime, RUNTIME_WIDTH);
	rc |= add_bytes(b, r->send);
	rc |= add_bytes(b, r->receive);
	rc |= add_number(b, r->exitval);
	rc |= add_number(b, r->signal);
	rc |= buf_add(b, r->command, r->len);
	return rc | buf_addc(b, '\n');
}

/* Copies the field that *p begins with, up to a tab, as a string; moves *p
 * behind the tab. */
static bool
field(const char **p, const char *end, char text[FIELD_MAX])
{
	const char *tab = memchr(*p, '\t', (size_t)(end - *p));
	size_t n;

	if (tab == NULL)
		return false;
	n = (size_t)(tab - *p);
	if (n == 0 || n >= FIELD_MAX || memchr(*p, '\0', n) != NULL)
		return false;
	memcpy(text, *p, n);
	text[n] = '\0';
	*p = tab + 1;
	return true;
}

/* strtonum(3bsd) would skip blanks and take a sign. */
static bool
number(const char **p, const char *end, long long min, long long *value)
{
	char text[FIELD_MAX];
	const char *wrong;

	if (!field(p, end, text) ||
	    strspn(text, min < 0 ? "-0123456789" : "0123456789") !=
		strlen(text))
		return false;
	*value = strtonum(text, min, LLONG_MAX, &wrong);
	return wrong == NULL;
}

/* Blanks, seconds, and perhaps a fraction of them. */
static bool
seconds(const char **p, const char *end, int64_t *ns)
{
	char text[FIELD_MAX], *s = text;
	int64_t value = 0, unit = DUR_SECOND;
	size_t whole, part = 0;

	if (!field(p, end, text))
		return false;
	s += strspn(s, " ");
	whole = strspn(s, "0123456789");
	if (s[whole] == '.')
		part = strspn(s + whole + 1, "0123456789");
	if (whole == 0 || part > FRACTION ||
	    s[whole + (s[whole] == '.') + part] != '\0' ||
	    (s[whole] == '.' && part == 0))
		return false;
	for (; *s != '\0' && *s != '.'; s++) {
		value = 10 * value + (*s - '0');
		if (value > SECONDS_MAX)
			return false;
	}
	value *= DUR_SECOND;
	for (s += *s == '.'; *s != '\0'; s++) {
		unit /= 10;
		value += unit * (*s - '0');
	}
	*ns = value;
	return value <= SECONDS_MAX * DUR_SECOND;
}

/* The host's name: whatever it is. */
static bool
host(const char **p, const char *end)
{
	const char *tab = memchr(*p, '\t', (size_t)(end - *p));

	if (tab == NULL || tab == *p)
		return false;
	*p = tab + 1;
	return true;
}

int
joblog_parse(const char *line, size_t len, struct joblog_row *row)
{
	const char *p = line, *end = line + len;
	long long seq, sent, got, exitval, sig;
	struct joblog_row r;

	errno = EINVAL;
	if (!number(&p, end, 0, &seq) || !host(&p, end) ||
	    !seconds(&p, end, &r.start) || !seconds(&p, end, &r.runtime) ||
	    !number(&p, end, 0, &sent) || !number(&p, end, 0, &got) ||
	    !number(&p, end, -1, &exitval) || !number(&p, end, 0, &sig) ||
	    exitval > INT_MAX || sig > INT_MAX)
		return -1;
	r.seq = (uint64_t)seq;
	r.send = (uint64_t)sent;
	r.receive = (uint64_t)got;
	r.exitval = (int)exitval;
	r.signal = (int)sig;
	r.command = p;
	r.len = (size_t)(end - p);
	*row = r;
	return 0;
}
