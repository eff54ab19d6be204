#!/bin/sh
# SPDX-License-Identifier: ISC
#
# mp-daemon stop: ends a service with all that it has started, whatever that
# has done to get away, in whatever state it is, and nobody else; and says
# what it could not end.
#
# shellcheck disable=SC2016,SC2094,SC2317 # services expand it; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"
. "$MP_SRCDIR/tests/daemon.sh"

export CHILD
HOSTILE=$MP_HELPERS/hostile

# Descendants.

all_of_it()
{
	begin a -- sh -c '"$CHILD" setsid-child one & "$CHILD" daemonise two
	    exec "$CHILD" pause'
	wait_for 20 test -s one -a -s two
	read -r one <one
	read -r two <two
	pid_of a
	run mp-daemon stop a
	expect_status 0
	expect gone "$one" "$two" "$service"
	rm one two
}

swarm()
{
	begin a -- "$HOSTILE" "$1" "$2" up
	wait_for 60 test -e up
	run mp-daemon stop --retry TERM/0.1/KILL/30 a
	expect_status 0
	expect_err ''
	expect t_none_left
	rm up
}

# A service that has ended has left nothing, either.
by_itself()
{
	begin a -- "$CHILD" daemonise one
	becomes a exited
	read -r one <one
	expect gone "$one"
	rm one
}

d 'ends what has left its session, or its parent' all_of_it
d '100 daemons that ignore all signals' swarm daemons 100
d 'a chain of 50 sessions' swarm chain 50
d 'a service that ends by itself leaves nothing' by_itself

# Each process gets the signal once.
politely()
{
	begin a -- sh -c '"$CHILD" catch one TERM & exec "$CHILD" catch two TERM'
	wait_for 20 test -s one -a -s two
	run mp-daemon stop --retry TERM/0.1/KILL/30 a
	expect_status 0
	expect_file one 'ready
TERM'
	expect_file two 'ready
TERM'
	rm one two
}

# Its own signals, in their order.
schedule()
{
	begin a -- "$CHILD" catch caught INT TERM
	wait_for 20 test -s caught
	run mp-daemon stop --retry INT/0.1/-15/0.1/KILL/30 a
	expect_status 0
	expect_file caught 'ready
INT
TERM'
	rm caught
}

its_own()
{
	begin a --retry INT/0.1/KILL/30 -- "$CHILD" catch caught INT TERM
	wait_for 20 test -s caught
	run mp-daemon stop a
	expect_status 0
	expect_file caught 'ready
INT'
	rm caught
}

still_alive()
{
	begin a -- "$CHILD" ignore TERM
	pid_of a
	run mp-daemon stop --retry TERM/0.1 a
	expect_status 2
	expect_err 'mp-daemon: a: still alive'
	expect alive "$service"
	run mp-daemon status a
	expect_status 0
	expect_out -m 'a: stopping*'
	run mp-daemon stop --retry KILL/30 a
	expect_status 0
	expect gone "$service"
}

d 'each process gets the signal once' politely
d '--retry: signals and times' schedule
d 'start --retry: those of a service' its_own
d 'what is still alive: 2' still_alive

group_only()
{
	begin a --group -- sh -c '"$CHILD" setsid-child one &
	    "$CHILD" pause two & exec "$CHILD" pause'
	wait_for 20 test -s one -a -s two
	read -r one <one
	read -r two <two
	run mp-daemon stop a
	expect_status 0
	expect gone "$two"
	expect alive "$one"
	kill -KILL "$one"
	rm one two
}

group_hard()
{
	begin a --group -- sh -c '"$CHILD" ignore TERM & : >up
	    "$CHILD" ignore TERM'
	wait_for 20 test -e up
	run mp-daemon stop --retry TERM/0.1/KILL/30 a
	expect_status 0
	expect t_none_left
	rm up
}

as_a_tree()
{
	begin a --group --tree -- "$CHILD" daemonise one
	becomes a exited
	read -r one <one
	expect gone "$one"
	rm one
}

d '--group: what has left its group stays' group_only
d '--group: the group is ended' group_hard
d '--tree: the last of the two counts' as_a_tree

# States.

in_delay()
{
	begin a --restart always --backoff 1h,1,1h -- "$CHILD" exit 1
	becomes a waiting
	run mp-daemon status a
	expect_status 0
	run mp-daemon stop a
	expect_status 0
	expect_err ''
	becomes a stopped
	run mp-daemon wait a
	expect_status 1
}

while_starting()
{
	start mp-daemon start a --ready notify -- "$CHILD" pause up
	wait_for 20 test -s up
	run mp-daemon stop a
	expect_status 0
	finish
	expect_status 143
	expect_err -m '*before it was ready'
	rm up
}

