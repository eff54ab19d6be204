#!/bin/sh
# SPDX-License-Identifier: ISC
#
# mp-pool: how fast tasks are started, and what they are given: --delay,
# --max-rate, --load, --memfree, --pressure, --nice, --limit.
#
# shellcheck disable=SC2016,SC2317 # tasks expand it; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"

# starts OPTION…: the times in ms at which six tasks start go to the file
# times, by their order.
starts()
{
	run mp-pool -j6 "$@" --report rep true ::: 1 2 3 4 5 6
	expect_status 0
	sed 's/.*"start":\([0-9]*\)\.\([0-9]\{3\}\).*/\1\2/' rep |
	    sort -n >"./times"
	expect test "$(wc -l <"./times")" -eq 6
}

# A millisecond is allowed for, which is what reports are rounded to.
apart()
{
	starts --delay 60ms
	expect awk 'NR > 1 && $1 - last < 59 { exit 1 } { last = $1 }' times
}

rate()
{
	starts --max-rate 2/200ms
	expect awk '{ at[NR] = $1 } NR > 2 && at[NR] - at[NR - 2] < 199 {
	    exit 1 }' times
}

# Attempts are starts, too.
retries()
{
	run mp-pool --retries 2 --delay 60ms --trace-events trace false ::: 1
	sed -n 's/.*"ts":\([0-9]*\).*/\1/p' trace >attempts
	expect test "$(wc -l <attempts)" -eq 3
	expect awk 'NR > 1 && $1 - last < 60000 - 100 { exit 1 } { last = $1 }' \
	    attempts
}

# There is never that much memory, but a run does not hang for good; it can be
# ended before that.
never_enough()
{
	t_now
	begun=$t_up
	run mp-pool --memfree 1E echo ::: 1
	expect_status 0
	expect_out 1
	t_now
	expect test $((t_up - begun)) -ge 9
	start mp-pool --memfree 1E touch touched ::: 1
	sleep 0.2
	kill -TERM "$pid"
	finish
	expect_status 143
	expect test ! -e touched
}

# While another task runs it is not.
waits_for_others()
{
	run mp-pool -j2 --load 1000000 echo ::: 1 2
	expect_status 0
	expect_out '1
2'
	run mp-pool -j2 --memfree 1 --load 100000% echo ::: 1 2
	expect_status 0
}

pressure()
{
	run mp-pool --pressure cpu=100 --pressure io=100 --pressure memory=100 \
	    echo ::: 1
	expect_status 0
	expect_out 1
}

no_pressure()
{
	t_expect_fail 125 'mp-pool: /proc/pressure/cpu: *' \
	    mp-pool --pressure cpu=30 touch touched ::: 1
	expect test ! -e touched
}

nice_and_limits()
{
	t_expect_out '7' mp-pool --nice 7 sh -c nice sh ::: 1
	t_expect_out '33 34 9' mp-pool --limit nofile=33:34 --nice 9 sh -c \
	    'echo "$(ulimit -Sn) $(ulimit -Hn) $(nice)"' sh ::: 1
	t_expect_out '33 44' mp-pool --timeout 60 --limit nofile=33 \
	    --limit core=22528 sh -c 'echo "$(ulimit -n) $(ulimit -c)"' sh \
	    ::: 1
	# It is that of the tasks alone.
	run mp-pool --limit fsize=1 --report rep sh -c \
	    'trap "" XFSZ; echo long >file || echo full' sh ::: 1
	expect_out full
	expect test "$(wc -c <rep)" -gt 100
}

# somebody COMMAND…: as one who may not do what root may.
somebody()
{
	if test "$(id -u)" -eq 0; then
		set -- "$CHILD" entry --uid 65534 -- "$@"
	fi
	"$@"
}

forbidden()
{
	t_expect_fail 125 'mp-pool: --nice: Permission denied' \
	    somebody mp-pool --nice -20 touch touched ::: 1
	expect test ! -e touched
}

t 'starts are a delay apart' apart
t 'there are not more in any time' rate
t 'an attempt is a start' retries
t 'what is never free holds a run up, but not for good' never_enough
t 'what is there holds nothing up' waits_for_others
if test -r /proc/pressure/cpu && cat /proc/pressure/cpu >/dev/null 2>&1; then
	t 'pressure' pressure
else
	t 'a kernel without pressure is told' no_pressure
fi
t '--nice and --limit' nice_and_limits
if somebody mp-pool true ::: 1 2>/dev/null; then
	t 'what the tasks may not have is told once' forbidden
else
	skip 'what the tasks may not have' 'nobody else can reach mp-pool'
fi
t_fail '--delay takes a time' 125 "mp-pool: --delay: 'x': invalid*" \
    mp-pool --delay x true
t_fail '--max-rate takes a rate' 125 "mp-pool: --max-rate: '3': not a*" \
    mp-pool --max-rate 3 true
t_fail '--load takes a number' 125 "mp-pool: --load: '-1': not N or N%*" \
    mp-pool --load -1 true
t_fail '--memfree takes a size' 125 "mp-pool: --memfree: 'x': invalid size*" \
    mp-pool --memfree x true
t_fail '--pressure takes a kind' 125 "mp-pool: --pressure: 'x=1': not cpu*" \
    mp-pool --pressure x=1 true
t_fail '--pressure takes a percentage' 125 "mp-pool: --pressure: '101': *" \
    mp-pool --pressure cpu=101 true
t_fail '--nice takes a niceness' 125 "mp-pool: --nice: '20': too large*" \
    mp-pool --nice 20 true
t_fail '--limit takes a limit' 125 "mp-pool: --limit: 'x=1': no such limit*" \
    mp-pool --limit x=1 true
t_fail 'which is not above that there is' 125 \
    "mp-pool: --limit: 'nofile=9E:': above the hard limit*" \
    mp-pool --limit nofile=9E: true
t_fail 'they need a command' 125 'mp-pool: --limit, --nice: need a command*' \
    mp-pool --nice 1 ::: 1

done_testing
