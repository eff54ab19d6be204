#!/bin/sh
# SPDX-License-Identifier: ISC
#
# mp-queue work: tasks of a queue run by mp-pool's engine: what a command is
# given, what becomes of its task, when the work ends.
#
# shellcheck disable=SC2016,SC2317 # others expand it; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"
. "$MP_SRCDIR/tests/queue.sh"

prepare()
{
	mp-queue set --backoff 10ms q
}

# All that is there.
work()
{
	run mp-queue work --timeout 0 "$@"
}

# The original: tasks for two consumers, results in a second queue.
consumers()
{
	put tasks 2 3 4
	mp-queue close tasks
	start mp-queue work -c compute --results results tasks
	run mp-queue work -c compute --results results tasks
	expect_status 0
	finish
	expect_status 0
	run mp-queue join --timeout 10 tasks
	expect_status 0
	mp-queue close results
	: >"$T/results"
	while mp-queue get results 3>"$T/receipt" >>"$T/results"; do
		read -r receipt <"$T/receipt"
		mp-queue ack "$receipt"
	done
	sort "$T/results" >"$T/sorted"
	mp-pool ::: 2 3 4 >"$T/pool"
	expect_file "$T/sorted" "$(sort "$T/pool")"
	take results
	expect_status 4
}

# What a command gets.

appended()
{
	put q 'a b'
	work q -- sh -c 'printf "<%s>\n" "$@"' sh x
	expect_status 0
	expect_out '<x>
<a b>'
	lists q ''
}

replaced()
{
	put q a
	work q echo '[{}]' '{#}'
	expect_out '[a] 1'
}

on_input()
{
	given 'a\000b\nc'
	in_place=$(mp-queue put q <"$T/.in") || note 'put'
	work --stdin q -- sh -c 'od -An -c | tr -s " "; echo "$#"' sh
	expect_status 0
	expect_out ' a \0 b \n c
0'
	test "$in_place" = 1 || note "id $in_place"
}

empty_body()
{
	mp-queue put q '' >"$T/ids"
	work q -- sh -c 'echo "$#:$1"' sh
	expect_out '1:'
}

nul_in_argument()
{
	mp-queue set --tries 1 q
	given 'a\000b'
	mp-queue put q <"$T/.in" >"$T/ids"
	work q echo
	expect_status 123
	expect_out ''
	expect_err "mp-queue: task 1: 'a\\0b': NUL in the record
mp-queue: task 1: dead after 1 tries"
	lists q "1 dead 0 1 'a\\0b' NUL in the record"
}

environment()
{
	put q a
	work q -- sh -c 'echo "$MP_SEQ $MP_SLOT $MP_ATTEMPT"; test $MP_ATTEMPT = 2' -
	expect_out '1 1 1'
	run mp-queue work --timeout 1 q -- sh -c 'echo "$MP_SEQ $MP_ATTEMPT"' -
	expect_out '1 2'
}

no_input()
{
	put q a
	given 'ours'
	work q -- sh -c 'cat' -
	expect_out ''
	expect_status 0
}

# What becomes of a task.

failed_once()
{
	put q a b
	mp-queue close q
	run mp-queue work q -- sh -c 'test "$MP_ATTEMPT$1" != 1a' sh
	expect_status 0
	expect_err -m "mp-queue: task 1: 'a': exit status 1 (*"
	lists q ''
}

dead()
{
	mp-queue set --tries 2 q
	put q a
	mp-queue close q
	run mp-queue work q -- sh -c 'echo first >&2; echo last words >&2; exit 7'
	expect_status 123
	grep -c 'exit status 7' "$T/err" >"$T/count"
	expect_file "$T/count" 2
	tail -n 1 "$T/err" >"$T/last"
	expect_file "$T/last" 'mp-queue: task 1: dead after 2 tries'
	lists q "1 dead 0 2 'a' last words"
	mp-queue ls --json q >"$T/json"
	grep -q '"status":7}' "$T/json" || note "$(cat "$T/json")"
}

dead_ends_work()
{
	mp-queue set --tries 1 q
	put q a b c
	work -j1 q -- sh -c 'echo "$1"; exit 1' sh
	expect_status 123
	expect_out a
	lists q "1 dead 0 1 'a' exit status 1
2 ready 0 0 'b'
3 ready 0 0 'c'"
}

keep_going()
{
	mp-queue set --tries 1 q
	put q a b c
	work -j1 --keep-going q -- sh -c 'echo "$1"; test "$1" = c' sh
	expect_status 123
	expect_out 'a
b
c'
	lists q "1 dead 0 1 'a' exit status 1
2 dead 0 1 'b' exit status 1"
}

later()
{
	put q a
	mp-queue close q
	run mp-queue work q -- sh -c 'test "$MP_ATTEMPT" = 3 || exit 75' sh
	expect_status 0
	expect_err ''
	lists q ''
}

by_signal()
{
	mp-queue set --tries 1 q
	put q a
	work q -- sh -c 'kill -KILL $$'
	expect_status 123
	lists q "1 dead 0 1 'a' signal KILL"
}

