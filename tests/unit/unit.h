/* SPDX-License-Identifier: ISC */
/*
 * What every unit test program shares: one suite, run as the environment
 * says (CK_VERBOSITY, CK_TAP_LOG_FILE_NAME, CK_FORK).
 */
#ifndef MP_UNIT_H
#define MP_UNIT_H

#include <check.h>
#include <stdlib.h>

static int
unit_run(Suite *suite, enum fork_status fork)
{
	SRunner *sr = srunner_create(suite);
	int failed;

	srunner_set_fork_status(sr, fork);
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#define UNIT_MAIN(suite_function) \
	int main(void) \
	{ \
		return unit_run(suite_function(), CK_FORK_GETENV); \
	}

/* The same of tests that need a process each, whatever CK_FORK says. */
#define UNIT_MAIN_APART(suite_function) \
	int main(void) \
	{ \
		return unit_run(suite_function(), CK_FORK); \
	}

#endif
