/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of the line that tells how far a run has come.
 */
#include "config.h"

#include "unit.h"

#include <string.h>

#include "aid.h"
#include "dur.h"
#include "progress.h"

static const struct {
	struct progress p; /* done, failed, running, total, elapsed */
	unsigned width;
	const char *want;
} rows[] = {
    {{0, 0, 2, 0, 0}, 79, "0 done  0 failed  2 running  0.0/s  0:00:00"},
    {{7, 1, 2, 0, 3723 * DUR_SECOND}, 79,
	"7 done  1 failed  2 running  0.0/s  1:02:03"},
    {{25, 0, 4, 100, 10 * DUR_SECOND}, 79,
	"[#####..................] "
	" 25%  25/100  0 failed  4 running  2.5/s  ETA 0:00:30"},
    {{25, 0, 4, 100, 10 * DUR_SECOND}, 200,
	"[#######.......................] "
	" 25%  25/100  0 failed  4 running  2.5/s  ETA 0:00:30"},
    {{100, 0, 0, 100, 10 * DUR_SECOND}, 60,
	"100%  100/100  0 failed  0 running  10.0/s  ETA 0:00:00"},
    /* No room for a bar, and not for all the rest. */
    {{25, 0, 4, 100, 10 * DUR_SECOND}, 52,
	" 25%  25/100  0 failed  4 running  2.5/s  ETA 0:00:3"},
    {{25, 0, 4, 100, 10 * DUR_SECOND}, 4, " 25%"},
    {{25, 0, 4, 100, 10 * DUR_SECOND}, 0, ""},
    /* Nothing to reckon with yet; more than was expected. */
    {{0, 0, 4, 100, 5 * DUR_SECOND}, 52,
	"  0%  0/100  0 failed  4 running  0.0/s  0:00:05"},
    {{120, 0, 0, 100, 10 * DUR_SECOND}, 54,
	"120%  120/100  0 failed  0 running  12.0/s  ETA 0:00:0"},
    {{1000000, 1, 1, 2000000, DUR_MS}, 99,
	"[############.............] "
	" 50%  1000000/2000000  1 failed  1 running  1000000000.0/s  "
	"ETA 0:00:00"},
};

START_TEST(formats)
{
	struct buf b = BUF_INIT;

	ck_assert_int_eq(progress_format(&b, &rows[_i].p, rows[_i].width), 0);
	ck_assert_int_eq(buf_addc(&b, '\0'), 0);
	ck_assert_str_eq(buf_data(&b), rows[_i].want);
	ck_assert_uint_le(strlen(buf_data(&b)), rows[_i].width);
	buf_free(&b);
}
END_TEST

static Suite *
suite_progress(void)
{
	Suite *s = suite_create("progress");
	TCase *tc = tcase_create("progress");

	tcase_add_loop_test(tc, formats, 0, NROWS(rows));
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_progress)
