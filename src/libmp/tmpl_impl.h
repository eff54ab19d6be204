/* SPDX-License-Identifier: ISC */
/*
 * What the files share that make up command templates: tmpl.c (arguments)
 * and tmpl_form.c (forms).
 */
#ifndef MP_TMPL_IMPL_H
#define MP_TMPL_IMPL_H

#include "columns.h"
#include "tmpl.h"

enum form { TEXT, WHOLE, NO_EXT, BASE, DIR, BASE_NO_EXT, SEQ, SLOT };

struct piece {
	enum form form;
	unsigned column; /* from 1; 0: the record */
	const char *text; /* of TEXT: a part of the argument */
	size_t len;
};

/* Cuts the piece off that s, which is not empty, begins with. Returns
 * what is behind it. */
const char *tmpl_next_piece(
    const struct tmpl_forms *, const char *s, struct piece *);

/* What a form of records makes of one that is *len long; *len is the
 * result's length then. It is not longer, but for a "." of nothing. */
const char *tmpl_form_text(enum form, const char *rec, size_t *len);

#endif
