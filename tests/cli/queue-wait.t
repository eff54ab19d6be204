#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Waiting at a queue of mp-queue: for a task, for room, for the end of all;
# and what time, pauses and the deaths of others do meanwhile.
#
# shellcheck disable=SC2016,SC2317 # others expand it; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"
. "$MP_SRCDIR/tests/queue.sh"
. "$MP_SRCDIR/tests/queue-wait.sh"

# Being woken.

get_by_put()
{
	begin q.items get q
	clock
	put q a
	finish
	lap
	expect_status 0
	expect_out -m a
	expect_file "$T/receipt2" -m '1.1.*'
}

put_by()
{
	mp-queue set --max-size 1 q
	put q a
	begin q.room put q b
	clock
	run_quietly "$@"
	finish
	lap
	expect_status "$want"
}

run_quietly()
{
	mp-queue "$@" >/dev/null 3>"$T/receipt2"
}

join_by()
{
	put q a
	take q
	begin q.idle join q
	clock
	run_quietly "$@" "${receipt:-none}"
	finish
	lap
	expect_status "$want"
}

get_by_ack_of_last()
{
	put q a
	take q
	begin q.items get q
	mp-queue close q
	clock
	mp-queue ack "$receipt"
	finish
	lap
	expect_status 4
}

get_by_due()
{
	clock
	put --delay 0.3 q a
	run_quietly get q
	lap
	took_between 28 200
	took=$((took - 30))
}

one_of_many()
{
	getters 5
	put q a
	wait_for 5 count_alive 4
	put q b c d e
	wait_for 5 count_alive 0
	for one in $all; do
		wait "$one" || note "get: $?"
	done
	cat "$T"/body[1-5] | fold -w 1 | sort | tr -d '\n' >"$T/bodies"
	expect_file "$T/bodies" -m abcde
}

close_ends_all()
{
	getters 4
	clock
	mp-queue close q
	for one in $all; do
		status=0
		wait "$one" || status=$?
		expect_status 4
	done
	lap
}

first_is_waited_for()
{
	begin q.items get -n 3 -l q
	put q a
	finish
	expect_status 0
	expect_out a
	expect test "$(wc -l <"$T/receipt2")" -eq 1
}

after_a_kill()
{
	getters 2
	kill -KILL "${all% *}"
	wait "${all% *}" 2>/dev/null
	clock
	put q a
	wait "${all##* }"
	lap
	expect_file "$T/body2" -m a
}

# The first one, who is woken by put, also watches for what is due.
watch_goes_on()
{
	clock
	put --delay 2 q later
	getters 2
	put q now
	wait "${all% *}" "${all##* }"
	lap
	took=$((took - 200))
	expect_file "$T/body1" -m now
	expect_file "$T/body2" -m later
}

want=0
t 'get: woken by put' at_once get_by_put
q 'get: of many that wait one gets it' one_of_many
t 'get: when the one that is first at the bell is killed' \
    at_once after_a_kill
q 'get -n: only the first one is waited for' first_is_waited_for
t 'get: when a delay is over' at_once get_by_due
t 'get: so, when the one who watched for it has got another' \
    at_once watch_goes_on
t 'put: woken by get' at_once put_by get q
t 'put: by cancel' at_once put_by cancel q 1
t 'put: by clear' at_once put_by clear q
t 'put: by a larger --max-size' at_once put_by set --max-size 2 q
want=8
t 'put: by close: 8' at_once put_by close q
want=0
t 'join: woken by ack' at_once join_by ack
want=9
t 'join: by bury: 9' at_once join_by bury
t 'close ends all gets that wait: 4' at_once close_ends_all
t 'close: while a task is leased, they wait for its end' \
    at_once get_by_ack_of_last

# Times.

timeout_of()
{
	put q a
	mp-queue set --max-size 1 q
	mp-queue pause q
	clock
	run mp-queue "$@" q
	lap
	expect_status "$want"
	expect_out ''
	took_between 29 200
}

want=3
q 'get --timeout: 3' timeout_of get --receipt-file "$T/receipt" --timeout 0.3
want=7
q 'put --timeout: 7' timeout_of put --timeout 300ms
want=124
q 'join --timeout: 124' timeout_of join --timeout 0.3s

paused()
{
	mp-queue pause q
	put q a
	take q
	expect_status 3
	begin q.items get q
	clock
	mp-queue resume q
	finish
	lap
	expect_status 0
	expect_out -m a
}

limited()
{
	mp-queue set --limit 1 q
	put q a b
	take q
	first=$receipt
	take q
	expect_status 3
	begin q.items get q
	mp-queue ack "$first"
	clock
	finish
	lap
	expect_out -m b
	took_between 0 200
}

ttr_over()
{
	put q a
	clock
	run mp-queue get --receipt-file "$T/receipt" "$@" q
	read -r receipt <"$T/receipt"
	run mp-queue get --receipt-file "$T/receipt2" q
	lap
	expect_out -m a
	expect_file "$T/receipt2" -m '1.2.*'
	took_between 29 200
	run mp-queue ack "$receipt"
	expect_status 5
	run mp-queue stat q
	expect_out -e '^expired 1$'
}

ttr_of_queue()
{
	mp-queue set --ttr 0.3 q
	ttr_over --ttr 0
}

touched()
{
	put q a
	take --ttr 0.5 q
	mp-queue touch --ttr 1h "$receipt"
	run mp-queue get --receipt-file "$T/receipt2" --timeout 0.8 q
	expect_status 3
	run mp-queue ack "$receipt"
	expect_status 0
}

t 'pause hands no task out; resume wakes who waits' at_once paused
q 'set --limit: so many leases at a time' limited
q 'get --ttr: when the lease runs out it is ready at once' ttr_over --ttr 0.3
q 'set --ttr: the same' ttr_of_queue
q 'touch --ttr: the lease lasts longer' touched

done_testing
