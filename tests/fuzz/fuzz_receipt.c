/* SPDX-License-Identifier: ISC */
/*
 * Fuzz target of receipts. What is one is said by a regular expression and
 * a comparison of digits; the first bytes of the data are a receipt, too,
 * to be written and read back.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <regex.h>
#include <stdbool.h>

#include "fuzz.h"
#include "receipt.h"

#define NUMBER "([1-9][0-9]{0,18})"
#define LARGEST "9223372036854775807"

/* m[1] and m[2] are the numbers, m[3] is the token. */
static bool
is_receipt(const char *s, regmatch_t m[4])
{
	static regex_t re;
	static bool compiled;
	int i;

	if (!compiled)
		FUZZ_CHECK(
		    regcomp(&re, "^" NUMBER "\\." NUMBER "\\.([0-9a-f]{16})$",
			REG_EXTENDED) == 0);
	compiled = true;
	if (regexec(&re, s, 4, m, 0) != 0)
		return false;
	for (i = 1; i <= 2; i++)
		if ((size_t)(m[i].rm_eo - m[i].rm_so) == strlen(LARGEST) &&
		    strncmp(s + m[i].rm_so, LARGEST, strlen(LARGEST)) > 0)
			return false;
	return true;
}

static void
check_number(const char *s, const regmatch_t *m, int64_t v)
{
	char text[32];
	int n = snprintf(text, sizeof(text), "%" PRId64, v);

	FUZZ_CHECK(n == (int)(m->rm_eo - m->rm_so));
	FUZZ_CHECK(strncmp(s + m->rm_so, text, (size_t)n) == 0);
}

static void
check_token(const char *s, const unsigned char token[RECEIPT_TOKEN])
{
	unsigned byte;
	size_t i;

	for (i = 0; i < RECEIPT_TOKEN; i++) {
		FUZZ_CHECK(sscanf(s + 2 * i, "%2x", &byte) == 1);
		FUZZ_CHECK(token[i] == byte);
	}
}

static void
check_text(const char *s)
{
	struct receipt r = {.id = -4711, .tries = -42}, was = r;
	char out[RECEIPT_STRLEN];
	regmatch_t m[4];

	errno = 0;
	if (!is_receipt(s, m)) {
		FUZZ_CHECK(receipt_parse(s, &r) == -1 && errno == EINVAL);
		FUZZ_CHECK(r.id == was.id && r.tries == was.tries);
		FUZZ_CHECK(memcmp(r.token, was.token, RECEIPT_TOKEN) == 0);
		return;
	}
	FUZZ_CHECK(receipt_parse(s, &r) == 0);
	check_number(s, &m[1], r.id);
	check_number(s, &m[2], r.tries);
	check_token(s + m[3].rm_so, r.token);
	FUZZ_CHECK(strcmp(receipt_format(&r, out), s) == 0);
}

static void
check_bytes(const uint8_t data[sizeof(struct receipt)])
{
	struct receipt r, back;
	char out[RECEIPT_STRLEN];
	regmatch_t m[4];

	memcpy(&r, data, sizeof(r));
	r.id = r.id > 0 ? r.id : ~r.id / 2 + 1;
	r.tries = r.tries > 0 ? r.tries : ~r.tries / 2 + 1;
	FUZZ_CHECK(receipt_format(&r, out) == out);
	FUZZ_CHECK(is_receipt(out, m));
	FUZZ_CHECK(receipt_parse(out, &back) == 0);
	FUZZ_CHECK(back.id == r.id && back.tries == r.tries);
	FUZZ_CHECK(memcmp(back.token, r.token, RECEIPT_TOKEN) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = fuzz_string(data, size);

	check_text(s);
	if (size >= sizeof(struct receipt))
		check_bytes(data);
	free(s);
	return 0;
}
