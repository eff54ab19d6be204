/* SPDX-License-Identifier: ISC */
/*
 * Fuzz target of restart policies. The first byte says which option the rest
 * is the value of. What was accepted stays within its bounds, and each delay
 * that is decided on within a tenth of what it should be.
 */
#include "config.h"

#include "buf.h"
#include "dur.h"
#include "fuzz.h"
#include "restart.h"

typedef int parse_fn(const char *, struct restart_conf *, struct buf *);

static parse_fn *const parsers[] = {
    restart_parse_when,
    restart_parse_backoff,
    restart_parse_limit,
    restart_parse_final,
};

static void
check_conf(const struct restart_conf *c)
{
	FUZZ_CHECK(c->base >= DUR_MS && c->base <= c->cap);
	FUZZ_CHECK(c->cap < DUR_INFINITE);
	FUZZ_CHECK(c->factor >= DUR_SECOND && c->factor <= 1000 * DUR_SECOND);
	FUZZ_CHECK(c->limit <= RESTART_LIMIT_MAX && c->window >= 0);
}

/* A service that dies at once: restarts until the limit trips, as it must
 * where restart_check() has nothing against it. */
static void
check_limit(struct restart_conf c)
{
	struct restart_end end = {.status = 9};
	struct restart r;
	struct buf why = BUF_INIT;
	int64_t delay, plain;
	unsigned n = 0;

	c.when = RESTART_ALWAYS;
	c.stable = 0;
	if (restart_check(&c, &why) == -1)
		FUZZ_CHECK(buf_len(&why) > 0);
	else if (c.limit > 0) {
		restart_init(&r, &c);
		end.random = UINT32_MAX / 2; /* next to no jitter */
		while (restart_decide(&r, &end, &delay) == RESTART_AGAIN) {
			plain = restart_delay(&c, n++);
			FUZZ_CHECK(
			    delay <= plain && plain - delay <= plain / 5);
			FUZZ_CHECK(end.ended <= DUR_INFINITE - delay);
			end.began = end.ended += delay;
		}
		FUZZ_CHECK(n == c.limit);
	}
	buf_free(&why);
}

static void
check_jitter(const struct restart_conf *conf, uint32_t random)
{
	struct restart_conf c = *conf;
	struct restart_end end = {.status = 9, .random = random};
	struct restart r;
	int64_t delay, tenth = c.base / 10;

	c.when = RESTART_ALWAYS;
	c.limit = 0;
	restart_init(&r, &c);
	FUZZ_CHECK(restart_decide(&r, &end, &delay) == RESTART_AGAIN);
	FUZZ_CHECK(delay >= c.base - tenth && delay <= c.base + tenth);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct restart_conf c = restart_default;
	struct buf why = BUF_INIT;
	uint32_t random = 0;
	char *text;

	if (size == 0)
		return 0;
	memcpy(&random, data, size < sizeof(random) ? size : sizeof(random));
	text = fuzz_string(data + 1, size - 1);
	if (parsers[data[0] % 4](text, &c, &why) == 0) {
		FUZZ_CHECK(buf_len(&why) == 0);
		check_conf(&c);
		check_limit(c);
		check_jitter(&c, random);
	} else {
		FUZZ_CHECK(buf_len(&why) > 0);
		FUZZ_CHECK(memcmp(&c, &restart_default, sizeof(c)) == 0);
	}
	buf_free(&why);
	free(text);
	return 0;
}
