#!/bin/sh
# SPDX-License-Identifier: ISC
#
# What mp-queue refuses, and how it says so: usage, names, receipts.
#
# shellcheck disable=SC2016,SC2046,SC2086,SC2317 # others expand it; words of a
# command; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"
. "$MP_SRCDIR/tests/queue.sh"

MP_QUEUE=$T/place

put kept 'what is there'

# Whatever is refused: this queue is the only one, and as it was.
nothing_done()
{
	run mp-queue ls
	expect_status 0
	expect_out kept
	run mp-queue ls kept
	expect_out "1	ready	0	0	'what is there'"
}

# Usage.

# usage VERB REASON ARGUMENT…: that verb's usage is told.
usage()
{
	verb=$1
	reason=$2
	shift 2
	run mp-queue "$verb" "$@"
	expect_status 125
	expect_out ''
	expect_err -m "mp-queue: $reason
usage: mp-queue \[options\] $verb*"
}

no_operands()
{
	for verb in put get ack 'done' nack bury touch join close open pause \
	    resume set kick cancel clear purge peek export import; do
		usage $verb 'missing operand'
	done
	usage cancel 'missing operand' kept
	nothing_done
}

extra_operands()
{
	for verb in get set clear ls peek export import; do
		usage $verb "'x': extra operand" kept x
	done
	usage check "'x': extra operand" x
}

unknown_options()
{
	for verb in put get ack 'done' nack bury touch join close open pause \
	    resume set kick cancel clear purge ls peek stat export import \
	    check; do
		usage $verb "'--bogus': unknown or ambiguous option" --bogus x
		usage $verb "-x: unknown option" -x x
	done
}

bad_values()
{
	while read -r verb option value; do
		run mp-queue "$verb" "$option" "$value" kept
		expect_status 125
		expect_out ''
		expect_err -m "mp-queue: *$option: '$value': ?*
usage: mp-queue \[options\] $verb*"
	done <<END
put --pri x
put --pri 1.5
put --pri 1000000001
put --pri -1000000001
put --delay -1
put --delay 1y
put --key
put --max 0
put --max x
put --timeout x
get -n 0
get -n x
get -n 99999999999999999999
get --timeout -1
get --ttr x
get --owner 0
get --owner x
nack --delay x
touch --ttr x
join --timeout x
set --max-size -1
set --ttr x
set --tries x
set --backoff x
set --backoff-max x
set --limit x
set --keep x
peek -n 0
END
	nothing_done
}

no_values()
{
	for each in 'put --pri' 'get -n' 'get --receipt-file' 'set --keep' \
	    'ack --put' 'bury --err' 'ls --state'; do
		run mp-queue $each
		expect_status 125
		expect_err -m "mp-queue: *: needs a value
usage: mp-queue \[options\] ${each% *}*"
	done
}

bad_states()
{
	for states in '' x 'ready,' ,ready readyx 'ready dead'; do
		for verb in ls clear; do
			run mp-queue $verb --state "$states" kept
			expect_status 125
			expect_out ''
			expect_err -m 'mp-queue: --state: ?*'
		done
	done
	nothing_done
}

bad_ids()
{
	for id in x 0 -1 1x '' 99999999999999999999; do
		for verb in kick cancel purge; do
			run mp-queue $verb -- kept "$id"
			expect_status 125
			expect_err -m "mp-queue: $id: not an id*"
		done
	done
	nothing_done
}

two_sources()
{
	for option in -l -0 --jsonl; do
		run mp-queue put $option kept x
		expect_status 125
		expect_err -m 'mp-queue: put: ?*'
	done
	nothing_done
}

long_key()
{
	key=$(printf 'k%.0s' $(seq 1001))
	run mp-queue put --key "$key" kept x
	expect_status 125
	expect_err -m 'mp-queue: --key: *: not 1 to 1000 bytes*'
	nothing_done
	run mp-queue -Q "$T/other" put --key "${key#k}" q x
	expect_status 0
}

front='usage: mp-queue \[options\] verb \[options\] \[operand ...\]'
t_fail 'no verb' 125 "mp-queue: missing verb
$front" mp-queue
t_fail 'no such verb' 125 "mp-queue: 'push': no such verb
$front" mp-queue push kept
t_fail 'no such option' 125 "mp-queue: '--bogus': unknown or ambiguous option
$front" mp-queue --bogus ls
t_fail '-Q without a value' 125 "mp-queue: -Q: needs a value
$front" mp-queue -Q
t 'no operand' no_operands
t 'one operand too many' extra_operands
t 'no such option of a verb' unknown_options
t 'bad values' bad_values
t 'no values' no_values
t 'bad states' bad_states
t 'bad ids' bad_ids
t 'put: operands and -l, -0 or --jsonl' two_sources
t 'put --key: too long' long_key

