#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Whose end is whose: bound services end with the process that they are bound
# to, however that ends; mp-daemon main ends the bound ones at the end of its
# script and waits for the others.
#
# shellcheck disable=SC2016,SC2094,SC2317 # scripts expand it; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"
. "$MP_SRCDIR/tests/daemon.sh"

export CHILD

# A script with a bound service of two processes; ends by what is given.
cat >bound <<'END'
mp-daemon start --bind a -- sh -c '"$CHILD" setsid-child one &
    exec "$CHILD" pause two'
until test -s one && test -s two; do sleep 0.02; done
: >ready
until test -e go; do sleep 0.02; done
END

# dies SIGNAL PREFIX…: the script, or what is before it, gets the signal.
dies()
{
	signal=$1
	shift
	start "$@" sh bound
	wait_for 20 test -e ready
	read -r one <one
	read -r two <two
	if test "$signal" = EXIT; then
		: >go
	else
		kill -s "$signal" "$pid"
	fi
	wait_for 20 gone "$one" "$two"
	finish
	becomes a stopped
	rm -f one two ready go
}

for signal in EXIT TERM KILL; do
	d "a script that ends by $signal takes what is bound with it" \
	    dies $signal
	d "mp-daemon main, the same by $signal" dies $signal mp-daemon main --
done

# Bound to a process that is named, which is no relative.
named()
{
	"$CHILD" pause &
	other=$!
	begin a --bind="$other" -- "$CHILD" pause
	pid_of a
	expect alive "$service"
	kill -KILL "$other"
	wait_for 20 gone "$service"
	becomes a stopped
}

no_such_process()
{
	"$CHILD" exit 0 &
	other=$!
	wait "$other"
	run mp-daemon start --bind="$other" a -- touch began
	expect_status 125
	expect_err "mp-daemon: a: --bind: $other: No such process"
	expect test ! -e began
}

# A bound service is not started again, and may be on its way.
bound_restarts()
{
	"$CHILD" pause &
	other=$!
	begin a --bind="$other" --restart always --backoff 1h,1,1h -- \
	    "$CHILD" exit 1
	becomes a waiting
	kill -KILL "$other"
	becomes a stopped
	"$CHILD" pause &
	other=$!
	start mp-daemon start b --bind="$other" --ready notify -- \
	    "$CHILD" pause up
	wait_for 20 test -s up
	kill -KILL "$other"
	finish
	expect_status 143
	rm up
}

# Whose parent has gone has another one now, which is not meant.
lost_parent()
{
	run setsid -f sh -c 'mp-daemon start --bind a -- true 2>said; : >end'
	wait_for 20 test -e end
	rm end
	run setsid -f mp-daemon start --bind a -- touch began
	wait_for 20 test -s err
	expect_err -m 'mp-daemon: a: --bind: * another session*'
	expect test ! -e began
	expect_file said ''
}

ends_by_schedule()
{
	"$CHILD" pause &
	other=$!
	begin a --bind="$other" --retry INT/2/KILL/30 -- \
	    "$CHILD" catch caught INT
	wait_for 20 test -s caught
	kill -KILL "$other"
	becomes a stopped
	expect_file caught 'ready
INT'
	rm caught
}

d '--bind: the parent must be who has called' lost_parent
d '--bind=PID' named
d '--bind=PID: there is no such process' no_such_process
d 'a bound service that waits for its restart, or to be ready' bound_restarts
d 'a bound service ends by its schedule' ends_by_schedule

# mp-daemon main

waits_for_others()
{
	run mp-daemon main -- sh -c 'mp-daemon start --bind a -- "$CHILD" pause
	    mp-daemon start b -- sh -c "sleep 0.2; exit 3"
	    mp-daemon start c -- true
	    exit 4'
	expect_status 4
	expect_err ''
	becomes a stopped
	becomes b exited
	becomes c exited
}

passes_on()
{
	start mp-daemon main -- "$CHILD" catch caught TERM USR1
	wait_for 20 test -s caught
	kill -USR1 "$pid"
	wait_for 20 grep -q USR1 caught
	kill -TERM "$pid"
	wait_for 20 grep -q TERM caught
	kill -TERM "$pid"
	finish
	expect_status 137
	rm caught
	run sh -c 'mp-daemon main -- sh -c "trap \"exit 6\" TERM
	    kill -TERM \$PPID; while :; do sleep 0.02; done"'
	expect_status 6
}

gone()
{
	read -r script <script && ! alive "$script"
}

# A signal is for those that are there: not for a script that has ended, even
# if main has not noticed that yet.
no_longer_waits()
{
	start mp-daemon main -- sh -c 'mp-daemon start a -- "$CHILD" pause up
	    echo $$ >script; until test -e go; do sleep 0.02; done'
	wait_for 20 test -s script -a -s up
	kill -STOP "$pid"
	: >go
	wait_for 20 gone
	kill -TERM "$pid"
	kill -CONT "$pid"
	finish
	expect_status 143
	pid_of a
	expect alive "$service"
	rm script go up
}

true_status()
{
	run mp-daemon main -- nosuch
	expect_status 127
	expect_err -m 'mp-daemon: nosuch: *'
	run mp-daemon main "$CHILD" exit 9
	expect_status 9
	how mp-daemon main -- "$CHILD" signal KILL
	expect_how 'signal KILL'
}

# Services below another main are that one's own; so are those of others.
not_its_own()
{
	begin a -- "$CHILD" pause
	run mp-daemon main -- mp-daemon main -- \
	    mp-daemon start --bind b -- "$CHILD" pause
	expect_status 0
	becomes b stopped
	is a running || note "a: $(cat "$RUN/a/status")"
}

started_below_a_service()
{
	run mp-daemon main -- mp-daemon start a --log log -- sh -c \
	    'mp-daemon start b -- sleep 0.2; mp-daemon wait b'
	expect_status 0
	becomes a exited
	becomes b exited
	rm log
}

main_is_gone()
{
	run mp-daemon main -- sh -c 'echo "$MP_DAEMON_MAIN" >main'
	MP_DAEMON_MAIN=$(cat main)
	export MP_DAEMON_MAIN
	run mp-daemon start --bind a -- touch began
	expect_status 125
	expect_err 'mp-daemon: a: MP_DAEMON_MAIN: No such process'
	run mp-daemon start a -- true
	expect_status 0
	unset MP_DAEMON_MAIN
	expect test ! -e began
	rm main
}

d 'main: bound ones are stopped, others waited for' waits_for_others
d 'main: signals reach the script' passes_on
d 'main: a signal ends the waiting' no_longer_waits
d 'main: the status of the script' true_status
d 'main: what is not its own' not_its_own
d 'main: what a service has started' started_below_a_service
d 'a main that is gone' main_is_gone

done_testing
