/* SPDX-License-Identifier: ISC */
/*
 * Command lines.
 */
#include "config.h"

#include "opt.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dur.h"
#include "quote.h"
#include "rec.h"

#define HELP_COLUMN 28
#define SHOWN_MAX 60

/* What getopt_long(3) wants to know. */
struct getopt_spec {
	struct buf letters;
	struct option *longs;
};

static bool
is_optional(const struct opt *o)
{
	return o->arg != NULL && o->arg[0] == '[';
}

static int
takes(const struct opt *o)
{
	if (o->arg == NULL)
		return no_argument;
	return is_optional(o) ? optional_argument : required_argument;
}

static int
spec_init(struct getopt_spec *spec, const struct opt *table)
{
	const struct opt *o;
	size_t n = 0;

	buf_init(&spec->letters);
	while (table[n].key != 0)
		n++;
	spec->longs = calloc(n + 1, sizeof(spec->longs[0]));
	if (spec->longs == NULL || buf_adds(&spec->letters, "+:") == -1)
		return -1;
	for (o = table; o->key != 0; o++) {
		spec->longs[o - table] = (struct option){
		    o->name, takes(o), NULL, o->key};
		if (o->key < OPT_LONG_ONLY &&
		    (buf_addc(&spec->letters, (char)o->key) == -1 ||
			(o->arg && buf_addc(&spec->letters, ':') == -1)))
			return -1;
	}
	return buf_addc(&spec->letters, '\0');
}

static void
spec_free(struct getopt_spec *spec)
{
	buf_free(&spec->letters);
	free(spec->longs);
}

static const struct opt *
find(const struct opt *table, int key)
{
	while (table->key != 0 && table->key != key)
		table++;
	return table->key != 0 ? table : NULL;
}

/* "-j", or "--ahead" for one without a letter. */
static void
add_name(struct buf *why, const struct opt *o)
{
	if (o->key < OPT_LONG_ONLY)
		(void)buf_addf(why, "-%c: ", o->key);
	else
		(void)buf_addf(why, "--%s: ", o->name);
}

/* What getopt_long(3) did not like: ':' a missing value, '?' the rest. */
static void
add_complaint(struct buf *why, const struct opt *table, int c, char **argv)
{
	const struct opt *o = find(table, optopt);
	const char *word = argv[optind - 1];
	char letter = (char)optopt;

	if (c == ':' && o != NULL) {
		add_name(why, o);
		(void)buf_adds(why, "needs a value");
	} else if (optopt != 0 && o == NULL) {
		(void)buf_addc(why, '-');
		(void)quote_text(why, &letter, 1, SHOWN_MAX, false);
		(void)buf_adds(why, ": unknown option");
	} else if (optopt != 0) {
		add_name(why, o);
		(void)buf_adds(why, "takes no value");
	} else {
		(void)quote_visible(why, word, strlen(word), SHOWN_MAX);
		(void)buf_adds(why, ": unknown or ambiguous option");
	}
}

static int
parse(
    const struct opt *table, int argc, char **argv, void *conf, struct buf *why)
{
	struct getopt_spec spec;
	const struct opt *o = NULL;
	int c = -1;

	if (spec_init(&spec, table) == -1) {
		(void)buf_adds(why, strerror(errno));
		spec_free(&spec);
		return -1;
	}
	opterr = 0;
	optind = 0; /* from the beginning, whatever was read before */
	while ((c = getopt_long(argc, argv, buf_data(&spec.letters), spec.longs,
		    NULL)) != -1) {
		o = c == '?' || c == ':' ? NULL : find(table, c);
		if (o == NULL) {
			add_complaint(why, table, c, argv);
			break;
		}
		add_name(why, o);
		if (o->set((char *)conf + o->at, o, optarg, why) == -1)
			break;
		buf_clear(why);
	}
	spec_free(&spec);
	return c == -1 ? 0 : -1;
}

int
opt_parse(
    const struct opt *table, int argc, char **argv, void *conf, struct buf *why)
{
	return parse(table, argc, argv, conf, why) == -1 ? -1 : optind;
}

static int
help_line(const struct opt *o, struct buf *out)
{
	size_t start = buf_len(out), width;
	int rc = 0;

	if (o->key < OPT_LONG_ONLY)
		rc |= buf_addf(out, "  -%c, --%s", o->key, o->name);
	else
		rc |= buf_addf(out, "      --%s", o->name);
	if (o->arg != NULL)
		rc |= buf_addf(out, "%s%s", is_optional(o) ? "" : " ", o->arg);
	width = buf_len(out) - start;
	if (width + 2 > HELP_COLUMN) {
		rc |= buf_addc(out, '\n');
		width = 0;
	}
	rc |= buf_addf(out, "%*s%s\n", (int)(HELP_COLUMN - width), "", o->help);
	return rc;
}

int
opt_help(const struct opt *table, struct buf *out)
{
	for (; table->key != 0; table++)
		if (help_line(table, out) == -1)
			return -1;
	return 0;
}

int
opt_bad(struct buf *why, const char *value, const char *reason)
{
	(void)quote_visible(why, value, strlen(value), SHOWN_MAX);
	(void)buf_addf(why, ": %s", reason);
	return -1;
}

int
opt_digits(const char *s, int min, int max)
{
	const char *bad;
	int n;

	if (!isdigit((unsigned char)*s))
		return -1;
	n = (int)strtonum(s, min, max, &bad);
	return bad == NULL ? n : -1;
}

int
opt_number(const char *value, long long min, long long max, long long *number,
    struct buf *why)
{
	const char *reason = NULL;
	long long n = strtonum(value, min, max, &reason);

	if (reason != NULL)
		return opt_bad(why, value, reason);
	*number = n;
	return 0;
}

int
opt_flag(void *at, const struct opt *o, const char *value, struct buf *why)
{
	(void)value;
	(void)why;
	*(int *)at = o->to;
	return 0;
}

int
opt_text(void *at, const struct opt *o, const char *value, struct buf *why)
{
	(void)o;
	(void)why;
	*(const char **)at = value;
	return 0;
}

int
opt_size(void *at, const struct opt *o, const char *value, struct buf *why)
{
	(void)o;
	if (size_parse(value, at) == 0)
		return 0;
	return opt_bad(
	    why, value, errno == ERANGE ? "too large" : "invalid size");
}

int
opt_time(void *at, const struct opt *o, const char *value, struct buf *why)
{
	(void)o;
	if (dur_parse(value, at) == -1)
		return opt_bad(why, value, "invalid time interval");
	return 0;
}

int
opt_duration(void *at, const struct opt *o, const char *value, struct buf *why)
{
	(void)o;
	if (dur_parse_real(value, at) == -1)
		return opt_bad(why, value, "invalid time interval");
	return 0;
}

int
opt_delim(void *at, const struct opt *o, const char *value, struct buf *why)
{
	char delim;

	(void)o;
	if (rec_delim_parse(value, &delim) == -1)
		return opt_bad(why, value, "not one byte");
	*(int *)at = (unsigned char)delim;
	return 0;
}

int
opt_nothing(void *at, const struct opt *o, const char *value, struct buf *why)
{
	(void)at;
	(void)o;
	(void)value;
	(void)why;
	return 0;
}
