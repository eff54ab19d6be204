#!/bin/sh
# SPDX-License-Identifier: ISC
#
# mp-pool --progress: a line on a terminal that does not mix with anything,
# and nothing elsewhere.
#
# shellcheck disable=SC2016,SC2317 # tasks expand it; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"

command -v python3 >/dev/null || skip_all 'no python3'
TERM=xterm
export TERM

on_terminal()
{
	run python3 "$MP_SRCDIR/tests/helpers/terminal" "$@"
}

# What is left on the screen is the output and the digest alone.
cleared()
{
	on_terminal 100 frames mp-pool -j2 --progress sh -c 'sleep 0.3
	    echo "out $1"; test "$1" != 3' sh ::: 1 2 3 4 5 6
	expect_status 123
	expect_out -m "out 1
out 2
out 3
out 4
out 5
out 6
mp-pool: task 3: '3': exit status 1 (*)"
	expect_file frames -e '\[#+\.+\]  33%  2/6  0 failed  2 running  '
	expect_file frames -e ' 66%  4/6  1 failed  2 running .* ETA 0:00:0'
}

# At most ten times a second; the first and the last may be cut off.
not_too_often()
{
	on_terminal 100 frames mp-pool -j2 --progress sh -c 'sleep 1' \
	    sh ::: 1 2
	expect_status 0
	expect awk 'NR == 1 { first = $1 } { last = $1 }
	    END { exit NR < 2 || NR > (last - first) * 10 + 2 }' frames
}

# Output that has begun a line is left alone until the line ends.
in_mid_line()
{
	on_terminal 100 frames mp-pool -j1 --progress sh -c \
	    'sleep 0.3; printf begun; sleep 0.5; echo ended; sleep 0.3' \
	    sh ::: 1
	expect_status 0
	expect_out begunended
	expect test -s frames
}

widths()
{
	on_terminal 40,60 frames mp-pool -j1 --progress sh -c 'sleep 0.5' \
	    sh ::: 1
	expect_status 0
	sed 's/^[^ ]* //' frames >lines
	expect awk 'NR == 1 && length($0) > 39 || length($0) > 59 { exit 1 }
	    { last = length($0) } END { exit last < 40 }' lines
}

# A stream of unknown length is not read to its end to count it.
unknown_total()
{
	on_terminal 100 frames sh -c '{ echo 1; sleep 0.5; echo 2
	    sleep 0.4; } | mp-pool -j1 --progress true'
	expect_status 0
	expect_file frames -e ' 1 done  0 failed  0 running  .*/s  0:00:00'
	expect_file frames -E '%'
}

# A file that is read as a whole at once is known at once.
short_file()
{
	seq 9 >numbers
	on_terminal 100 frames mp-pool -j1 -n 2 --progress -a numbers \
	    sh -c 'sleep 0.15' sh
	expect_status 0
	expect_file frames -e ' [0-2]/5 '
}

not_there()
{
	on_terminal 100 frames sh -c \
	    'mp-pool --progress sleep ::: 0.4 2>err; cat err'
	expect_out ''
	on_terminal 100 frames env TERM=dumb mp-pool --progress sleep ::: 0.4
	expect_out ''
	t_expect_out '' mp-pool --progress sleep ::: 0.3
}

t 'it is drawn, and gone in the end' cleared
t 'not more than ten times a second' not_too_often
t 'it does not share a line' in_mid_line
t 'it fits, also when the terminal changes' widths
t 'without a total it tells what there is' unknown_total
t 'a short file is counted' short_file
t 'there is none but on a terminal that can' not_there
t_fail 'not with --raw' 125 'mp-pool: --progress: not with --raw*' \
    mp-pool --progress --raw true

done_testing
