#!/bin/sh
# SPDX-License-Identifier: ISC
#
# The verdict of mp-pipe: whose failure gives the status, which end is none,
# and how all of it is told. Cases that depend on who comes first are tried
# again and again, with the members in the way of each other.
#
# shellcheck disable=SC2016,SC2086,SC2317 # members expand it; a word or
# none; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"

# shellcheck disable=SC3045 # all have it
ulimit -c 0
export CHILD
TIMES=$(scale 30)

# gives STATUS MESSAGE COMMAND …: on standard error there is just that, or
# nothing.
gives()
{
	want=$1
	message=$2
	shift 2
	run "$@"
	expect_status "$want"
	expect_err "${message:+mp-pipe: $message}"
}

# always …: the same, many times, but only until it goes wrong.
always()
{
	left=$TIMES
	while test "$left" -gt 0; do
		gives "$@" || return
		test "$t_bad" = 0 || return
		left=$((left - 1))
	done
}

# What set -o pipefail, socat and others get wrong.

t '3 and 4 are both told, and the status is never 0' always 3 \
    "member 1 'sh': exit status 3; member 2 'sh': exit status 4" \
    mp-pipe sh -c 'exit 3' ::: sh -c 'cat >/dev/null; exit 4'
t '… whoever was started first' always 3 \
    "member 2 'sh': exit status 3; member 1 'sh': exit status 4" \
    mp-pipe sh -c 'cat >/dev/null; exit 4' ::: sh -c 'exit 3'
t '… in a line' always 3 \
    "member 1 'sh': exit status 3; member 2 'sh': exit status 4" \
    mp-pipe --line sh -c 'exit 3' ::: sh -c 'cat; exit 4'
t '… with a relay' always 3 \
    "member 1 'sh': exit status 3; member 2 'sh': exit status 4" \
    mp-pipe --buffer 0 sh -c 'exit 3' ::: sh -c 'cat >/dev/null; exit 4'
t 'yes and head: 0' always 0 '' mp-pipe --line yes ::: head -n 1
t 'yes and head with a relay: 0' always 0 '' \
    mp-pipe --line --rate 1G yes ::: head -n 1
t 'yes, cat, cat and head: 0' always 0 '' \
    mp-pipe --line yes ::: cat ::: cat ::: head -n 1
t 'around the corner of a ring: 0' always 0 '' \
    mp-pipe sh -c 'exec head -n 1 >/dev/null' ::: yes
t 'a writer that dies of SIGPIPE itself: its reader sees the end' always 141 \
    "member 1 'sh': SIGPIPE" mp-pipe --line sh -c 'kill -s PIPE $$' ::: cat
t '… with a relay' always 141 "member 1 'sh': SIGPIPE" \
    mp-pipe --line --buffer 0 sh -c 'kill -s PIPE $$' ::: cat
t 'a writer that fails before its reader ends' always 3 \
    "member 1 'sh': exit status 3" \
    mp-pipe --line sh -c 'echo x; exit 3' ::: cat
t 'a reader that closes its input and goes on has not ended' gives 141 \
    "member 1 'yes': SIGPIPE" \
    mp-pipe --line yes ::: sh -c 'exec <&-; sleep 1'
t 'a reader that fails: its writer is a result' always 3 \
    "member 2 'sh': exit status 3; member 1 'yes': SIGPIPE, as a result" \
    mp-pipe --line yes ::: sh -c 'read -r x; exit 3'
t '… all the way back' always 3 \
    "member 3 'sh': exit status 3; member 1 'yes': SIGPIPE, as a result;\
 member 2 'cat': SIGPIPE, as a result" \
    mp-pipe --line yes ::: cat ::: sh -c 'read -r x; exit 3'

# Who ignores SIGPIPE.

t 'an exit on EPIPE is a failure' gives 1 "member 1 'sh': exit status 1" \
    mp-pipe --line sh -c 'trap "" PIPE; exec yes 2>/dev/null' ::: head -n 1
t '--epipe-codes: it is none' always 0 '' mp-pipe --line --epipe-codes 1,74 \
    sh -c 'trap "" PIPE; exec yes 2>/dev/null' ::: head -n 1
t '--epipe-codes: before the reader has ended it is one' always 1 \
    "member 1 'sh': exit status 1" \
    mp-pipe --line --epipe-codes=1 sh -c 'exit 1' ::: cat
t '--epipe-codes: another status is one' gives 2 \
    "member 1 'sh': exit status 2" mp-pipe --line --epipe-codes 1 \
    sh -c 'trap "" PIPE; yes 2>/dev/null; exit 2' ::: head -n 1
t 'who ignores SIGPIPE and succeeds' always 0 '' mp-pipe --line \
    sh -c 'trap "" PIPE; yes 2>/dev/null; exit 0' ::: head -n 1

# How we end.

dies()
{
	how mp-pipe sh -c 'kill -s SEGV $$' ::: cat
	expect_how 'signal SEGV'
	expect_err "mp-pipe: member 1 'sh': SIGSEGV"
	how mp-pipe --line cat ::: sh -c 'kill -s TERM $$'
	expect_how 'signal TERM'
}
t 'we die as the first that failed' dies

# As a filter does: without a word.
no_reader()
{
	run sh -c '{ "$CHILD" how died mp-pipe --line yes ::: cat; } | head -n 1'
	expect_out y
	expect_err ''
	expect_file died 'signal PIPE'
}
t 'nobody reads from the whole: we die of SIGPIPE, quietly' no_reader

