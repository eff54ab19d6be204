/* SPDX-License-Identifier: ISC */
/*
 * For unit tests of argument vectors.
 */
#ifndef MP_AID_ARGV_H
#define MP_AID_ARGV_H

#include <stddef.h>

/* argv is want, both ended by NULL; what says which one it is. */
void aid_assert_argv(
    char *const *argv, const char *const *want, const char *what);

/* Copies the arguments to memory of their own size, each to be freed.
 * Returns how many there are. */
size_t aid_copy_args(const char *const *from, char **to);

#endif
