#!/bin/sh
# SPDX-License-Identifier: ISC
#
# The other limits of mp-timeout: silence, for which the outputs pass through
# it byte by byte, and CPU time; and the warning before the limit.
#
# shellcheck disable=SC2016,SC2086,SC2317 # commands expand it; words of a
# command; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"
. "$MP_SRCDIR/tests/quiet.sh"

# Silence.

idle_words()
{
	run mp-timeout --idle 20 30 sh -c 'echo out; echo err >&2; exit 3'
	expect_status 3
	expect_out out
	expect_err err
}

noisy()
{
	run mp-timeout --idle 3 60 sh -c '
	    for i in 1 2 3 4 5 6 7; do sleep .5; echo "$i" >&'"$1"'; done'
	expect_status 0
}

idle_exact()
{
	size=$(($1 * MP_TEST_SCALE / 100))
	run sh -c 'mp-timeout --idle 60 300 sh -c "
	    \"\$CHILD\" write $1 e --stderr & \"\$CHILD\" write $1 o; wait" \
	    2>err | cksum >sum; cksum <err' sh "$size"
	"$CHILD" write "$size" e | cksum >want
	expect_out -f want
	"$CHILD" write "$size" o | cksum >want
	expect_file sum -f want
	rm -f err
}

idle_exact_mixed()
{
	"$CHILD" output 1 300000 >want.out 2>want.err
	run mp-timeout --idle 60 60 "$CHILD" output 1 300000
	expect_out -f want.out
	expect_err -f want.err
}

idle_report()
{
	run mp-timeout --idle .05 --report r 30 $idle
	expect_status 124
	expect_file r -e '"reason":"idle"'
	run mp-timeout --idle 30 --report r .05 $idle
	expect_status 124
	expect_file r -e '"reason":"limit"'
}

# A reader that takes its time is no silence of the command.
idle_slow_reader()
{
	run sh -c '{ mp-timeout --idle .5 60 "$CHILD" write 4000000
	    echo "$?" >st; } | { sleep 1.5; wc -c; }'
	expect_out -m '*4000000'
	expect_file st 0
}

idle_closed_reader()
{
	run sh -c '{ mp-timeout --idle 20 30 yes; echo "$?" >st; } | head -n 1'
	expect_out y
	expect_err ''
	expect test "$(cat st)" != 124
}

idle_daemon()
{
	rm -f ready
	gives 0 mp-timeout --idle 20 30 "$CHILD" daemonise ready
	kill "$(cat ready)"
}

t '--idle: silence is ended' gives 124 mp-timeout --idle .05 30 $idle
t '--idle=T, without another limit' gives 124 mp-timeout --idle=.05 0 $idle
t '--idle: the end of both outputs is silence' \
    gives 124 mp-timeout --idle .1 30 sh -c 'exec >&- 2>&-; exec sleep 30'
t '--idle: stdout and stderr are kept apart' idle_words
t '--idle: a byte on stdout is none' noisy 1
t '--idle: a byte on stderr is none' noisy 2
t '--idle: a gibibyte through it' idle_exact 536870912
t '--idle: many writes through it' idle_exact_mixed
t '--idle: which limit it was is told' idle_report
t '--idle: a slow reader is not silence' idle_slow_reader
t '--idle: the reader ends' idle_closed_reader
t '--idle: a daemon is not waited for' idle_daemon
t '--idle 0: none' gives 124 mp-timeout --idle 0 .1 $idle

# CPU time.

burn='i=0; while :; do i=$((i + 1)); done'
export burn

cpu_of_four()
{
	run mp-timeout --cpu .4 --report r 60 sh -c 'for i in 1 2 3 4; do
	    sh -c "sh -c \"\$burn\" & wait" & done; wait'
	expect_status 124
	expect_file r -e '"reason":"cpu"'
	# Four could use up 0.4 s each.
	expect_file r -e '"user":(0\.[3-9]|1\.[0-3])'
}

cpu_in_sum()
{
	run mp-timeout --cpu .3 --report r 60 sh -c '
	    while :; do sh -c "i=0; while test \$i -lt 20000; do
	    i=\$((i + 1)); done"; done'
	expect_status 124
	expect_file r -e '"reason":"cpu"'
}

t '--cpu: one that is busy' gives 124 mp-timeout --cpu .1 60 sh -c "$burn"
t '--cpu: four grandchildren that are busy' cpu_of_four
t '--cpu: many that have ended count' cpu_in_sum
t '--cpu: one that sleeps uses none' gives 0 mp-timeout --cpu=.2 60 sleep .5
t '--cpu: the limit holds' gives 124 mp-timeout --cpu 60 .05 $idle

# The warning.

warned()
{
	run mp-timeout -v --warn "$1" 1 "$CHILD" catch got USR1
	expect_status 124
	printf '%s\n' ready USR1 >want
	expect_file got -f want
	expect_err "mp-timeout: sending signal USR1 to command '$CHILD'
mp-timeout: sending signal TERM to command '$CHILD'"
	rm got
}

t '--warn USR1@.5' warned USR1@.5
t '--warn SIGUSR1@500ms' warned SIGUSR1@500ms
t '--warn: a command that ends before' \
    gives 0 mp-timeout --warn KILL@1 30 true

done_testing
