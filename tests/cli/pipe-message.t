#!/bin/sh
# SPDX-License-Identifier: ISC
#
# mp-pipe send and recv: messages from operands and records, frames of all
# kinds, and what is wrong with them.
#
# shellcheck disable=SC2317 # t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"

# Frames.

t_out 'line: a message and a newline' 'a

b c' mp-pipe send --frame line a '' 'b c'

bytes()
{
	given "$1"
	shift
	run "$@"
	expect_status 0
	od -An -c out | tr -s ' ' >shown
	expect_file shown " $want"
}

want='a \0 \0 b \n \0'
t 'nul: a message and a NUL' bytes '' mp-pipe send --frame nul a '' 'b
'
t_out 'netstring: length, message, comma' '1:a,0:,12:hello world!,' \
    sh -c 'mp-pipe send --frame netstring a "" "hello world!"; echo'
want='\0 \0 \0 002 h i \0 \0 \0 \0'
t 'len32, the default: the length in four bytes' bytes '' mp-pipe send hi ''

back_and_forth()
{
	for frame in line nul netstring len32; do
		given "$1"
		run sh -c "mp-pipe send --frame $frame | mp-pipe recv --frame $frame"
		expect_status 0
		expect_err ''
		expect_out "$2"
	done
}

t 'records become messages become records' back_and_forth 'a\n\nb c\n' 'a

b c'
t 'the last record counts without its newline' back_and_forth 'a\nb' 'a
b'
t 'no record is no message' back_and_forth '' ''

other_records()
{
	given 'a\nb\0c\0'
	run sh -c 'mp-pipe send -0 | mp-pipe recv -0 | tr "\0" ,'
	expect_out -m 'a
b,c,'
	given 'a,b'
	run sh -c 'mp-pipe send -d , | mp-pipe recv --delimiter ";"'
	expect_out -m 'a;b;'
	given 'a\0b'
	run sh -c 'mp-pipe send --null | mp-pipe recv --null | tr "\0" ,'
	expect_out -m 'a,b,'
}
t 'records end in NUL with -0, in a byte with -d' other_records

whole()
{
	head -c 1000000 /dev/urandom >blob
	run sh -c 'mp-pipe send -w <blob | mp-pipe recv --whole >got'
	expect_status 0
	expect cmp blob got
	run sh -c 'mp-pipe send --whole </dev/null | mp-pipe recv -w | wc -c'
	expect_out -m '*0'
}
t '-w: all of the input is one message, and comes out as it was' whole

# Receiving some.

some()
{
	run sh -c 'mp-pipe send a b c d | {
		mp-pipe recv -n 1; echo; mp-pipe recv --count 2; echo
		mp-pipe recv; }'
	expect_status 0
	expect_out 'a

b
c

d'
}
t '-n: the other messages are for the next one' some

some_of_each()
{
	for frame in line nul netstring; do
		run sh -c "mp-pipe send --frame $frame a bc '' | {
			mp-pipe recv --frame $frame -n 2 >/dev/null
			mp-pipe recv --frame $frame | od -An -c; }"
		expect_out -m '*\\n'
	done
}
t '-n: of all kinds of frames' some_of_each

t 'recv: status 4 where the other end has closed' t_expect_fail 4 '' \
    mp-pipe recv -n 1

closed_after_some()
{
	run sh -c 'mp-pipe send a | mp-pipe recv -n 2'
	expect_status 4
	expect_out a
	run sh -c 'mp-pipe send | mp-pipe recv -w'
	expect_status 4
	run sh -c 'mp-pipe send | mp-pipe recv'
	expect_status 0
}
t 'recv: status 4 where there are fewer than asked for' closed_after_some

# Nothing waits for what is behind a message.
waits_for_none()
{
	mkfifo there || return
	"$CHILD" entry -- mp-pipe recv --frame line <there >out 2>err &
	pid=$!
	exec 4>there
	printf 'one\nt' >&4
	wait_for 20 grep -q one out
	printf 'wo\n' >&4
	wait_for 20 grep -q two out
	exec 4>&-
	finish
	expect_status 0
}
t 'a message is printed when it is whole' waits_for_none

# Descriptors.

t_out '--fd: send and recv over other descriptors' 'hi' \
    sh -c '{ mp-pipe send --fd 5 hi 5>&1 >/dev/null; } |
	mp-pipe recv --fd 6 6<&0 </dev/null'
t_fail '--fd: one that is not open' 125 \
    'mp-pipe: descriptor 9: Bad file descriptor' mp-pipe send --fd 9 x
t_fail 'recv from one that cannot be read' 125 \
    'mp-pipe: descriptor 0: Bad file descriptor' sh -c 'mp-pipe recv <&-'