is_stopped_by_signal()
{
	read -r s_stat <"/proc/$1/stat" && test "${s_stat#*) T}" != "$s_stat"
}

stopped()
{
	begin a -- "$CHILD" pause
	pid_of a
	super_of a
	kill -STOP "$service" "$super"
	wait_for 20 is_stopped_by_signal "$super"
	run mp-daemon stop a
	expect_status 0
}

# Who has asked may go: it is done all the same.
without_asker()
{
	begin a -- "$CHILD" catch caught TERM
	wait_for 20 test -s caught
	start mp-daemon stop --retry TERM/0.3/KILL/30 a
	wait_for 20 grep -q TERM caught
	kill -KILL "$pid"
	finish
	becomes a stopped
	rm caught
}

many_askers()
{
	begin a -- "$CHILD" catch caught TERM
	wait_for 20 test -s caught
	askers=
	for n in 1 2 3 4 5; do
		mp-daemon stop --retry TERM/0.2/KILL/30 a &
		askers="$askers $!"
	done
	for n in $askers; do
		wait "$n" || note "an asker got $?"
	done
	rm caught
}

d 'while the restart delay runs' in_delay
d 'while it is starting' while_starting
d 'when it and its supervisor are stopped' stopped
d 'goes on when who has asked is killed' without_asker
d 'for several who ask' many_askers

# The supervisor is killed.

takes_it_with_it()
{
	begin a -- "$CHILD" pause
	pid_of a
	super_of a
	kill -KILL "$super"
	wait_for 20 gone "$service"
	run mp-daemon stop a
	expect_status 1
	expect_err 'mp-daemon: a: not running'
	n=0
	while test "$n" -lt "$(scale 100)"; do
		n=$((n + 1))
		begin a -- "$CHILD" pause || return
		super_of a
		kill -KILL "$super"
		until gone "$super"; do :; done
	done
	begin a -- "$CHILD" pause
	run mp-daemon stop a
	expect_status 0
}

# Nobody reaps: process 1 of a PID namespace, which only sleeps, is the
# parent of all that has lost its own.
cat >zombies <<'END'
. "$MP_SRCDIR/tests/lib.sh"
. "$MP_SRCDIR/tests/daemon.sh"

zombie()
{
	{ read -r z <"/proc/$1/stat"; } && test "${z#*) Z}" != "$z"
}

begin a -- "$CHILD" pause
pid_of a
super_of a
kill -KILL "$super"
wait_for 20 zombie "$service"
wait_for 20 zombie "$super"
for verb in status stop wait; do
	run timeout 20 mp-daemon "$verb" a
	echo "$verb $status"
done
begin a -- "$CHILD" pause
run timeout 20 mp-daemon stop a
echo "stop $status"
END

zombie()
{
	# shellcheck disable=SC2086 # words
	unshare $unshare -p -f --mount-proc --kill-child sh -c \
	    '"$@" & exec "$CHILD" pause' sh \
	    sh -c 'sh zombies; : >ended' >said 2>&1 &
	pid=$!
	wait_for 60 test -e ended
	kill -KILL "$pid"
	finish
	expect_file said 'status 1
stop 1
wait 125
stop 0'
}

d 'SIGKILL of the supervisor takes the service with it' takes_it_with_it
unshare=
test "$(id -u)" -eq 0 || unshare='-U -r'
# shellcheck disable=SC2086 # words
if unshare $unshare -p -f --mount-proc true 2>/dev/null; then
	d 'zombies do not hang it' zombie
else
	skip 'zombies do not hang it' 'no PID namespaces'
fi

# A number in a pidfile that belongs to a stranger now: never signalled.
stranger()
{
	"$CHILD" pause &
	other=$!
	own_dir a
	: >"$RUN/a/lock"
	{
		echo "$other"
		echo "$(cat /proc/sys/kernel/random/boot_id) $1"
	} >"$RUN/a/pid"
	run mp-daemon stop --retry KILL/1 a
	expect_status 1
	expect alive "$other"
	expect test ! -e "$RUN/a/pid"
	kill "$other"
}

# One that has outlived its supervisor: what start writes, without one.
orphan()
{
	"$CHILD" pause &
	other=$!
	own_dir a
	{
		echo "$other"
		echo "$(cat /proc/sys/kernel/random/boot_id)" \
		    "$(cut -d ' ' -f 22 "/proc/$other/stat")"
	} >"$RUN/a/pid"
	run mp-daemon start a -- touch began
	expect_status 3
	expect_err "mp-daemon: a: already running, pid $other"
	run mp-daemon stop a
	expect_status 0
	expect gone "$other"
	expect test ! -e began
	run mp-daemon stop a
	expect_status 1
}

d 'a stale pidfile: a stranger is not signalled' stranger 1
d 'one without a start time: neither' stranger ''
d 'a service that has outlived its supervisor' orphan

done_testing
