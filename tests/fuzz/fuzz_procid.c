/* SPDX-License-Identifier: ISC */
/*
 * Fuzz target of what pidfiles hold: what was read is written and read as
 * the same process.
 */
#include "config.h"

#include <errno.h>

#include "buf.h"
#include "fuzz.h"
#include "procid.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct procid id = {.pid = -1}, same;
	char *exact = fuzz_alloc(size);
	struct buf b = BUF_INIT;

	if (size > 0)
		memcpy(exact, data, size);
	errno = 0;
	if (procid_parse(exact, size, &id) == 0) {
		FUZZ_CHECK(id.pid > 0);
		FUZZ_CHECK(procid_format(&id, &b) == 0);
		FUZZ_CHECK(procid_parse(buf_data(&b), buf_len(&b), &same) == 0);
		FUZZ_CHECK(same.pid == id.pid && same.start == id.start);
		FUZZ_CHECK(strcmp(same.boot, id.boot) == 0);
	} else {
		FUZZ_CHECK(errno == EINVAL);
		FUZZ_CHECK(id.pid == -1);
	}
	buf_free(&b);
	free(exact);
	return 0;
}
