/* SPDX-License-Identifier: ISC */
/*
 * What every fuzz target shares: libFuzzer's entry point, and the means to
 * report a broken invariant. Built with replay.c instead of libFuzzer, a
 * target runs over the files of its corpus.
 */
#ifndef MP_FUZZ_H
#define MP_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Where the condition does not hold the input is a finding. */
#define FUZZ_CHECK(condition) \
	do { \
		if (!(condition)) { \
			(void)fprintf(stderr, "%s:%d: %s does not hold\n", \
			    __FILE__, __LINE__, #condition); \
			abort(); \
		} \
	} while (0)

/* Memory of exactly that size, so that each byte too far is noticed. */
static inline void *
fuzz_alloc(size_t size)
{
	void *p = calloc(1, size > 0 ? size : 1);

	FUZZ_CHECK(p != NULL);
	return p;
}

/* The data as a string, which ends at its first NUL; to be freed. */
static inline char *
fuzz_string(const uint8_t *data, size_t size)
{
	char *s = fuzz_alloc(size + 1);

	if (size > 0)
		memcpy(s, data, size);
	s[size] = '\0';
	return s;
}

/* A and b joined; to be freed. */
static inline char *
fuzz_join(const char *a, const char *b)
{
	size_t n = strlen(a) + strlen(b) + 1;
	char *s = fuzz_alloc(n);

	(void)snprintf(s, n, "%s%s", a, b);
	return s;
}

#endif
