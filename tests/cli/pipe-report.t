#!/bin/sh
# SPDX-License-Identifier: ISC
#
# What mp-pipe's report says of the whole, of members and of directions, in
# each of the ways in which a run may end.
#
# shellcheck disable=SC2317 # functions are called by t

. "${MP_SRCDIR:-.}/tests/lib.sh"

# told STATUS REASON ERE COMMAND…
told()
{
	wanted=$1
	reason=$2
	ere=$3
	shift 3
	rm -f report
	run timeout 60 mp-pipe --report report "$@"
	expect_status "$wanted"
	expect_file report -e "^\{\"reason\":\"$reason\","
	expect_file report -e "$ere"
}

t 'the time limit' told 124 limit '"verdict":"ended".*"verdict":"ended"' \
    --timeout 0.2 sleep 100 ::: sleep 100
t 'the limit on silence' told 124 idle '"verdict":"ended".*"verdict":"ended"' \
    --idle 0.2 sleep 100 ::: sleep 100
t 'all wait for each other' told 123 deadlock '"directions":\[\{"from":1' \
    --deadlock kill --deadlock-after 0.2 \
    "$CHILD" pour 1000000 1 ::: "$CHILD" pour 1000000 2
t 'nobody read any more' told 0 ok '"verdict":"no reader"' \
    --line yes ::: head -n 1
t 'its reader failed' told 3 failed \
    '"verdict":"as a result".*"verdict":"failed"' \
    --line yes ::: sh -c 'exec <&-; exit 3'
t 'a direction came to its end' told 0 ok '"to":2,"end":"all","bytes":1,' \
    --line --buffer 1M printf a ::: cat
t 'nobody took the rest' told 0 ok '"to":2,"end":"broken",' \
    --line --buffer 1K yes ::: head -n 1

cancelled()
{
	start mp-pipe --report report sh -c ': >ready; exec sleep 100' ::: \
	    sleep 100
	wait_for 20 test -e ready
	kill -TERM "$pid"
	finish
	expect_status 143
	expect_file report -e '^\{"reason":"cancelled","signal":"TERM",'
}
t 'a signal' cancelled

# The trace's reader is slower than the stream, which waits for it.
slow_trace()
{
	mkfifo trace.fifo
	sh -c 'while read -r line; do echo "$line"; done' \
	    <trace.fifo >trace &
	reader=$!
	run timeout 60 mp-pipe --line --trace=trace.fifo \
	    "$CHILD" pour 200000 1 ::: "$CHILD" drink 200000 1
	expect_status 0
	expect_err ''
	wait "$reader"
	# A line for each piece, and for each line of it.
	expect test "$(wc -c <trace)" -gt 200000
	rm trace.fifo
}
t 'a trace that is read slowly is whole' slow_trace

done_testing
