/* SPDX-License-Identifier: ISC */
/*
 * The texts of a restart policy.
 */
#include "config.h"

#include "restart.h"

#include <stdlib.h>
#include <string.h>

#include "dur.h"
#include "opt.h"

#define FIELD_MAX 64 /* characters */
#define BASE_MIN DUR_MS
#define FACTOR_MAX (1000 * DUR_SECOND)

/*
 * Takes the text up to the delimiter, or its end, into field, and moves *text
 * behind the delimiter, or makes it NULL. Returns 0; or -1 where the field is
 * empty or too long.
 */
static int
cut(const char **text, char delim, char field[FIELD_MAX])
{
	const char *end = strchr(*text, delim);
	size_t len = end != NULL ? (size_t)(end - *text) : strlen(*text);

	if (len == 0 || len >= FIELD_MAX)
		return -1;
	memcpy(field, *text, len);
	field[len] = '\0';
	*text = end != NULL ? end + 1 : NULL;
	return 0;
}

int
restart_parse_when(const char *text, struct restart_conf *conf, struct buf *why)
{
	static const char *const names[] = {
	    [RESTART_NO] = "no",
	    [RESTART_ON_FAILURE] = "on-failure",
	    [RESTART_ON_ABNORMAL] = "on-abnormal",
	    [RESTART_ALWAYS] = "always",
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(text, names[i]) == 0) {
			conf->when = (enum restart_when)i;
			return 0;
		}
	}
	return opt_bad(
	    why, text, "not one of no, on-failure, on-abnormal, always");
}

/* A number from 1 to 1000, which may have a fraction, in billionths: as many
 * as a duration in seconds has nanoseconds. */
static int
parse_factor(const char *s, int64_t *factor)
{
	if (s[strspn(s, "0123456789.")] != '\0' || dur_parse(s, factor) == -1)
		return -1;
	return *factor < DUR_SECOND || *factor > FACTOR_MAX ? -1 : 0;
}

static const char *
take_backoff(const char *text, struct restart_conf *c)
{
	char field[FIELD_MAX];

	if (cut(&text, ',', field) == -1 || dur_parse(field, &c->base) == -1)
		return "invalid first delay";
	if (c->base < BASE_MIN)
		return "the first delay is at least 1ms";
	if (text != NULL &&
	    (cut(&text, ',', field) == -1 ||
		parse_factor(field, &c->factor) == -1))
		return "the factor is a number from 1 to 1000";
	if (text != NULL &&
	    (cut(&text, '\0', field) == -1 || dur_parse(field, &c->cap) == -1))
		return "invalid largest delay";
	if (c->cap == DUR_INFINITE)
		return "the largest delay must have an end";
	if (c->cap < c->base)
		return "the largest delay is less than the first";
	return NULL;
}

int
restart_parse_backoff(
    const char *text, struct restart_conf *conf, struct buf *why)
{
	struct restart_conf new = *conf;
	const char *wrong = take_backoff(text, &new);

	if (wrong != NULL)
		return opt_bad(why, text, wrong);
	*conf = new;
	return 0;
}

static const char *
take_limit(const char *text, struct restart_conf *c)
{
	char field[FIELD_MAX];
	int n;

	if (cut(&text, '/', field) == -1 || text == NULL)
		return "not of the form NUMBER/WINDOW";
	n = opt_digits(field, 1, RESTART_LIMIT_MAX);
	if (n == -1)
		return "the number is from 1 to 1000";
	c->limit = (unsigned)n;
	if (cut(&text, '\0', field) == -1 || dur_parse(field, &c->window) == -1)
		return "invalid window";
	return NULL;
}

int
restart_parse_limit(
    const char *text, struct restart_conf *conf, struct buf *why)
{
	struct restart_conf new = *conf;
	const char *wrong = take_limit(text, &new);

	if (wrong != NULL)
		return opt_bad(why, text, wrong);
	*conf = new;
	return 0;
}

/* N or N-M. */
static int
take_codes(const char *field, struct restart_conf *c)
{
	char first[FIELD_MAX];
	int from, to;

	if (cut(&field, '-', first) == -1)
		return -1;
	from = opt_digits(first, 0, RESTART_CODES - 1);
	to = field == NULL ? from : opt_digits(field, from, RESTART_CODES - 1);
	if (from == -1 || to == -1)
		return -1;
	for (; from <= to; from++)
		c->final[from / 8] |= (uint8_t)(1U << from % 8);
	return 0;
}

int
restart_parse_final(
    const char *text, struct restart_conf *conf, struct buf *why)
{
	struct restart_conf new = *conf;
	char field[FIELD_MAX];
	const char *at = text;

	memset(new.final, 0, sizeof(new.final));
	while (at != NULL)
		if (cut(&at, ',', field) == -1 || take_codes(field, &new) == -1)
			return opt_bad(why, text,
			    "not a list of exit statuses, 0 to 255, and ranges");
	*conf = new;
	return 0;
}
