/* SPDX-License-Identifier: ISC */
/*
 * Memory that we share with the process that we fork next.
 */
#ifndef MP_SHARE_H
#define MP_SHARE_H

#include <stddef.h>

/* n bytes, all zero, or NULL and errno; share_free() releases them. */
void *share_new(size_t n);
void share_free(void *, size_t n);

/* Processes that are forked from now on do not have it. */
void share_hide(void *, size_t n);

#endif
