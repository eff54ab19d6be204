#!/bin/sh
# SPDX-License-Identifier: ISC
#
# mp-queue export, import and check.
#
# shellcheck disable=SC2016,SC2059,SC2317 # others expand it; bytes by their
# numbers; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"
. "$MP_SRCDIR/tests/queue.sh"

exports()
{
	run mp-queue export "$1"
	expect_status 0
	expect_err ''
	expect_out "$2"
}

# imports TEXT: that is imported into q, with success.
imports()
{
	given '%s\n' "$1"
	run mp-queue import q
	expect_status 0
	expect_err ''
}

lines()
{
	put q 'a"\b' ''
	put --pri -3 --key 'k"é' q é
	given '\377\000'
	run mp-queue put q
	exports q '{"body":"a\"\\b"}
{"body":""}
{"body":"é","pri":-3,"key":"k\"é"}
{"base64":"/wA="}'
}

unfinished()
{
	put q finished dead leased
	put --delay 1h q later
	put q ready
	take -n 3 q
	{
		read -r receipt
		mp-queue ack "$receipt"
		read -r receipt
		mp-queue bury "$receipt"
	} <"$T/receipt"
	run mp-queue export q
	sed 's/,"delay":[0-9.]*}/,"delay":D}/' "$T/out" >"$T/list"
	expect_file "$T/list" '{"body":"leased"}
{"body":"later","delay":D}
{"body":"ready"}'
	run mp-queue ls --state leased q
	expect_out -e leased
}

delay()
{
	put --delay 1000 q a
	run mp-queue export q
	expect_out -e '^\{"body":"a","delay":(1000|99[0-9])(\.[0-9]+)?\}$'
	given '%s\n' "$(cat "$T/out")"
	run mp-queue import other
	run mp-queue ls other
	expect_out "2	delayed	0	0	'a'"
	run mp-queue export other
	expect_out -e '^\{"body":"a","delay":(1000|99[0-9])(\.[0-9]+)?\}$'
}

# Bodies of all bytes, each with each behind it, keys, priorities.
round_trip()
{
	for byte in $(seq 0 255); do
		octal=$(printf '%03o' "$byte")
		printf "a\\$octal\\$octal\\303\\$octal" >"$T/body"
		mp-queue put --pri $((128 - byte)) --key "k$byte" q \
		    <"$T/body"
	done >"$T/ids"
	mp-queue export q >"$T/first"
	expect test "$(wc -l <"$T/first")" -eq 256
	MP_QUEUE=$T/other
	t_given=$T/first
	run mp-queue import q
	expect_status 0
	expect_out -f "$T/ids"
	exports q "$(cat "$T/first")"
	mp-queue get -0 -n 256 q >"$T/two" 3>"$T/receipts"
	MP_QUEUE=$T/place$places
	mp-queue get -0 -n 256 q >"$T/one" 3>"$T/receipts"
	expect cmp "$T/one" "$T/two"
	expect test "$(wc -c <"$T/one")" -eq 1536
}

large()
{
	mp-queue put q <"$CHILD" >/dev/null
	mp-queue export q >"$T/large"
	mp-queue import other <"$T/large" >/dev/null
	mp-queue get other >"$T/copy" 3>"$T/receipts"
	expect cmp "$CHILD" "$T/copy"
}

key_of_any_bytes()
{
	put q before
	key=$(printf 'k\377')
	run mp-queue put --key "$key" q a
	test "$status" -eq 0 || return 0
	mp-queue export q >"$T/lines" || note "export: $?"
	MP_QUEUE=$T/other2
	mp-queue import q <"$T/lines" >/dev/null
	run mp-queue put --key "$key" q b
	expect_status 6
}

again()
{
	imports '{"body":"a","key":"k"}'
	imports '{"body":"a","key":"k"}
{"body":"b"}'
	run mp-queue ls q
	expect test "$(wc -l <"$T/out")" -eq 2
}

other_members()
{
	imports '{ "z" : [1, {"body": 2}, null], "body" : "\ud83d\ude00\u0000" }'
	exports q '{"body":"😀\u0000"}'
}

nothing()
{
	mp-queue set q
	exports q ''
	run mp-queue import q
	expect_status 0
	expect_out ''
}

q 'export: a line of JSON a task' lines
q 'export: unfinished tasks only; it takes none' unfinished
q 'export, import: what is left of a delay' delay
q 'export, import: all bytes, keys, priorities' round_trip
q 'export, import: a large one' large
q 'export: a key of any bytes that put takes' key_of_any_bytes
q 'import: a key that is taken is passed over' again
q 'import: other members are passed over' other_members
q 'export, import: nothing' nothing

# bad_line PATTERN LINE: import tells what is wrong; nothing is put.
bad_line()
{
	given '%s\n%s\n' '{"body":"a"}' "$2"
	run mp-queue import q
	expect_status 125
	expect_out ''
	expect_err -m "mp-queue: line 2: byte [0-9]*: $1"
	run mp-queue ls q 2>/dev/null
	expect_out ''
}

bad_lines()
{
	mp-queue set q
	bad_line 'no object' ''
	bad_line 'no object' '"a"'
	bad_line 'no body' '{}'
	bad_line 'no body' '{"key":"k"}'
	bad_line 'member twice' '{"body":"a","body":"b"}'
	bad_line 'body and base64' '{"body":"a","base64":"YQ=="}'
	bad_line 'no base64' '{"base64":"YQ="}'
	bad_line 'no integer' '{"body":"a","pri":1.5}'
	bad_line 'out of range' '{"body":"a","pri":1000000001}'
	bad_line 'out of range' '{"body":"a","delay":-1}'
	bad_line 'empty key' '{"body":"a","key":""}'
	bad_line 'NUL in key' '{"body":"a","key":"\u0000"}'
	bad_line 'text behind the object' '{"body":"a"} {}'
	bad_line '*' '{"body":"\ud800"}'
	bad_line '*' '{"body":"a'
	bad_line '*' "$(printf '{"body":"\377"}')"
}

q 'import, put --jsonl: what is wrong with a line' bad_lines

# Damage.

whole()
{
	put q a
	run mp-queue check
	expect_status 0
	expect_out ''
	expect_err ''
}

# An index that does not agree with its table; PRAGMA writable_schema would
# be refused by a newer SQLite, a page of zeros is not.
damaged()
{
	seq -f %0200.0f 30000 >"$T/many"
	mp-queue put -l q <"$T/many" >/dev/null
	pages=$(($(wc -c <"$MP_QUEUE/db") / 4096))
	expect test "$pages" -gt 20
	rm "$MP_QUEUE/db-wal"
	dd if=/dev/zero of="$MP_QUEUE/db" bs=4096 seek=$((pages / 2)) count=2 \
	    conv=notrunc 2>/dev/null
	run mp-queue check
	expect_status 125
	expect_out ''
	expect_err -m 'mp-queue: *db: *'
}

q 'check: all is well: 0 and not a word' whole
q 'check: damage: 125 and which' damaged

done_testing
