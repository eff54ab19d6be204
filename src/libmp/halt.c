/* SPDX-License-Identifier: ISC */
/*
 * When the tasks that have ended end the whole run. The grammar is that of
 * GNU parallel.
 */
#include "config.h"

#include "halt.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_MAX 1000000000
#define COUNT_STRLEN 16
#define SHARE_MIN 3

/* Whether *s begins with word; moves it behind. */
static bool
take(const char **s, const char *word)
{
	size_t n = strlen(word);

	if (strncmp(*s, word, n) != 0)
		return false;
	*s += n;
	return true;
}

static bool
take_why(const char **s, enum halt_why *why)
{
	if (take(s, "fail="))
		*why = HALT_FAIL;
	else if (take(s, "success="))
		*why = HALT_SUCCESS;
	else if (take(s, "done="))
		*why = HALT_DONE;
	else
		return false;
	return true;
}

/* The rest: N or N%. */
static bool
take_count(const char *s, struct halt *h)
{
	char digits[COUNT_STRLEN];
	size_t n = strspn(s, "0123456789");
	const char *wrong;

	h->percent = s[n] == '%';
	if (n == 0 || n >= sizeof(digits) || s[n + h->percent] != '\0')
		return false;
	memcpy(digits, s, n);
	digits[n] = '\0';
	h->count = (uint64_t)strtonum(
	    digits, 1, h->percent ? 100 : COUNT_MAX, &wrong);
	return wrong == NULL;
}

int
halt_parse(const char *s, struct halt *halt)
{
	struct halt h = {.when = HALT_NEVER};

	if (strcmp(s, "never") == 0) {
		*halt = h;
		return 0;
	}
	h.when = HALT_NOW;
	if (take(&s, "soon,"))
		h.when = HALT_SOON;
	else if (!take(&s, "now,"))
		h.when = HALT_NEVER;
	if (h.when == HALT_NEVER || !take_why(&s, &h.why) ||
	    !take_count(s, &h)) {
		errno = EINVAL;
		return -1;
	}
	*halt = h;
	return 0;
}

static uint64_t
counted(enum halt_why why, const struct halt_tally *t)
{
	switch (why) {
	case HALT_FAIL:
		return t->failed;
	case HALT_SUCCESS:
		return t->done - t->failed;
	case HALT_DONE:
		break;
	}
	return t->done;
}

bool
halt_reached(const struct halt *h, const struct halt_tally *t)
{
	uint64_t n = counted(h->why, t), all = t->total;

	if (h->when == HALT_NEVER)
		return false;
	if (!h->percent)
		return n >= h->count;
	if (all == 0) {
		if (h->why == HALT_DONE || n < SHARE_MIN)
			return false;
		all = t->done;
	}
	return n > 0 && n * 100 >= h->count * all;
}
