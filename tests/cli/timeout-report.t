#!/bin/sh
# SPDX-License-Identifier: ISC
#
# What mp-timeout reports, as JSON; and the guard: whichever of its two
# processes is killed, the other one ends all that is below them.
#
# shellcheck disable=SC2016,SC2086,SC2317 # commands expand it; words of a
# command; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"
. "$MP_SRCDIR/tests/quiet.sh"

gone()
{
	test ! -e "/proc/$(cat "$1")"
}

burn='i=0; while :; do i=$((i + 1)); done'
export burn

# The report.

# members FILE: NAME VALUE, each value as JSON.
members()
{
	python3 -c '
import json, sys
with open(sys.argv[1]) as f:
	text = f.read()
assert text.endswith("\n") and text.count("\n") == 1, text
for name, value in json.loads(text).items():
	print(name, json.dumps(value))
for name in "wall", "user", "sys":
	assert json.loads(text)[name] >= 0
assert isinstance(json.loads(text)["maxrss"], int)
' "$1"
}

# reports TEXT COMMAND…: the members but for the numbers that vary.
reports()
{
	text=$1
	shift
	run "$@"
	members report >all 2>&1
	grep -vE '^(wall|user|sys|maxrss) [0-9.]+$' all >members
	expect_file members "$text"
	expect test "$(grep -cE '^(wall|user|sys|maxrss) ' all)" = 4
	rm -f report
}

# ended REASON CODE SIGNAL SENT [COMMAND]
ended()
{
	printf '%s\n' "command \"${5-sleep}\"" "reason \"$1\"" "code $2" \
	    "signal $3" "sent [$4]" 'survivors []' 'left 0'
}

mp='mp-timeout --report report'
status_fd()
{
	reports "$(ended exit 0 null '' true)" \
	    sh -c 'mp-timeout --status-fd 3 10 true 3>report'
	reports "$(ended exit 0 null '' true)" \
	    sh -c 'mp-timeout --status-fd=1 10 true >report'
	reports "$(ended exit 0 null '' true)" \
	    sh -c 'mp-timeout --guard --status-fd 3 10 true 3>report'
	reports "$(ended exit 0 null '' true)" \
	    sh -c 'mp-timeout --guard --status-fd=1 10 true >report'
}

cancelled()
{
	rm -f ready
	start $mp 30 "$CHILD" pause ready
	wait_for 30 test -e ready
	kill -s HUP "$pid"
	finish
	expect_status 129
	reports "$(ended cancelled null '"HUP"' '"HUP"' "$CHILD")" true
}

odd_name()
{
	name=$(printf 'a"b\\c\td\377\303\244')
	ln -s "$CHILD" "./$name"
	reports "$(ended exit 4 null '' './a\"b\\c\td\ufffd\u00e4')" \
	    $mp 10 "./$name" exit 4
}

if python3 -c 1 2>/dev/null; then
	t '--report: exit' reports "$(ended exit 0 null '' true)" $mp 10 true
	t '--report: a status' \
	    reports "$(ended exit 9 null '' sh)" $mp 10 sh -c 'exit 9'
	t '--report: 124 of the command' \
	    reports "$(ended exit 124 null '' sh)" $mp 10 sh -c 'exit 124'
	t '--report: a signal' reports "$(ended signal null '"KILL"' '' sh)" \
	    "$CHILD" how how $mp 10 sh -c 'kill -KILL $$'
	t '--report: the limit' \
	    reports "$(ended limit null '"TERM"' '"TERM"')" $mp .05 $idle
	t '--report: a ladder' reports \
	    "$(ended limit null '"KILL"' '"TERM", "KILL"' "$CHILD")" \
	    $mp -k .05 .05 "$CHILD" ignore TERM -- $idle
	t '--report: CPU time' reports \
	    "$(ended cpu null '"TERM"' '"TERM"' sh)" \
	    $mp --cpu .05 60 sh -c "$burn"
	t '--report: silence' reports "$(ended idle null '"TERM"' '"TERM"')" \
	    $mp --idle .05 60 $idle
	t '--report with --guard' \
	    reports "$(ended limit null '"TERM"' '"TERM"')" \
	    $mp --guard .05 $idle
	t '--report: cancelled' cancelled
	t '--report: any name' odd_name
	t '--status-fd' status_fd
else
	skip '--report' 'no python3'
fi
t_fail '--report to a full disk' 125 'mp-timeout: report: *' \
    mp-timeout --report /dev/full 10 true

not_in_the_command()
{
	run sh -c 'mp-timeout --status-fd 3 10 "$CHILD" fds 3>report'
	expect_out -E '/report$'
	run mp-timeout --report r 10 "$CHILD" fds
	expect_out -E '/r$'
}

t 'the command does not get their descriptors' not_in_the_command

# The guard. Below: the outer process, the inner one, the command.

guarded()
{
	rm -f ready
	start mp-timeout --guard "$@" 30 "$CHILD" swarm 10 ready
	wait_for 30 test -e ready
	read -r leader <ready
	read -r inner </proc/"$leader"/stat
	inner=${inner##*) }
	inner=${inner#* }
	inner=${inner%% *}
}

guard_outer_killed()
{
	guarded "$@"
	kill -s KILL "$pid"
	finish
	expect_status 137
	wait_for 10 t_none_left || note "$(left)"
}

guard_inner_killed()
{
	guarded "$@"
	expect test "$inner" != "$pid"
	kill -s KILL "$inner"
	finish
	expect_status 137
	expect test -z "$(left)"
}

guard_limit()
{
	guarded -k .05
	kill -s ALRM "$pid"
	finish
	expect_status 124
	expect test -z "$(left)"
}

guard_signal()
{
	guarded -k .05
	kill -s HUP "$pid"
	finish
	expect_status 129
	expect test -z "$(left)"
}

guard_death()
{
	how mp-timeout --guard 10 "$CHILD" signal TERM
	expect_how 'signal TERM'
	how mp-timeout --guard 10 "$CHILD" signal KILL
	expect_how 'signal KILL'
}

guard_leaves()
{
	rm -f ready
	gives 5 mp-timeout --guard 30 sh -c '"$CHILD" daemonise ready; exit 5'
	expect alive "$(cat ready)"
	kill "$(cat ready)"
}

unguarded_killed()
{
	rm -f ready
	start mp-timeout 30 "$CHILD" pause ready
	wait_for 30 test -e ready
	kill -s KILL "$pid"
	finish
	wait_for 10 gone ready
}

t '--guard: the end' gives 3 mp-timeout --guard 30 sh -c 'exit 3'
t '--guard: the limit' gives 124 mp-timeout --guard .05 $idle
t '--guard: the limit for a whole tree' guard_limit
t '--guard: HUP' guard_signal
t '--guard: a command that dies by a signal' guard_death
t '--guard: not found' t_expect_fail 127 '*nosuch*' \
    mp-timeout --guard 10 ./nosuch
t '--guard: a daemon is left alone' guard_leaves
t '--guard: SIGKILL of the outer process' guard_outer_killed
t '--guard: SIGKILL of the inner process' guard_inner_killed
t '--guard -f: SIGKILL of the outer process' guard_outer_killed -f
t '--guard -f: SIGKILL of the inner process' guard_inner_killed -f
t 'without it the command dies with us' unguarded_killed

done_testing
