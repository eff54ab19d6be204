#!/bin/sh
# SPDX-License-Identifier: ISC
#
# mp-daemon: the life of a service, verb by verb: start, status, list, wait,
# stop, restart, reload, signal; and what Python's two kinds of processes
# are in one line each.
#
# shellcheck disable=SC2016,SC2094,SC2317 # services expand it; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"
. "$MP_SRCDIR/tests/daemon.sh"

TAB=$(printf '\t')

# The two cases.

bound_ends()
{
	run sh -c 'mp-daemon start --bind --log - p -- "$CHILD" pause up
	    until test -e up; do sleep 0.02; done
	    cp up pid'
	expect_status 0
	read -r p <pid
	wait_for 20 gone "$p"
	rm -f up pid
}

export CHILD
d 'a bound service ends with its script' bound_ends

is_waited_for()
{
	run sh -c 'mp-daemon start --log - p -- mp-pool -c prime ::: 1
	    mp-daemon wait p'
	expect_status 0
	expect_out "1${TAB}0${TAB}-"
}

waited_status()
{
	run sh -c 'mp-daemon start p -- sh -c "exit 7"; mp-daemon wait p'
	expect_status 7
}

d 'another one is waited for' is_waited_for
d 'with its true exit status' waited_status

# start

starts()
{
	run mp-daemon start a -- "$CHILD" pause up
	expect_status 0
	expect_out ''
	expect_err ''
	pid_of a
	expect alive "$service"
	wait_for 20 test -e up
	expect_file up "$service"
	rm up
}

twice()
{
	begin a -- "$CHILD" pause
	pid_of a
	run mp-daemon start a -- touch began
	expect_status 3
	expect_err "mp-daemon: a: already running, pid $service"
	expect test ! -e began
}

order_of_words()
{
	begin -- a "$CHILD" pause
	begin --reload-signal USR1 b -e A=1 "$CHILD" pause
	begin c --reload-signal USR1 -- "$CHILD" pause
	run mp-daemon stop a --retry KILL/5 b -- c
	expect_status 0
}

holds_nothing()
{
	run sh -c 'echo "$(mp-daemon start a -- "$CHILD" pause)" | cat'
	expect_status 0
	expect_out -m ''
	super_of a
	"$CHILD" fds >fds 2>&1
	for n in 0 1 2; do
		expect test "$(readlink "/proc/$super/fd/$n")" = /dev/null
	done
	expect test "$(cut -d ' ' -f 6 "/proc/$super/stat")" = "$super"
}

d 'start: runs when it returns' starts
d 'start: one that runs is not started again' twice
d 'options before and behind the name' order_of_words
d 'a supervisor holds no descriptor of who started it' holds_nothing

# status

shows()
{
	begin a -- "$CHILD" pause
	pid_of a
	run mp-daemon status a
	expect_status 0
	expect_out -m "a: running, pid $service, since 2*Z"
	mp-daemon stop a
	run mp-daemon status a
	expect_status 3
	expect_out -m 'a: stopped, ended by signal 15, since 2*Z'
}

died()
{
	begin a -- "$CHILD" pause
	super_of a
	kill -KILL "$super"
	wait_for 20 gone "$super"
	run mp-daemon status a
	expect_status 1
	expect_out -m 'a: lost, since 2*Z'
}

none_such()
{
	run mp-daemon status a
	expect_status 4
	expect_out ''
	expect_err 'mp-daemon: a: no such service'
}

as_json()
{
	begin a -- "$CHILD" pause
	begin b -- "$CHILD" exit 3
	becomes b exited
	pid_of a
	run mp-daemon status --json a b
	expect_status 3
	expect_out -e "^\\{\"name\":\"a\",\"state\":\"running\",\"pid\":$service,\"exitcode\":null,"
	expect_out -e '^\{"name":"b","state":"exited","pid":null,"exitcode":3,'
	cp out one
	run mp-daemon list --json
	expect_status 0
	expect_out -f one
}

lists()
{
	begin b -- "$CHILD" pause
	begin a -- "$CHILD" pause
	run mp-daemon list
	expect_status 0
	expect_out -m 'a: running*
b: running*'
}

