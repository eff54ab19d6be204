/* SPDX-License-Identifier: ISC */
/*
 * The parts of a pool, made as the command line says.
 */
#ifndef MP_POOL_PARTS_H
#define MP_POOL_PARTS_H

#include <stdbool.h>

#include "jobserver.h"
#include "options.h"
#include "outfile.h"
#include "records.h"
#include "runner.h"
#include "source.h"

/* Returns the source; or NULL, and says why. *from_stdin tells whether it
 * reads our standard input. */
struct source *pool_source_open(const struct pool_opts *, bool *from_stdin);

/* Returns the source of -X, which packs the tasks of the other one and owns
 * it; or NULL, says why, and has released it. */
struct source *pool_pack_open(const struct pool_opts *, struct source *other);

/* Sets *files to what takes the output of the tasks, NULL where nothing does.
 * Returns 0, or -1 and says why. */
int pool_files_open(const struct pool_opts *, struct outfiles **files);

/* Returns 1 and the jobserver, 0 if none is to be used, or -1 and says why. */
int pool_jobserver_open(const struct pool_opts *, struct jobserver *);

/* Returns the runner; or NULL, says why, and sets *status to exit with. keep
 * is two descriptors that commands get, or NULL. */
struct runner *pool_runner_open(
    const struct pool_opts *, bool from_stdin, const int *keep, int *status);

/* Opens what the tasks are to be written down in; *records is NULL for
 * nothing. Returns 0; or -1, and says why. */
int pool_records_open(const struct pool_opts *, struct records **records);

#endif
