/* SPDX-License-Identifier: ISC */
/*
 * Fuzz target of schedules. What was read, written again in its plainest
 * form, is the same; and a walk goes as the schedule says.
 */
#include "config.h"

#include <inttypes.h>

#include "buf.h"
#include "dur.h"
#include "fuzz.h"
#include "schedule.h"
#include "sig.h"

/* Exact to the nanosecond. */
static void
add_time(struct buf *b, int64_t ns)
{
	int rc;

	if (ns == DUR_INFINITE)
		rc = buf_adds(b, "/infinity");
	else
		rc = buf_addf(b, "/%" PRId64 ".%09" PRId64 "s", ns / DUR_SECOND,
		    ns % DUR_SECOND);
	FUZZ_CHECK(rc == 0);
}

static char *
written(const struct schedule *s)
{
	struct buf b = BUF_INIT;
	char *text;
	size_t i;

	for (i = 0; i < s->n; i++) {
		if (i == s->again)
			FUZZ_CHECK(buf_adds(&b, "/forever") == 0);
		if (s->step[i].sig != 0)
			FUZZ_CHECK(buf_addf(&b, "/-%s",
				       sig_name(s->step[i].sig)) == 0);
		add_time(&b, s->step[i].wait);
	}
	FUZZ_CHECK(buf_addc(&b, '\0') == 0);
	text = fuzz_string((uint8_t *)buf_data(&b) + 1, buf_len(&b) - 2);
	buf_free(&b);
	return text;
}

static void
check_again(const struct schedule *s)
{
	char *text = written(s);
	struct buf why = BUF_INIT;
	struct schedule same;
	size_t i;

	/* One time alone is another thing in the grammar. */
	if (strchr(text, '/') != NULL) {
		FUZZ_CHECK(schedule_parse(text, 15, &same, &why) == 0);
		FUZZ_CHECK(same.n == s->n && same.again == s->again);
		for (i = 0; i < s->n; i++) {
			FUZZ_CHECK(same.step[i].sig == s->step[i].sig);
			FUZZ_CHECK(same.step[i].wait == s->step[i].wait);
		}
	}
	buf_free(&why);
	free(text);
}

static void
check_walk(const struct schedule *s)
{
	const struct ladder_step *first;
	struct schedule_walk w;
	size_t i;

	schedule_begin(&w, s);
	for (i = 0; i < s->n; i++)
		FUZZ_CHECK(schedule_next(&w) == &s->step[i]);
	first = s->again < s->n ? &s->step[s->again] : NULL;
	FUZZ_CHECK(schedule_next(&w) == first);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_string(data, size);
	struct schedule s = {.n = 4711};
	struct buf why = BUF_INIT;

	if (schedule_parse(text, 15, &s, &why) == 0) {
		FUZZ_CHECK(s.n > 0 && s.n <= SCHEDULE_MAX && s.again <= s.n);
		FUZZ_CHECK(buf_len(&why) == 0);
		check_again(&s);
		check_walk(&s);
	} else {
		FUZZ_CHECK(s.n == 4711 && buf_len(&why) > 0);
	}
	buf_free(&why);
	free(text);
	return 0;
}
