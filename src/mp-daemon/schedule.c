/* SPDX-License-Identifier: ISC */
/*
 * Schedules of signals and times.
 */
#include "config.h"

#include "schedule.h"

#include <ctype.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "dur.h"
#include "opt.h"
#include "sig.h"

#define ITEM_MAX 64 /* characters */
#define NO_STEP SIZE_MAX /* where "forever" was not read */

/* A step of its own, unless this is a wait that the last one can take. */
static const char *
add(struct schedule *s, struct ladder_step step)
{
	struct ladder_step *last = s->n > 0 ? &s->step[s->n - 1] : NULL;

	if (step.sig == 0 && last != NULL && s->n != s->again) {
		last->wait = step.wait < DUR_INFINITE - last->wait
		    ? last->wait + step.wait
		    : DUR_INFINITE;
		return NULL;
	}
	if (s->n == SCHEDULE_MAX)
		return "too many steps";
	s->step[s->n++] = step;
	return NULL;
}

/* Takes one item. Returns NULL, or what is wrong. */
static const char *
take(struct schedule *s, const char *item)
{
	struct ladder_step step = {0, 0};

	if (strcmp(item, "forever") == 0) {
		if (s->again != NO_STEP)
			return "more than one \"forever\"";
		s->again = s->n;
		return NULL;
	}
	if (dur_parse(item, &step.wait) == 0)
		return add(s, step);
	if (isdigit((unsigned char)*item) || *item == '.')
		return "invalid time";
	step.sig = sig_number(item + (*item == '-'));
	if (step.sig <= 0)
		return "no signal, time or \"forever\"";
	return add(s, step);
}

/* What is behind "forever" would keep the processor busy without a time. */
static bool
has_time(const struct schedule *s)
{
	size_t i;

	for (i = s->again; i < s->n; i++)
		if (s->step[i].wait > 0)
			return true;
	return false;
}

static const char *
take_all(struct schedule *s, const char *text)
{
	char item[ITEM_MAX];
	const char *wrong;
	size_t len;

	for (;; text += len + 1) {
		len = strcspn(text, "/");
		if (len == 0)
			return "empty item";
		if (len >= sizeof(item))
			return "item too long";
		memcpy(item, text, len);
		item[len] = '\0';
		wrong = take(s, item);
		if (wrong != NULL || text[len] == '\0')
			return wrong;
	}
}

static const char *
take_time(struct schedule *s, const char *text, int sig)
{
	int64_t wait;

	if (dur_parse(text, &wait) == -1)
		return "neither a time nor a schedule";
	s->step[0] = (struct ladder_step){sig, wait};
	s->step[1] = (struct ladder_step){SIGKILL, wait};
	s->n = 2;
	return NULL;
}

int
schedule_parse(const char *text, int sig, struct schedule *s, struct buf *why)
{
	struct schedule new = {.again = NO_STEP};
	const char *wrong = strchr(text, '/') != NULL
	    ? take_all(&new, text)
	    : take_time(&new, text, sig);

	if (wrong == NULL && new.again != NO_STEP && !has_time(&new))
		wrong = "no time behind \"forever\"";
	if (wrong != NULL)
		return opt_bad(why, text, wrong);
	if (new.again == NO_STEP)
		new.again = new.n;
	*s = new;
	return 0;
}

void
schedule_begin(struct schedule_walk *w, const struct schedule *s)
{
	w->schedule = s;
	w->next = 0;
}

const struct ladder_step *
schedule_next(struct schedule_walk *w)
{
	const struct schedule *s = w->schedule;

	if (w->next == s->n)
		w->next = s->again;
	return w->next < s->n ? &s->step[w->next++] : NULL;
}
