#!/bin/sh
# SPDX-License-Identifier: ISC
#
# The log of a service: appended to by itself, or captured, cut, rotated and
# handed to a command; read by mp-daemon logs. Nothing is lost or split, and
# the service never waits for a disk.
#
# shellcheck disable=SC2016,SC2094,SC2317 # services expand it; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"
. "$MP_SRCDIR/tests/daemon.sh"

export CHILD

# logged OPTION… [-- COMMAND…]: a service that ends.
logged()
{
	begin a "$@"
	becomes a exited
}

direct()
{
	echo before >log
	logged --log log -- sh -c 'echo out; echo err >&2; readlink /proc/self/fd/1'
	expect_file log "before
out
err
$T/log"
	run mp-daemon logs a
	expect_status 0
	expect_out -f log
	run mp-daemon logs -n 2 a
	expect_out "err
$T/log"
	run mp-daemon logs a --lines 0
	expect_out ''
	rm log
}

to_ours()
{
	run mp-daemon start a --log - -- sh -c 'echo out; echo err >&2'
	expect_status 0
	becomes a exited
	expect_out out
	expect_err err
	run mp-daemon logs a
	expect_status 125
	expect_err 'mp-daemon: a: has no log'
}

nowhere()
{
	run mp-daemon start a -- sh -c 'echo out; echo err >&2'
	becomes a exited
	expect_out ''
	expect_err ''
	run mp-daemon logs nosuch
	expect_status 125
	expect_err 'mp-daemon: nosuch: no such service'
}

stamped()
{
	logged --log log --stamp -- printf 'a\nb'
	expect_file log -e '^2[0-9-]+T[0-9:.]+Z a$'
	expect_file log -e '^2[0-9-]+T[0-9:.]+Z b$'
	expect test "$(grep -c '' log)" -eq 2
	rm log
}

to_command()
{
	logged --log-to 'cat >taken' -- printf 'a\nb\n'
	mp-daemon wait a
	expect_file taken 'a
b'
	rm taken
}

d '--log: the file itself' direct
d '--log -: our own output' to_ours
d 'without --log it goes nowhere' nowhere
d '--stamp' stamped
d '--log-to' to_command

# Every line is there once and whole, in its order.
rotated()
{
	n=$(scale 400000)
	logged --log log --log-max 16K,900 -- seq "$n"
	expect test -e log.1
	find . -name 'log*' -size +16k | grep . && note 'a file is too large'
	find . -name 'log.*' | sed 's/.*\.//' | sort -rn | while read -r i; do
		cat "log.$i"
	done >all
	cat log >>all
	seq "$n" >wanted
	expect cmp all wanted
	run mp-daemon logs a
	expect_out -f wanted
	rm -f log* all wanted
}

kept()
{
	logged --log log --log-max 1K,2 -- seq 2000
	expect test -e log.2
	expect test ! -e log.3
	rm log*
}

followed()
{
	begin a --log log --log-max 4K,100 -- sh -c \
	    'seq 1000; until test -e go; do sleep 0.02; done; seq 1001 2000
	    exec "$CHILD" pause'
	start mp-daemon logs -f a
	wait_for 20 grep -qx 1000 out
	: >go
	wait_for 20 grep -qx 2000 out
	kill "$pid"
	finish
	seq 2000 >wanted
	expect_out -f wanted
	rm -f log* go wanted
}

# Somebody cleans up.
removed()
{
	begin a --log log --stamp -- sh -c \
	    'echo one; until test -e go; do sleep 0.02; done; echo two
	    exec "$CHILD" pause'
	wait_for 20 grep -q one log
	rm log
	: >go
	wait_for 20 grep -qs two log
	rm -f log go
}

d '--log-max: no line is lost or split' rotated
d '--log-max: so many are kept' kept
d 'logs -f, --follow: over rotations' followed
d 'a log that is removed is made anew' removed

quietly()
{
	begin a --log log -- seq 100000
	becomes a exited
	run sh -c 'mp-daemon logs a --follow | head -n 1'
	expect_out 1
	expect_err ''
	rm log
}

d 'logs: nobody reads any more' quietly

# The same where it is not SIGPIPE that ends it.
pipe_ignored()
{
	begin a --log log -- seq 100000
	becomes a exited
	for verb in logs 'logs -f'; do
		run sh -c '{ "$CHILD" entry --sigpipe-ignore -- mp-daemon $1 a
		    echo $? >status; } | head -n 1' sh "$verb"
		expect_out 1
		expect_err ''
		expect_file status 141
	done
	rm log status
}

no_room()
{
	begin a --log log -- echo one
	becomes a exited
	run sh -c 'exec mp-daemon logs a >/dev/full'
	expect_status 125
	expect_err 'mp-daemon: a: No space left on device'
	rm log
	t_expect_fail 125 'mp-daemon: a: No such file or directory' \
	    mp-daemon logs a
}

# What stands where the log was is none.
displaced()
{
	begin a --log log -- sh -c 'echo one; exec "$CHILD" pause'
	for what in 'mkdir log' 'mkfifo log' 'ln -s /etc/passwd log'; do
		wait_for 20 grep -qs one log
		rm -f out
		start mp-daemon logs -f a
		wait_for 20 grep -qs one out
		mv log old
		$what
		finish
		expect_status 125
		expect_out one
		expect_err -m 'mp-daemon: a: *'
		rm -rf log
		mv old log
	done
	rm log
}

d 'logs: nobody reads, and SIGPIPE is ignored' pipe_ignored
d 'logs: what cannot be written, a log that is gone' no_room
d 'logs -f: something else stands in its place' displaced

# A disk that is full: a file size that may not be exceeded.
full()
{
	run "$CHILD" entry -- sh -c 'ulimit -f 8
	    exec mp-daemon start a --log log --stamp -- sh -c \
	    "seq 5000; : >ended; exec \"\$CHILD\" pause"'
	expect_status 0
	wait_for 20 test -e ended
	mp-daemon stop a
	run mp-daemon status a --json
	expect_out -e '"dropped":[1-9]'
	rm -f log ended
}

d 'a full disk does not hold it up, and is told' full

done_testing
