#!/bin/sh
# SPDX-License-Identifier: ISC
#
# What mp-queue does with a task that is put and got. Nothing waits here;
# queue-wait.t does.
#
# shellcheck disable=SC2016,SC2046,SC2317 # others expand it; words of a
# command; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"
. "$MP_SRCDIR/tests/queue.sh"

# gets QUEUE BODY…: these are what is to be got, in this order.
gets()
{
	from=$1
	shift
	for body; do
		take "$from"
		expect_status 0
		printf '%s' "$body" >"$T/body"
		expect_out -f "$T/body"
	done
	take "$from"
	expect_status 3
}

# Putting.

operands_are_tasks()
{
	run mp-queue put q 'a b' '' c
	expect_status 0
	expect_err ''
	expect_out '1
2
3'
	gets q 'a b' '' c
}

stdin_is_one_task()
{
	given 'one\ntwo\000\377\n\n'
	cp "$T/.in" "$T/any"
	run mp-queue put q
	expect_status 0
	expect_out 1
	take q
	expect_out -f "$T/any"
}

nothing_is_a_task_too()
{
	run mp-queue put q
	expect_out 1
	take q
	expect_status 0
	expect_out ''
}

lines()
{
	given 'a b\n\n\tc\\d\nlast'
	run mp-queue put "$1" q
	expect_status 0
	expect_out '1
2
3
4'
	gets q 'a b' '' '	c\d' last
}

records()
{
	given 'a\nb\000\000c'
	run mp-queue put "$1" q
	expect_status 0
	expect_out '1
2
3'
	gets q 'a
b' '' c
}

jsonl()
{
	given '%s\n%s\n' '{"body":"b\u0041","pri":2}' \
	    '{"base64":"AP8=","pri":-1,"key":"k","other":[{}]}'
	run mp-queue put --jsonl q
	expect_status 0
	expect_out '1
2'
	lists q "1 ready 2 0 'bA'
2 ready -1 0 '\\0\\M^?'"
}

no_lines_no_tasks()
{
	run mp-queue put -l q
	expect_status 0
	expect_out ''
}

many_lines()
{
	seq 2500 >"$T/many"
	t_given=$T/many
	run mp-queue put -l q
	expect_status 0
	expect_out -f "$T/many"
	run mp-queue get -l -n 3000 --receipt-file "$T/receipt" --timeout 0 q
	expect_status 0
	expect_out -f "$T/many"
	expect test "$(sort -u "$T/receipt" | wc -l)" -eq 2500
}

many_operands()
{
	run mp-queue put --timeout 0 q $(seq 100001)
	expect_status 0
	expect test "$(wc -l <"$T/out")" -eq 100001
}

order()
{
	put --pri 1 q late
	put q a
	put --pri -5 q first
	put q b
	put --pri 1000000000 q last
	gets q first a b late last
}

delayed()
{
	put --delay 1h q later
	put --delay 0 q now
	lists q "1 delayed 0 0 'later'
2 ready 0 0 'now'"
	gets q now
	put --delay 10ms q soon
	wait_for 5 eval 'take q; test "$status" -eq 0'
	expect_out -m soon
}

for_ever()
{
	put --delay inf q never
	lists q "1 delayed 0 0 'never'"
	take q
	expect_status 3
}

q 'put: operands are tasks; ids are printed, one a line' operands_are_tasks
q 'put: without operands standard input is one task of any bytes' \
    stdin_is_one_task
q 'put: also one of no bytes' nothing_is_a_task_too
q 'put -l: a task per line' lines -l
q 'put --lines: the same' lines --lines
q 'put -0: a task per NUL-terminated record' records -0
q 'put --null: the same' records --null
q 'put --jsonl: a task per line of JSON' jsonl
q 'put -l: no lines are no tasks' no_lines_no_tasks
q 'put -l, get -l: 2500 tasks, all ids, all receipts' many_lines
q 'put: 100001 operands' many_operands
q 'get: smaller priorities first, then smaller ids' order
q 'put --delay: not to be got before so long' delayed
q 'put --delay inf: never to be got' for_ever

# Keys.

key_is_refused()
{
	put --key k q a
	run mp-queue put --key k q b
	expect_status 6
	expect_out 1
	put --key k other c
	put --key K q d
	gets q a d
}

