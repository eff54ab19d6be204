#!/bin/sh
# SPDX-License-Identifier: ISC
#
# doc/timeline, which draws two real runs: a bar for each task of both, drawn
# only if the output was that of a loop.
#
# shellcheck disable=SC2317 # functions are called by t

. "${MP_SRCDIR:-.}/tests/lib.sh"

command -v python3 >/dev/null || skip_all 'no python3'

drawn()
{
	run "$MP_SRCDIR/doc/timeline" "$(command -v mp-pool)"
	expect_status 0
	expect_err ''
	expect test "$(grep -c '<rect.*rx=' out)" -eq 20
	expect test "$(grep -c '<rect.*rx=' "$MP_SRCDIR/doc/timeline.svg")" \
	    -eq 20
	expect python3 -c 'import xml.dom.minidom
xml.dom.minidom.parse("out")'
}

t 'two runs are drawn' drawn

done_testing
