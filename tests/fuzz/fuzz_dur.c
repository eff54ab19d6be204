/* SPDX-License-Identifier: ISC */
/*
 * Fuzz target of durations. What is one is said by a regular expression,
 * what it is worth by decimal multiplication as done on paper.
 */
#include "config.h"

#include <errno.h>
#include <regex.h>

#include "dur.h"
#include "fuzz.h"

#define UNTOUCHED (-4711)

/* Digits that the product may have more than the number. */
#define MORE 20

/* A duration taken apart; what points into the text. */
struct parts {
	const char *whole, *frac, *unit;
	size_t nwhole, nfrac;
};

/* Returns 0 where the text is no number with a unit. */
static int
take_apart(const char *s, struct parts *p)
{
	static regex_t re;
	static int compiled;
	regmatch_t m[5];

	if (!compiled) {
		FUZZ_CHECK(regcomp(&re, "^([0-9]+)(\\.([0-9]+))?(ms|[smhd])?$",
			       REG_EXTENDED) == 0);
		compiled = 1;
	}
	if (regexec(&re, s, 5, m, 0) != 0)
		return 0;
	p->whole = s;
	p->nwhole = (size_t)m[1].rm_eo;
	p->frac = m[3].rm_so == -1 ? "" : s + m[3].rm_so;
	p->nfrac = m[3].rm_so == -1 ? 0 : (size_t)(m[3].rm_eo - m[3].rm_so);
	p->unit = m[4].rm_so == -1 ? "" : s + m[4].rm_so;
	return 1;
}

static uint64_t
unit_ns(const char *unit)
{
	if (strcmp(unit, "ms") == 0)
		return UINT64_C(1000000);
	if (strcmp(unit, "m") == 0)
		return UINT64_C(60000000000);
	if (strcmp(unit, "h") == 0)
		return UINT64_C(3600000000000);
	if (strcmp(unit, "d") == 0)
		return UINT64_C(86400000000000);
	return UINT64_C(1000000000);
}

/* Writes the digits of number × unit, the last one first, to product, of
 * which the first nfrac are behind the point. */
static void
multiply(const struct parts *p, unsigned char *product)
{
	uint64_t unit = unit_ns(p->unit), carry = 0;
	size_t i, n = p->nwhole + p->nfrac;

	for (i = 0; i < n + MORE; i++) {
		if (i < p->nfrac)
			carry += unit *
			    (uint64_t)(p->frac[p->nfrac - 1 - i] - '0');
		else if (i < n)
			carry += unit * (uint64_t)(p->whole[n - 1 - i] - '0');
		product[i] = (unsigned char)(carry % 10);
		carry /= 10;
	}
	FUZZ_CHECK(carry == 0);
}

static int64_t
expected(const struct parts *p)
{
	size_t i = p->nwhole + p->nfrac + MORE;
	unsigned char *product = fuzz_alloc(i);
	int64_t v = 0;

	multiply(p, product);
	while (i-- > p->nfrac && v < DUR_INFINITE) {
		if (v > (INT64_MAX - product[i]) / 10)
			v = DUR_INFINITE;
		else
			v = v * 10 + product[i];
	}
	for (i = 0; i < p->nfrac && v < DUR_INFINITE; i++) {
		if (product[i] != 0) {
			v++;
			break;
		}
	}
	free(product);
	return v;
}

static int64_t
parse(const char *a, const char *b)
{
	char *s = fuzz_join(a, b);
	int64_t ns;

	FUZZ_CHECK(dur_parse(s, &ns) == 0);
	free(s);
	return ns;
}

/* More digits are no less, and so are larger units. */
static void
check_order(const struct parts *p, const char *s, int64_t ns)
{
	static const char *const units[] = {"ms", "s", "m", "h", "d"};
	char *number = fuzz_string((const uint8_t *)s, strlen(s));
	int64_t before = 0, now;
	size_t i;

	number[p->unit > s ? (size_t)(p->unit - s) : strlen(s)] = '\0';
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		now = parse(number, units[i]);
		FUZZ_CHECK(now >= before);
		before = now;
	}
	FUZZ_CHECK(parse("1", s) >= ns);
	if (*p->unit == '\0') {
		FUZZ_CHECK(parse(s, "s") == ns);
		FUZZ_CHECK(parse(s, "9") >= ns);
	}
	free(number);
}

/* What is written is read back, to the millisecond. */
static void
check_format(const uint8_t *data, size_t size)
{
	char text[DUR_STRLEN];
	int64_t ns = 0, again;

	memcpy(&ns, data, size < sizeof(ns) ? size : sizeof(ns));
	ns &= INT64_MAX;
	FUZZ_CHECK(dur_format(ns, text) == text);
	FUZZ_CHECK(dur_parse(text, &again) == 0);
	if (again == DUR_INFINITE)
		FUZZ_CHECK(ns >= DUR_INFINITE - DUR_MS / 2);
	else
		FUZZ_CHECK(
		    again - ns <= DUR_MS / 2 && ns - again <= DUR_MS / 2);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = fuzz_string(data, size);
	int64_t ns = UNTOUCHED;
	struct parts p;
	int rc;

	if (size > 0)
		check_format(data, size);
	errno = 0;
	rc = dur_parse(s, &ns);
	if (strcmp(s, "inf") == 0 || strcmp(s, "infinity") == 0) {
		FUZZ_CHECK(rc == 0 && ns == DUR_INFINITE);
	} else if (take_apart(s, &p)) {
		FUZZ_CHECK(rc == 0 && ns == expected(&p));
		check_order(&p, s, ns);
	} else {
		FUZZ_CHECK(rc == -1 && errno == EINVAL && ns == UNTOUCHED);
	}
	free(s);
	return 0;
}
