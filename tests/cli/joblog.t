#!/bin/sh
# SPDX-License-Identifier: ISC
#
# mp-pool --joblog: the nine columns of GNU parallel, one row for each task.
#
# shellcheck disable=SC2016,SC2317 # tasks expand it; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"

tab=$(printf '\t')

columns()
{
	run mp-pool -j2 --joblog log sh -c 'printf "%0*d" "$1" 0
	    test "$1" -ne 2 || exit 7; test "$1" -ne 3 || kill -KILL $$' sh \
	    ::: 1 2 3 4
	expect_status 123
	head -n 1 log >first
	expect_file first "Seq${tab}Host${tab}Starttime${tab}JobRuntime${tab}\
Send${tab}Receive${tab}Exitval${tab}Signal${tab}Command"
	# What scripts for GNU parallel do with it.
	cut -f 1,2,5,6,7,8 log | sed 1d >six
	expect_file six "1${tab}:${tab}0${tab}1${tab}0${tab}0
2${tab}:${tab}0${tab}2${tab}7${tab}0
3${tab}:${tab}0${tab}3${tab}0${tab}9
4${tab}:${tab}0${tab}4${tab}0${tab}0"
	expect awk -F '\t' 'NR > 1 && (NF != 9 || $3 !~ /^[0-9]+\.[0-9]+$/ ||
	    $4 !~ /^ *[0-9]+\.[0-9]+$/ || $9 !~ /sh [1-4]$/) { exit 1 }' log
	expect awk -F '\t' -v now="$(date +%s)" \
	    'NR > 1 && ($3 < now - 300 || $3 > now + 300) { exit 1 }' log
}

# A row is one line, whatever the record holds, and a shell reads it.
one_line()
{
	printf 'a\nb\tc\\\0' >records
	run mp-pool -0 -a records --joblog log printf %s
	expect_status 0
	expect test "$(wc -l <log)" -eq 2
	expect awk -F '\t' 'END { exit NF != 9 }' log
}

other_ends()
{
	run mp-pool -j1 --joblog log --timeout 0.2 {} ::: "$CHILD" /nonexistent
	run mp-pool -j1 --joblog log --timeout 0.2 sh -c 'sleep "$1"' sh ::: 60
	cut -f 7,8 log | sed 1d >two
	expect_file two "124${tab}0"
	run mp-pool -j1 --joblog log {} ::: /nonexistent
	cut -f 7,8 log | sed 1d >two
	expect_file two "127${tab}0"
}

# Who has written something is logged when that is written, which is after
# the first one in line; who has not, at once.
written_first()
{
	start mp-pool -j3 --joblog log sh -c 'case $1 in
	    first) until test -e go; do sleep 0.01; done ;;
	    loud) echo x ;;
	    esac' sh ::: first loud silent
	wait_for 10 grep -q 'sh silent$' log
	expect sh -c '! grep -q "sh loud" log'
	: >go
	finish
	expect_status 0
	expect grep -q 'sh loud$' log
	expect grep -q 'sh first$' log
}

classes()
{
	run mp-pool -j1 --joblog log -c prime ::: 10 20
	expect_status 0
	cut -f 9 log | sed 1d >commands
	expect_file commands 'prime 10
prime 20'
}

# Tasks that were ended by a signal to mp-pool are not logged.
interrupted()
{
	start mp-pool -j2 --joblog log sh -c ': >"begun.$1"
	    test "$1" = 1 || sleep 60' sh ::: 1 2
	wait_for 10 test -e begun.2
	wait_for 10 grep -q 'sh 1$' log
	kill -TERM "$pid"
	finish
	expect_status 143
	expect test "$(wc -l <log)" -eq 2
}

# The disk is full: nothing more is started, for it would not be known.
full()
{
	run mp-pool -j1 --joblog /dev/full sh -c 'echo "$1"' sh ::: 1 2 3
	expect_status 125
	expect_err 'mp-pool: /dev/full: No space left on device'
}

dry()
{
	echo keep >log
	t_expect_out 'echo 1' mp-pool --dry-run --joblog log --report rep \
	    --trace-events tr echo ::: 1
	expect_file log keep
	expect test ! -e rep
	expect test ! -e tr
}

t 'nine columns, which scripts can read' columns
t 'a row is one line' one_line
t 'time limits, and commands that cannot be executed' other_ends
t 'a row comes when the output is written' written_first
t 'built-in classes are commands, too' classes
t 'what was ended by us is not in the log' interrupted
t 'a log that cannot be written ends the run' full
t 'nothing is written with --dry-run' dry
t_fail 'a file that cannot be opened' 125 \
    'mp-pool: no/log: No such file or directory' \
    mp-pool --joblog no/log touch touched ::: 1
t 'and nothing was started' test ! -e touched

done_testing
