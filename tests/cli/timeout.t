#!/bin/sh
# SPDX-License-Identifier: ISC
#
# mp-timeout under the name of timeout(1), of which all that is documented
# holds: statuses, options, the names of signals, messages, durations.
#
# shellcheck disable=SC2016,SC2086,SC2317 # commands expand it; words of a
# command; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"
. "$MP_SRCDIR/tests/timeout.sh"

# Statuses.

t 'a command that ends in time' gives 0 timeout 10 true
t 'its status is ours' gives 2 timeout 10 sh -c 'exit 2'
for n in 1 124 125 126 127 137 255; do
	t "exit $n" gives $n timeout 10 "$CHILD" exit $n
done
t 'the limit: 124' gives 124 timeout .05 $idle
t 'with -p: the status of the command, 143' gives 143 timeout -p .05 $idle
t '--preserve-status' gives 143 timeout --preserve-status .05 $idle
t '-p: or what it exits with' \
    gives 7 timeout -p .3 sh -c 'trap "exit 7" TERM; sleep 30 & wait'
t '-p in time: nothing is different' gives 3 timeout -p 10 sh -c 'exit 3'
t '-s INT -p: 130' gives 130 timeout -p -s INT .05 $idle
t '-s KILL: 137' gives 137 timeout -s KILL .05 $idle
t '-s KILL -p: 137' gives 137 timeout -p -s KILL .05 $idle
t '-k that had to KILL: 137' \
    gives 137 timeout -k .05 .05 "$CHILD" ignore TERM -- $idle
t 'with -p, too' \
    gives 137 timeout -p -k .05 .05 "$CHILD" ignore TERM -- $idle
t '-k that had not: 124' gives 124 timeout -k 10 .05 $idle
t 'a directory: 126' t_expect_fail 126 "timeout: *'.': *" timeout 10 .
: >plain
t 'not executable: 126' \
    t_expect_fail 126 "timeout: *'./plain': *" timeout 10 ./plain
t 'not found: 127' t_expect_fail 127 \
    "timeout: failed to run command 'no such': No such file or directory" \
    timeout 10 'no such'
t 'not found as a path: 127' t_expect_fail 127 \
    "timeout: *'./no/such': *" timeout 10 ./no/such
t 'an empty name: 127' t_expect_fail 127 "timeout: *'': *" timeout 10 ''
printf 'exit 5\n' >script
chmod +x script
t 'a script without #! is run by the shell' gives 5 timeout 10 ./script

own_death()
{
	how timeout 10 "$CHILD" signal "$1"
	expect_how "signal $1"
	expect_err -E '[^[:space:]].*(sending|failed)'
}

for name in TERM KILL HUP INT PIPE ALRM USR1 SEGV ABRT; do
	t "a command that dies by $name: so do we" own_death $name
done

# Options.

t '-k T, -kT' gives 124 timeout -k 10 -k10 .05 $idle
t '--kill-after T' gives 124 timeout --kill-after 10 .05 $idle
t '--kill-after=T' gives 124 timeout --kill-after=10 .05 $idle
t '-sSIG' gives 143 timeout -p -sTERM .05 $idle
t '--signal SIG' gives 129 timeout -p --signal HUP .05 $idle
t '--signal=SIG' gives 129 timeout -p --signal=HUP .05 $idle
t '-f' gives 124 timeout -f .05 $idle
t '--foreground' gives 124 timeout --foreground .05 $idle
t 'long options may be short' \
    gives 129 timeout --pres --sig=HUP --kill=9 --fore .05 $idle
t 'letters may stand together' gives 129 timeout -fps HUP .05 $idle
t 'the last one counts' gives 129 timeout -p -s KILL -s HUP .05 $idle
t_out 'options end at the duration' '-s x' timeout 10 echo -s x
t_out 'options end at --' x timeout -- 10 echo x
t '-k 0: no KILL' gives 143 timeout -p -k 0 .05 $idle
t '-k inf: never' gives 143 timeout -p -k inf .05 $idle

