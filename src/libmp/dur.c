/* SPDX-License-Identifier: ISC */
/*
 * Durations and sizes. All arithmetic is on integers, so that a duration
 * is exact to the nanosecond however many digits it is written with.
 */
#include "config.h"

#include "dur.h"

#include <ctype.h>
#include <errno.h>
#include <libutil.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dec.h"

static const struct unit {
	const char *name;
	int64_t ns;
} units[] = {
    {"", DUR_SECOND},
    {"ms", DUR_MS},
    {"s", DUR_SECOND},
    {"m", 60 * DUR_SECOND},
    {"h", 3600 * DUR_SECOND},
    {"d", 86400 * DUR_SECOND},
};

/* The length of one unit in nanoseconds, 0 where there is none such. */
static int64_t
unit_length(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(units[i].name, name) == 0)
			return units[i].ns;
	return 0;
}

static size_t
count_digits(const char *s)
{
	return strspn(s, "0123456789");
}

/* The n digits before the point, times unit. */
static int64_t
whole_part(const char *s, size_t n, int64_t unit)
{
	int64_t v = 0, digit;
	size_t i;

	for (i = 0; i < n; i++) {
		digit = s[i] - '0';
		if (v > (INT64_MAX - digit) / 10)
			return DUR_INFINITE;
		v = v * 10 + digit;
	}
	return v > INT64_MAX / unit ? DUR_INFINITE : v * unit;
}

/*
 * The n digits behind the point, times unit, rounded up. The last digit
 * comes first: rounding at each step gives the same as rounding once,
 * because what is added to the rounded value is a whole number.
 */
static int64_t
fraction(const char *s, size_t n, int64_t unit)
{
	int64_t v = 0;

	while (n-- > 0)
		v = ((s[n] - '0') * unit + v + 9) / 10;
	return v;
}

int
dur_parse(const char *s, int64_t *ns)
{
	size_t nwhole = count_digits(s), nfrac = 0;
	const char *frac = s + nwhole, *name = frac;
	int64_t unit, whole, part;

	if (strcmp(s, "infinity") == 0 || strcmp(s, "inf") == 0) {
		*ns = DUR_INFINITE;
		return 0;
	}
	if (*frac == '.') {
		nfrac = count_digits(++frac);
		name = frac + nfrac;
	}
	unit = unit_length(name);
	if (nwhole == 0 || (frac[-1] == '.' && nfrac == 0) || unit == 0) {
		errno = EINVAL;
		return -1;
	}
	whole = whole_part(s, nwhole, unit);
	part = fraction(frac, nfrac, unit);
	*ns = whole > INT64_MAX - part ? DUR_INFINITE : whole + part;
	return 0;
}

/* ceill(3) without the mathematical library; v is in range. */
static int64_t
round_up(long double v)
{
	int64_t n = (int64_t)v;

	return (long double)n < v ? n + 1 : n;
}

int
dur_parse_real(const char *s, int64_t *ns)
{
	int64_t unit;
	long double v;
	char *end;

	errno = 0;
	v = strtold(s, &end);
	unit = unit_length(end);
	if (end == s || unit == 0 || isnan(v) || v < 0 ||
	    (v == 0 && errno == ERANGE && signbit(v))) {
		errno = EINVAL;
		return -1;
	}
	if (v == 0)
		*ns = errno == ERANGE ? 1 : 0;
	else if (v >= (long double)INT64_MAX / (long double)unit)
		*ns = DUR_INFINITE;
	else
		*ns = round_up(v * (long double)unit);
	return 0;
}

/* Whether this may stand behind the digits of a size. */
static int
is_size_suffix(const char *s)
{
	if (*s != '\0' && strchr("KkMmGgTtPpEe", *s) != NULL)
		s++;
	if (*s == 'B' || *s == 'b')
		s++;
	return *s == '\0';
}

int
size_parse(const char *s, uint64_t *bytes)
{
	size_t n = count_digits(s);
	uint64_t v;

	if (n == 0 || !is_size_suffix(s + n)) {
		errno = EINVAL;
		return -1;
	}
	/* expand_number() takes digits after a zero for octal. */
	while (*s == '0' && isdigit((unsigned char)s[1]))
		s++;
	/* It does not fail where the digits alone are out of range, but the
	 * function below it leaves its errno. */
	errno = 0;
	if (expand_number(s, &v) != 0 || errno != 0)
		return -1;
	*bytes = v;
	return 0;
}

/* From its end to its beginning. */
const char *
dur_format(int64_t ns, char out[DUR_STRLEN])
{
	int64_t ms = ns / DUR_MS + (ns % DUR_MS >= DUR_MS / 2);
	uint64_t value = ms < 0 ? -(uint64_t)ms : (uint64_t)ms;
	char *p = out + DUR_STRLEN;

	*--p = '\0';
	p = dec_digits(p, value % 1000, 3);
	*--p = '.';
	p = dec_digits(p, value / 1000, 1);
	if (ms < 0)
		*--p = '-';
	return memmove(out, p, (size_t)(out + DUR_STRLEN - p));
}

int64_t
dur_timeval(const struct timeval *tv)
{
	return (int64_t)tv->tv_sec * DUR_SECOND + (int64_t)tv->tv_usec * 1000;
}
