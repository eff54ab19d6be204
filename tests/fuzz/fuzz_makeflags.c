/* SPDX-License-Identifier: ISC */
/*
 * Fuzz target of MAKEFLAGS. What is made of it offers our pipe, once, and
 * making it again changes nothing.
 */
#include "config.h"

#include <stdbool.h>

#include "fuzz.h"
#include "makeflags.h"

static void
check_offer(const char *text)
{
	static const int pipe[] = {30, 41};
	struct buf once = BUF_INIT, again = BUF_INIT;
	struct makeflags m;

	FUZZ_CHECK(makeflags_offer(text, 7, pipe, &once) == 0);
	FUZZ_CHECK(makeflags_parse(buf_data(&once), &m) == 0);
	FUZZ_CHECK(m.offer == MAKEFLAGS_PIPE && m.rd == 30 && m.wr == 41);
	buf_free(&m.path);
	FUZZ_CHECK(makeflags_offer(buf_data(&once), 7, pipe, &again) == 0);
	FUZZ_CHECK(strcmp(buf_data(&once) + strspn(buf_data(&once), " "),
		       buf_data(&again) + strspn(buf_data(&again), " ")) == 0);
	buf_free(&once);
	buf_free(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = fuzz_string(data, size);
	struct makeflags m;

	FUZZ_CHECK(makeflags_parse(s, &m) == 0);
	switch (m.offer) {
	case MAKEFLAGS_PIPE:
		FUZZ_CHECK(m.rd >= 0 && m.wr >= 0);
		break;
	case MAKEFLAGS_FIFO:
		FUZZ_CHECK(strlen(buf_data(&m.path)) > 0);
		break;
	case MAKEFLAGS_DENIED:
		FUZZ_CHECK(strstr(s, "--jobserver-") != NULL);
		break;
	case MAKEFLAGS_NONE:
		break;
	}
	buf_free(&m.path);
	check_offer(s);
	free(s);
	return 0;
}
