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

/* The numbers before "=", "!" and "<" go up by one. */
static void
check_order(const char *p, size_t given)
{
	unsigned long first, last = 0;
	char *end;

	for (; *p != '\0'; p += *p != '\0') {
		if (*p == '[')
			p += strcspn(p, "]") + 1;
		if (isdigit((unsigned char)*p)) {
			first = strtoul(p, &end, 10);
			FUZZ_CHECK(first == last + 1);
			last = *end == '-' ? strtoul(end + 1, &end, 10) : first;
			FUZZ_CHECK(last >= first && strchr("=!<", *end));
			p = end;
		}
		p += strcspn(p, " ");
	}
	FUZZ_CHECK(last == given);
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
	check_order(buf_data(&t.told), t.given);
	reply_trial_end(&t);
	free(script);
	return 0;
}
