/* SPDX-License-Identifier: ISC */
/*
 * Whether and when a service is started again.
 */
#include "config.h"

#include "restart.h"

#include <sys/wait.h>

#include <ctype.h>
#include <string.h>

#include "dur.h"

#define TENTH 10

const struct restart_conf restart_default = {
    .when = RESTART_NO,
    .base = 100 * DUR_MS,
    .cap = 30 * DUR_SECOND,
    .factor = 2 * DUR_SECOND, /* two, in billionths */
    .stable = 10 * DUR_SECOND,
};

/* min(cap, delay × factor); the product is exact enough in a long double,
 * and cannot overflow there. */
static int64_t
grown(const struct restart_conf *c, int64_t delay)
{
	long double next = (long double)delay * (long double)c->factor /
	    (long double)DUR_SECOND;

	return next < (long double)c->cap ? (int64_t)next : c->cap;
}

int64_t
restart_delay(const struct restart_conf *c, unsigned n)
{
	int64_t delay = c->base, next;

	for (; n > 0 && delay < c->cap; n--) {
		next = grown(c, delay);
		if (next == delay)
			break; /* a factor of one, or next to it */
		delay = next;
	}
	return delay;
}

int
restart_check(const struct restart_conf *c, struct buf *why)
{
	char sum_text[DUR_STRLEN], window_text[DUR_STRLEN];
	int64_t sum = 0;
	unsigned n;

	/* RESTART_LIMIT_MAX delays that are not infinite may be too long. */
	for (n = 0; n < c->limit && sum <= c->window; n++) {
		int64_t delay = restart_delay(c, n);

		sum = delay < DUR_INFINITE - sum ? sum + delay : DUR_INFINITE;
	}
	if (sum <= c->window)
		return 0;
	(void)buf_addf(why,
	    "%u restarts take at least %s s by their delays, which is more "
	    "than the window of %s s: the limit could never trip",
	    n, dur_format(sum, sum_text), dur_format(c->window, window_text));
	return -1;
}

void
restart_init(struct restart *r, const struct restart_conf *conf)
{
	memset(r, 0, sizeof(*r));
	r->conf = conf;
}

static bool
is_final(const struct restart_conf *c, unsigned code)
{
	return c->final[code / 8] & (1U << code % 8);
}

/* Whether an end of that kind is one after which to start again. */
static bool
wanted(const struct restart_conf *c, int status)
{
	if (WIFEXITED(status) && is_final(c, (unsigned)WEXITSTATUS(status)))
		return false;
	switch (c->when) {
	case RESTART_NO:
		return false;
	case RESTART_ON_FAILURE:
		return !WIFEXITED(status) || WEXITSTATUS(status) != 0;
	case RESTART_ON_ABNORMAL:
		return !WIFEXITED(status);
	case RESTART_ALWAYS:
		return true;
	}
	return false;
}

/* Whether there were limit restarts in the window before this end. The ring
 * holds as many ends as the limit has, so its next place is the oldest. */
static bool
trips(struct restart *r, int64_t now)
{
	const struct restart_conf *c = r->conf;

	if (c->limit == 0)
		return false;
	if (r->count >= c->limit && now - r->ends[r->next] <= c->window)
		return true;
	r->ends[r->next] = now;
	r->next = (r->next + 1) % c->limit;
	return false;
}

/* Between nine and eleven tenths of the delay. */
static int64_t
jitter(int64_t delay, uint32_t random)
{
	int64_t tenth = delay / TENTH;

	return delay - tenth +
	    (int64_t)((long double)tenth * 2 * random / UINT32_MAX);
}

enum restart_what
restart_decide(struct restart *r, const struct restart_end *end, int64_t *delay)
{
	const struct restart_conf *c = r->conf;

	if (!wanted(c, end->status))
		return RESTART_ENOUGH;
	if (trips(r, end->ended))
		return RESTART_TRIPPED;
	if (c->stable > 0 && end->ended - end->began >= c->stable)
		r->row = 0;
	*delay = jitter(restart_delay(c, r->row), end->random);
	r->row++;
	r->count++;
	return RESTART_AGAIN;
}
