/* SPDX-License-Identifier: ISC */
/*
 * Statements of SQLite, prepared once in a process.
 */
#ifndef MP_STORE_SQL_H
#define MP_STORE_SQL_H

#include <sqlite3.h>

#include <stdbool.h>
#include <stdint.h>

struct store;

/* A statement that is kept to be used again. */
#define STORE_KEPT 40

struct store_kept {
	const char *sql;
	sqlite3_stmt *st;
	bool busy;
};

/* A statement, given back with store_done(); sql is a constant. Values are
 * bound one by one: i an int64_t, t a text or NULL, b bytes and their number
 * (size_t). NULL on failure. */
sqlite3_stmt *store_stmt(
    struct store *, const char *sql, const char *types, ...);

void store_done(struct store *, sqlite3_stmt *);

/* Runs such a statement that gives no row. Returns how many rows changed,
 * or -1. */
int64_t store_run(struct store *, const char *sql, const char *types, ...);

/* Gives back all that were kept. */
void store_forget(struct store *);

#endif
