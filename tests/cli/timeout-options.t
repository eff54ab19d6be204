#!/bin/sh
# SPDX-License-Identifier: ISC
#
# What mp-timeout has more than timeout(1): the ladder, what becomes of
# background processes, the exit status of one's own, processes that it has
# not started; and each usage error: status 125, and nothing is run.
#
# shellcheck disable=SC2016,SC2086,SC2317 # commands expand it; words of a
# command; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"
. "$MP_SRCDIR/tests/quiet.sh"

gone()
{
	test ! -e "/proc/$(cat "$1")"
}

# --help, --version.

help()
{
	run mp-timeout --help
	expect_status 0
	expect_err ''
	expect_out -e '^usage: mp-timeout '
	for o in foreground kill-after preserve-status signal verbose cpu \
	    exit-code guard idle leftover pid report status-fd warn help \
	    version; do
		expect_out -e "--$o( |=|\$)"
	done
}

t '--help tells all options' help
t_out '--version' "mp-timeout (mp-utils) $(mp-pool --version |
    sed -n '1s/.* //p')
$(mp-timeout --version | sed 1d)" mp-timeout --version
t '--help to a full disk fails' t_expect_fail 125 'mp-timeout: *' \
    sh -c 'exec mp-timeout --help >/dev/full'

# Usage errors.

USAGE='
usage: mp-timeout *'
wrong()
{
	pattern=$1
	shift
	t_fail "wrong: $*" 125 "mp-timeout: *$pattern*$USAGE" mp-timeout "$@"
}

wrong missing
wrong missing 10
wrong operand --pid 1
wrong -- --pid= 10
wrong -- --pid x 10
wrong -- --pid 0 10
wrong -- --pid -1 10
wrong -- --pid 99999999999 10
wrong command --pid $$ 10 true
for option in --idle=1 --cpu=1 --guard --leftover=wait; do
	wrong excludes --pid $$ "$option" 10
done
wrong 'a time between' -s TERM:1,KILL:1 10 true
wrong 'a time between' -s TERM,KILL 10 true
wrong "'x'" --idle x 10 true
wrong "'-1'" --idle -1 10 true
wrong "'nan'" --cpu nan 10 true
wrong "'maybe'" --leftover maybe 10 true
wrong "''" --leftover '' 10 true
wrong "'TERM'" --warn TERM 10 true
wrong "'@1'" --warn @1 10 true
wrong "'nosuch@1'" --warn nosuch@1 10 true
wrong "'TERM@'" --warn TERM@ 10 true
wrong "'TERM@x'" --warn TERM@x 10 true
wrong "'TERM@-1'" --warn TERM@-1 10 true
wrong -- --exit-code 256 10 true
wrong -- --exit-code -1 10 true
wrong -- --exit-code x 10 true
wrong -- --status-fd x 10 true
wrong -- --status-fd -1 10 true
for bad in 'TERM,' ,TERM TERM,KILL TERM:1s TERM:,KILL TERM:x,KILL TERM:-1,KILL \
    :1s,KILL TERM:1s,,KILL TERM:1s:2s,KILL nosuch:1s,KILL TERM:1s,nosuch \
    1:1,2:1,3:1,4:1,5:1,6:1,7:1,8:1,9; do
	wrong "'$bad'" -s "$bad" 10 true
done
wrong many -s 1:1,2:1,3:1,4:1,5:1,6:1,7:1,9 -k 1 10 true
for option in --idle --cpu --leftover --warn --report --status-fd --exit-code \
    --pid --signal --kill-after; do
	wrong value $option
done
t_fail '--report to where it cannot be' 125 'mp-timeout: ./no/such: *' \
    mp-timeout --report ./no/such 10 touch ran
t_fail '--status-fd that is not open' 125 'mp-timeout: --status-fd: *' \
    mp-timeout --status-fd 77 10 touch ran
t 'then nothing was run' test ! -e ran

# The ladder.

