#!/bin/sh
# SPDX-License-Identifier: ISC
#
# mp-queue work: what ends it or a task of it early, and where the tasks are
# then: signals, death, time limits, leases that are over, output that nobody
# reads.
#
# shellcheck disable=SC2016,SC2317 # others expand it; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"
. "$MP_SRCDIR/tests/queue.sh"
. "$MP_SRCDIR/tests/queue-wait.sh"

prepare()
{
	mp-queue set --backoff 10ms q
	rm -f "$T/begun"
}

# begin_work OPTION…: a task that has something setsid'ed and something
# double-forked below it, and does not end by itself. It is no shell any more
# when it waits: one that is about to wait may lose a signal.
begin_work()
{
	put q a
	start mp-queue work "$@" q -- sh -c '
		setsid sleep 600 &
		(setsid sleep 600 &)
		echo >>"$0/begun"
		exec sleep 600' "$T"
	wait_for 5 test -s "$T/begun"
}

by_signal()
{
	begin_work
	kill -"$1" "$pid"
	finish
	expect_status $((128 + $2))
	expect_err ''
	wait_for 5 t_none_left
	lists q "1 ready 0 0 'a'"
}

# The tasks go with it, as far as the kernel lets us; the queue hands them
# out again.
killed()
{
	put q a
	start mp-queue work q -- sh -c 'echo >>"$1/begun"; exec sleep 600' sh "$T"
	wait_for 5 test -s "$T/begun"
	kill -KILL "$pid"
	finish
	wait_for 5 t_none_left
	work_again
}

work_again()
{
	run mp-queue work --timeout 0 q -- sh -c 'echo "$MP_ATTEMPT"'
	expect_out 2
	lists q ''
}

# Another worker waits and has it at once.
handed_over()
{
	put q a
	start mp-queue work q -- sh -c 'echo >>"$1/begun"; exec sleep 600' sh "$T"
	wait_for 5 test -s "$T/begun"
	first=$pid
	mp-queue work q -- sh -c 'echo >"$1/second"' sh "$T" >"$T/out2" &
	second=$!
	wait_for 30 clerk_of "$second"
	wait_for 5 at_bell "$clerk" q.items
	clock
	kill -KILL "$first"
	wait_for 5 test -e "$T/second"
	lap
	kill "$second"
	wait "$second"
	wait_for 5 t_none_left
	rm -f "$T/second"
	finish
}

# The child of PID that has the queue open, in $clerk.
clerk_of()
{
	# shellcheck disable=SC2013 # there are no blanks in these names
	for clerk in $(grep -ls "^PPid:[[:space:]]*$1\$" /proc/[0-9]*/status); do
		clerk=${clerk#/proc/}
		clerk=${clerk%/status}
		# shellcheck disable=SC2010 # where the links lead to
		! ls -l /proc/"$clerk"/fd 2>"$T/.ls" |
		    grep -q " $MP_QUEUE/gate\$" || return 0
	done
	return 1
}

clerk_killed()
{
	begin_work
	clerk_of "$pid"
	kill -KILL "$clerk"
	wait_for 5 grep -q gone "$T/err"
	kill -TERM "$pid"
	finish
	expect_status 143
	expect_err 'mp-queue: q: the process that had it open is gone'
	wait_for 5 t_none_left
	run mp-queue work --timeout 0 q echo
	expect_out a
}

hold_gate()
{
	rm -f "$T/held"
	flock "$MP_QUEUE/gate" sh -c ': >"$0"; exec sleep 600' "$T/held" &
	holder=$!
	wait_for 5 test -e "$T/held"
}

# The worker ends, and then the gate is free.
ends_and_frees()
{
	kill -TERM "$pid"
	finish
	expect_status 143
	kill "$holder"
	for one in $(left | sed -n 's/ sleep 600 $//p'); do
		kill "$one"
	done
	wait "$holder"
	wait_for 5 t_none_left
}

# Nobody else's lock keeps it from ending.
gate_held()
{
	begin_work
	hold_gate
	ends_and_frees
	lists q "1 ready 0 0 'a'"
}

# Nothing is leased to a worker that has ended meanwhile.
gate_wanted()
{
	begin_work -j2
	clerk_of "$pid"
	kill -STOP "$clerk"
	put q b
	hold_gate
	kill -CONT "$clerk"
	wait_for 5 grep -q -e "-> FLOCK .* $clerk " /proc/locks
	ends_and_frees
	lists q "1 ready 0 0 'a'
2 ready 0 0 'b'"
}

# Leases.

touched()
{
	put q a
	start mp-queue work --ttr 500ms --timeout 0 q -- sh -c \
	    'echo >>"$1/begun"; while ! test -e "$1/go"; do sleep 0.05; done' \
	    sh "$T"
	wait_for 5 test -s "$T/begun"
	run mp-queue get --timeout 1.5 --receipt-file "$T/receipt" q
	expect_status 3
	: >"$T/go"
	finish
	expect_status 0
	lists q ''
}

cancelled()
{
	begin_work --ttr 300ms --timeout 0
	mp-queue cancel q 1 >"$T/count"
	finish
	expect_status 0
	expect_err 'mp-queue: task 1: the lease is over'
	wait_for 5 t_none_left
	lists q ''
}

cancelled_class()
{
	mp-queue put q 1000000000 >"$T/ids"
	start mp-queue work --ttr 300ms --timeout 0 -c compute -j1 q
	wait_for 5 leased
	mp-queue cancel q 1 >"$T/count"
	finish
	expect_status 0
	expect_out ''
	expect_err 'mp-queue: task 1: the lease is over'
}

leased()
{
	mp-queue ls q | grep -q leased
}

# Time limits.

too_long()
{
	mp-queue set --tries 1 q
	begin_work --task-timeout 300ms
	finish
	expect_status 123
	wait_for 5 t_none_left
	lists q "1 dead 0 1 'a' time limit"
	mp-queue ls --json q | grep -q '"status":124}' || note 'status'
}

ignores_term()
{
	mp-queue set --tries 1 q
	put q a
	run mp-queue work --task-timeout 200ms --kill-after 200ms q -- \
	    sh -c 'trap "" TERM; while :; do sleep 0.1; done'
	expect_status 123
	wait_for 5 t_none_left
}

# Output.

nobody_reads()
{
	put q a b c d
	mp-queue work -j1 --timeout 0 q -- sh -c 'yes | head -c 1000000' |
	    head -c 1 >"$T/out"
	mp-queue ls q | cut -f 2 | sort -u >"$T/states"
	expect_file "$T/states" ready
	wait_for 5 t_none_left
}

full()
{
	put q a
	status=0
	mp-queue work --timeout 0 q echo >/dev/full 2>"$T/err" || status=$?
	expect_status 125
	expect_err 'mp-queue: standard output: No space left on device'
	lists q "1 ready 0 0 'a'"
}

q 'TERM: the tree is ended, the task is back, untried' by_signal TERM 15
q 'INT' by_signal INT 2
q 'HUP' by_signal HUP 1
q 'KILL: so are its commands, and the task is back' killed
q 'and another one gets it' at_once handed_over
q 'the clerk is killed' clerk_killed
q 'the gate is held: TERM is enough' gate_held
q 'the gate is held, and another task wanted' gate_wanted
q 'a task that runs longer than its lease keeps it' touched
q 'a task that is cancelled is ended, its whole tree' cancelled
q 'and one of a class' cancelled_class
q '--task-timeout' too_long
q '--kill-after' ignores_term
q 'a reader that goes: no task is acknowledged for nothing' nobody_reads
q 'a full disk: neither' full
done_testing
