#!/bin/sh
# SPDX-License-Identifier: ISC
#
# mp-queue when the clock is set: leases do not notice, delays do. It is
# libfaketime that sets it, for one command at a time. That one can fake
# CLOCK_REALTIME alone, or together with CLOCK_MONOTONIC and CLOCK_BOOTTIME,
# which no real step moves: it is told to let them be.
#
# shellcheck disable=SC2317 # t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"
. "$MP_SRCDIR/tests/queue.sh"

test -z "${MP_TEST_SANITIZED-}" || skip_all 'ASan has to be loaded first'
command -v faketime >/dev/null || skip_all 'no faketime'

# at STEP COMMAND…: with the clock so far away from now, as in +2d.
at()
{
	step=$1
	shift
	DONT_FAKE_MONOTONIC=1 FAKETIME_DONT_FAKE_MONOTONIC=1 \
	    faketime -f "$step" "$@"
}

# The clock as mp-queue sees it, in whole seconds.
clock_at()
{
	at "$1" mp-queue doctor 2>/dev/null |
	    sed -n 's/^clock \([0-9]*\)\..*/\1/p'
}

# Without this all else would prove nothing.
put q a
ahead=$(($(clock_at +2d) - $(clock_at -2d)))
if test "$ahead" -lt 345590 || test "$ahead" -gt 345700; then
	skip_all 'faketime does not set the clock'
fi

# take_at STEP [OPTION…]
take_at()
{
	step=$1
	shift
	run at "$step" mp-queue get -l --timeout 0 --receipt-file "$T/receipt" \
	    "$@" q
	receipt=
	test ! -s "$T/receipt" || read -r receipt <"$T/receipt"
}

# Two days away, nobody else gets it, and the receipt is good.
lease_holds()
{
	put q a
	take_at "$1" --ttr 1h
	expect_out a
	lease=$receipt
	for step in +0 -2d +2d; do
		take_at "$step"
		expect_status 3
		run at "$step" mp-queue touch --ttr 1h "$lease"
		expect_status 0
		take_at "$step"
		expect_status 3
	done
	mp-queue stat q >"$T/stat"
	expect_file "$T/stat" -e '^expired 0$'
	run at "$2" mp-queue ack "$lease"
	expect_status 0
	lists q ''
}

lease_ends()
{
	put q a
	take_at "$1" --ttr 0.2
	lease=$receipt
	run at "$2" mp-queue get -l --timeout 20 --receipt-file "$T/receipt" q
	expect_status 0
	expect_out a
	run mp-queue ack "$lease"
	expect_status 5
}

owner_holds()
{
	put q a
	take_at +2d --owner $$
	for step in +0 -2d +2d; do
		take_at "$step"
		expect_status 3
	done
	run at -2d mp-queue ack "$receipt"
	expect_status 125
}

delay_comes_earlier()
{
	put --delay 1h q a
	take_at +0
	expect_status 3
	take_at +30m
	expect_status 3
	take_at +2h
	expect_status 0
	expect_out a
}

delay_comes_later()
{
	put --delay 0.1 q a
	take_at -1h
	expect_status 3
	run mp-queue get -l --timeout 20 --receipt-file "$T/receipt" q
	expect_status 0
	expect_out a
}

backoff_is_a_delay()
{
	mp-queue set --backoff 1h q
	put q a
	take q
	mp-queue nack "$receipt"
	take_at +30m
	expect_status 3
	take_at +2h
	expect_status 0
}

# Waiting is measured by a clock that is not set, either.
wait_is_as_long()
{
	mp-queue set q
	for step in -2d +2d; do
		run at "$step" mp-queue get --timeout 0.2 \
		    --receipt-file "$T/receipt" q
		expect_status 3
	done
}

# No age is below zero.
ages()
{
	put q a
	for step in -2d +2d; do
		run at "$step" mp-queue stat q
		expect_status 0
		expect_out -E '^oldest -'
	done
	expect_out -e '^oldest 1728[0-9][0-9]\.'
}

q 'a lease holds, got with the clock ahead' lease_holds +2d -2d
q 'a lease holds, got with the clock behind' lease_holds -2d +2d
q 'a lease ends by its time, the clock set back' lease_ends +2d -2d
q 'a lease ends by its time, the clock set forward' lease_ends -2d +2d
q 'a lease with an owner holds' owner_holds
q 'a delay is over earlier, the clock set forward' delay_comes_earlier
q 'a delay is over later, the clock set back' delay_comes_later
q 'the time between two tries is a delay' backoff_is_a_delay
q 'who waits waits as long' wait_is_as_long
q 'ages, the clock set back and forward' ages

done_testing