ladder()
{
	run mp-timeout -v "$@" .05 "$CHILD" catch got INT TERM HUP
	expect_status 137
	expect_err "mp-timeout: sending signal INT to command '$CHILD'
mp-timeout: sending signal TERM to command '$CHILD'
mp-timeout: sending signal KILL to command '$CHILD'"
	printf '%s\n' ready INT TERM >want
	expect_file got -f want
	rm got
}

t '-s INT:50ms,TERM:50ms,KILL' ladder -s INT:50ms,TERM:50ms,KILL
t '--signal=…' ladder --signal=SIGINT:.05s,15:5e-2,9
t '-s INT:…,TERM -k' ladder -s INT:50ms,TERM -k 50ms

ladder_ends_early()
{
	run mp-timeout -v -s INT:20s,KILL .05 $idle
	expect_status 124
	expect_err "mp-timeout: sending signal INT to command 'sleep'"
}

t 'a ladder is left as soon as all is gone' ladder_ends_early

# What becomes of background processes.

leaves()
{
	rm -f ready
	run mp-timeout "$@" 30 "$CHILD" daemonise ready
	expect_status 0
	expect alive "$(cat ready)"
	kill "$(cat ready)"
}

kills()
{
	rm -f ready
	run mp-timeout --leftover "$@" 30 "$CHILD" daemonise ready
	expect_status 0
	expect gone ready
}

waits()
{
	gives 3 mp-timeout --leftover wait 30 sh -c \
	    '(sleep .2; : >ended) & exit 3'
	expect test -e ended
}

waits_to_the_limit()
{
	rm -f ready
	gives 124 mp-timeout --leftover=wait .3 "$CHILD" daemonise ready
	expect gone ready
}

kills_stubborn()
{
	rm -f ready
	gives 0 mp-timeout --leftover kill -k .05 30 \
	    "$CHILD" swarm 10 ready --exit
	expect test -z "$(left)"
}

t 'a daemon is left alone' leaves
t '--leftover leave: the same' leaves --leftover leave
t '--leftover kill: it is ended' kills kill
t '--leftover kill with -s' kills kill -s HUP
t '--leftover kill with -f' kills kill -f
t '--leftover kill: what ignores all signals, too' kills_stubborn
t '--leftover wait: until it has ended' waits
t '--leftover wait: the limit holds' waits_to_the_limit

# The exit status.

t '--exit-code N' gives 99 mp-timeout --exit-code 99 .05 $idle
t '--exit-code=0' gives 0 mp-timeout --exit-code=0 .05 $idle
t '--exit-code: without a limit it is nothing' \
    gives 124 mp-timeout --exit-code 99 10 sh -c 'exit 124'
t '--exit-code and -p' gives 143 mp-timeout -p --exit-code 99 .05 $idle

# A process that we have not started.

pid_limit()
{
	"$CHILD" catch got TERM USR1 &
	other=$!
	wait_for 30 test -s got
	run mp-timeout -v "$@" -k .1 --pid "$other" .1
	expect_status "$want"
	expect_err "mp-timeout: sending signal TERM to command '$other'
mp-timeout: sending signal KILL to command '$other'"
	printf '%s\n' ready TERM >list
	expect_file got -f list
	wait "$other"
	rm got
}

pid_ends()
{
	sleep .1 &
	gives 0 mp-timeout --pid=$! 30
	wait
}

pid_report()
{
	sleep 30 &
	run mp-timeout --report r --pid $! .1
	expect_status 124
	expect_file r -e '"reason":"limit".*"sent":\["TERM"\]'
	wait
}

pid_gone()
{
	true &
	wait $!
	run mp-timeout --pid $! 30
	expect_status 125
	expect_err -m "mp-timeout: $!: No such process"
}

want=124
t '--pid: the limit' pid_limit
want=98
t '--pid: with --exit-code' pid_limit --exit-code 98
t '--pid: it ends in time' pid_ends
t '--pid: with --report' pid_report
t '--pid: no such process' pid_gone

done_testing
