#!/bin/sh
# SPDX-License-Identifier: ISC
#
# What ends the lease of a task that was got from a queue: ack, nack, bury;
# and touch, which does not.
#
# shellcheck disable=SC2016,SC2046,SC2317 # others expand it; words of a
# command; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"
. "$MP_SRCDIR/tests/queue.sh"

# What ends a lease.

acked()
{
	put q a b
	take -n 2 q
	run mp-queue "$1" $(cat "$T/receipt")
	expect_status 0
	expect_out ''
	expect_err ''
	lists q ''
}

stale()
{
	put q a
	take q
	mp-queue ack "$receipt"
	for verb in ack 'done' nack bury touch; do
		run mp-queue "$verb" "$receipt"
		expect_status 5
		expect_err "mp-queue: $receipt: the lease is over"
	done
}

stale_among_others()
{
	put q a b c
	take -n 3 q
	set -- $(cat "$T/receipt")
	mp-queue ack "$2"
	run mp-queue ack "$1" "$2" "$3"
	expect_status 5
	lists q ''
}

hand_over()
{
	put q a
	take q
	given 'res\000ult'
	run mp-queue ack --put other "$receipt"
	expect_status 0
	expect_out ''
	lists q ''
	lists other "2 ready 0 0 'res\\0ult'"
	given 'again'
	run mp-queue ack --put other "$receipt"
	expect_status 5
	lists other "2 ready 0 0 'res\\0ult'"
}

hand_over_to_closed()
{
	put q a
	put other b
	take q
	mp-queue close other
	given 'result'
	run mp-queue ack --put other "$receipt"
	expect_status 8
	run mp-queue ack "$receipt"
	expect_status 0
}

nacked()
{
	put q a
	take q
	run mp-queue nack --delay 0 --err 'no luck' "$receipt"
	expect_status 0
	lists q "1 ready 0 1 'a' no luck"
	take q
	expect test "${receipt%.*}" = 1.2
	run mp-queue nack "$receipt"
	lists q "1 delayed 0 2 'a'"
}

buried()
{
	put q a
	take q
	run mp-queue bury --err hopeless "$receipt"
	expect_status 0
	lists q "1 dead 0 1 'a' hopeless"
	take q
	expect_status 3
}

touched()
{
	put q a
	take --ttr 1h q
	run mp-queue touch "$receipt"
	expect_status 0
	run mp-queue touch --ttr 2h "$receipt"
	expect_status 0
	run mp-queue ack "$receipt"
	expect_status 0
}

ttr_for_ever()
{
	put q a
	take --ttr inf q
	take q
	expect_status 3
	lists q "1 leased 0 1 'a'"
}

joined()
{
	put q a
	run mp-queue join --timeout 0 q
	expect_status 124
	take q
	run mp-queue join --timeout 0 q
	expect_status 124
	mp-queue bury "$receipt"
	run mp-queue join --timeout 0 q
	expect_status 0
	put --delay 1h other b
	run mp-queue join --timeout 0 q other
	expect_status 124
}

q 'ack: they are done' acked ack
q 'done: the same' acked 'done'
q 'a stale receipt: 5' stale
q 'a stale receipt among others: 5, the others count' stale_among_others
q 'ack --put: standard input becomes a task, as one step' hand_over
q 'ack --put: where the other is closed, 8 and nothing' hand_over_to_closed
q 'nack: it is tried again, after --delay or when the queue says' nacked
q 'bury: it is dead, and --err says why' buried
q 'touch: it takes longer' touched
q 'get --ttr inf: the lease has no end' ttr_for_ever
q 'join: ready, delayed and leased tasks count, dead ones do not' joined

done_testing