not_found()
{
	put q a
	work q /no/such/command
	expect_status 127
	expect_err 'mp-queue: /no/such/command: No such file or directory'
	lists q "1 ready 0 0 'a'"
}

not_executable()
{
	put q a
	: >"$T/plain"
	work q "$T/plain"
	expect_status 126
	lists q "1 ready 0 0 'a'"
}

by_class()
{
	mp-queue set --tries 1 q
	put q 10 abc 3
	work --keep-going --class prime -j1 q
	expect_status 123
	mp-pool -c prime ::: 10 3 >"$T/pool"
	expect_out "$(cat "$T/pool")"
	lists q "2 dead 0 1 'abc' invalid"
}

results_verbatim()
{
	put q a
	work --results r q -- printf 'x\000\n'
	expect_out ''
	take r
	od -An -c "$T/out" | tr -s ' ' >"$T/od"
	expect_file "$T/od" ' x \0 \n'
}

no_result_of_a_failure()
{
	put q a
	work --results r q -- sh -c 'echo half; exit 1'
	run mp-queue ls r
	expect_status 125
}

results_to_itself()
{
	mp-queue set --backoff 1h q
	put q 3
	run mp-queue work -j1 --timeout 0 --results q q -- sh -c \
	    'test "$1" -gt 0 && printf %d $(($1 - 1))' sh
	expect_status 0
	lists q "4 delayed 0 1 '0' exit status 1"
}

results_closed()
{
	put q a
	put r x
	mp-queue close r
	work --results r q -- echo
	expect_status 8
	expect_err 'mp-queue: q: the queue of the results is closed'
	lists q "1 delayed 0 1 'a' the queue of the results is closed"
}

# Output, one task after the other.
together()
{
	put q 1 2 3 4
	work -j4 q -- sh -c 'echo "$1"; echo "$1"; echo "$1"' sh
	sort -s "$T/out" | uniq -c | tr -s ' ' >"$T/sorted"
	uniq -c "$T/out" | tr -s ' ' | sort >"$T/runs"
	expect_file "$T/runs" "$(sort "$T/sorted")"
}

# When it ends.

drained()
{
	put q a
	mp-queue close q
	run mp-queue work q true
	expect_status 0
	expect_err ''
	lists q ''
}

idle()
{
	run mp-queue work --timeout 50ms q true
	expect_status 0
	expect_err ''
}

unknown_queue()
{
	work other true
	expect_status 125
	expect_err 'mp-queue: other: no such queue'
	work --create other true
	expect_status 0
	lists other ''
}

bad_usage()
{
	for line in q '-c compute q echo' '-c nothing q' '-c compute -i q' \
	    '-j x q true' '--results a/b q true' '--task-timeout 1 -c compute q' \
	    '--kill-after 1 -c compute q' \
	    '--task-timeout x q true'; do
		# shellcheck disable=SC2086 # words
		run mp-queue work $line
		expect_status 125
		test "$(grep -c . "$T/err")" -eq 2 || note "$line"
		grep -q '^usage: mp-queue \[options\] work' "$T/err" ||
		    note "$line: $(cat "$T/err")"
	done
}

verbose()
{
	put q a
	work "$1" q true
	expect_err -m "mp-queue: task 1: starts, slot 1
mp-queue: task 1: 'a': exit status 0 (*
mp-queue: tasks: 1 done, 0 failed"
}

many()
{
	n=$(scale 2000)
	seq "$n" | mp-queue put -l q >"$T/ids"
	mp-queue close q
	start mp-queue work -j3 q echo
	mp-queue work -j3 q echo >"$T/out2"
	finish
	expect_status 0
	cat "$T/out" "$T/out2" | sort -n >"$T/sorted"
	seq "$n" >"$T/all"
	cmp "$T/sorted" "$T/all" || note 'not each of them once'
	lists q ''
}

q 'two consumers of the class, results in a queue, join' consumers
q 'a task is appended as an argument' appended
q 'it replaces {}, its id {#}' replaced
q '--stdin: it is the standard input, whatever it holds' on_input
q 'an empty task is an empty argument' empty_body
q 'a task with NUL cannot be an argument' nul_in_argument
q 'MP_SEQ is the id, MP_ATTEMPT the try' environment
q 'a command has no other input' no_input
q 'a task that failed is tried again' failed_once
q 'and is dead in the end, with status and last line' dead
q 'which ends the work' dead_ends_work
q 'but not with --keep-going' keep_going
q '75: later, without a word' later
q 'death by a signal' by_signal
q '127: nothing is taken for tried' not_found
q '126' not_executable
q 'a class, and a task that it refuses' by_class
q '--results: byte for byte' results_verbatim
q '--results: none of a task that failed' no_result_of_a_failure
q '--results: the same queue' results_to_itself
q '--results: a closed queue is status 8' results_closed
q 'output of tasks does not mix' together
q 'closed and drained is the end' drained
q '--timeout: so is waiting in vain' idle
q 'an unknown queue, --create' unknown_queue
q 'bad usage' bad_usage
q '-v' verbose -v
q '--verbose: the same' verbose --verbose
q 'two workers run each task once' many
done_testing
