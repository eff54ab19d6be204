#!/bin/sh
# SPDX-License-Identifier: ISC
#
# The directory that the queues of mp-queue live in: where it is, who makes
# it, and which ones are refused.
#
# shellcheck disable=SC2016,SC2086,SC2088,SC2317 # others expand it; words of
# a command; no path; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"
. "$MP_SRCDIR/tests/queue.sh"

# Where it is.

# at PATH [VARIABLE=VALUE…] [OPTION…]: the queue is made there.
at()
{
	made=$1
	shift
	run env -u MP_QUEUE -u XDG_STATE_HOME -u HOME "$@" set q
	expect_status 0
	expect test -f "$made/db"
	case $(ls -ld "$made") in
	drwx------*)
		;;
	*)
		note "$(ls -ld "$made")"
		;;
	esac
	rm -r "$made"
}

unknown()
{
	run env -u MP_QUEUE -u XDG_STATE_HOME -u HOME mp-queue ls
	expect_status 125
	expect_err -m 'mp-queue: *no directory is known'
}

S=$T/state
t '-Q DIR' at "$T/d" MP_QUEUE="$T/e" mp-queue -Q "$T/d"
t '--place DIR' at "$T/d" MP_QUEUE="$T/e" mp-queue --place "$T/d"
t '$MP_QUEUE, made with what is above' at "$T/d/e/f" \
    MP_QUEUE="$T/d/e/f" XDG_STATE_HOME="$S" mp-queue
t '$XDG_STATE_HOME/mp-utils/queue' at "$S/mp-utils/queue" \
    XDG_STATE_HOME="$S" HOME="$T" mp-queue
t '~/.local/state/mp-utils/queue' at "$S/.local/state/mp-utils/queue" \
    HOME="$S" MP_QUEUE= XDG_STATE_HOME=relative mp-queue
t 'none of them: 125' unknown

# Only these make it.
made_by()
{
	for verb in 'put q a' 'set q' 'import q' 'get --create --timeout 0 q'; do
		in_new eval "mp-queue $verb 3>$T/receipts >$T/made"
		expect test -f "$MP_QUEUE/db"
	done
}

not_made_by()
{
	for verb in 'ls' 'ls q' 'peek q' 'stat' 'stat q' 'join q' 'close q' \
	    'open q' 'pause q' 'resume q' 'kick q' 'cancel q 1' 'clear q' \
	    'purge q' 'export q' 'check' 'ack 1.1.0000000000000000'; do
		in_new eval "run mp-queue $verb"
		expect_status 125
		expect_err "mp-queue: $MP_QUEUE: No such file or directory"
		expect test ! -e "$MP_QUEUE"
	done
}

in_an_empty_one()
{
	mkdir -m 700 "$MP_QUEUE"
	for verb in ls 'ls q' check 'join q' 'ack 1.1.0000000000000000'; do
		run mp-queue $verb
		expect_status 125
		expect_out ''
		expect_err "mp-queue: $MP_QUEUE: no queues there"
	done
	expect rmdir "$MP_QUEUE"
}

t 'put, get --create, set, import make it' made_by
t 'no other verb does' not_made_by
t 'no other verb makes files in an empty directory' in_new in_an_empty_one

# Which are refused.

# refused PATTERN: the place $MP_QUEUE is.
refused()
{
	for verb in 'put q a' 'ls' 'get --create --timeout 0 q'; do
		run mp-queue $verb 3>"$T/three"
		expect_status 125
		expect_out ''
		expect_err -m "mp-queue: $MP_QUEUE: $1"
	done
}

of_mode()
{
	mkdir "$T/mode$1"
	chmod "$1" "$T/mode$1"
	MP_QUEUE=$T/mode$1 refused "others may write to it (mode 0*$1)"
}

of_another()
{
	mkdir -m 700 "$T/theirs"
	chown 65534 "$T/theirs"
	MP_QUEUE=$T/theirs refused 'belongs to another user (65534)'
}

a_file()
{
	echo text >"$T/file"
	MP_QUEUE=$T/file refused 'Not a directory'
	MP_QUEUE=$T/file/below refused 'Not a directory'
	expect_file "$T/file" text
}

a_link()
{
	mp-queue -Q "$T/kept" set kept
	ln -s kept "$T/link"
	MP_QUEUE=$T/link refused 'is a symbolic link'
	MP_QUEUE=$T/link/// refused 'is a symbolic link'
	run mp-queue -Q "$T/kept" ls
	expect_out kept
}

read_only()
{
	mkdir "$T/open"
	mkdir -m 500 "$T/open/readonly"
	chown -R 65534 "$T/open"
	chmod 711 "$T"
	for place in readonly readonly/below; do
		run "$CHILD" entry --uid 65534 -- \
		    mp-queue -Q "$T/open/$place" put q a
		expect_status 125
		expect_out ''
		expect_err -m "mp-queue: $T/open/$place: *denied"
	done
}

# Nothing else is accepted with it; other file systems are a unit test's.
unsafe()
{
	MP_QUEUE=$T/unsafe
	run mp-queue --unsafe-fs put q a
	expect_status 0
	chmod 770 "$MP_QUEUE"
	run mp-queue --unsafe-fs ls
	expect_status 125
	expect_err -m "mp-queue: $MP_QUEUE: others may write to it*"
}

t '--unsafe-fs: a place like any other' unsafe
t 'a directory that all may write to' of_mode 777
t 'one that the group may write to' of_mode 770
t 'a file' a_file
t 'a symbolic link' a_link
if test "$(id -u)" -eq 0; then
	t 'a directory of another user' of_another
	# Another user may not reach the programs.
	if "$CHILD" entry --uid 65534 -- mp-queue --version >/dev/null 2>&1
	then
		t 'one that is read-only' read_only
	else
		skip 'one that is read-only' 'others may not execute it'
	fi
else
	skip 'directories of other users' 'must be root'
fi

done_testing
