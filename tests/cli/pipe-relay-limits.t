#!/bin/sh
# SPDX-License-Identifier: ISC
#
# The relay of mp-pipe: buffers, rates, silence, and members that all wait
# for each other.
#
# shellcheck disable=SC2016,SC2317 # sh -c; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"

# Writes so many bytes before it reads as many: both do, in a ring.
cat >both <<'END'
"$CHILD" pour "$1" 1
exec >&-
exec "$CHILD" drink "$1" 2
END
export CHILD

mib=1048576

finishes()
{
	size=$1
	shift
	run timeout 60 mp-pipe "$@" sh both "$size" ::: sh both "$size"
	expect_status 0
	expect_err ''
}

t '--buffer auto: 1 MiB written each way before reading' \
    finishes "$mib" --buffer auto
t '--buffer auto: much more' finishes "$(scale 100000000)" --buffer auto
t '--buffer SIZE: as much as it holds' finishes "$mib" --buffer 1M
t '--buffer and --spool: in a file' finishes $((4 * mib)) \
    --buffer 100K --spool 4M
t '--spool alone' finishes $((4 * mib)) --spool 4M

no_file_left()
{
	test -z "$(ls -A "$TMPDIR")" || note "$(ls -A "$TMPDIR")"
}
t 'no temporary file is left' no_file_left

# A ring that is stuck.

text='A waits for B, which has [0-9]+ bytes to read; B waits for A, which has [0-9]+ bytes to read'

reported()
{
	start mp-pipe --buffer 64K --deadlock-after 0.2 \
	    sh both "$mib" ::: sh both "$mib"
	wait_for 30 grep -qE "^mp-pipe: deadlock: $text\$" err
	expect alive "$pid"
	kill -TERM "$pid"
	finish
	expect test "$(grep -c deadlock err)" = 1
}
t 'without enough of it: who waits for whom is told, once' reported

killed()
{
	run timeout 60 mp-pipe --deadlock kill --deadlock-after 0.2 \
	    sh both "$mib" ::: sh both "$mib"
	expect test "$status" -ne 0 -a "$status" -ne 124
	expect_err -e "^mp-pipe: deadlock: $text\$"
}
t '--deadlock kill: it is told and ended' killed

grown()
{
	run timeout 60 mp-pipe --deadlock grow --deadlock-after 0.1 \
	    sh both $((3 * mib)) ::: sh both $((3 * mib))
	expect_status 0
	expect_err -e "^mp-pipe: deadlock: $text\$"
}
t '--deadlock grow: it is told, and goes on' grown

three_wait()
{
	run timeout 60 mp-pipe --deadlock kill --deadlock-after 0.2 \
	    sh both "$mib" ::: sh both "$mib" ::: sh both "$mib"
	expect_err -e 'A waits for B.*; B waits for C.*; C waits for A'
}
t 'three that wait for each other' three_wait

only_slow()
{
	run mp-pipe --deadlock kill --deadlock-after 0.1 \
	    "$CHILD" pour "$mib" 1 ::: \
	    sh -c 'sleep 0.5; exec "$0" drink "$1" 2' "$CHILD" "$mib"
	expect_status 0
	expect_err ''
}
t 'a member that is only slow is no deadlock' only_slow

# A file system that is full.

full_disk()
{
	run unshare -m sh -c 'mount -t tmpfs -o size=2m none "$TMPDIR" &&
	    exec timeout 60 mp-pipe --line --buffer 64K --spool 100M \
	    "$CHILD" pour 20000000 1 ::: sh -c "until grep -q temporary err; do
		sleep 0.02; done; exec \"\$0\" drink 20000000 2" "$CHILD"'
	expect_status 0
	expect_err \
	    'mp-pipe: temporary file: No space left on device: A waits'
}
if unshare -m mount -t tmpfs none "$T/tmp" 2>/dev/null; then
	t 'a full file system is told, the writer waits, nothing is lost' \
	    full_disk
else
	skip 'a full file system' 'cannot mount'
fi

no_directory()
{
	run env TMPDIR=/nowhere timeout 60 mp-pipe --line --spool 10M \
	    "$CHILD" pour 20000000 1 ::: "$CHILD" drink 20000000 2
	expect_status 0
}
t 'no place for the file: nothing is lost' no_directory

# Rates. A machine that is busy is late.

milliseconds()
{
	date +%s%3N
}

rate()
{
	begin=$(milliseconds)
	run mp-pipe --line --rate 2M "$CHILD" pour 4194304 1 ::: \
	    "$CHILD" drink 4194304 2
	took=$(($(milliseconds) - begin))
	expect_status 0
	test "$took" -ge 1900 || note "4 MiB in $took ms"
	slow=$((2200 + t_load * 500))
	test "$took" -le "$slow" || note "4 MiB in $took ms, at most $slow"
}
read -r t_load t_rest </proc/loadavg
: "$t_rest"
t_load=${t_load%.*}
t '--rate: 4 MiB at 2 MiB/s take 2 seconds' rate

# Silence.

idle()
{
	run timeout 60 mp-pipe --idle 0.2 sh -c 'echo x; exec sleep 60' ::: \
	    sh -c 'exec cat >/dev/null'
	expect_status 124
}
t '--idle: no byte for so long ends it, with 124' idle

not_idle()
{
	run mp-pipe --line --idle 2 sh -c \
	    'for i in 1 2 3 4 5 6; do echo "$i"; sleep 0.5; done' ::: wc -l
	expect_status 0
}
t '--idle: bytes now and then keep it up' not_idle

done_testing
