#!/bin/sh
# SPDX-License-Identifier: ISC
#
# The relay of mp-pipe: what goes in comes out, with a copy, a trace, figures.
#
# shellcheck disable=SC2016,SC2317 # sh -c; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"

# 5 GiB at a scale of 1000.
gib5=$(scale 536870912)

exact()
{
	run timeout 500 mp-pipe --line "$@" "$CHILD" pour "$gib5" 1 ::: \
	    "$CHILD" drink "$gib5" 2
	expect_status 0
	expect_err ''
}

t 'much, in pieces of random sizes, arrives as it was: --rate' \
    exact --rate 1P
t '… with --buffer' exact --buffer 1M
t '… with --buffer and --spool' exact --buffer 200K --spool 1M
t '… with --buffer auto' exact --buffer auto

copied()
{
	exact --tee copy "$@"
	expect "$CHILD" drink "$gib5" 3 <copy
	rm -f copy
}
t '… with --tee, and so does the copy' copied
t '… with --tee and --buffer' copied --buffer 300K --spool 300K

traced()
{
	small=$(scale 10000000)
	run mp-pipe --line --trace=/dev/null --tee copy \
	    "$CHILD" pour "$small" 1 ::: "$CHILD" drink "$small" 2
	expect_status 0
	expect "$CHILD" drink "$small" 3 <copy
}
t '… with --trace' traced

three()
{
	run mp-pipe --line --rate 1P "$CHILD" pour "$gib5" 1 ::: cat ::: \
	    "$CHILD" drink "$gib5" 2
	expect_status 0
}
t '… through three members' three

# In a ring both directions carry as much.
ring()
{
	half=$((gib5 / 2))
	run mp-pipe --rate 1P \
	    sh -c '"$0" pour "$1" 1 & exec >&-; "$0" drink "$1" 2; wait' \
	    "$CHILD" "$half" ::: cat
	expect_status 0
	expect_err ''
}
t '… and back, in a ring' ring

# Ends.

half_close()
{
	run mp-pipe --rate 1P sh -c 'echo 3; exec >&-; cat >answer' ::: \
	    sh -c 'cat >question; echo 9'
	expect_status 0
	expect_file question 3
	expect_file answer 9
}
t 'a closed output reaches the other one as its end' half_close

reader_first()
{
	run timeout 60 mp-pipe --line --rate 1P yes ::: head -n 1
	expect_status 0
	expect_out y
	expect_err ''
}
t 'the end of the reader is SIGPIPE to the writer' reader_first

# The writer learns of it though it has written nothing before.
silent_writer()
{
	run timeout 60 mp-pipe --line --rate 1P sh -c 'until test -e closed; do
		sleep 0.01; done; sleep 0.1; echo x; echo y; touch survived' \
	    ::: sh -c 'exec <&-; touch closed'
	expect test ! -e survived
}
t 'a reader that has closed is noticed while nothing is written' silent_writer

stopped_member()
{
	start mp-pipe --line --rate 1P "$CHILD" pour 3000000 1 ::: sh -c \
	    'echo $$ >pid; exec "$0" drink 3000000 2' "$CHILD"
	wait_for 20 test -s pid
	read -r reader <pid
	kill -STOP "$reader" 2>/dev/null
	kill -CONT "$reader" 2>/dev/null
	finish
	expect_status 0
}
t 'a member may be stopped and continued' stopped_member

# Those who look on.

trace()
{
	run mp-pipe --trace sh -c 'echo 3; exec >&-; cat >got' ::: \
	    sh -c 'x=$(cat); printf "%d\n\033" $((x * x))'
	expect_status 0
	expect_err -e '^A> [0-9]+\.[0-9]{4} 2 bytes$'
	expect_err -e '^  3\\n$'
	expect_err -e '^A> [0-9]+\.[0-9]{4} end$'
	expect_err -e '^B> [0-9]+\.[0-9]{4} 3 bytes$'
	expect_err -e '^  9\\n$'
	expect_err -e '^B> [0-9]+\.[0-9]{4} end$'
	expect_err -E "$(printf '\033')"
	expect test "$(cat got)" = "$(printf '9\n\033')"
}
t '--trace: who wrote what and when' trace

trace_file()
{
	run mp-pipe --line --trace=trace --hex printf 'ab\n\377' ::: cat
	expect_status 0
	expect_err ''
	expect_file trace -e '^  00000000  61 62 0a ff {37} +\|ab\.\.\|$'
}
t '--trace=FILE, --hex: a dump in a file' trace_file

trace_full()
{
	run mp-pipe --line --trace=/dev/full "$CHILD" pour 300000 1 ::: \
	    "$CHILD" drink 300000 2
	expect_status 125
	expect_err 'mp-pipe: --trace: No space left on device'
}
t '--trace: a full disk is told, the stream goes on' trace_full

tee_full()
{
	run mp-pipe --line --tee /dev/full "$CHILD" pour 3000000 1 ::: \
	    "$CHILD" drink 3000000 2
	expect_status 125
	expect_err "mp-pipe: --tee: No space left on device: \
the copy of A> ends here"
}
t '--tee: a full disk is told once, the stream goes on' tee_full

tee_pipe()
{
	mkfifo slow || return
	"$CHILD" drink 3000000 3 <slow &
	drinker=$!
	run mp-pipe --line --tee slow "$CHILD" pour 3000000 1 ::: \
	    "$CHILD" drink 3000000 2
	expect_status 0
	expect wait "$drinker"
}
t '--tee: a pipe gets all of it' tee_pipe

meter()
{
	run mp-pipe --meter \
	    sh -c '"$0" write 1000000; exec >&-; cat >answer' \
	    "$CHILD" ::: sh -c 'sleep 0.5; cat >/dev/null; exec printf 12345'
	expect_status 0
	expect_err -e '^mp-pipe: A>: 1000000 bytes in [0-9.]+ s, .*/s; B made A wait [0-9]+\.[0-9] s$'
	expect_err -e '^mp-pipe: B>: 5 bytes in [0-9.]+ s, [0-9.]+ K?i?B/s$'
}
t '--meter: bytes, rate, and who made whom wait' meter

live_meter()
{
	run timeout 60 python3 -c 'import pty, sys
pty.spawn(sys.argv[1:])' mp-pipe --line --meter \
	    sh -c 'echo 3; sleep 1.5' ::: cat
	expect_out -e 'A> 2 B [0-9.]+ B/s'
	expect_out -e 'mp-pipe: A>: 2 bytes in'
}
if python3 -c 'import pty' 2>/dev/null; then
	t '--meter: a line on a terminal while it runs' live_meter
else
	skip '--meter on a terminal' 'no python3'
fi

done_testing
