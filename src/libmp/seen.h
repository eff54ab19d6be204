/* SPDX-License-Identifier: ISC */
/*
 * Which number came first with a key: a set of 64-bit keys that only
 * grows, 16 bytes for each and up to as much again in reserve.
 */
#ifndef MP_SEEN_H
#define MP_SEEN_H

#include <stddef.h>
#include <stdint.h>

struct seen_entry {
	uint64_t key, id; /* id 0: free */
};

struct seen {
	struct seen_entry *entry; /* cap of them, a power of 2 */
	size_t n, cap;
};

#define SEEN_INIT \
	{ \
		NULL, 0, 0 \
	}
void seen_free(struct seen *);

/* The key of n bytes, continued from that of what is before them;
 * SEEN_NOTHING before the first. */
#define SEEN_NOTHING UINT64_C(0xcbf29ce484222325)
uint64_t seen_key(uint64_t before, const void *, size_t n);

/* The id, not 0, that came first with the key: this one, if none did. 0 and
 * ENOMEM on failure. */
uint64_t seen_first(struct seen *, uint64_t key, uint64_t id);

#endif
