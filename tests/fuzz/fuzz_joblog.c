/* SPDX-License-Identifier: ISC */
/*
 * Fuzz target of a joblog's rows: what is read, written again and read once
 * more is the same, but for the host and what is less than a millisecond.
 */
#include "config.h"

#include "fuzz.h"
#include "joblog.h"

#define HALF_MS 500000

static int64_t
distance(int64_t a, int64_t b)
{
	return a < b ? b - a : a - b;
}

static void
check_again(const struct joblog_row *row)
{
	struct buf text = BUF_INIT;
	struct joblog_row again;
	size_t len;

	FUZZ_CHECK(joblog_format(&text, row) == 0);
	len = buf_len(&text);
	FUZZ_CHECK(buf_data(&text)[len - 1] == '\n');
	FUZZ_CHECK(joblog_parse(buf_data(&text), len - 1, &again) == 0);
	FUZZ_CHECK(again.seq == row->seq && again.send == row->send &&
	    again.receive == row->receive && again.exitval == row->exitval &&
	    again.signal == row->signal && again.len == row->len);
	FUZZ_CHECK(memcmp(again.command, row->command, row->len) == 0);
	FUZZ_CHECK(distance(again.start, row->start) <= HALF_MS &&
	    distance(again.runtime, row->runtime) <= HALF_MS);
	buf_free(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *line = fuzz_alloc(size);
	struct joblog_row row;

	if (size > 0)
		memcpy(line, data, size);
	if (joblog_parse(line, size, &row) == 0) {
		FUZZ_CHECK(row.start >= 0 && row.runtime >= 0);
		FUZZ_CHECK(row.command >= line &&
		    row.command + row.len == line + size);
		check_again(&row);
	}
	free(line);
	return 0;
}
