#!/bin/sh
# SPDX-License-Identifier: ISC
#
# What Python's multiprocessing.JoinableQueue promises, done with mp-queue.
#
# shellcheck disable=SC2317 # t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"

command -v mp-queue >/dev/null || skip_all 'built without mp-queue'
command -v python3 >/dev/null || skip_all 'no python3'

program=$MP_SRCDIR/tests/helpers/joinable-queue.py
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE MP_QUEUE

python3 "$program" --list >checks || t_fatal "$program: no list"

holds()
{
	MP_QUEUE=$T/tmp/$1
	run python3 "$program" "$1"
	expect_status 0
	expect_out ''
	expect_err ''
}

while read -r check purpose; do
	t "$check: $purpose" holds "$check"
done <checks

done_testing