USAGE='
usage: timeout *'
t_fail 'no operand' 125 "timeout: *operand$USAGE" timeout
t_fail 'no command' 125 "timeout: *operand$USAGE" timeout 10
t_fail 'an unknown option' 125 "timeout: *nosuch*$USAGE" timeout --nosuch 1 true
t_fail 'an unknown letter' 125 "timeout: *Q*$USAGE" timeout -Q 1 true
t_fail '-s without a value' 125 "timeout: *-s*$USAGE" timeout -s
t_fail '-k without a value' 125 "timeout: *-k*$USAGE" timeout -k
t_fail 'a value too many' 125 "timeout: *-p*$USAGE" \
    timeout --preserve-status=1 1 true
for bad in nosuch -1 999 SIG TERMx SIGSIGTERM '' ' ' 1.5 RTMIN+99; do
	t_fail "-s '$bad'" 125 "timeout: *'$bad'*$USAGE" timeout -s "$bad" 1 true
done

# Signals by name.

# says NAME SIGNAL
says()
{
	run timeout -v -s "$2" -k 10 .05 $idle
	expect_status 124
	expect_err "timeout: sending signal $1 to command 'sleep'"
}

for pair in TERM/TERM SIGTERM/TERM term/TERM sigterm/TERM 15/TERM 1/HUP \
    INT/INT QUIT/QUIT USR1/USR1 RTMIN/RTMIN RTMIN+1/RTMIN+1 IOT/ABRT \
    6/ABRT SYS/SYS STKFLT/STKFLT; do
	t "-s ${pair%/*} is told as ${pair#*/}" says "${pair#*/}" "${pair%/*}"
done

two_signals()
{
	run timeout "$1" -s "$2" -k .05 .05 "$CHILD" ignore TERM -- $idle
	expect_status 137
	expect_err "timeout: sending signal $3 to command '$CHILD'
timeout: sending signal KILL to command '$CHILD'"
}

t '-v with -k' two_signals -v TERM TERM
t '--verbose with -s0' two_signals --verbose 0 EXIT
t '-v with -sCONT' two_signals -v CONT CONT
t '-v with -sCHLD' two_signals -v SIGCHLD CHLD
t '-v in time: nothing is told' gives 0 timeout -v 10 true

by_name()
{
	ln -s "$MP_BINDIR/mp-timeout" ../bin/other
	run other -v .05 $idle
	expect_status 124
	expect_err "other: sending signal TERM to command 'sleep'"
}

t 'the name in messages is that we were called by' by_name

# Durations.

for d in .05 0.05 00.05s 5e-2 5E-2 +.05 ' .05' 0x1p-5 0X1P-5s .001m 1e-5h \
    5e-7d 1e-9 1e-99 1e-400 1e-5000 1e-5000d 0x1p-9999; do
	t "duration $d: soon" gives 124 timeout -- "$d" $idle
done
for d in 0 0.0 0s 0m 0h 0d 0e99 0x0 .0 0. 000 -0 inf INF infinity Infinity \
    infs infd 1e99 1e5000 9.9e99d 1e5000d 18446744073709551617 \
    9223372036854775808d 99999999999999999999999999999 0x1p+2000 \
    0x7fffffffffffffff 9223372036.854775807 1e10 30 30s 1m 1h 1d; do
	t "duration $d: not soon" gives 3 timeout -- "$d" sh -c 'sleep .05; exit 3'
done
for d in '' ' ' x -1 -.1 -1s -inf -1e-5000 nan NAN -nan 1x '1 ' '1 s' 1ss 1sm \
    42D 1S 1M 1H 1.. 1.5.5 0x 1e e1 . 1,5 1_0 s d 1d1 1m30s inff 0x1d1z; do
	t_fail "duration '$d'" 125 \
	    "timeout: '$d': invalid time interval$USAGE" timeout -- "$d" true
done
t_fail '-k x' 125 "timeout: *'x': invalid time interval$USAGE" \
    timeout -k x 1 true
t_fail '-k -1' 125 "timeout: *'-1': invalid time interval$USAGE" \
    timeout -k -1 1 true

done_testing