t '--strict-sigpipe: 141' always 141 "member 1 'yes': SIGPIPE" \
    mp-pipe --line --strict-sigpipe yes ::: head -n 1
t '--strict-sigpipe: a reader that failed still comes first' always 3 \
    "member 2 'sh': exit status 3; member 1 'yes': SIGPIPE, as a result" \
    mp-pipe --line --strict-sigpipe yes ::: sh -c 'read -r x; exit 3'

# Three failures, the third first, then the first, then the second.
three()
{
	rm -f one two three
	want=$1
	shift
	run mp-pipe "$@" \
	    sh -c 'until test -e three; do sleep .02; done; echo >one; exit 4' \
	    ::: sh -c 'until test -e one; do sleep .02; done; exit 9' \
	    ::: sh -c 'echo >three; exit 5'
	expect_status "$want"
}
t '--pipefail first' three 5 --pipefail first
t '--pipefail last: as set -o pipefail' three 5 --pipefail=last
t '--pipefail max' three 9 --pipefail max
t '--pipefail any' three 123 --pipefail any
t '--pipefail any: none' gives 0 '' mp-pipe --pipefail any true ::: true
t '--pipefail last: not the first' gives 4 \
    "member 2 'sh': exit status 4; member 1 'sh': exit status 3" \
    mp-pipe --pipefail last sh -c 'exit 3' ::: sh -c 'cat >/dev/null; exit 4'

# Telling.

statuses()
{
	run mp-pipe --line --print-status true ::: yes ::: sh -c 'exit 3'
	expect_status 3
	expect_err -e '^0 141 3$'
}
t '--print-status' statuses
statuses_well()
{
	run mp-pipe --print-status true ::: true
	expect_err '0 0'
}
t '--print-status: nothing but that where all is well' statuses_well

t '-v: everybody' always 0 \
    "member 1 'yes': SIGPIPE, as its reader had ended; member 2 'head':\
 exit status 0" mp-pipe --line -v yes ::: head -n 1
t '--verbose' gives 0 "member 1 'true': exit status 0" mp-pipe --verbose true
cat >names <<'END'
#!/bin/sh
printf '#!/bin/sh\nexit 7\n' >'a
b'
chmod +x 'a
b'
PATH=$PATH:. exec mp-pipe 'a
b'
END
chmod +x names
t 'a name is made visible' gives 7 \
    "member 1 'a\\nb': exit status 7" ./names

crowd()
{
	set -- false
	while test $# -lt 89; do
		set -- "$@" ::: false
	done
	run mp-pipe "$@"
	expect_status 1
	expect test "$(grep -c '' "$T/err")" = 1
	expect_err -e '; and 24 more$'
}
t 'of many only some are named' crowd

# The report, as Python reads it.

# fields NAME VALUE …: members of the report and what they are, as JSON.
fields()
{
	expect python3 -c 'import json, sys
whole = json.load(open("report"))
pairs = iter(sys.argv[1:])
for name, wanted in zip(pairs, pairs):
    value = whole
    for key in name.split("."):
        value = value[int(key) if key.isdigit() else key]
    if value != json.loads(wanted):
        sys.exit(f"{name}: {value}")' "$@"
}

report()
{
	run mp-pipe --line --report report "$@" \
	    sh -c 'exec yes "$0"' 'a"b' ::: sh -c 'read -r x; exit 3'
	expect_status 3
	expect test "$(grep -c '' report)" = 1
	fields reason '"failed"' \
	    status 3 \
	    culprit 2 \
	    members.0.member 1 \
	    members.0.argv.3 '"a\"b"' \
	    members.0.signal '"PIPE"' \
	    members.0.code null \
	    members.0.verdict '"as a result"' \
	    members.1.code 3 \
	    members.1.verdict '"failed"' \
	    left 0
}

report_times()
{
	expect python3 -c 'import json, os, time
for m in json.load(open("report"))["members"]:
    assert m["pid"] > 1 and m["maxrss"] > 0
    assert m["user"] >= 0 and m["sys"] >= 0
    assert time.time() - 600 < m["start"] <= m["end"] <= time.time() + 1'
}

report_relay()
{
	report --buffer 1K
	fields directions.0.from 1 \
	    directions.0.to 2 \
	    directions.0.end '"broken"'
	expect test "$(grep -o '"from"' report | grep -c '')" = 1
}

report_not_run()
{
	run mp-pipe --report report true ::: ./nosuch
	fields reason '"not run"' \
	    status 127 \
	    culprit 2 \
	    error '"No such file or directory"' \
	    members.0.verdict '"not run"'
}

report_ok()
{
	run mp-pipe --report report true ::: true
	fields reason '"ok"' \
	    culprit null \
	    members.1.verdict '"ok"' \
	    directions '[]'
}

report_signal()
{
	run mp-pipe --report report sh -c 'kill -s KILL $$' ::: cat
	expect_status 137
	fields signal '"KILL"' \
	    culprit 1
}

report_full()
{
	run mp-pipe --report /dev/full true
	expect_status 125
	expect_err 'mp-pipe: /dev/full: No space left on device'
}

if command -v python3 >/dev/null; then
	t '--report: a failure' report
	t '--report: pids, times' report_times
	t '--report: directions of a relay' report_relay
	t '--report: nothing ran' report_not_run
	t '--report: all is well' report_ok
	t '--report: death by a signal' report_signal
else
	skip '--report' 'no python3'
fi
t '--report: where it cannot be written' report_full

done_testing
