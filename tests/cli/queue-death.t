#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Tasks of mp-queue whose workers do not end them as they should: they die,
# fail again and again, are stopped, or the system is started anew.
#
# shellcheck disable=SC2016,SC2086,SC2317 # others expand it; pids are words;
# t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"
. "$MP_SRCDIR/tests/queue.sh"
. "$MP_SRCDIR/tests/queue-wait.sh"

# Owners.

# A task is leased to the process $owner.
got_by_owner()
{
	sleep 1000 &
	owner=$!
	put q a
	take --owner "$owner" --ttr 1h q
	expect_status 0
}

kill_owner()
{
	kill -KILL "$owner"
	wait "$owner" 2>/dev/null
}

get_by_death()
{
	got_by_owner
	begin q.items get q
	clock
	kill -KILL "$owner"
	finish
	lap
	wait "$owner" 2>/dev/null
	expect_out -m a
	run mp-queue ls q
	expect_out "1	leased	0	2	'a'	the owner is gone"
}

after_death()
{
	got_by_owner
	take q
	expect_status 3
	kill_owner
	take q
	expect_status 0
	expect test "${receipt%.*}" = 1.2
}

dies_with_owner()
{
	mp-queue set --tries 1 q
	got_by_owner
	begin q.idle join --timeout 5 q
	kill_owner
	finish
	expect_status 9
}

gone_before()
{
	sleep 0 &
	wait $!
	put q a
	run mp-queue get --owner $! --receipt-file "$T/receipt" q
	expect_status 125
	expect_out ''
	expect_err "mp-queue: $!: No such process"
	run mp-queue ls q
	expect_out "1	ready	0	0	'a'"
}

t 'get --owner: when it is killed, who waits gets the task at once' \
    at_once get_by_death
q 'get --owner: its task is there for the next, but not before' after_death
q 'get --owner: when its last try dies with it, join ends' dies_with_owner
q 'get --owner: it has to be there' gone_before

# Tries.

# The delay, in seconds, after so many tries.
delay_after()
{
	mp-queue kick q >/dev/null
	for i in $(seq 2 "$1"); do
		: "$i"
		take q
		mp-queue nack --delay 0 "$receipt"
	done
	take q
	mp-queue nack "$receipt"
	delay=$(mp-queue export q |
	    sed -n 's/.*"delay":\([0-9]*\).*/\1/p')
	delay=${delay:-0}
}

backoff()
{
	mp-queue set --backoff 1000 --backoff-max 3500s --tries 0 q
	put q a
	for pair in 1/1000 2/2000 3/3500 4/3500 9/3500; do
		delay_after "${pair%/*}"
		most=${pair#*/}
		if test "$delay" -gt "$most" ||
		    test "$delay" -lt $((most * 3 / 4 - 60)); then
			note "after ${pair%/*} tries: $delay s"
		fi
	done
}

dead_after_tries()
{
	mp-queue set --tries 2 q
	put q a
	take q
	mp-queue nack --delay 0 --err one "$receipt"
	take q
	mp-queue nack --delay 0 --err two "$receipt"
	run mp-queue ls q
	expect_out "1	dead	0	2	'a'	two"
	take q
	expect_status 3
}

dead_when_it_runs_out()
{
	mp-queue set --tries 1 q
	put q a
	take --ttr 0.2 q
	run mp-queue join q
	expect_status 9
	run mp-queue ls q
	expect_out "1	dead	0	1	'a'	the lease ran out"
}

q 'nack: the delay is doubled each time, up to --backoff-max' backoff
q 'set --tries: then it is dead' dead_after_tries
q 'set --tries: a lease that runs out counts; join tells' \
    dead_when_it_runs_out

# Who is stopped.

is_stopped()
{
	grep -q '^State:[[:space:]]*T' "/proc/$1/status"
}

stopped_get()
{
	getters 3
	set -- $all
	kill -STOP "$1"
	wait_for 5 is_stopped "$1"
	clock
	put q a
	wait_for 5 count_alive 2
	lap
	expect alive "$1"
	kill -CONT "$1"
	put q b c
	wait_for 5 count_alive 0
}

stopped_put()
{
	mp-queue set --max-size 1 q
	put q a
	all=
	for i in 1 2; do
		mp-queue put q "$i" >/dev/null &
		all="$all $!"
		wait_for 5 at_bell $! q.room
	done
	set -- $all
	kill -STOP "$1"
	wait_for 5 is_stopped "$1"
	clock
	take q
	wait "$2"
	lap
	kill -CONT "$1"
	mp-queue cancel q 2 >/dev/null
	wait "$1"
}

t 'get: who is stopped at the bell holds nobody up' at_once stopped_get
t 'put: so' at_once stopped_put

# Another start of the system.

other_boot()
{
	unshare -m sh -c 'mount --bind "$0" "$1" && shift && exec "$@"' \
	    "$T/boot" /proc/sys/kernel/random/boot_id "$@"
}

rebooted()
{
	put q a
	put --delay 1h q b
	take --ttr 1h q
	run other_boot mp-queue ack "$receipt"
	expect_status 5
	run other_boot mp-queue get --timeout 0 --receipt-file \
	    "$T/receipt2" q
	expect_status 0
	expect_out -m a
	expect_file "$T/receipt2" -m '1.2.*'
	run mp-queue ack "$receipt"
	expect_status 5
	run mp-queue ls q
	expect_out -e 'leased.*the system was started again'
	expect_out -e 'delayed'
}

echo 01234567-89ab-cdef-0123-456789abcdef >"$T/boot"
if other_boot true 2>/dev/null; then
	q 'a new boot id ends all leases' rebooted
else
	skip 'a new boot id ends all leases' 'cannot mount'
fi

done_testing
