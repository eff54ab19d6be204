/* SPDX-License-Identifier: ISC */
/*
 * Shared memory, by mmap(2).
 */
#include "config.h"

#include "share.h"

#include <sys/mman.h>

void *
share_new(size_t n)
{
	void *p = mmap(
	    NULL, n, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return NULL;
	return p;
}

void
share_free(void *p, size_t n)
{
	(void)munmap(p, n);
}

void
share_hide(void *p, size_t n)
{
#ifdef MADV_DONTFORK
	(void)madvise(p, n, MADV_DONTFORK);
#else
	(void)p;
	(void)n;
#endif
}
