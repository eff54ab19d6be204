#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Workers that die, hang, say too much or too little: each record is answered
# once or fails by name, no reply goes to another record, the run ends.
#
# shellcheck disable=SC2317 # functions are called by t
# shellcheck disable=SC2016 # the workers' shells expand

. "${MP_SRCDIR:-.}/tests/lib.sh"

seq 200 >numbers

# mp-pool -w with the script $1 and further options; $2: the status. What is
# answered must be the record.
faulty()
{
	script=$1
	wanted=$2
	shift 2
	run timeout 60 mp-pool -j2 -w "$@" -a numbers sh -c "$script"
	expect_status "$wanted"
	sort -cnu out || note 'not in order, or twice'
	test "$wanted" -ne 0 || expect_out -f numbers
}

# A record is worked on by three workers, then it fails.
poison()
{
	faulty 'while read -r x; do
		if test "$x" = 7; then echo "bad $x" >&2; kill -KILL $$; fi
		echo "$x"
	done' 123
	grep -v '^7$' numbers >want
	expect_out -f want
	expect test "$(grep -c '^bad 7$' err)" -eq 3
	expect_err -e "^mp-pool: task 7: '7': signal KILL .*: bad 7$"
	faulty 'while read -r x; do
		if test "$x" = 7; then echo "bad $x" >&2; exit 3; fi
		echo "$x"
	done' 123 --retries 0 --depth 1
	expect_out -f want
	expect test "$(grep -c '^bad 7$' err)" -eq 1
	expect_err -e "task 7: '7': the worker ended with status 3 before its reply: bad 7$"
}
t 'a record that kills its worker' poison

# The first one to see record 7 dies of it.
retried()
{
	rm -f seen
	faulty 'while read -r x; do
		if test "$x" = 7 && mkdir seen 2>/dev/null; then kill -KILL $$; fi
		echo "$x"
	done' 0 --retries 1
	rmdir seen
	expect_err ''
}
t 'it is given to a fresh worker' retried

t 'a worker that ends after each record' \
    faulty 'read -r x && echo "$x"' 0
t 'one that closes its output then' \
    faulty 'read -r x; echo "$x"; test "$x" -gt 2 || exec sleep 100 >&-; cat' 0
t 'one that closes its input then' \
    faulty 'read -r x; echo "$x"; test "$x" -gt 2 || exec sleep 100 <&-; cat' 0

no_answer()
{
	for fd in '>&- standard output' '<&- standard input'; do
		given '1\n'
		run timeout 60 mp-pool -w --retries 0 \
		    sh -c "exec sleep 100 ${fd%% *}"
		expect_status 123
		expect_out ''
		expect_err -m "*task 1: '1': the worker has closed its ${fd#* }"
	done
}
t 'one that closes them at once' no_answer

t 'half a reply is none' faulty 'read -r x; printf "%s" "$x"' 125
twice()
{
	faulty 'while read -r x; do printf "%s\n%s\n" "$x" "$x"; done' 125
	expect_out ''
	expect_err -e 'sh: 1[0-9] workers in a row .*: more than one reply$'
	expect_err -e "task 1: '1': more than one reply"
}
t 'two replies to each record' twice
t 'a line before the first reply' \
    faulty 'echo ready; cat' 125

# What a command says that fails at its start is no reply to anything.
unread()
{
	faulty 'echo oops; exit 1' 125
	expect_out ''
	expect_err -e "task 1: '1': a reply before the record was read$"
	expect_err -e 'sh: 1[0-9] workers in a row .*: a reply before the record was read$'
}
t 'a reply to a record that was not read' unread

# Replies are shifted from then on, which is found out at the end at last.
twice_late()
{
	run timeout 60 mp-pool -j2 -w -a numbers sh -c 'while read -r x; do
		echo "$x"
		test "$x" -ne 50 || echo "$x"
	done'
	expect_status 125
	expect_err -m '*mp-pool: sh: a worker has answered more often than it was asked; some of its replies to tasks * to * may belong to others*'
}
t 'two replies to some record' twice_late

# No reply at all: the time limit ends what the worker has started, too.
limited()
{
	faulty 'while read -r x; do
		if test "$x" = 7; then
			"$CHILD" daemonise pidfile
			sleep 1000
		fi
		echo "$x"
	done' 123 --timeout 300ms --kill-after 5s --retries 1
	grep -v '^7$' numbers >want
	expect_out -f want
	expect_err -m "mp-pool: task 7: '7': time limit (0.*)"
	read -r daemon <pidfile
	expect test "$daemon" -gt 0
	! alive "$daemon" || note "a daemon is left: $daemon"
}
export CHILD
t 'a time limit for each record, and all below it' limited

ignores_term()
{
	given '1\n'
	run timeout 60 mp-pool -w --retries 0 --timeout 200ms "$CHILD" \
	    ignore TERM
	expect_status 123
	expect_err -m "*task 1: '1': time limit (*"
}
t 'a worker that ignores SIGTERM' ignores_term

buffering()
{
	given '1\n2\n'
	run timeout 60 mp-pool -w --reply-timeout 300ms "$@"
	expect_status 125
	expect_out ''
	expect_err -e ": no reply to task 1 for 0\\.3.. s; .* stdbuf -oL, sed -u, python3 -u, .* mawk -W interactive\$"
}
for program in mawk sed tr; do
	case $program in
	mawk)
		set -- mawk '{ print $1 }'
		;;
	sed)
		set -- sed s/1/one/
		;;
	tr)
		set -- tr 1 2
		;;
	esac
	if command -v "$program" >/dev/null; then
		t "a program that buffers: $program" buffering "$@"
	else
		skip "a program that buffers: $program" "no $program"
	fi
done

# in_background NAME COMMAND…: a pool with that worker; what it said and its
# status are in files.
in_background()
{
	name=$1
	shift
	(
		timeout 100 mp-pool -w "$@" ::: 1 >"$name.out" 2>"$name.err"
		echo $? >"$name.status"
	) &
}

# Without the option only one that will never answer is ended. A slow one is
# spoken of. Ten seconds do for all of them.
silent()
{
	in_background tr tr 1 2
	in_background sed sed s/1/one/
	in_background slow sh -c \
	    'read -r x; while ! test -e go; do sleep 0.02; done; echo "$x"'
	wait_for 60 grep -qs '^mp-pool: no reply to task 1 for 10' slow.err
	: >go
	wait
	for one in tr sed; do
		expect_file "$one.status" 125
		expect grep -q "$one: no reply to task 1 .* stdbuf" "$one.err"
		expect grep -q 'and the worker waits for more input' "$one.err"
	done
	expect_file slow.status 0
	expect_file slow.out 1
}
t 'one that waits for more is ended, one that is slow is not' silent

# It has answered others: the record fails, the rest is done.
silent_once()
{
	faulty 'while read -r x; do test "$x" = 7 || echo "$x"; done' 123 \
	    --reply-timeout 300ms --retries 0 --depth 1
	grep -v '^7$' numbers >want
	expect_out -f want
	expect_err -e "task 7: '7': no reply within the time of --reply-timeout"
}
t 'a record without a reply' silent_once

killed()
{
	rm -f out
	start mp-pool -w sh -c 'cat; sleep 1000'
	wait_for 20 test -s out
	kill -TERM "$pid"
	finish
	expect_status 143
}
given '1\n'
t 'SIGTERM ends workers' killed

done_testing
