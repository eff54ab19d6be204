/* SPDX-License-Identifier: ISC */
/*
 * Fuzz target of status files: what was read is written as the same bytes,
 * and what was written is read.
 */
#include "config.h"

#include <errno.h>

#include "buf.h"
#include "fuzz.h"
#include "statusfile.h"

static void
check_text(const uint8_t *data, size_t size)
{
	struct statusfile s = {.state = STATUSFILE_RUNNING}, same;
	struct buf b = BUF_INIT;

	statusfile_set_text(&s, (const char *)data, size);
	FUZZ_CHECK(statusfile_format(&s, &b) == 0);
	FUZZ_CHECK(statusfile_parse(buf_data(&b), buf_len(&b), &same) == 0);
	FUZZ_CHECK(strcmp(s.text, same.text) == 0);
	buf_free(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *exact = fuzz_alloc(size);
	struct statusfile s = {.code = 4711};
	struct buf b = BUF_INIT;

	if (size > 0)
		memcpy(exact, data, size);
	errno = 0;
	if (statusfile_parse(exact, size, &s) == 0) {
		FUZZ_CHECK(statusfile_format(&s, &b) == 0);
		FUZZ_CHECK(buf_len(&b) == size);
		FUZZ_CHECK(memcmp(buf_data(&b), exact, size) == 0);
	} else {
		FUZZ_CHECK(errno == EINVAL || errno == EPROTONOSUPPORT);
		FUZZ_CHECK(s.code == 4711);
	}
	check_text(data, size);
	buf_free(&b);
	free(exact);
	return 0;
}
