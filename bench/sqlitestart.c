/* SPDX-License-Identifier: ISC */
/*
 * sqlitestart: does nothing but to be linked with SQLite, what a process that
 * wants to use it costs at least.
 */
#include "config.h"

#include <sqlite3.h>

int
main(void)
{
	return *sqlite3_libversion() != '\0' ? 0 : 1;
}
