#!/bin/sh
# SPDX-License-Identifier: ISC
#
# What becomes of tasks that fail: --retries and --retry-delay, --halt,
# --exit count.
#
# shellcheck disable=SC2016,SC2317 # tasks expand it; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"

# Task N succeeds with attempt N. The output is that of the last attempts, in
# order, although the first task in line is written as it goes otherwise.
only_the_last()
{
	run mp-pool -j3 --retries 3 sh -c 'echo "$1.$MP_ATTEMPT"
	    echo "said $1.$MP_ATTEMPT" >&2; test "$MP_ATTEMPT" -ge "$1"' sh \
	    ::: 1 2 3 4 5
	expect_status 123
	expect_out '1.1
2.2
3.3
4.4
5.4'
	expect_err -m "said 1.1
said 2.2
said 3.3
said 4.4
said 5.4
mp-pool: task 5: '5': exit status 1 (*): said 5.4"
}

completion_order()
{
	run mp-pool -u -j1 --retries 2 sh -c 'echo "$1.$MP_ATTEMPT"
	    test "$MP_ATTEMPT" -eq "$1"' sh ::: 3 1
	expect_status 0
	expect sh -c 'sort out >sorted'
	expect_file sorted '1.1
3.3'
}

# Dead ones and late ones, too.
whatever_ends_it()
{
	run mp-pool --retries 1 --timeout 0.5 sh -c \
	    'test "$MP_ATTEMPT" -eq 2 || case $1 in
	    killed) kill -KILL $$ ;;
	    late) sleep 60 ;;
	    esac
	    echo "$1"' sh ::: killed late
	expect_status 0
	expect_out 'killed
late'
	expect_err ''
}

# 50 + 100 + 200 ms at least.
delays()
{
	run mp-pool --retries 3 --retry-delay 50ms sh -c \
	    'date +%s%N >>times; exit 1' sh ::: 1
	expect_status 123
	expect test "$(wc -l <"./times")" -eq 4
	expect awk 'NR > 1 && $1 - last < 49e6 * 2 ^ (NR - 2) { exit 1 }
	    { last = $1 }' times
}

# With one slot the second task runs while the first waits.
slot_is_free()
{
	run mp-pool -j1 --retries 1 --retry-delay 100s sh -c \
	    'echo "$1"; test "$1" = 2 && kill -TERM "$PPID"; exit 1' sh \
	    ::: 1 2
	expect_status 143
}

# Output that has nowhere to be held is written; then there is no other try.
no_room()
{
	run env TMPDIR=/nonexistent mp-pool --buffer 1K --retries 5 sh -c \
	    'head -c 300000 /dev/zero; exit 1' sh ::: 1
	expect_status 123
	expect test "$(wc -c <out)" -eq 300000
}

said_with_v()
{
	run mp-pool -v --retries 1 false ::: 1
	expect_err -e "^mp-pool: task 1: '1': exit status 1"
	expect_err -e '^mp-pool: task 1: starts, slot 1, attempt 2$'
}

# The sixth fails; nothing is started after it.
soon()
{
	run mp-pool -j1 --halt soon,fail=1 sh -c \
	    'echo "$1"; test "$1" != 6 || exit 42' sh ::: $(seq 20)
	expect_status 42
	expect_out "$(seq 6)"
	expect_err -m "mp-pool: task 6: '6': exit status 42 (*)"
}

# What runs goes on to its end.
soon_waits()
{
	run mp-pool -j2 --halt soon,fail=1 sh -c \
	    'test "$1" = 2 && { until test -e begun; do sleep 0.01; done
	    exit 3; }; : >begun; sleep 0.3; echo end' sh ::: 1 2 3
	expect_status 3
	expect_out end
}

now_ends()
{
	run mp-pool -j2 --halt now,fail=1 sh -c \
	    'test "$1" = 2 && { until test -e begun; do sleep 0.01; done
	    kill -KILL $$; }; : >begun; sleep 1000; echo end' sh ::: 1 2 3
	expect_status 137
	expect_out ''
	expect_err -m "mp-pool: task 2: '2': signal KILL (*)"
}

# Nobody can ignore it for long.
now_kills()
{
	run mp-pool -j2 --halt now,success=1 sh -c \
	    'test "$1" = 2 && { until test -e ready; do sleep 0.01; done
	    exit 0; }; trap "" TERM; : >ready; sleep 1000' sh ::: 1 2 3
	expect_status 0
	expect_err ''
}

share()
{
	run mp-pool -j1 --halt soon,done=30% echo ::: $(seq 10)
	expect_status 0
	expect_out "$(seq 3)"
	run sh -c 'seq 10 | mp-pool -j1 --halt soon,fail=50% sh -c "exit \$1" sh'
	expect_status 3
}

# What waits for another attempt has failed, and is told.
retry_is_dropped()
{
	run mp-pool -j1 --retries 1 --retry-delay 100s --halt soon,done=1 \
	    sh -c 'echo "$1"; test "$1" = 2' sh ::: 1 2 3
	expect_status 0
	expect_out '1
2'
	expect_err -m "mp-pool: task 1: '1': exit status 1 (*)"
}

count()
{
	run mp-pool --exit count sh -c 'exit "$1"' sh ::: 0 1 2 3
	expect_status 3
	run mp-pool --exit count false ::: $(seq 100)
	expect_status 100
	run mp-pool --exit count false ::: $(seq 150)
	expect_status 101
	run mp-pool --exit count true ::: $(seq 3)
	expect_status 0
	run mp-pool --exit count --halt soon,fail=2 sh -c 'exit 9' sh ::: 1 2 3
	expect_status 9
}

t 'what fails is run again, and only the last attempt is written' only_the_last
t 'so it is in the order of completion' completion_order
t 'death and a time limit are failures, too' whatever_ends_it
t 'the delay before an attempt doubles' delays
t 'who waits for an attempt holds no slot, and can be interrupted' slot_is_free
t 'what cannot be held is written and not run again' no_room
t '-v tells of each attempt' said_with_v
t 'soon,fail: nothing more is started, and the status is the culprit'\''s' soon
t 'soon: what runs goes on' soon_waits
t 'now: what runs is ended; the culprit died by a signal' now_ends
t 'now: who ignores TERM is killed; success is 0' now_kills
t 'a share of all, or of those so far' share
t 'a task whose attempt is dropped has failed' retry_is_dropped
t '--exit count' count
t_fail '--halt has a grammar' 125 "mp-pool: --halt: 'now,fail=x': not *" \
    mp-pool --halt now,fail=x true
t_out '--halt never is the default' 1 mp-pool --halt never echo ::: 1
t_fail '--retries takes a number' 125 "mp-pool: --retries: 'x': invalid*" \
    mp-pool --retries x true
t_fail '--retry-delay takes a duration' 125 \
    "mp-pool: --retry-delay: 'inf': invalid time interval*" \
    mp-pool --retries 1 --retry-delay inf true
t_fail 'it needs --retries' 125 'mp-pool: --retry-delay: needs --retries*' \
    mp-pool --retry-delay 1 true
t_fail '--exit takes one word' 125 "mp-pool: --exit: 'all': not \"count\"*" \
    mp-pool --exit all true

done_testing
