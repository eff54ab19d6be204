/* SPDX-License-Identifier: ISC */
/*
 * Fuzz target of notification datagrams. What they say is found once more
 * by looking for whole lines.
 */
#include "config.h"

#include <errno.h>

#include "fuzz.h"
#include "notify.h"

/* Whether the text has that line; n counts all that are not empty. */
static int
has_line(const char *text, const char *line, size_t *n)
{
	size_t len;
	int found = 0;

	*n = 0;
	for (; *text != '\0'; text += len + (text[len] == '\n')) {
		len = strcspn(text, "\n");
		*n += len > 0;
		if (len == strlen(line) && memcmp(text, line, len) == 0)
			found = 1;
	}
	return found;
}

static void
check(
    const char *text, const char *data, size_t size, const struct notify_msg *m)
{
	size_t n;
	int barrier = has_line(text, "BARRIER=1", &n);

	if (barrier && n > 1) {
		FUZZ_CHECK(!m->ready && !m->barrier && m->status == NULL);
		FUZZ_CHECK(m->main_pid == 0 && m->extend == 0);
		return;
	}
	FUZZ_CHECK(m->barrier == (barrier != 0));
	FUZZ_CHECK(m->ready == (has_line(text, "READY=1", &n) != 0));
	FUZZ_CHECK(m->stopping == (has_line(text, "STOPPING=1", &n) != 0));
	FUZZ_CHECK(m->reloading == (has_line(text, "RELOADING=1", &n) != 0));
	FUZZ_CHECK(m->main_pid >= 0 && m->extend >= 0 && m->extend % 1000 == 0);
	if (m->status == NULL)
		return;
	FUZZ_CHECK(m->status >= data + strlen("STATUS="));
	FUZZ_CHECK(m->status + m->status_len <= data + size);
	FUZZ_CHECK(memchr(m->status, '\n', m->status_len) == NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *exact = fuzz_alloc(size), *text = fuzz_string(data, size);
	struct notify_msg m;
	int rc;

	if (size > 0)
		memcpy(exact, data, size);
	errno = 0;
	rc = notify_parse(exact, size, &m);
	if (size > 0 && strlen(text) < size - 1)
		FUZZ_CHECK(rc == -1 && errno == EINVAL);
	else {
		FUZZ_CHECK(rc == 0);
		check(text, exact, size, &m);
	}
	free(text);
	free(exact);
	return 0;
}
