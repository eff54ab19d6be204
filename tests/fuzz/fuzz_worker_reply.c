/* SPDX-License-Identifier: ISC */
/*
 * Fuzz target of what workers of built-in work answer: the data is a script of
 * reply_trial.h. Whatever a worker says, in whatever order, each task comes to
 * exactly one end, in order; one at most dies with it.
 */
#include "config.h"

#include <ctype.h>

#include "fuzz.h"
#include "reply_trial.h"

/* Each number stands before one "=", "!" or "<"; those before "=" and "!" go
 * up. */
static void
check_numbers(const char *p, size_t given)
{
	int seen[REPLY_TASKS + 1] = {0};
	unsigned long first, last, before = 0, n;
	char *end;

	for (; *p != '\0'; p += strcspn(p, " "), p += *p != '\0') {
		if (*p == '[')
			p += strcspn(p, "]");
		if (!isdigit((unsigned char)*p))
			continue;
		first = last = strtoul(p, &end, 10);
		if (*end == '-')
			last = strtoul(end + 1, &end, 10);
		FUZZ_CHECK(first >= 1 && first <= last && last <= given);
		for (n = first; n <= last; n++)
			FUZZ_CHECK(seen[n]++ == 0);
		if (*end == '<')
			continue;
		FUZZ_CHECK((*end == '=' || *end == '!') && first > before);
		before = last;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *script = fuzz_string(data, size);
	const char *step = script;
	struct reply_trial t;

	reply_trial_begin(&t, -1);
	while (!t.over) {
		/* That would need a process to kill. */
		if (*step == 'm')
			step++;
		else
			step = reply_trial_step(&t, step);
		FUZZ_CHECK(t.done + t.failed + t.back <= t.given);
	}
	FUZZ_CHECK(t.done + t.failed + t.back == t.given);
	FUZZ_CHECK(buf_addc(&t.told, '\0') == 0);
	check_numbers(buf_data(&t.told), t.given);
	reply_trial_end(&t);
	free(script);
	return 0;
}
