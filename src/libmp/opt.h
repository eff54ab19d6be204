/* SPDX-License-Identifier: ISC */
/*
 * Command lines: a table of options, each with the function that takes its
 * value, is all there is to say about them; getopt_long(3) reads them and
 * --help is made from the same table.
 */
#ifndef MP_OPT_H
#define MP_OPT_H

#include <stddef.h>
#include <stdint.h>

#include "buf.h"

/* Keys of options without a letter begin here. */
#define OPT_LONG_ONLY 256

struct opt {
	int key; /* the letter, or from OPT_LONG_ONLY on */
	const char *name; /* the long name */
	const char *arg; /* what --help calls the value; NULL: takes none; one
			    in brackets, "[=FILE]", may be left out: only
			    for options without a letter */
	const char *help; /* one line */

	/* Takes the value (NULL without one) into the field of conf at at.
	 * Returns 0; or -1 and in why what is wrong: "'x': invalid". */
	int (*set)(
	    void *at, const struct opt *, const char *value, struct buf *why);
	size_t at; /* offsetof() the field */
	int to; /* what opt_flag() sets it to */
};

/* Functions for the table: sets an int to o->to; a const char * to the
 * value itself; a uint64_t to the size; an int64_t to a duration of
 * dur_parse_real(), or of dur_parse() with opt_time(); an int to the byte of
 * rec_delim_parse(); or does nothing. */
int opt_flag(void *at, const struct opt *, const char *, struct buf *);
int opt_text(void *at, const struct opt *, const char *, struct buf *);
int opt_size(void *at, const struct opt *, const char *, struct buf *);
int opt_duration(void *at, const struct opt *, const char *, struct buf *);
int opt_time(void *at, const struct opt *, const char *, struct buf *);
int opt_delim(void *at, const struct opt *, const char *, struct buf *);
int opt_nothing(void *at, const struct opt *, const char *, struct buf *);

/*
 * Reads options up to the first operand and calls their functions. table
 * ends in a row with key 0. Returns the index of the first operand in
 * argv; or -1 and in why what is wrong, beginning with the option's name.
 */
int opt_parse(const struct opt *table, int argc, char **argv, void *conf,
    struct buf *why);

/* Appends a line for each option. Returns 0, or -1 and ENOMEM. */
int opt_help(const struct opt *table, struct buf *out);

/* For set functions: a number from min to max. Returns 0, or -1 and why. */
int opt_number(const char *value, long long min, long long max,
    long long *number, struct buf *why);

/* A number from min, at least 0, to max, of digits alone; or -1. */
int opt_digits(const char *, int min, int max);

/* Appends "'value': reason" with the value made visible. Returns -1. */
int opt_bad(struct buf *why, const char *value, const char *reason);

#endif
