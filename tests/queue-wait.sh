# SPDX-License-Identifier: ISC
# shellcheck shell=sh disable=SC2034,SC2154 # others set and use them
#
# What the tests of waiting for a queue share, behind tests/queue.sh: each
# place has the empty queue q.

prepare()
{
	mp-queue set q
}

# PID waits at that bell.
at_bell()
{
	for fd in /proc/"$1"/fd/*; do
		case $(readlink "$fd") in
		"$MP_QUEUE/$2")
			grep -q '^State:[[:space:]]*S' /proc/"$1"/status
			return
			;;
		esac
	done
	return 1
}

# begin BELL VERB…: in the background until it waits. Its receipt goes to
# receipt2.
begin()
{
	bell=$1
	shift
	start mp-queue "$@" 3>"$T/receipt2"
	wait_for 5 at_bell "$pid" "$bell"
}

# getters N: as many wait; their pids are $all, their bodies in body1….
getters()
{
	all=
	for i in $(seq "$1"); do
		mp-queue get q >"$T/body$i" 2>/dev/null 3>"$T/receipt$i" &
		all="$all $!"
		wait_for 5 at_bell $! q.items
	done
}

# Hundredths of a second.
clock()
{
	read -r now idle </proc/uptime
	: "$idle"
	now=${now%.*}${now#*.}
}

# How long since clock was called, in $took.
lap()
{
	since=$now
	clock
	took=$((now - since))
}

# It was a bell: whoever is not woken looks after a second. What else runs
# may be slow for once, so that it may be tried again.
at_once()
{
	for try in 1 2 3 4 5 6 7 8; do
		: "$try"
		in_new "$@"
		test "$took" -ge 50 || return 0
	done
	note "it took $took/100 s"
}

# from A to B hundredths.
took_between()
{
	if test "$took" -lt "$1" || test "$took" -ge "$2"; then
		note "it took $took/100 s, not from $1 to $2"
	fi
}

# So many of $all are there.
count_alive()
{
	living=0
	for one in $all; do
		! alive "$one" || living=$((living + 1))
	done
	test "$living" -eq "$1"
}
