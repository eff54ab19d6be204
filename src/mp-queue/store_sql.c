/* SPDX-License-Identifier: ISC */
/*
 * Statements.
 */
#include "config.h"

#include "store.h"

#include <stdarg.h>

/* Binds the values in ap; see store_stmt(). */
static int
bind(sqlite3_stmt *st, const char *types, va_list ap)
{
	const void *bytes;
	int i, rc = SQLITE_OK;

	for (i = 1; *types != '\0' && rc == SQLITE_OK; i++, types++) {
		switch (*types) {
		case 'i':
			rc = sqlite3_bind_int64(st, i, va_arg(ap, int64_t));
			break;
		case 't':
			rc = sqlite3_bind_text(
			    st, i, va_arg(ap, const char *), -1, SQLITE_STATIC);
			break;
		case 'b':
			bytes = va_arg(ap, const void *);
			rc = sqlite3_bind_blob64(st, i, bytes,
			    (sqlite3_uint64)va_arg(ap, size_t), SQLITE_STATIC);
			break;
		default:
			rc = SQLITE_MISUSE;
		}
	}
	return rc;
}

/* Statements are kept by the address of their text; one that is in use
 * already is prepared once more. */
static sqlite3_stmt *
prepare(struct store *s, const char *sql)
{
	struct store_kept *k = s->kept;
	sqlite3_stmt *st = NULL;

	while (k < s->kept + STORE_KEPT && k->sql != NULL && k->sql != sql)
		k++;
	if (k < s->kept + STORE_KEPT && k->sql == sql && !k->busy) {
		k->busy = true;
		return k->st;
	}
	if (sqlite3_prepare_v2(s->db, sql, -1, &st, NULL) != SQLITE_OK)
		return NULL;
	if (k < s->kept + STORE_KEPT && k->sql == NULL)
		*k = (struct store_kept){sql, st, true};
	return st;
}

void
store_done(struct store *s, sqlite3_stmt *st)
{
	struct store_kept *k = s->kept;

	while (k < s->kept + STORE_KEPT && k->sql != NULL && k->st != st)
		k++;
	if (st == NULL || k == s->kept + STORE_KEPT || k->sql == NULL) {
		(void)sqlite3_finalize(st);
		return;
	}
	(void)sqlite3_reset(st);
	(void)sqlite3_clear_bindings(st);
	k->busy = false;
}

void
store_forget(struct store *s)
{
	size_t i;

	for (i = 0; i < STORE_KEPT && s->kept[i].sql != NULL; i++)
		(void)sqlite3_finalize(s->kept[i].st);
}

static sqlite3_stmt *
stmt(struct store *s, const char *sql, const char *types, va_list ap)
{
	sqlite3_stmt *st = prepare(s, sql);

	if (st != NULL && bind(st, types, ap) == SQLITE_OK)
		return st;
	(void)store_bad(s, "db");
	store_done(s, st);
	return NULL;
}

sqlite3_stmt *
store_stmt(struct store *s, const char *sql, const char *types, ...)
{
	sqlite3_stmt *st;
	va_list ap;

	va_start(ap, types);
	st = stmt(s, sql, types, ap);
	va_end(ap);
	return st;
}

int64_t
store_run(struct store *s, const char *sql, const char *types, ...)
{
	sqlite3_stmt *st;
	va_list ap;
	int rc;

	va_start(ap, types);
	st = stmt(s, sql, types, ap);
	va_end(ap);
	if (st == NULL)
		return -1;
	while ((rc = sqlite3_step(st)) == SQLITE_ROW)
		continue;
	if (rc != SQLITE_DONE)
		(void)store_bad(s, "db");
	store_done(s, st);
	return rc == SQLITE_DONE ? sqlite3_changes64(s->db) : -1;
}
