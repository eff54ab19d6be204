#!/bin/sh
# SPDX-License-Identifier: ISC
#
# mp-timeout against processes that do all they can not to be ended
# (tests/helpers/hostile.c): once it has returned, none of them is alive, as
# root and as another user; and each gets TERM exactly once before. What it
# may not end it names.
#
# shellcheck disable=SC2016,SC2317 # commands expand it; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"

HOSTILE=$MP_HELPERS/hostile
export HOSTILE
test -x "$HOSTILE" || t_fatal "$MP_HELPERS: no hostile there"
chmod 755 "$T"
mkdir -m 777 work
cd work || exit 99

as_nobody="$CHILD entry --uid 65534"
if ! $as_nobody "$CHILD" exit 0 2>/dev/null; then
	as_nobody=
fi

none_alive()
{
	left >alive
	test ! -s alive || {
		note "alive: $(head -n 5 alive), $(grep -c '' alive) in all"
		return 1
	}
}

expect_limit()
{
	case $status in
	124 | 137)
		;;
	*)
		expect_status '124 or 137'
		;;
	esac
	expect_err ''
	none_alive
}

# standing KIND N [PREFIX…]: the time is up when the tree stands.
standing()
{
	kind=$1
	n=$2
	shift 2
	rm -f ready
	start "$@" mp-timeout -k 0.2 60 "$HOSTILE" "$kind" "$n" ready
	wait_for 20 test -e ready
	kill -s ALRM "$pid"
	finish
	expect_limit
}

# growing KIND N: after a fixed time, whether it stands or not.
growing()
{
	rm -f ready
	run mp-timeout -k 0.2 0.3 "$HOSTILE" "$1" "$2" ready
	expect_limit
}

# kind NAME N WHAT
kind()
{
	t "$3" standing "$1" "$2"
	t "$3, after 0.3 s" growing "$1" "$2"
	if test -n "$as_nobody"; then
		# shellcheck disable=SC2086 # words
		t "$3, as another user" standing "$1" "$2" $as_nobody
	else
		skip "$3, as another user" 'we are not root'
	fi
}

kind daemons 200 '200 daemons that ignore all signals'
kind chain 300 'a chain of 300 sessions'
kind bomb 500 'a fork bomb of 500 in one group'
kind bomb-sessions 200 'a fork bomb of 200 with a session each'
kind pairs 10 '10 pairs that replace each other'
kind hoppers 1 'one that forks and ends for ever'
kind hoppers 4 'four that fork and end for ever'
kind reaper 200 'a subreaper with 200 daemons'
kind stopped 200 '200 stopped daemons'

# The tools below us are no different.
nested()
{
	rm -f ready
	start mp-timeout -k 0.2 60 mp-timeout 60 "$HOSTILE" daemons 50 ready
	wait_for 20 test -e ready
	kill -s ALRM "$pid"
	finish
	expect_limit
}

t '50 daemons below an mp-timeout below ours' nested

by_ladder()
{
	rm -f ready
	start mp-timeout -s INT:50ms,HUP:50ms,KILL 60 \
	    "$HOSTILE" daemons 50 ready
	wait_for 20 test -e ready
	kill -s ALRM "$pid"
	finish
	expect_limit
}

t 'a ladder that ends in KILL' by_ladder

# Without KILL in the ladder, too: what outlives the command by 2 s.
without_kill()
{
	rm -f ready
	start mp-timeout 60 "$HOSTILE" daemons 20 ready
	wait_for 20 test -e ready
	kill -s ALRM "$pid"
	finish
	expect_status 124
	none_alive
}

t 'daemons that ignore TERM, without -k' without_kill

cancelled()
{
	rm -f ready
	start mp-timeout -k 0.2 60 "$HOSTILE" daemons 50 ready
	wait_for 20 test -e ready
	kill -s TERM "$pid"
	finish
	expect_status 143
	none_alive
}

t 'TERM from outside ends the tree, too' cancelled

# Each of the processes gets TERM once, in each of many runs, of which some
# are made side by side.

term_once()
{
	i=0
	while test "$i" -lt "$2"; do
		i=$((i + 1))
		mp-timeout -k 20 30 "$HOSTILE" once 4 "once.$1.$i"
		test "$?" = 124 || echo "run $1.$i: status" >>wrong
		sort "once.$1.$i" | uniq -c | grep -vE '^ *1 ' >>wrong
		test "$(grep -c '' "once.$1.$i")" = 4 ||
		    echo "run $1.$i: $(grep -c '' "once.$1.$i") of 4" >>wrong
	done
}

term_once_always()
{
	: >wrong
	pids=
	for set in 1 2 3 4 5; do
		term_once "$set" "$(scale 100)" &
		pids="$pids $!"
	done
	# shellcheck disable=SC2086 # words
	wait $pids
	expect_file wrong ''
}

t "each process gets TERM once, in $(scale 100) runs five times" \
    term_once_always

# What may not be ended.

kill_survivors()
{
	left | sed -n 's,^\([0-9]*\) \./hostile-root .*,\1,p' >survivors
	while read -r survivor; do
		kill -KILL "$survivor"
	done <survivors
}

not_permitted()
{
	run $as_nobody mp-timeout -k 0.1 --report report 0.5 \
	    ./hostile-root privileged 1 "$T/work/ready"
	expect_status 125
	expect_err -e '^mp-timeout: process [0-9]+ \(hostile-root\), state S, uid 0: not ended: not permitted$'
	expect_file report -e '"survivors":\[\{"pid":[0-9]+,"name":"hostile-root","state":"S","uid":0\}'
	kill_survivors
}

what='a process of another user: it is named'
cp "$HOSTILE" hostile-root
chmod 4755 hostile-root
if test -n "$as_nobody" && { $as_nobody ./hostile-root privileged 1 ready \
    2>/dev/null & } && wait_for 2 test -e ready; then
	kill_survivors
	t "$what" not_permitted
else
	skip "$what" 'no other user, or no set-user-ID'
fi

done_testing
