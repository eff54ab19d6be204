/* SPDX-License-Identifier: ISC */
/*
 * Fuzz target of columns: the first line is the separator, the rest is a
 * record. The columns lie in the record in their order, do not touch, and
 * fewer of them are the same ones.
 */
#include "config.h"

#include <stdbool.h>

#include "columns.h"
#include "fuzz.h"

#define MANY 64
#define SHORT 64
#define REPEATS 4

/* Whether the C library does not need too long, or too much memory, which
 * grows with the power of repetitions. */
static bool
harmless(const char *separator)
{
	size_t n = 0, i;

	for (i = 0; separator[i] != '\0'; i++)
		n += strchr("*+?", separator[i]) != NULL;
	return i <= SHORT && n <= REPEATS && strpbrk(separator, "{(") == NULL;
}

static void
check_record(const struct columns *c, const char *rec)
{
	struct column all[MANY], some[MANY];
	size_t n = columns_split(c, rec, all, MANY), few, i;
	const char *at = rec, *end = rec + strlen(rec);

	FUZZ_CHECK(n >= 1 && n <= MANY);
	for (i = 0; i < n; i++) {
		FUZZ_CHECK(i == 0 ? all[i].text == at : all[i].text > at);
		at = all[i].text + all[i].len;
		FUZZ_CHECK(at <= end);
	}
	if (n < MANY)
		FUZZ_CHECK(at == end);
	for (few = 0; few <= n; few++) {
		FUZZ_CHECK(columns_split(c, rec, some, few) == few);
		for (i = 0; i < few; i++)
			FUZZ_CHECK(some[i].text == all[i].text &&
			    some[i].len == all[i].len);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = fuzz_string(data, size), *rec = s + strcspn(s, "\n");
	struct buf why = BUF_INIT;
	struct columns *c = NULL;

	if (*rec != '\0')
		*rec++ = '\0';
	if (harmless(s))
		c = columns_new(s, &why);
	FUZZ_CHECK(c == NULL || buf_len(&why) == 0);
	if (c != NULL)
		check_record(c, rec);
	columns_free(c);
	buf_free(&why);
	free(s);
	return 0;
}
