/* SPDX-License-Identifier: ISC */
/*
 * Fuzz target of sizes. What is one is said by a regular expression, what
 * it is worth by multiplying with 1024 step by step.
 */
#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <regex.h>

#include "dur.h"
#include "fuzz.h"

#define UNTOUCHED 4711

static int
is_size(const char *s)
{
	static regex_t re;
	static int compiled;

	if (!compiled) {
		FUZZ_CHECK(regcomp(&re, "^[0-9]+[KMGTPEkmgtpe]?[Bb]?$",
			       REG_EXTENDED | REG_NOSUB) == 0);
		compiled = 1;
	}
	return regexec(&re, s, 0, NULL, 0) == 0;
}

/* Returns 0 where the size is out of range. */
static int
expected(const char *s, uint64_t *v)
{
	static const char units[] = "KMGTPE";
	const char *unit;
	size_t i;

	for (*v = 0; isdigit((unsigned char)*s); s++) {
		if (*v > (UINT64_MAX - (uint64_t)(*s - '0')) / 10)
			return 0;
		*v = *v * 10 + (uint64_t)(*s - '0');
	}
	unit = strchr(units, toupper((unsigned char)*s));
	if (*s == '\0' || unit == NULL)
		return 1;
	for (i = 0; i <= (size_t)(unit - units); i++) {
		if (*v > UINT64_MAX / 1024)
			return 0;
		*v *= 1024;
	}
	return 1;
}

/* More digits are no less, or too many. */
static void
check_order(const char *s, uint64_t v)
{
	char *longer = fuzz_join("1", s), *padded = fuzz_join("0", s);
	uint64_t more;

	if (size_parse(longer, &more) == 0)
		FUZZ_CHECK(more >= v);
	else
		FUZZ_CHECK(errno == ERANGE);
	FUZZ_CHECK(size_parse(padded, &more) == 0 && more == v);
	free(longer);
	free(padded);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = fuzz_string(data, size);
	uint64_t v = UNTOUCHED, want;
	int rc;

	errno = 0;
	rc = size_parse(s, &v);
	if (!is_size(s)) {
		FUZZ_CHECK(rc == -1 && errno == EINVAL && v == UNTOUCHED);
	} else if (!expected(s, &want)) {
		FUZZ_CHECK(rc == -1 && errno == ERANGE && v == UNTOUCHED);
	} else {
		FUZZ_CHECK(rc == 0 && v == want);
		check_order(s, v);
	}
	free(s);
	return 0;
}
