#!/bin/sh
# SPDX-License-Identifier: ISC
#
# mp-queue when its processes are killed at any moment, when many compete,
# and when many wait.
#
# shellcheck disable=SC2317 # t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"

command -v mp-queue >/dev/null || skip_all 'built without mp-queue'
command -v python3 >/dev/null || skip_all 'no python3'

python=$MP_SRCDIR/tests/helpers
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE MP_QUEUE

# passes PROGRAM [OPTION…]: it is content; its figures are shown.
passes()
{
	MP_QUEUE=$T/tmp/$t_count
	name=$1
	shift
	run python3 "$python/$name" "$@"
	expect_status 0
	expect_err ''
	sed 's/^/# /' out
}

t 'a storm: nothing is lost, doubled, broken' \
    passes queue-storm --workers 8 --seconds "$(scale 4)" --seed "$$"
t 'ack --put, killed at any moment: before or after, never between' \
    passes queue-trial sweep --steps "$(scale 40)"
t 'a new place, killed at any moment: it can be used' \
    passes queue-trial create --steps "$(scale 30)"
t_mem '64 wait, 64 tasks come: each gets one, few wake' \
    passes queue-trial wake --waiters 64 --most 24

# Each get is a transaction. How even it is on an idle machine is measured by
# bench/run.
fair()
{
	MP_QUEUE=$T/tmp/fair
	seq 100000 | mp-queue put -l fair >/dev/null
	pids=
	for i in 1 2 3 4 5 6 7 8; do
		mp-queue get -l -n 100000 --receipt-file "receipt.$i" fair \
		    >"got.$i" &
		pids="$pids $!"
	done
	sleep 2
	# shellcheck disable=SC2086 # words
	kill $pids
	wait
	wc -l got.? | awk '$2 != "total" { print $1 }' | sort -n >counts
	least=$(head -n 1 counts)
	most=$(tail -n 1 counts)
	sum=$(cat got.? | wc -l)
	echo "# $least to $most, $sum in all"
	expect test "$sum" -gt 0
	expect test "$((least * 8 * 10))" -ge "$sum"
}

t '8 compete: none has less than a tenth of the mean' fair

# Each process is alone here, and must not leave all to the last one. Some
# 1000 pages of 4 KiB are written before the log is emptied.
log_is_small()
{
	MP_QUEUE=$T/tmp/log
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
		head -c 1000000 /dev/zero | mp-queue put log >/dev/null
	done
	expect test "$(wc -c <"$MP_QUEUE/db-wal")" -lt 5500000
}

t 'the log is emptied now and then' log_is_small

done_testing