lists_none()
{
	run mp-daemon list
	expect_status 0
	expect_out ''
	expect_err ''
}

d 'status: 0 running, 3 not' shows
d 'status: 1 where its supervisor was killed' died
d 'status: 4 where there is none' none_such
d 'status --json, list --json' as_json
d 'list' lists
d 'list: where there is no directory' lists_none

# wait

waits()
{
	begin a -- sh -c 'until test -e go; do sleep 0.02; done; exit 5'
	start mp-daemon wait a
	touch go
	finish
	expect_status 5
	rm go
	run mp-daemon wait a
	expect_status 5
}

by_signal()
{
	begin a -- "$CHILD" signal KILL
	becomes a exited
	how mp-daemon wait a
	expect_how 'signal KILL'
}

in_time()
{
	begin a -- "$CHILD" pause
	run mp-daemon wait --timeout 0.05 a
	expect_status 124
	expect_err ''
}

several()
{
	begin a -- "$CHILD" exit 0
	begin b -- "$CHILD" exit 2
	begin c -- "$CHILD" exit 0
	run mp-daemon wait a b c
	expect_status 123
	run mp-daemon wait a c
	expect_status 0
}

whichever()
{
	begin a -- "$CHILD" pause
	begin b -- sh -c 'until test -e go; do sleep 0.02; done; exit 6'
	start mp-daemon wait --any a b
	touch go
	finish
	expect_status 6
	expect_out b
	rm go
}

lost()
{
	begin a -- "$CHILD" pause
	super_of a
	start mp-daemon wait a
	kill -KILL "$super"
	finish
	expect_status 125
	expect_err -m 'mp-daemon: a: *supervisor was killed*'
}

d 'wait: its exit status, during and after its life' waits
d 'wait: dies by its signal' by_signal
d 'wait --timeout' in_time
d 'wait: for several' several
d 'wait --any: the first, by name' whichever
d 'wait: a killed supervisor knows no end' lost

# stop, signal, reload

stops()
{
	begin a -- "$CHILD" pause
	begin b -- "$CHILD" pause
	pid_of a
	run mp-daemon stop a b
	expect_status 0
	expect_err ''
	expect gone "$service"
	expect test ! -e "$RUN/a/pid"
	expect test ! -e "$RUN/a/ctl"
	run mp-daemon stop a
	expect_status 1
	expect_err 'mp-daemon: a: not running'
	run mp-daemon stop nosuch
	expect_status 1
}

signals()
{
	begin a --reload-signal USR2 -- "$CHILD" catch caught HUP USR1 USR2
	wait_for 20 test -s caught
	run mp-daemon signal SIGUSR1 a
	expect_status 0
	wait_for 20 grep -q USR1 caught
	run mp-daemon reload a
	expect_status 0
	wait_for 20 grep -q USR2 caught
	expect_file caught 'ready
USR1
USR2'
	rm caught
	begin b -- "$CHILD" catch caught HUP
	wait_for 20 test -s caught
	run mp-daemon reload b
	wait_for 20 grep -q HUP caught
	run mp-daemon signal 9 b
	becomes b exited
	run mp-daemon reload b
	expect_status 1
	expect_err 'mp-daemon: b: not running'
	rm caught
}

d 'stop' stops
d 'signal; reload: HUP or --reload-signal' signals

# restart

restarts()
{
	begin a -- "$CHILD" pause
	pid_of a
	first=$service
	super_of a
	before=$super
	run mp-daemon restart a
	expect_status 0
	pid_of a
	super_of a
	expect gone "$first"
	expect alive "$service"
	expect test "$super" = "$before"
	run mp-daemon restart nosuch
	expect_status 1
}

fails_again()
{
	printf '#!/bin/sh\nexec sleep 1000\n' >script
	chmod 755 script
	begin a -- ./script
	rm script
	run mp-daemon restart a
	expect_status 127
	expect_err -m "mp-daemon: a: failed to run command './script': *"
	becomes a exited
}

d 'restart: by the same supervisor' restarts
d 'restart: that it cannot be started again is told' fails_again

done_testing