full()
{
	run sh -c 'mp-pipe send hi >/dev/full'
	expect_status 125
	expect_err 'mp-pipe: descriptor 1: No space left on device'
	run sh -c 'mp-pipe send hi | mp-pipe recv >/dev/full'
	expect_status 125
	expect_err 'mp-pipe: standard output: No space left on device'
}
t 'a full disk is an error' full

# What is wrong.

wrong()
{
	want=$1 frame=$2
	given "$3"
	run mp-pipe recv --frame "$frame" --max 10
	expect_status 125
	expect_err "mp-pipe: descriptor 0: frame at offset $want"
}
t 'a truncated message is an error with its offset' \
    wrong '5: the stream ends in it after 6 bytes' \
    len32 '\0\0\0\001a\0\0\0\003bc'
t 'a truncated length is one, too' \
    wrong '0: the stream ends in it after 2 bytes' len32 '\0\0'
t 'a line without its newline is one' \
    wrong '2: the stream ends in it after 3 bytes' line 'a\nbcd'
t 'a netstring without its comma is one' \
    wrong '0: the stream ends in it after 3 bytes' netstring '1:a'
t 'a negative length is malformed' wrong '0: malformed' len32 '\200\0\0\0'
t 'a netstring with a 0 in front is malformed' \
    wrong '0: malformed' netstring '01:a,'
t 'a netstring that ends in something else is malformed' \
    wrong '4: malformed' netstring '1:a,1:b;'
t 'a message longer than --max is refused' \
    wrong '0: longer than it may be: 11 bytes, at most 10' len32 \
    '\0\0\0\013hello world'
t 'a line, too' wrong '6: longer than it may be, at most 10' line \
    'short\n12345678901\n'

what_was_whole()
{
	given '\0\0\0\001a\0\0\0\003bc'
	run mp-pipe recv
	expect_status 125
	expect_out a
}
t 'what was whole before is printed' what_was_whole

# The largest length of 32 bits, and some bytes.
before_allocation()
{
	given '\177\377\377\377abc'
	run "$CHILD" maxrss rss mp-pipe recv
	expect_status 125
	expect_err -m '*longer than it may be: 2147483647 bytes, at most 16777216'
	read -r refused <rss
	run "$CHILD" maxrss rss mp-pipe recv
	read -r nothing <rss
	expect test "$refused" -lt "$((nothing + 2048))"
	given '\377\377\377\377\377\377\377\377\377\377\377\377'
	run "$CHILD" maxrss rss mp-pipe recv --max 1E
	expect_status 125
	read -r refused <rss
	expect test "$refused" -lt "$((nothing + 2048))"
}
t_mem 'a length is refused before memory is taken' before_allocation

t_fail 'a message that holds the end of its frame is refused' 125 \
    'mp-pipe: message 1: holds the byte that ends its frame' \
    mp-pipe send --frame line 'a
b'
t_fail 'a message that holds the end of a record is not printed' 125 \
    'mp-pipe: message 1: holds the byte that ends a record' \
    sh -c 'printf "a\nb" | mp-pipe send -w | mp-pipe recv'
t_fail 'send --max: a record that is longer' 125 \
    'mp-pipe: message 1: longer than --max' \
    sh -c 'echo 12345 | mp-pipe send --max 4'
t_fail 'send --max: an operand that is longer' 125 \
    'mp-pipe: message 1: longer than --max' mp-pipe send --max 4 12345
t_fail 'send -w --max: input that is longer' 125 \
    'mp-pipe: message 1: longer than --max' \
    sh -c 'echo 12345 | mp-pipe send -w --max 4'

# Usage.

t_fail 'an unknown frame' 125 \
    "mp-pipe: --frame: 'len64': no such frame
usage: mp-pipe send *" mp-pipe send --frame len64
t_fail 'recv takes no operand' 125 \
    "mp-pipe: 'x': extra operand
usage: mp-pipe recv *" mp-pipe recv x
t_fail 'send -w takes none' 125 'mp-pipe: --whole: takes no operands' \
    mp-pipe send -w x
t_fail 'recv -n 0' 125 '*: too small*' mp-pipe recv -n 0
helps()
{
	for verb in send recv; do
		run mp-pipe "$verb" --help
		expect_status 0
		expect_err ''
		expect_out -e "^usage: mp-pipe $verb"
		expect_out -e '--frame KIND'
	done
}
t '--help of both' helps

t_fail 'standard input cannot be read' 125 \
    'mp-pipe: standard input: Is a directory' \
    sh -c 'exec mp-pipe send --frame line </'

# Several senders: short messages do not mix.
many()
{
	n=$(scale 200)
	run sh -c 'for i in 1 2 3 4; do
		for j in $(seq '"$n"'); do echo "$i-$j"; done | mp-pipe send &
	done | mp-pipe recv | sort | uniq -c | wc -l'
	expect_out -m "*$((4 * n))"
}
t 'short messages of several senders do not mix' many

done_testing
