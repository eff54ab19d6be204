/* SPDX-License-Identifier: ISC */
/*
 * Fuzz target of resource limits. A regular expression says what is one and
 * where its parts are; the sizes are left to their own parser.
 */
#include "config.h"

#include <errno.h>
#include <regex.h>
#include <stdbool.h>

#include "dur.h"
#include "fuzz.h"
#include "rlim.h"

#define TEXT_MAX 63 /* characters of a value */
#define VALUE "(unlimited|infinity|[0-9]+[KMGTPEkmgtpe]?[Bb]?)"

/* Which parts of the expression are which. */
enum { SOFT = 3, COLON = 4, HARD = 5, HARD_ALONE = 7, NPARTS = 8 };

/* The parts of a text that could be a limit. */
static bool
take_apart(const char *s, regmatch_t part[NPARTS])
{
	static regex_t re;
	static bool compiled;

	if (!compiled) {
		FUZZ_CHECK(regcomp(&re,
			       "^([a-z]+)=" /* 1 */
			       "(" VALUE "(:" VALUE "?)?" /* 2, 3, 4, 5 */
			       "|(:" VALUE "))$", /* 6, 7 */
			       REG_EXTENDED) == 0);
		compiled = true;
	}
	return regexec(&re, s, NPARTS, part, 0) == 0;
}

/* The number of the name before the "=", or -1. */
static int
resource_of(const char *s)
{
	const char *name;
	size_t i, len;
	int resource;

	for (i = 0; (name = rlim_name(i, &resource)) != NULL; i++) {
		len = strlen(name);
		if (strncmp(s, name, len) == 0 &&
		    (s[len] == '=' || s[len] == '\0'))
			return resource;
	}
	return -1;
}

static const char *
value_of(const char *s, const regmatch_t *part, rlim_t *value)
{
	size_t len = (size_t)(part->rm_eo - part->rm_so);
	const char *why = NULL;
	uint64_t bytes = 0;
	char *text;

	if (len > TEXT_MAX)
		return "not a value";
	text = fuzz_string((const uint8_t *)s + part->rm_so, len);
	if (*text == 'u' || *text == 'i')
		*value = RLIM_INFINITY;
	else if (size_parse(text, &bytes) == -1 || bytes >= RLIM_INFINITY)
		why = "out of range";
	else
		*value = (rlim_t)bytes;
	free(text);
	return why;
}

/* What is wrong, or NULL. */
static const char *
expected(const char *s, const regmatch_t *part, struct rlim *rlim)
{
	const regmatch_t *soft = &part[SOFT], *hard = &part[HARD];
	const char *why = NULL;

	if (part[HARD_ALONE].rm_so != -1)
		hard = &part[HARD_ALONE];
	rlim->soft = soft->rm_so != -1;
	rlim->hard = hard->rm_so != -1 || part[COLON].rm_so == -1;
	if (rlim->soft)
		why = value_of(s, soft, &rlim->value.rlim_cur);
	if (why == NULL && hard->rm_so != -1)
		why = value_of(s, hard, &rlim->value.rlim_max);
	else if (why == NULL && rlim->hard)
		rlim->value.rlim_max = rlim->value.rlim_cur;
	if (why == NULL && rlim->soft && rlim->hard &&
	    rlim->value.rlim_max < rlim->value.rlim_cur)
		why = "the soft limit is above the hard one";
	return why;
}

/* What is given, in numbers, reads as the same again. */
static void
check_text(const struct rlim *rlim)
{
	struct buf b = BUF_INIT;
	struct rlim again;
	const char *why;

	if (!rlim->soft || !rlim->hard)
		return;
	FUZZ_CHECK(buf_adds(&b, "core=") == 0);
	FUZZ_CHECK(rlim_format(&b, &rlim->value) == 0);
	FUZZ_CHECK(buf_addc(&b, '\0') == 0);
	FUZZ_CHECK(rlim_parse(buf_data(&b), &again, &why) == 0);
	FUZZ_CHECK(again.resource == RLIMIT_CORE && again.soft && again.hard);
	FUZZ_CHECK(again.value.rlim_cur == rlim->value.rlim_cur);
	FUZZ_CHECK(again.value.rlim_max == rlim->value.rlim_max);
	buf_free(&b);
}

/* Completed, it has a hard limit not below the soft one. */
static void
check_completed(struct rlim rlim)
{
	struct rlim before = rlim;
	struct rlimit own;

	FUZZ_CHECK(getrlimit(rlim.resource, &own) == 0);
	if (rlim_complete(&rlim) == -1) {
		FUZZ_CHECK(errno == EINVAL && rlim.soft != rlim.hard);
		FUZZ_CHECK(rlim.soft ? rlim.value.rlim_cur > own.rlim_max
				     : rlim.value.rlim_max < own.rlim_cur);
		return;
	}
	FUZZ_CHECK(rlim.value.rlim_cur <= rlim.value.rlim_max);
	FUZZ_CHECK(rlim.value.rlim_cur ==
	    (rlim.soft ? before.value.rlim_cur : own.rlim_cur));
	FUZZ_CHECK(rlim.value.rlim_max ==
	    (rlim.hard ? before.value.rlim_max : own.rlim_max));
}

/* What is rejected leaves all as it was. The reason is that of the first
 * part that is wrong, so that it is not known where parts are missing. */
static void
check_rejected(const struct rlim *rlim, const char *why, const char *reason)
{
	FUZZ_CHECK(rlim->resource == 4711 && rlim->value.rlim_cur == 1);
	FUZZ_CHECK(rlim->value.rlim_max == 2 && !rlim->soft && rlim->hard);
	FUZZ_CHECK(why != NULL);
	if (reason != NULL)
		FUZZ_CHECK(strcmp(why, reason) == 0);
	else
		FUZZ_CHECK(strcmp(why, "not a value") == 0 ||
		    strcmp(why, "out of range") == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = fuzz_string(data, size);
	struct rlim rlim = {4711, {1, 2}, false, true}, want = {.soft = false};
	regmatch_t part[NPARTS];
	const char *why = NULL, *reason = NULL;
	bool apart = take_apart(s, part);
	int rc;

	want.resource = resource_of(s);
	if (want.resource == -1)
		reason = "no such limit";
	else if (apart)
		reason = expected(s, part, &want);
	rc = rlim_parse(s, &rlim, &why);
	if (rc == -1) {
		FUZZ_CHECK(reason != NULL || !apart);
		check_rejected(&rlim, why, reason);
	} else {
		FUZZ_CHECK(want.resource != -1 && apart && reason == NULL);
		FUZZ_CHECK(rlim.resource == want.resource);
		FUZZ_CHECK(rlim.soft == want.soft && rlim.hard == want.hard);
		FUZZ_CHECK(rlim.value.rlim_cur == want.value.rlim_cur);
		FUZZ_CHECK(rlim.value.rlim_max == want.value.rlim_max);
		check_text(&rlim);
		check_completed(rlim);
	}
	free(s);
	return 0;
}
