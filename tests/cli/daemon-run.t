#!/bin/sh
# SPDX-License-Identifier: ISC
#
# mp-daemon run: the same in the foreground. It is no more between a service
# and its caller than a shell's exec would be, but for what it ends; as
# process 1 it reaps and passes signals on.
#
# shellcheck disable=SC2016,SC2094,SC2317 # services expand it; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"
. "$MP_SRCDIR/tests/daemon.sh"

export CHILD

t_out 'its output is ours' 'a b' mp-daemon run -- echo a b
given 'x\ny\n'
t_out 'its input, too' 'x
y' mp-daemon run cat

status_of()
{
	run mp-daemon run -- "$CHILD" exit 7
	expect_status 7
	expect_err ''
	how mp-daemon run -- "$CHILD" signal KILL
	expect_how 'signal KILL'
	run mp-daemon run -- nosuch
	expect_status 127
	expect_err -m 'mp-daemon: nosuch: failed to run command*'
	run mp-daemon run --ready notify -- "$CHILD" exit 4
	expect_status 4
	expect_err -m 'mp-daemon: *: exit status 4 before it was ready'
}

t 'its exit status' status_of

leaves_no_state()
{
	run mp-daemon run --pidfile pidfile -- sh -c '
		until cp pidfile seen 2>/dev/null; do sleep 0.01; done; echo $$'
	expect_status 0
	head -n 1 seen >one
	expect_out -f one
	expect test ! -e pidfile
	expect test ! -e "$RUN"
}

t '--pidfile, and no other files' leaves_no_state

passes_on()
{
	start mp-daemon run -- "$CHILD" catch caught HUP USR1 USR2
	wait_for 20 test -s caught
	for signal in HUP USR1 USR2; do
		kill -s "$signal" "$pid"
		wait_for 20 grep -q "$signal" caught
	done
	kill -TERM "$pid"
	finish
	expect_status 143
	rm caught
}

ends()
{
	start mp-daemon run --retry TERM/0.1/KILL/30 -- sh -c \
	    '"$CHILD" daemonise one; exec "$CHILD" catch caught INT TERM'
	wait_for 20 test -s caught
	read -r one <one
	kill -INT "$pid"
	finish
	expect_status 137
	expect_file caught 'ready
INT'
	expect gone "$one"
	rm caught one
}

twice()
{
	start mp-daemon run -- "$CHILD" catch caught TERM
	wait_for 20 test -s caught
	kill -TERM "$pid"
	wait_for 20 grep -q TERM caught
	kill -TERM "$pid"
	finish
	expect_status 137
	rm caught
}

t 'signals are passed on' passes_on
t 'those that end begin its schedule' ends
t 'the second one is KILL' twice

killed()
{
	start mp-daemon run -- "$CHILD" pause up
	wait_for 20 test -s up
	read -r up <up
	kill -KILL "$pid"
	finish
	wait_for 20 gone "$up"
	rm up
}

bound()
{
	sh -c 'mp-daemon run --bind -- "$CHILD" pause up & wait' &
	pid=$!
	wait_for 20 test -s up
	read -r up <up
	kill -KILL "$pid"
	wait "$pid"
	wait_for 20 gone "$up"
	rm up
}

again()
{
	run mp-daemon run --restart on-failure --backoff 1ms,1,1ms -- \
	    sh -c 'echo >>starts; test "$(grep -c "" starts)" -eq 3'
	expect_status 0
	expect test "$(grep -c '' starts)" -eq 3
	rm starts
}

t 'killed itself it takes the service with it' killed
t '--bind' bound
t '--restart' again

odd_entries()
{
	run "$CHILD" entry --sigchld-ignore --block TERM --close 0 --close 1 \
	    --close 2 -- mp-daemon run -- "$CHILD" exit 3
	expect_status 3
	run "$CHILD" entry --with-child other -- mp-daemon run -- \
	    "$CHILD" exit 3
	expect_status 3
	read -r other <other
	expect alive "$other"
	kill -KILL "$other"
}

t 'closed descriptors, ignored signals, a child that is not its own' odd_entries

# As process 1.

unshare=
test "$(id -u)" -eq 0 || unshare='-U -r'
# shellcheck disable=SC2086 # words
in_namespace()
{
	unshare $unshare -p -f --mount-proc --kill-child "$@"
}

if ! in_namespace true 2>/dev/null; then
	skip 'process 1' 'no PID namespaces'
	done_testing
fi

cat >orphans <<'END'
n=0
while test "$n" -lt "$1"; do
	(true &)
	n=$((n + 1))
done
zombies()
{
	cat /proc/[0-9]*/stat 2>/dev/null | grep -c ') Z '
}
until test "$(zombies)" -eq 0; do sleep 0.02; done
echo "$PPID"
exit 5
END

reaps()
{
	run in_namespace mp-daemon run -- sh orphans "$(scale 10000)"
	expect_status 5
	expect_out 1
	expect_err ''
}

child_of()
{
	grep -lx "PPid:	$1" /proc/[0-9]*/status 2>/dev/null |
	    sed 's,/proc/,,; s,/status,,'
}

first_signals()
{
	# shellcheck disable=SC2086 # words
	start unshare $unshare -p -f --mount-proc -- \
	    mp-daemon run -- "$CHILD" catch caught USR1 HUP
	wait_for 20 test -s caught
	first=$(child_of "$pid")
	kill -USR1 "$first"
	wait_for 20 grep -q USR1 caught
	kill -HUP "$first"
	wait_for 20 grep -q HUP caught
	kill -TERM "$first"
	finish
	expect_status 143
	rm caught
}

t 'process 1 reaps what has lost its parent' reaps
t 'process 1 passes signals on' first_signals

done_testing
