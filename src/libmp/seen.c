/* SPDX-License-Identifier: ISC */
/*
 * A set of keys: open addressing with linear probing. The keys are those of
 * FNV-1a, whose low bits alone would do badly as a place.
 */
#include "config.h"

#include "seen.h"

#include <stdlib.h>

#define CAP_FIRST 64
#define FNV_PRIME UINT64_C(0x100000001b3)
#define SPREAD UINT64_C(0x9e3779b97f4a7c15)

void
seen_free(struct seen *s)
{
	free(s->entry);
	*s = (struct seen)SEEN_INIT;
}

uint64_t
seen_key(uint64_t key, const void *data, size_t n)
{
	const unsigned char *p = data;

	while (n-- > 0)
		key = (key ^ *p++) * FNV_PRIME;
	return key;
}

/* Where the key is, or where it would be put. */
static struct seen_entry *
place(struct seen_entry *entry, size_t cap, uint64_t key)
{
	size_t i = (size_t)((key * SPREAD) >> 32) & (cap - 1);

	while (entry[i].id != 0 && entry[i].key != key)
		i = (i + 1) & (cap - 1);
	return &entry[i];
}

static int
grow(struct seen *s)
{
	size_t cap = s->cap > 0 ? 2 * s->cap : CAP_FIRST, i;
	struct seen_entry *entry = calloc(cap, sizeof(*entry));

	if (entry == NULL)
		return -1;
	for (i = 0; i < s->cap; i++)
		if (s->entry[i].id != 0)
			*place(entry, cap, s->entry[i].key) = s->entry[i];
	free(s->entry);
	s->entry = entry;
	s->cap = cap;
	return 0;
}

uint64_t
seen_first(struct seen *s, uint64_t key, uint64_t id)
{
	struct seen_entry *e;

	if (s->n >= s->cap - s->cap / 4 && grow(s) == -1)
		return 0;
	e = place(s->entry, s->cap, key);
	if (e->id == 0) {
		*e = (struct seen_entry){key, id};
		s->n++;
	}
	return e->id;
}
