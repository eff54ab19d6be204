#!/bin/sh
# SPDX-License-Identifier: ISC
#
# mp-timeout under the name of timeout(1): process groups, stopped commands,
# cascades, process 1, terminals; and what other programs of that name get
# wrong.
#
# shellcheck disable=SC2016,SC2086,SC2317 # commands expand it; words of a
# command; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"
. "$MP_SRCDIR/tests/timeout.sh"

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

# Groups.

# Prints the process group of PID.
group_of()
{
	read -r line <"/proc/$1/stat"
	line=${line##*) }
	# shellcheck disable=SC2086 # words
	set -- $line
	echo "$3"
}

groups()
{
	rm -f ready
	start timeout "$@" 30 "$CHILD" pause ready
	wait_for 30 test -e ready
	group=$(group_of "$(cat ready)")
	kill -s ALRM "$pid"
	finish
	expect_status 124
}

own_group()
{
	groups -k9
	expect test "$group" = "$pid"
}

callers_group()
{
	groups -f
	expect test "$group" = "$(group_of $$)"
}

t 'we lead a group that the command is in' own_group
t '-f: all stay in the group that we came in' callers_group

background()
{
	rm -f ready
	start timeout "$@" 30 sh -c '"$CHILD" pause ready & wait'
	wait_for 30 test -e ready
	kill -s ALRM "$pid"
	finish
	expect_status 124
	expect test ! -e "/proc/$(cat ready)"
}

t 'the limit ends what runs in the background, too' background -k9
t 'with -f, too' background -f

# As if INT were typed where the command is in the foreground.
foreground_int()
{
	rm -f ready int
	start setsid "$CHILD" entry --default INT timeout -f 30 sh -c '
	    trap ": >int; exit 3" INT; : >ready; sleep 30 & wait'
	wait_for 30 test -e ready
	kill -s INT -- "-$pid"
	finish
	expect_status 3
	expect test -e int
}

t '-f: INT to the foreground group reaches the command' foreground_int

stopped()
{
	rm -f ready
	start timeout "$@" 30 sh -c 'echo $$ >ready; kill -s STOP $$; sleep 30'
	wait_for 30 is_stopped
	kill -s ALRM "$pid"
	finish
}

is_stopped()
{
	test -s ready &&
	    grep -q '^State:.T' "/proc/$(cat ready)/status" 2>/dev/null
}

stopped_ends()
{
	stopped -k9
	expect_status 124
}

stopped_foreground()
{
	stopped -f -k.1
	expect_status 137
}

t 'a stopped command is continued to end' stopped_ends
t '-f: it is not, but KILL ends it' stopped_foreground

# Cascades: the outer one's signal is for the inner one, which sends its own.
cascade()
{
	rm -f got
	start timeout -s"$1" 30 timeout -s"$2" 25 ./noting got ALRM INT TERM
	wait_for 30 test -s got
	kill -s ALRM "$pid"
	wait_for 10 got_one
	finish_noting
	all_of "$2"
}

t 'timeout -sALRM timeout -sINT: the command gets INT, once' cascade ALRM INT
t 'timeout -sTERM timeout: the command gets TERM, once' cascade TERM TERM

cascade_inner()
{
	gives 124 timeout -sALRM 30 timeout -sINT .05 $idle
	gives 124 timeout -sALRM .05 timeout -sINT 30 $idle
}

t 'the first limit of two counts' cascade_inner

# What others get wrong.

leader_dies()
{
	rm -f ready
	start timeout -k .1 30 sh -c '"$CHILD" ignore TERM -- \
	    "$CHILD" pause ready & wait'
	wait_for 30 test -e ready
	kill -s ALRM "$pid"
	finish
	expect_status 124
	expect test ! -e "/proc/$(cat ready)"
}

escaped()
{
	rm -f ready
	start timeout -k .1 30 "$CHILD" setsid-child ready
	wait_for 30 test -e ready
	kill -s ALRM "$pid"
	finish
	expect_status 124
	expect test ! -e "/proc/$(cat ready)"
}

t '-k reaches the group when the leader died by TERM' leader_dies
t 'the limit reaches a process in another session' escaped

# Namespaces, terminals, limits.

if unshare -pf --mount-proc true 2>/dev/null; then
	ns='unshare -pf --mount-proc'
	t 'as process 1: the limit' gives 124 $ns timeout .05 $idle
	t 'as process 1: the end' gives 3 $ns timeout 30 "$CHILD" exit 3
	t 'below process 1: the limit' \
	    gives 124 $ns sh -c 'timeout .05 sleep 30; exit $?'
	t 'below process 1: the end' \
	    gives 3 $ns sh -c 'timeout 30 "$CHILD" exit 3; exit $?'
	t 'below process 1 with the /proc of another' \
	    gives 124 unshare -pf sh -c 'timeout -k.1 .05 sleep 30; exit $?'
else
	skip 'process 1' 'unshare -p is not permitted'
fi

# on_tty COMMAND: stdin is what is typed; $status. Ends what hangs there.
on_tty()
{
	start script -qec "$1" /dev/null
	wait_for 20 ended || kill_left
	finish
}

ended()
{
	! alive "$pid"
}

kill_left()
{
	left >hang
	while read -r hanging rest; do
		kill -s KILL "$hanging"
	done <hang
	: "$rest"
}

tty_background()
{
	on_tty 'timeout .2 sh -c "read x </dev/tty; exit 5"; exit $?'
	expect_status 124
}

tty_foreground()
{
	given 'x\n'
	on_tty 'timeout -f 30 sh -c "read x </dev/tty; exit 5"; exit $?'
	expect_status 5
}

if command -v script >/dev/null; then
	t 'a command that reads the terminal is stopped, till the limit' \
	    tty_background
	t '-f: it may' tty_foreground
else
	skip 'a command at a terminal' 'no script(1)'
fi

# No process may be had: nobody is signalled, another of that user neither. It
# is a user that has no other processes.
user=$((700000000 + $$))
no_process()
{
	mkdir -m 777 by
	start "$CHILD" entry --uid "$user" "$CHILD" pause by/ready
	by=$pid
	wait_for 20 test -e by/ready
	run "$CHILD" entry --nproc 1 --uid "$user" timeout 10 true
	expect_status 125
	expect_err -m 'timeout: *'
	expect alive "$by"
	kill "$by"
	finish
	expect_status 143
}

chmod 755 "$T"
what='no process to be had: 125, and nobody is signalled'
if "$CHILD" entry --uid 65534 "$MP_BINDIR/mp-timeout" 1 "$CHILD" exit 0 \
    2>/dev/null; then
	t "$what" no_process
else
	skip "$what" 'cannot be another user'
fi

done_testing