key_of_a_leased_one()
{
	put --key k q a
	take q
	run mp-queue put --key k q b
	expect_status 6
	expect_out 1
}

key_is_free_again()
{
	put --key k q a
	take q
	mp-queue ack "$receipt"
	put --key k q b
	take q
	mp-queue bury "$receipt"
	put --key k q c
	gets q c
}

keys_among_several()
{
	put --key k q a
	given '%s\n' '{"body":"b","key":"k"}' '{"body":"c","key":"l"}' \
	    '{"body":"d","key":"l"}' '{"body":"e"}'
	run mp-queue put --jsonl q
	expect_status 0
	expect test "$(wc -l <"$T/out")" -eq 2
	gets q a c e
}

q 'put --key: the key of an unfinished task: 6 and its id' key_is_refused
q 'put --key: that of a leased one, too' key_of_a_leased_one
q 'put --key: it is free when the task is done or dead' key_is_free_again
q 'put --key: with several tasks it is passed over' keys_among_several

# Room.

full()
{
	run mp-queue put --max 2 --timeout 0 q a b c d
	expect_status 7
	expect_out '1
2'
	run mp-queue put --max 2 --timeout 0 q e
	expect_status 7
	expect_out ''
	gets q a b
}

max_size()
{
	mp-queue set --max-size 2 q
	put --delay 1h q a
	put q b
	run mp-queue put --timeout 0 q c
	expect_status 7
	take q
	run mp-queue put --timeout 0 q c
	expect_status 0
}

q 'put --max: no room: 7; what fitted is put and printed' full
q 'set --max-size: ready and delayed ones count, leased ones do not' max_size

# Getting.

descriptor_3()
{
	put q 'a b'
	run sh -c 'mp-queue get q 3>"$1"' sh "$T/three"
	expect_status 0
	expect_out -m 'a b'
	expect_file "$T/three" -m '1.1.????????????????'
	run mp-queue ack "$(cat "$T/three")"
	expect_status 0
}

file_first()
{
	put q a
	run sh -c 'mp-queue get --receipt-file "$1" q 3>"$2"' sh "$T/file" \
	    "$T/three"
	expect_status 0
	expect_file "$T/three" ''
	expect_file "$T/file" -m '1.1.????????????????'
	expect test "$(wc -l <"$T/file")" -eq 1
}

no_receipt()
{
	put q a
	run mp-queue get --timeout 0 q
	expect_status 125
	expect_out ''
	expect_err -m 'mp-queue: get: nowhere to write the receipt: *'
	lists q "1 ready 0 0 'a'"
}

several()
{
	put q a b c
	take -n 2 -l q
	expect_status 0
	expect_out 'a
b'
	expect test "$(wc -l <"$T/receipt")" -eq 2
	take --count 5 --lines q
	expect_status 0
	expect_out c
	take -n 5 -l q
	expect_status 3
}

with_nul()
{
	put q a ''
	take "$1" -n 2 q
	printf 'a\000\000' >"$T/want"
	expect_out -f "$T/want"
}

create()
{
	take --create q
	expect_status 3
	run mp-queue ls
	expect_out q
}

drained()
{
	put q a
	mp-queue close q
	take q
	expect_status 0
	expect_out -m a
	last=$receipt
	take q
	expect_status 3
	mp-queue ack "$last"
	take q
	expect_status 4
	run mp-queue put q b
	expect_status 8
	expect_out ''
	mp-queue open q
	put q b
	gets q b
}

# --help tells of all verbs, and behind a verb of that one.
helps()
{
	run mp-queue --help
	expect_status 0
	expect_err ''
	expect_out -e '^put \[options\] queue'
	expect_out -e '^work \[options\] queue'
	run mp-queue work --help
	expect_status 0
	expect_out -e '^  -c, --class CLASS'
	expect_out -E '^ *--max-size'
}

q 'get: the receipt ID.TRIES.TOKEN on descriptor 3' descriptor_3
q 'get --receipt-file: it goes there instead' file_first
q 'get: with neither nothing is taken' no_receipt
q 'get -n N: so many at most, with -l a newline behind each' several
q 'get -0: a NUL behind each' with_nul -0
q 'get --null: the same' with_nul --null
q 'get --create: makes the queue if there is none' create
q '--help: a summary' helps
q 'close: put gets 8, get 4 once it is drained; open' drained

done_testing
