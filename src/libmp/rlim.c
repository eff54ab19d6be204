/* SPDX-License-Identifier: ISC */
/*
 * Resource limits. Which there are differs from system to system.
 */
#include "config.h"

#include "rlim.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "dur.h"

#define VALUE_MAX 64 /* characters, with the NUL */

static const struct {
	const char *name;
	int resource;
} limits[] = {
#ifdef RLIMIT_AS
    {"as", RLIMIT_AS},
#endif
    {"core", RLIMIT_CORE},
    {"cpu", RLIMIT_CPU},
    {"data", RLIMIT_DATA},
    {"fsize", RLIMIT_FSIZE},
#ifdef RLIMIT_LOCKS
    {"locks", RLIMIT_LOCKS},
#endif
#ifdef RLIMIT_MEMLOCK
    {"memlock", RLIMIT_MEMLOCK},
#endif
#ifdef RLIMIT_MSGQUEUE
    {"msgqueue", RLIMIT_MSGQUEUE},
#endif
#ifdef RLIMIT_NICE
    {"nice", RLIMIT_NICE},
#endif
    {"nofile", RLIMIT_NOFILE},
#ifdef RLIMIT_NPROC
    {"nproc", RLIMIT_NPROC},
#endif
#ifdef RLIMIT_RSS
    {"rss", RLIMIT_RSS},
#endif
#ifdef RLIMIT_RTPRIO
    {"rtprio", RLIMIT_RTPRIO},
#endif
#ifdef RLIMIT_RTTIME
    {"rttime", RLIMIT_RTTIME},
#endif
#ifdef RLIMIT_SIGPENDING
    {"sigpending", RLIMIT_SIGPENDING},
#endif
    {"stack", RLIMIT_STACK},
};

#define NLIMITS (sizeof(limits) / sizeof(limits[0]))

static const char not_a_value[] = "not a value";
static const char out_of_range[] = "out of range";

const char *
rlim_name(size_t i, int *resource)
{
	if (i >= NLIMITS)
		return NULL;
	*resource = limits[i].resource;
	return limits[i].name;
}

/* These return what is wrong, or NULL. */
static const char *
name_parse(const char *s, size_t len, int *resource)
{
	size_t i;

	for (i = 0; i < NLIMITS; i++) {
		if (strlen(limits[i].name) == len &&
		    memcmp(limits[i].name, s, len) == 0) {
			*resource = limits[i].resource;
			return NULL;
		}
	}
	return "no such limit";
}

static const char *
value_parse(const char *s, size_t len, rlim_t *value)
{
	char text[VALUE_MAX];
	uint64_t v;

	if (len >= sizeof(text))
		return not_a_value;
	memcpy(text, s, len);
	text[len] = '\0';
	if (strcmp(text, "unlimited") == 0 || strcmp(text, "infinity") == 0) {
		*value = RLIM_INFINITY;
		return NULL;
	}
	if (size_parse(text, &v) == -1)
		return errno == ERANGE ? out_of_range : not_a_value;
	/* The greatest number does not limit: it is said with a word. */
	if (v >= RLIM_INFINITY)
		return out_of_range;
	*value = (rlim_t)v;
	return NULL;
}

/* SOFT, SOFT:, :HARD or SOFT:HARD. */
static const char *
values_parse(const char *s, struct rlim *rlim)
{
	size_t len = strcspn(s, ":");
	bool one = s[len] == '\0';
	const char *hard = one ? s : s + len + 1, *why = NULL;

	rlim->soft = len > 0;
	rlim->hard = one || *hard != '\0';
	if (!rlim->soft && !rlim->hard)
		return not_a_value;
	if (rlim->soft)
		why = value_parse(s, len, &rlim->value.rlim_cur);
	if (why == NULL && rlim->hard)
		why = value_parse(hard, strlen(hard), &rlim->value.rlim_max);
	if (why == NULL && rlim->soft && rlim->hard &&
	    rlim->value.rlim_cur > rlim->value.rlim_max)
		why = "the soft limit is above the hard one";
	return why;
}

int
rlim_parse(const char *s, struct rlim *rlim, const char **why)
{
	size_t len = strcspn(s, "=");
	struct rlim new = {.resource = 0};

	*why = name_parse(s, len, &new.resource);
	if (*why == NULL && s[len] == '\0')
		*why = not_a_value;
	if (*why == NULL)
		*why = values_parse(s + len + 1, &new);
	if (*why != NULL)
		return -1;
	*rlim = new;
	return 0;
}

int
rlim_complete(struct rlim *rlim)
{
	struct rlimit value;

	if (getrlimit(rlim->resource, &value) == -1)
		return -1;
	if (rlim->soft)
		value.rlim_cur = rlim->value.rlim_cur;
	if (rlim->hard)
		value.rlim_max = rlim->value.rlim_max;
	if (value.rlim_cur > value.rlim_max) {
		errno = EINVAL;
		return -1;
	}
	rlim->value = value;
	return 0;
}

static const char *
value_format(rlim_t value, char text[VALUE_MAX])
{
	if (value == RLIM_INFINITY)
		return "unlimited";
	(void)snprintf(text, VALUE_MAX, "%ju", (uintmax_t)value);
	return text;
}

int
rlim_format(struct buf *b, const struct rlimit *value)
{
	char soft[VALUE_MAX], hard[VALUE_MAX];

	return buf_addf(b, "%s:%s", value_format(value->rlim_cur, soft),
	    value_format(value->rlim_max, hard));
}
