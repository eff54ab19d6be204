/* SPDX-License-Identifier: ISC */
/*
 * The primes below a limit, counted by a segmented sieve of Eratosthenes
 * over the odd numbers: memory does not grow with the limit, and a small
 * limit costs next to nothing.
 */
#ifndef MP_SIEVE_H
#define MP_SIEVE_H

#include <stdint.h>

#define SIEVE_MAX 1000000000

struct sieve; /* opaque */

/* The primes up to the root of SIEVE_MAX and room for one segment, about
 * 60 KiB. NULL and ENOMEM on failure; sieve_free() releases. */
struct sieve *sieve_new(void);
void sieve_free(struct sieve *);

struct sieve_found {
	uint32_t count;
	uint32_t largest; /* 0 where there is none */
};

/* The primes in [2, limit), limit at most SIEVE_MAX. */
struct sieve_found sieve_below(struct sieve *, uint32_t limit);

#endif
