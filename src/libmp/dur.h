/* SPDX-License-Identifier: ISC */
/*
 * Durations and sizes as the command lines take them; mp-utils(7) has the
 * formats. Pure: no system call.
 */
#ifndef MP_DUR_H
#define MP_DUR_H

#include <sys/time.h>

#include <stdint.h>

#define DUR_INFINITE INT64_MAX
#define DUR_SECOND INT64_C(1000000000)
#define DUR_MS INT64_C(1000000)

/*
 * A duration in nanoseconds: digits with an optional fraction, then
 * nothing (seconds), ms, s, m, h or d; or "infinity" / "inf". Rounded up,
 * so that only a true zero is 0, which callers take as "no limit"; what
 * is beyond the range is DUR_INFINITE. No sign, no space, no exponent, no
 * hex. Returns 0, or -1 and EINVAL with *ns untouched.
 */
int dur_parse(const char *, int64_t *ns);

/*
 * A duration as timeout(1) takes it: what strtod(3) reads, in the C locale
 * (hex, exponent, "inf"), then nothing, ms, s, m, h or d. Rounded up: too
 * small for a number is 1 ns; beyond the range is DUR_INFINITE. No negative
 * number, no NaN. Returns 0, or -1 and EINVAL with *ns untouched.
 */
int dur_parse_real(const char *, int64_t *ns);

/*
 * A size in bytes, at least 0: digits and an optional K, M, G, T, P or E
 * (powers of 1024; either case; a trailing B is allowed, as in
 * expand_number(3bsd)).
 * Returns 0, or -1 and EINVAL or ERANGE with *bytes untouched.
 */
int size_parse(const char *, uint64_t *bytes);

/* A CPU time, as of getrusage(2), in nanoseconds. */
int64_t dur_timeval(const struct timeval *);

/* Nanoseconds, at least 0, as seconds with three decimals into out, rounded
 * to the nearest: "0.012". Returns out. */
#define DUR_STRLEN 32
const char *dur_format(int64_t ns, char out[DUR_STRLEN]);

#endif
