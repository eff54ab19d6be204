/* SPDX-License-Identifier: ISC */
/*
 * Argument vectors in unit tests.
 */
#include "config.h"

#include "aid_argv.h"

#include <check.h>
#include <string.h>

void
aid_assert_argv(char *const *argv, const char *const *want, const char *what)
{
	size_t i;

	ck_assert_msg(argv != NULL, "%s", what);
	for (i = 0; want[i] != NULL; i++) {
		ck_assert_msg(argv[i] != NULL, "%s: only %zu", what, i);
		ck_assert_msg(strcmp(argv[i], want[i]) == 0,
		    "%s: argument %zu is '%s', not '%s'", what, i, argv[i],
		    want[i]);
	}
	ck_assert_msg(argv[i] == NULL, "%s: more than %zu", what, i);
}

size_t
aid_copy_args(const char *const *from, char **to)
{
	size_t n;

	for (n = 0; from[n] != NULL; n++) {
		to[n] = strdup(from[n]);
		ck_assert_ptr_nonnull(to[n]);
	}
	return n;
}
