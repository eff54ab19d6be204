#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Workers that are killed from outside at any time: each record is answered
# exactly once, in order.
#
# shellcheck disable=SC2317 # functions are called by t

. "${MP_SRCDIR:-.}/tests/lib.sh"

command -v python3 >/dev/null || skip_all 'no python3'

# storm RECORDS KILLS DEPTH
storm()
{
	run python3 "$MP_SRCDIR/tests/helpers/worker-storm" "$1" "$2" 2 \
	    mp-pool -j4 -w --retries 1000 --depth "$3" cat
	expect_status 0
	seq "$1" >want
	expect_out -f want
	expect_err "$2 kills"
}

t 'many records at a time' storm "$(scale 100000)" "$(scale 1000)" 100
t 'one record at a time' storm "$(scale 10000)" "$(scale 200)" 1

done_testing
