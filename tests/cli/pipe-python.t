#!/bin/sh
# SPDX-License-Identifier: ISC
#
# mp-pipe send and recv, and Connection of Python's multiprocessing at the
# other end of the descriptors.
#
# shellcheck disable=SC2317 # t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"

command -v python3 >/dev/null || skip_all 'no python3'
python3 -c 'import multiprocessing.connection' 2>/dev/null ||
    skip_all 'no multiprocessing in this Python'

program=$MP_SRCDIR/tests/helpers/connection.py
count=$(scale 10000)
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE

python3 "$program" --list >checks || t_fatal "$program: no list"

holds()
{
	run timeout 300 python3 "$program" "$1" "$count"
	expect_status 0
	expect_out ''
	expect_err ''
}

while read -r check purpose; do
	t "$check: $purpose" holds "$check"
done <checks

done_testing
