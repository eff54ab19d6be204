#!/bin/sh
# SPDX-License-Identifier: ISC
#
# mp-pool: signals that do not end it. USR1 and USR2 change how many tasks run
# at a time; TSTP stops the tasks, too, and CONT lets them go on.
#
# shellcheck disable=SC2016,SC2317 # tasks expand it; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"

# Each task that runs is a file; it ends when the file is gone.
task='trap "exit 1" TERM; : >"runs.$1"
    while test -e "runs.$1"; do sleep 0.02; done'

# runs N: exactly so many run, now and a moment later.
runs()
{
	set -- "$1" runs.*
	test -e "$2" || set -- "$1"
	test $(($# - 1)) -eq "$1"
}

up_and_down()
{
	rm -f runs.*
	start mp-pool -v -j1 sh -c "$task" sh ::: 1 2 3 4 5 6
	wait_for 10 runs 1
	kill -USR1 "$pid"
	wait_for 10 runs 2
	kill -USR1 "$pid"
	wait_for 10 runs 3
	kill -USR2 "$pid"
	wait_for 10 grep -q 'up to 2 at a time' err
	sleep 0.1
	expect runs 3
	# The next one takes no place.
	rm -f runs.1
	wait_for 10 grep -q "task 1: '1': exit" err
	sleep 0.1
	expect runs 2
	rm -f runs.2
	wait_for 10 test -e runs.4
	expect runs 2
	kill -TERM "$pid"
	finish
	expect_status 143
	expect_err -e 'mp-pool: up to 3 at a time'
}

twice()
{
	test "$(grep -c "$1" err)" -eq 2
}

# Not below one.
not_below()
{
	rm -f runs.*
	start mp-pool -v -j2 sh -c "$task" sh ::: 1 2 3
	wait_for 10 runs 2
	kill -USR2 "$pid"
	wait_for 10 grep -q 'up to 1 at a time' err
	kill -USR2 "$pid"
	wait_for 10 twice 'up to 1 at a time'
	rm -f runs.1 runs.2
	wait_for 10 test -e runs.3
	rm -f runs.3
	finish
	expect_status 0
}

# Workers and classes: all answers are there, whatever comes.
others()
{
	seq 3000 >numbers
	rm -f out
	start mp-pool -j3 -w -a numbers sh -c \
	    'while read -r x; do echo "$x"; done'
	wait_for 10 test -s out
	for signal in USR2 USR2 USR2 USR1 USR1 USR1 USR1 USR2 USR2; do
		kill -"$signal" "$pid" 2>/dev/null
		sleep 0.01
	done
	finish
	expect_status 0
	expect_out -f numbers
	yes 2000 | head -n 3000 >numbers
	mp-pool -j1 -c prime -a numbers >wanted
	rm -f out
	start mp-pool -j3 -c prime -a numbers
	wait_for 10 test -s out
	for signal in USR2 USR2 USR2 USR1 USR1 USR1 USR1 USR2 USR2; do
		kill -"$signal" "$pid" 2>/dev/null
		sleep 0.01
	done
	finish
	expect_status 0
	expect_out -f wanted
}

# stopped PID: it and all its children are.
state()
{
	{ read -r state_stat <"/proc/$1/stat"; } 2>/dev/null || return 1
	state_stat=${state_stat##*) }
	case $state_stat in
	"$2"*)
		return 0
		;;
	esac
	return 1
}

# Or, while it waits in vfork(2) for a child that is.
stopped()
{
	state "$1" T || state "$1" D
}

running()
{
	! stopped "$1" && alive "$1"
}

# In a group of its own, whose leader's parent can continue it.
suspended()
{
	rm -f runs.* pid.*
	start mp-pool -j2 sh -c 'echo $$ >"pid.$1"; '"$task" sh ::: 1 2
	wait_for 10 runs 2
	kill -TSTP "$pid"
	wait_for 10 state "$pid" T
	wait_for 10 stopped "$(cat pid.1)"
	wait_for 10 stopped "$(cat pid.2)"
	kill -CONT "$pid"
	wait_for 10 running "$pid"
	wait_for 10 running "$(cat pid.1)"
	wait_for 10 running "$(cat pid.2)"
	rm -f runs.*
	finish
	expect_status 0
	expect_err ''
}

t 'USR1 and USR2: one more and one fewer at a time' up_and_down
t 'there is always one' not_below
t 'workers and classes, too' others
t 'TSTP stops the tasks and mp-pool, CONT continues them' suspended

# What only shows commands has nothing to resize, and ends all the same.
shown()
{
	mkfifo tasks
	start mp-pool --dry-run -a tasks echo
	exec 5>tasks
	echo a >&5
	wait_for 20 grep -qs 'echo a' out
	for signal in USR1 USR2 TERM; do
		kill -s "$signal" "$pid"
	done
	finish
	exec 5>&-
	expect_status 143
	expect_out 'echo a'
}
t '--dry-run' shown

done_testing
