#!/bin/sh
# SPDX-License-Identifier: ISC
#
# mp-pool --timeout and --kill-after: a limit for each task. Its whole tree is
# ended, what it has said is kept, the other tasks are not concerned.
#
# shellcheck disable=SC2016,SC2317 # tasks expand it; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"

export CHILD

kept()
{
	run mp-pool -j3 --timeout 0.3 sh -c \
	    'echo "begun $1"; echo said >&2; test "$1" = 2 || sleep 60' sh \
	    ::: 1 2 3
	expect_status 123
	expect_out 'begun 1
begun 2
begun 3'
	expect_err -e "^mp-pool: task 1: '1': time limit \(0\.[0-9]*.*: said"
	expect_err -e "^mp-pool: task 3: '3': time limit \(0\.[0-9]*.*: said"
	expect_err -E "^mp-pool: task 2"
}

# A session of its own, and a command that ignores TERM.
stubborn()
{
	run mp-pool --timeout 0.2 --kill-after 0.2 sh -c \
	    'trap "" TERM; setsid sleep 300 & echo "$!" >far
	    while :; do sleep 0.1; done' sh ::: 1
	expect_status 123
	expect_err -e "^mp-pool: task 1: '1': time limit "
	expect test -s far
	expect not_alive "$(cat far)"
}

not_alive()
{
	! alive "$1"
}

own_verdicts()
{
	run mp-pool --timeout 60 sh -c 'kill -s "$1" $$' sh ::: USR1
	expect_status 123
	expect_err -e 'signal USR1'
	run mp-pool --timeout 60 sh -c 'exit "$1"' sh ::: 124
	expect_status 123
	expect_err -e 'exit status 124'
}

dangling()
{
	printf '#!/nonexistent/interpreter\n' >script
	chmod +x script
	run mp-pool --timeout 60 ./script ::: 1
	expect_status 127
	expect_err 'mp-pool: ./script: No such file or directory'
}

stopped()
{
	start mp-pool -j2 --timeout 300 "$CHILD" catch got.{} TERM ::: a b
	wait_for 10 grep -q ready got.a
	wait_for 10 grep -q ready got.b
	kill -s TERM "$pid"
	wait_for 10 grep -q TERM got.a
	kill -s TERM "$pid"
	finish
	expect_status 143
	expect test "$(grep -c TERM got.a)" -eq 1
}

t 'tasks beyond the limit end, fail by name, and keep what they said' kept
t 'the whole tree of a task is ended, by KILL if need be' stubborn
t 'a task that ends by itself has its own verdict' own_verdicts
t 'a command that cannot be executed is told as ever' dangling
t 'a signal reaches the tasks, once' stopped
t_fail 'the limit is a duration' 125 "mp-pool: --timeout: 'x': invalid *" \
    mp-pool --timeout x true
t_fail 'so is the time to KILL' 125 "mp-pool: --kill-after: '-1': invalid *" \
    mp-pool --timeout 1 --kill-after -1 true
t_fail 'it needs the limit' 125 'mp-pool: --kill-after: needs --timeout*' \
    mp-pool --kill-after 1 true
t_fail 'built-in classes have no limit' 125 \
    'mp-pool: --timeout: needs a command*' mp-pool --timeout 1 ::: 1

done_testing