# Names.

bad_name()
{
	for verb in put get join close open pause resume set kick clear purge \
	    ls peek stat export import; do
		usage $verb "*: not a queue's name" -- "$1"
	done
	usage cancel "*: not a queue's name" -- "$1" 1
	usage close "*: not a queue's name" kept "$1"
}

bad_names()
{
	long=$(printf 'n%.0s' $(seq 201))
	for name in '' . .. .a -a a/b /a a/ "$(printf 'a\tb')" \
	    "$(printf 'a\nb')" "$(printf 'a\177')" "$(printf '\302\205')" \
	    "$(printf 'a\377')" "$(printf '\300\257')" "$long"; do
		bad_name "$name"
	done
	nothing_done
}

bad_name_for_ack()
{
	put q a
	take q
	for name in ../x a/b .x '' "$(printf 'a\377')"; do
		given 'result'
		run mp-queue ack --put "$name" "$receipt"
		expect_status 125
		expect_out ''
		expect_err -m 'mp-queue: *'
	done
	run mp-queue ls
	expect_out 'kept
q'
	run mp-queue ack "$receipt"
	expect_status 0
}

good_names()
{
	for name in a.b a-b 'a b' "a'b" é 'q;rm' db gate a.get \
	    "$(printf 'n%.0s' $(seq 200))"; do
		put "$name" body
		take "$name"
		expect_status 0
		expect_out -m body
	done
}

unknown_queue()
{
	for verb in get peek 'join' close open pause resume kick clear purge \
	    'ls' stat export; do
		run mp-queue $verb other 3>"$T/three"
		expect_status 125
		expect_out ''
		expect_err 'mp-queue: other: no such queue'
	done
	run mp-queue cancel other 1
	expect_err 'mp-queue: other: no such queue'
}

t 'names that are none' bad_names
t 'ack --put: so' bad_name_for_ack
t 'names that are fine' good_names
t 'no such queue' unknown_queue

# Receipts.

malformed()
{
	put r a
	take r
	token=${receipt##*.}
	for bad in '' x 1 1.1 1.1. ".$token" "1.$token" "0.1.$token" \
	    "1.0.$token" "01.1.$token" "+1.1.$token" " $receipt" \
	    "$receipt " "${receipt}0" "${receipt%?}" "${receipt%?}g" \
	    "${receipt%?}G" "-$receipt" "1.1.1.$token" \
	    "99999999999999999999.1.$token"; do
		for verb in ack 'done' nack bury touch; do
			run mp-queue $verb -- "$receipt" "$bad"
			expect_status 125
			expect_out ''
			expect_err "mp-queue: $bad: not a receipt"
		done
	done
	run mp-queue ls r
	expect_out -e 'leased.*a'
}

# Of another task, another try, another token.
wrong()
{
	put s a
	take s
	id=${receipt%%.*}
	rest=${receipt#*.}
	token=${receipt##*.}
	for bad in "$((id + 1)).$rest" "$id.2.$token" \
	    "$id.1.0000000000000000"; do
		run mp-queue ack "$bad"
		expect_status 5
		expect_err "mp-queue: $bad: the lease is over"
	done
	run mp-queue ack "$receipt"
	expect_status 0
}

two_receipts()
{
	put u a b
	take -n 2 u
	given x
	set -- $(cat "$T/receipt")
	run mp-queue ack --put v "$@"
	expect_status 125
	expect_err -m 'mp-queue: --put: ?*'
	run mp-queue ls --state leased u
	expect test "$(wc -l <"$T/out")" -eq 2
}

t 'receipts that are none: nothing is ended' malformed
t 'receipts of others: 5' wrong
t 'ack --put: with two receipts' two_receipts

stdin_is_a_directory()
{
	for option in '' -l --jsonl; do
		status=0
		mp-queue put $option kept <"$T" >"$T/out" 2>"$T/err" ||
		    status=$?
		expect_status 125
		expect_out ''
		expect_err 'mp-queue: standard input: Is a directory'
	done
	run mp-queue ls kept
	expect test "$(wc -l <"$T/out")" -eq 1
}

t 'put: standard input is a directory' stdin_is_a_directory

# Help.

helps()
{
	run mp-queue --help
	expect_status 0
	expect_err ''
	expect_out -m 'usage: mp-queue \[options] verb *'
	for verb in put get ack nack work ls stat doctor torture; do
		expect_out -e "^usage: mp-queue .*$verb|^  $verb |^$verb "
		run mp-queue "$verb" --help
		expect_status 0
		expect_out -m "usage: mp-queue \[options] $verb *"
		run mp-queue --help
	done
}
t '--help, of each verb, too' helps

done_testing
