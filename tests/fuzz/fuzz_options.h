/* SPDX-License-Identifier: ISC */
/*
 * What the targets of command lines share: arguments from lines, and what a
 * refusal looks like.
 */
#ifndef MP_FUZZ_OPTIONS_H
#define MP_FUZZ_OPTIONS_H

#include "buf.h"
#include "fuzz.h"

#define FUZZ_ARGS_MAX 64

/* Cuts the text into lines, which go to argv from argc on, FUZZ_ARGS_MAX of
 * all at most and a NULL behind them. Returns how many there are then. */
static inline int
fuzz_split(char *text, char **argv, int argc)
{
	while (text != NULL && argc < FUZZ_ARGS_MAX)
		argv[argc++] = strsep(&text, "\n");
	argv[argc] = NULL;
	return argc;
}

/* One line with something in it; a NUL is put behind it. Returns it. */
static inline const char *
fuzz_reason(struct buf *why)
{
	const char *text;

	FUZZ_CHECK(buf_addc(why, '\0') == 0);
	text = buf_data(why);
	FUZZ_CHECK(strlen(text) + 1 == buf_len(why));
	FUZZ_CHECK(strlen(text) > 2 && strchr(text, '\n') == NULL);
	return text;
}

#endif
