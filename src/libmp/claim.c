/* SPDX-License-Identifier: ISC */
/*
 * Two counts in a word, so that they change together or not at all. What the
 * worker has said of the tasks before is seen by who sees that one has begun.
 */
#include "config.h"

#include "claim.h"

#define BITS 16

static uint32_t
begun(uint32_t word)
{
	return word >> BITS;
}

static uint32_t
given(uint32_t word)
{
	return word & CLAIM_MAX;
}

static uint32_t
make(uint32_t begun, uint32_t given)
{
	return begun << BITS | (given & CLAIM_MAX);
}

static uint32_t
load(struct claim *c)
{
	return atomic_load_explicit(&c->word, memory_order_acquire);
}

/* Returns false, and the word as it is, where it is another one by now. */
static bool
change(struct claim *c, uint32_t *word, uint32_t to)
{
	return atomic_compare_exchange_weak_explicit(
	    &c->word, word, to, memory_order_acq_rel, memory_order_acquire);
}

void
claim_give(struct claim *c, uint32_t n)
{
	uint32_t word = load(c);

	while (!change(c, &word, make(begun(word), given(word) + n)))
		continue;
}

uint32_t
claim_recall(struct claim *c, uint32_t ended)
{
	uint32_t word = load(c), keep;

	do {
		keep = begun(word);
		if (keep == (ended & CLAIM_MAX) && keep != given(word))
			keep = (keep + 1) & CLAIM_MAX;
	} while (!change(c, &word, make(begun(word), keep)));
	return (given(word) - keep) & CLAIM_MAX;
}

bool
claim_begin(struct claim *c)
{
	uint32_t word = load(c);

	do {
		if (begun(word) == given(word))
			return false;
	} while (!change(c, &word, make(begun(word) + 1, given(word))));
	return true;
}
