#!/bin/sh
# SPDX-License-Identifier: ISC
#
# --line and --tag: no line holds bytes of two tasks, lines come when they
# are written, and each can be told to be of its task; what has no end, or
# comes too late; and that nothing piles up while nobody reads.
#
# shellcheck disable=SC2016,SC2154,SC2317 # tasks expand it; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"

TAB=$(printf '\t')

# Lines longer than PIPE_BUF, written in pieces, by several tasks at once.
unmixed()
{
	lines=$(scale 400)
	run mp-pool -j4 "$@" sh -c 'line=$(yes "$1" | tr -d "\n" |
	    head -c 8000)
	    yes "$line" | head -n "$2" | tee /dev/stderr' sh {} "$lines" \
	    ::: 1 2 3 4
	expect_status 0
	for stream in out err; do
		sed "s/^.$TAB//" "$stream" | tr -s 1-4 | sort | uniq -c |
		    tr -s ' ' >counts
		expect_file counts " $lines 1
 $lines 2
 $lines 3
 $lines 4"
		expect test "$(awk '{ print length($NF) }' "$stream" |
		    sort -u)" = 8000
	done
}

as_they_come()
{
	rm -f gate
	mkfifo gate
	start mp-pool -j2 --line sh -c 'echo "$1 begins"; printf "$1 "
	    test "$1" = b || read -r x <gate; echo "ends"' sh ::: a b
	wait_for 20 grep -q 'b ends' out
	sort out >seen
	: >gate
	finish
	expect_status 0
	expect_file seen 'a begins
b begins
b ends'
	expect_out -e '^a ends$'
}

# The digest shows the line as the task has written it.
of_failed_tasks()
{
	run mp-pool "$@" sh -c 'printf "why $1" >&2; exit 1' sh ::: a
	expect_status 123
	expect_err -e "why a$"
	expect_err -e "^mp-pool: task 1: 'a': exit status 1 (.*): why a$"
}

long_line()
{
	run mp-pool --tag sh -c \
	    'head -c "$1" /dev/zero | tr "\0" x' sh ::: 2500000
	expect_status 0
	awk '{ print length($0) - 8 }' out >lengths
	expect_file lengths '1048576
1048576
402848'
}

# Nobody reads for a while: the tasks wait, and we stay small.
few_readers()
{
	size=$(scale 40)000000
	mkfifo full
	start sh -c 'exec "$0" maxrss peak mp-pool --line -j2 sh -c \
	    "yes | head -c \$0; echo >>ended" ::: "$1" "$1" >full' \
	    "$CHILD" "$size"
	exec 4<full
	read -r line <&4
	sleep 0.2
	expect test ! -e ended
	cat <&4 >rest
	exec 4<&-
	finish
	expect_status 0
	expect test "$line" = y
	expect test "$(wc -c <rest)" -gt "$size"
	read -r rss <peak
	expect test "$rss" -lt 20000
}

# Standard error is full and not read before standard output has ended.
one_stream_at_a_time()
{
	mkfifo errors output
	start sh -c 'exec mp-pool --line -j2 sh -c "yes | head -c 400000 >&2 &
	    yes | head -c 3000000; wait" ::: 1 2 >output 2>errors'
	exec 4<output 5<errors
	head -c 6000000 <&4 >seen
	cat <&5 >errs
	exec 4<&- 5<&-
	finish
	expect_status 0
	expect test "$(wc -c <seen)" -eq 6000000
	expect test "$(wc -c <errs)" -eq 800000
}

ended()
{
	start mp-pool -j2 --line sh -c 'echo whole; printf part
	    : >>begun; exec sleep 60' ::: 1
	wait_for 20 test -s out
	wait_for 20 test -e begun
	kill -TERM "$pid"
	finish
	expect_status 143
	expect_out whole
}

t '--line: no line mixes two tasks, on either stream' unmixed --line
t '--tag: neither, and in order' unmixed --tag
t '--line --tag: neither' unmixed --line --tag
t '--line: a line is written when it is whole' as_they_come
t_out '--tag: the record, a tab, the line; tasks in their order' "1${TAB}a
1${TAB}
1${TAB}b
2${TAB}a
2${TAB}
2${TAB}b" mp-pool --tag -j2 sh -c 'test "$0" = 2 || sleep 0.1
    printf "a\n\nb"' ::: 1 2
t_out '--tag with -u' "2${TAB}2
1${TAB}1" mp-pool --tag -u -j2 sh -c 'test "$0" = 2 || sleep 0.5; echo $0' \
    ::: 1 2
t_out '--tag with several records, and what cannot be printed' \
    "a b\\tc${TAB}a b${TAB}c" mp-pool --tag -n 2 echo ::: a "b${TAB}c"
t_out '--tag with a class' "3${TAB}3${TAB}1${TAB}2" mp-pool --tag -c prime \
    ::: 3
t '--line: the digest shows what a task said' of_failed_tasks --line
t '--tag: the same' of_failed_tasks --tag
t 'a line of more than 1 MiB is broken' long_line
t_mem '--line: the tasks wait while nobody reads' few_readers
t '--line: a stream that nobody reads does not hold the other up' \
    one_stream_at_a_time
t '--line: what a task has not ended when it is ended is dropped' ended
t_fail '--tag excludes --raw' 125 'mp-pool: --tag: not with --raw*' \
    mp-pool --raw --tag echo ::: 1

done_testing
