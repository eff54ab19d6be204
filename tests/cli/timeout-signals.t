#!/bin/sh
# SPDX-License-Identifier: ISC
#
# mp-timeout under the name of timeout(1): the signals that it gets, and the
# states that it is started in: signals ignored or blocked, descriptors
# closed, a child that it has not started. Where a limit has to be reached
# after something has happened the test sends SIGALRM, which means that the
# time is up; so none waits in vain.
#
# shellcheck disable=SC2016,SC2086,SC2317 # commands expand it; words of a
# command; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"
. "$MP_SRCDIR/tests/timeout.sh"

# Starts timeout ARGUMENT… with a command that notes the signals it gets.
start_noting()
{
	rm -f got
	start timeout "$@" ./noting got ALRM HUP INT QUIT TERM USR1 USR2 PIPE \
	    XCPU XFSZ VTALRM PROF 16 29 30 37 64
	wait_for 30 test -s got
}

# all_of WORD…: the signals that got there are these, and no more.
all_of()
{
	printf '%s\n' ready "$@" >want
	expect_file got -f want
}

got_one()
{
	test "$(grep -c '' got)" -gt 1
}

passes_on()
{
	start_noting 30
	kill -s "$1" "$pid"
	wait_for 5 got_one
	kill -s USR1 "$pid"
	wait_for 5 got_two
	finish_noting
	name=$1
	case $1 in
	29)
		name=IO
		;;
	esac
	all_of "$name" USR1
}

got_two()
{
	test "$(grep -c '' got)" -gt 2
}

# The last ones by number: not each shell has a name for them. 16 is STKFLT,
# 29 IO, 30 PWR, the rest are of real time.
for name in HUP INT QUIT USR2 PIPE XCPU XFSZ VTALRM PROF 16 29 30 37 64; do
	t "$name is passed on, once" passes_on $name
done

# ends_by SIGNAL: the command dies by it, and so do we.
ends_by()
{
	rm -f ready
	start timeout 30 "$CHILD" pause ready
	wait_for 30 test -e ready
	kill -s "$1" "$pid"
	finish
	expect_status "$2"
	expect_err ''
}

for pair in HUP/129 INT/130 QUIT/131 USR1/138 USR2/140 PIPE/141 TERM/143 \
    XCPU/152 XFSZ/153 VTALRM/154 PROF/155; do
	t "${pair%/*} ends the command, and our status tells" \
	    ends_by "${pair%/*}" "${pair#*/}"
done
t 'ALRM means that the time is up' ends_by ALRM 124

# Ended by the signal of the outside, the command's own status counts.
own_status()
{
	rm -f ready
	start timeout 30 sh -c 'trap "exit 9" TERM
	    : >ready; sleep 30 & wait'
	wait_for 30 test -e ready
	kill -s TERM "$pid"
	finish
	expect_status 9
}

t 'TERM from outside: the status is that of the command' own_status

# -k counts from the first signal, wherever it came from.
kill_after_outside()
{
	rm -f ready
	start timeout -k .1 30 "$CHILD" ignore TERM -- "$CHILD" pause ready
	wait_for 30 test -e ready
	kill -s TERM "$pid"
	finish
	expect_status 137
}

t 'TERM from outside is followed by KILL as -k says' kill_after_outside

# Once each, also to the group.
term_once()
{
	start_noting -k 5 30
	kill -s ALRM "$pid"
	wait_for 10 got_one
	finish_noting
	all_of TERM
}

t 'at the limit the command gets TERM once' term_once

# What we are started with.

entry="$CHILD entry --default HUP --default INT --default QUIT --default PIPE"

state_of_child()
{
	# shellcheck disable=SC2086 # words
	run $entry "$@" timeout 10 "$CHILD" mask
	expect_status 0
}

masks()
{
	state_of_child
	expect_out 'blocked:
ignored:'
	state_of_child --block CHLD --block ALRM --block TERM
	expect_out 'blocked:
ignored:'
	state_of_child --ignore INT --ignore USR1 --ignore TERM
	expect_out 'blocked:
ignored: INT USR1 TERM'
}

order()
{
	state_of_child --ignore TERM --ignore INT --ignore HUP
	expect_out -m '*ignored: HUP INT TERM'
}

t 'the child blocks nothing and ignores what we were told to' masks
t 'ignored signals are inherited' order

ignored_on_entry()
{
	rm -f got
	start $entry --ignore USR1 --ignore TERM timeout 30 \
	    ./noting got USR1 USR2 HUP
	wait_for 30 test -s got
	kill -s USR1 "$pid"
	kill -s TERM "$pid"
	kill -s USR2 "$pid"
	wait_for 10 got_one
	finish_noting
	all_of USR2
}

t 'ignored signals are not passed on' ignored_on_entry
t 'CHLD and ALRM blocked: the limit' \
    gives 124 "$CHILD" entry --block ALRM --block CHLD timeout .05 $idle
t 'CHLD and ALRM blocked: the end' \
    gives 3 "$CHILD" entry --block ALRM --block CHLD timeout 30 "$CHILD" exit 3
t 'CHLD ignored: the end' \
    gives 3 "$CHILD" entry --sigchld-ignore timeout 30 "$CHILD" exit 3
t 'CHLD ignored: the limit' \
    gives 124 "$CHILD" entry --sigchld-ignore timeout .05 $idle
t 'ALRM ignored: the limit' \
    gives 124 "$CHILD" entry --ignore ALRM timeout .05 $idle
for n in 0 1 2; do
	t "descriptor $n closed: the limit" \
	    gives 124 "$CHILD" entry --close $n timeout -k9 .05 $idle
done
t '-v with stderr closed' \
    gives 124 "$CHILD" entry --close 2 timeout -v .05 $idle
t '0, 1 and 2 closed' gives 124 \
    "$CHILD" entry --close 0 --close 1 --close 2 timeout -v .05 $idle
t '-v with a full stderr' \
    gives 124 sh -c 'exec timeout -v .05 sleep 30 2>/dev/full'
t '-v with nobody to read stderr' gives 124 sh -c '{ sleep .05
    timeout -v .05 sleep 30; echo "$?" >st; } 2>&1 >/dev/null | true
    until test -s st; do sleep .01; done; exit "$(cat st)"'

descriptors()
{
	run sh -c 'exec 5<ready 9>&1; exec "$CHILD" fds'
	mv ../out want
	run sh -c 'exec 5<ready 9>&1; exec timeout 10 "$CHILD" fds'
	expect_status 0
	expect_out -e '^5 '
	expect_out -f want
}

: >ready
t 'the command has the descriptors that we got, no more' descriptors

inherited()
{
	gives 124 sh -c 'sleep .1 & exec timeout .5 sh -c "sleep 30; echo no"'
	gives 3 sh -c 'sleep .05 & exec timeout 30 sh -c "sleep .2; exit 3"'
}

inherited_stays()
{
	gives 124 "$CHILD" entry --with-child kept timeout -k1 .05 $idle
	expect alive "$(cat kept)"
	kill "$(cat kept)"
}

t 'a child that we did not start does not mislead us' inherited
t 'and is left alone' inherited_stays

done_testing
