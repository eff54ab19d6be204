/* SPDX-License-Identifier: ISC */
/*
 * The segmented sieve. Bit i of a map stands for the odd number 2 * i + 1
 * and is set where that number is known not to be a prime. The map of one
 * segment fits into the first-level cache.
 */
#include "config.h"

#include "sieve.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define WORD_BITS 64
#define SEGMENT_BITS (UINT32_C(32) * 1024 * 8)

/* 31623 is the first number whose square is not below SIEVE_MAX; 3400 odd
 * primes are smaller. */
#define BASE_BITS (31623 / 2)
#define BASE_PRIMES 3400

struct sieve {
	size_t nprimes;
	uint32_t prime[BASE_PRIMES]; /* odd ones, ascending */
	uint32_t next[BASE_PRIMES]; /* next bit to set, from the segment's
					first one */
	uint64_t map[SEGMENT_BITS / WORD_BITS];
};

static void
clear(struct sieve *s, uint32_t bits)
{
	size_t words = (bits + WORD_BITS - 1) / WORD_BITS;

	memset(s->map, 0, words * sizeof(s->map[0]));
}

static bool
is_set(const struct sieve *s, uint32_t bit)
{
	return s->map[bit / WORD_BITS] >> bit % WORD_BITS & 1;
}

/* Sets every step-th bit below end, and returns where it would go on. */
static uint32_t
cross_off(struct sieve *s, uint32_t bit, uint32_t step, uint32_t end)
{
	for (; bit < end; bit += step)
		s->map[bit / WORD_BITS] |= UINT64_C(1) << bit % WORD_BITS;
	return bit;
}

static unsigned
ones(uint64_t w)
{
	w -= w >> 1 & UINT64_C(0x5555555555555555);
	w = (w & UINT64_C(0x3333333333333333)) +
	    (w >> 2 & UINT64_C(0x3333333333333333));
	w = (w + (w >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
	return (unsigned)(w * UINT64_C(0x0101010101010101) >> 56);
}

/* The bit of the square of the odd number p, where crossing off begins:
 * smaller multiples of p have a smaller factor. */
static uint32_t
square_bit(uint32_t p)
{
	return p * p / 2;
}

static void
find_base_primes(struct sieve *s)
{
	uint32_t bit, p;

	clear(s, BASE_BITS);
	s->nprimes = 0;
	for (bit = 1; bit < BASE_BITS; bit++) {
		if (is_set(s, bit))
			continue;
		p = 2 * bit + 1;
		s->prime[s->nprimes++] = p;
		cross_off(s, square_bit(p), p, BASE_BITS);
	}
}

struct sieve *
sieve_new(void)
{
	struct sieve *s = malloc(sizeof(*s));

	if (s == NULL)
		return NULL;
	find_base_primes(s);
	return s;
}

void
sieve_free(struct sieve *s)
{
	free(s);
}

/*
 * Sieves the segment of size bits that begins at bit low. active primes
 * have a multiple to cross off in an earlier segment; returns how many
 * have one up to this segment's end.
 */
static size_t
sieve_segment(struct sieve *s, uint32_t low, uint32_t size, size_t active)
{
	size_t i;

	for (; active < s->nprimes; active++) {
		uint32_t first = square_bit(s->prime[active]);

		if (first >= low + size)
			break;
		s->next[active] = first - low;
	}
	clear(s, size);
	if (low == 0)
		s->map[0] = 1; /* the number 1 */
	for (i = 0; i < active; i++)
		s->next[i] = cross_off(s, s->next[i], s->prime[i], size) - size;
	return active;
}

/* Adds what the sieved segment holds. */
static void
count_segment(const struct sieve *s, uint32_t low, uint32_t size,
    struct sieve_found *found)
{
	size_t i, words = (size + WORD_BITS - 1) / WORD_BITS;
	uint32_t bit, primes = size;

	for (i = 0; i < words; i++)
		primes -= ones(s->map[i]);
	if (primes == 0)
		return;
	for (bit = size - 1; is_set(s, bit); bit--)
		continue;
	found->count += primes;
	found->largest = 2 * (low + bit) + 1;
}

struct sieve_found
sieve_below(struct sieve *s, uint32_t limit)
{
	struct sieve_found found = {0, 0};
	uint32_t low, size, end = limit / 2;
	size_t active = 0;

	if (limit > 2)
		found = (struct sieve_found){1, 2};
	for (low = 0; low < end; low += size) {
		size = end - low < SEGMENT_BITS ? end - low : SEGMENT_BITS;
		active = sieve_segment(s, low, size, active);
		count_segment(s, low, size, &found);
	}
	return found;
}
