/* SPDX-License-Identifier: ISC */
/*
 * The parts of a pool, made as the command line says.
 */
#ifndef MP_POOL_PARTS_H
#define MP_POOL_PARTS_H

#include <stdbool.h>

#include "options.h"
#include "records.h"
#include "runner.h"
#include "source.h"

/* Returns the source; or NULL, and says why. *from_stdin tells whether it
 * reads our standard input. */
struct source *pool_source_open(const struct pool_opts *, bool *from_stdin);

/* Returns the runner; or NULL, says why, and sets *status to exit with. */
struct runner *pool_runner_open(
    const struct pool_opts *, bool from_stdin, int *status);

/* Opens what the tasks are to be written down in; *records is NULL for
 * nothing. Returns 0; or -1, and says why. */
int pool_records_open(const struct pool_opts *, struct records **records);

#endif
