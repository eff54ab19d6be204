#!/bin/sh
# SPDX-License-Identifier: ISC
#
# mp-queue torture: a crash test that people can run on their own disk.
#
# shellcheck disable=SC2317 # t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"
. "$MP_SRCDIR/tests/queue.sh"

# number NAME: what was printed.
number()
{
	sed -n "s/^$1 //p" out
}

tortured()
{
	for dir in "$MP_QUEUE"/torture.*; do
		test -d "$dir" && return
	done
	return 1
}

nothing_left()
{
	! tortured || note "$dir is there"
	left >running
	expect_file running -E mp-queue
}

storm()
{
	put mine a
	run mp-queue torture -j 6 --time "$(scale 3)"
	expect_status 0
	expect_err ''
	cut -d ' ' -f 1 out >names
	expect_file names 'commands
killed
put
got
acked
doubtful
left'
	for name in commands killed put got acked; do
		expect test "$(number "$name")" -gt 0
	done
	sed 's/^/# /' out
	nothing_left
	lists mine "1 ready 0 0 'a'"
}

makes_it()
{
	run mp-queue torture --jobs 2 --time 0.1
	expect_status 0
	expect test -d "$MP_QUEUE"
	nothing_left
}

# What is wrong is found: somebody else meddles with the queue. The counters
# tell where the put of what has vanished was killed before it said so.
meddled()
{
	start mp-queue torture -j 2 --time 4
	wait_for 20 tortured
	wait_for 20 meddle "$@"
	finish
	expect_status 125
	expect_err -e "^mp-queue: $dir: (task |[0-9]+ were put, )"
	expect test -f "$dir/db"
}

meddle()
{
	mp-queue -Q "$dir" "$@" >"$T/said" 2>&1 && test "$(cat "$T/said")" != 0
}

signalled()
{
	start mp-queue torture -j 3 --time 0
	wait_for 20 tortured
	wait_for 20 meddle peek torture
	kill -s "$1" "$pid"
	finish
	expect_status "$2"
	expect_err ''
	expect test "$(number commands)" -gt 0
	nothing_left
}

refused()
{
	mkdir "$MP_QUEUE"
	chmod 777 "$MP_QUEUE"
	run mp-queue torture --time 1
	expect_status 125
	expect_out ''
	expect_err -m "mp-queue: $MP_QUEUE: others may write to it*"
	for args in '-j 0' '-j 2000' '--time x' 'q'; do
		# shellcheck disable=SC2086 # words
		run mp-queue torture $args
		expect_status 125
		expect_out ''
		expect_err -e '^mp-queue: '
	done
	nothing_left
}

no_files()
{
	run env TMPDIR="$T/none" mp-queue torture --time 1
	expect_status 125
	expect_err -m "mp-queue: $MP_QUEUE/torture.*: temporary file: No such *"
}

q 'a storm: nothing is lost, and nothing left' storm
q 'it makes the place' makes_it
q 'tasks that vanish are noticed, and the place is kept' \
    meddled clear --state ready torture
q 'a task that nobody put is noticed' meddled put --pri -1 torture foreign
q 'INT: it is checked as ever, and dies by it' signalled INT 130
q 'TERM: the same' signalled TERM 143
q 'what is refused' refused
q 'no place for temporary files: 125, and why' no_files

done_testing
