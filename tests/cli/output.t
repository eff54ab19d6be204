#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Output: in the order of the tasks, the first unfinished one live; what
# waits for its turn is in memory or in a temporary file, and if that cannot
# grow, where it comes from; --ahead; -u and --raw; lines that are written
# in parts never mix.
#
# MP_TEST_SCALE is a percentage of the runs of the last two tests.
#
# shellcheck disable=SC2016,SC2317 # tasks expand it; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"

# Tasks wait at the gate; each line that we write lets one of them go on.
mkfifo gate
exec 3<>gate
# shellcheck disable=SC2034 # tasks use it
WAIT='read -r line <gate'
export WAIT

begin()
{
	rm -f out err
	start "$@"
}

gone()
{
	! alive "$pid"
}

# Ended; if it does not end by itself, the test fails.
over()
{
	wait_for 30 gone || kill -KILL "$pid"
	finish
	expect_status "${1:-0}"
}

has()
{
	grep -aq -e "$2" "$1" 2>/dev/null
}

# The first task lives, the others wait.

live()
{
	mkfifo gatec
	begin mp-pool -v -j3 sh -c '
	    test "$1" = c || printf %s "$1 "; echo "$1!" >&2
	    case $1 in a) eval "$WAIT";; c) read -r line <gatec;; esac
	    echo "$1"' sh ::: a b c
	exec 4<>gatec
	wait_for 10 has out a
	wait_for 10 has err 'a!'
	wait_for 10 has err "task 2: 'b': exit status 0"
	expect test "$(cat out)" = 'a '
	expect_err -E '^b!'
	echo >&3
	wait_for 10 has out b
	wait_for 10 has err '^b!'
	wait_for 10 has err '^c!'
	expect_out 'a a
b b'
	echo >&4
	over
	exec 4>&-
	expect_out 'a a
b b
c'
}

# What the next one has said so far is written when its turn comes, and what
# it says then, although it still runs.
next_is_live()
{
	mkfifo gate2
	begin mp-pool -j2 sh -c 'echo "$1"; touch "began$1"; read -r line <"$1"
	    echo "$1$line"; read -r line <"$1"' sh ::: gate gate2
	exec 4<>gate2
	wait_for 10 test -e begangate2
	expect_out -E gate2
	printf 'x\n\n' >&3
	wait_for 10 has out '^gate2$'
	echo y >&4
	wait_for 10 has out gate2y
	expect alive "$pid"
	echo >&4
	over
	exec 4>&-
	expect_out 'gate
gatex
gate2
gate2y'
}

t 'the first unfinished task is written as it goes, no other' live
t 'when its turn comes a running task is written as it goes' next_is_live
t_out 'a last line without a newline gets none' 'a
bc
d' mp-pool printf %s ::: 'a
b' 'c
d
'

# A process that holds the pipes of its task for a minute.
not_waited_for()
{
	run timeout -k 5 30 mp-pool "$@" sh -c '
	    echo "$1"; echo "e$1" >&2; "$0" hold 60 "held.$1"' "$CHILD" ::: a b
	expect_status 0
	expect_out 'a
b'
	expect_err 'ea
eb'
	for file in held.a held.b; do
		read -r held <"$file"
		expect alive "$held"
		kill -KILL "$held"
	done
}

t 'a task ends with its process, whoever holds its pipes' not_waited_for -j1
t 'also when it was not the first' not_waited_for -j2

# In the temporary file.

# big OPTION…: six tasks of some 3 MB each, to both streams; the first one
# ends last.
big()
{
	rm -f want.*
	: >ended
	seq 6 >records
	while read -r i; do
		echo "begin $i" >>want.out
		"$CHILD" write 3000000 "$i" >>want.out
		"$CHILD" lines "$i" 1000 99 1 >>want.err
		echo "end $i" >>want.out
	done <records
	# shellcheck disable=SC2086 # $in_place is a command
	begin $in_place "$CHILD" maxrss peak mp-pool -j6 -a records "$@" sh -c '
	    echo "begin $1"; test "$1" != 1 || eval "$WAIT"
	    "$0" write 3000000 "$1"; "$0" lines "$1" 1000 99 1 >&2
	    echo "end $1"; echo "$1" >>ended' "$CHILD"
}

# After that; KIB is what mp-pool may take at most.
written()
{
	over
	expect_out -f want.out
	expect test "$(cat peak)" -le "$1"
}

ended()
{
	test "$(grep -c '' ended)" -eq "$1"
}

spilled()
{
	kib=$1
	shift
	in_place=
	big "$@"
	wait_for 30 ended 5
	expect_out 'begin 1'
	echo >&3
	written "$kib"
	expect_err -f want.err
}

# A descriptor of mp-pool while it holds something.
file_in()
{
	dir=$1
	shift
	begin "$@" mp-pool -j2 --buffer 64K sh -c 'test "$1" = b || eval "$WAIT"
	    exec "$0" write 500000' "$CHILD" ::: a b
	wait_for 10 holds "$dir"
	expect test -z "$(ls "$T/tmp")"
	echo >&3
	over
	expect test "$(wc -c <out)" -eq 1000000
	expect_err ''
}

holds()
{
	find "/proc/$pid/fd" -lname "$1/*(deleted)" 2>/dev/null | grep -q .
}

t_mem 'output that waits: in memory' spilled 1000000 --buffer 1G
t_mem 'beyond --buffer in a file' spilled 10000 --buffer 64K
t_mem '--buffer 0' spilled 10000 --buffer 0
t_mem '--buffer is 16M by default' spilled 40000
t 'the file is in TMPDIR and has no name' file_in "$T/tmp" env
mkdir 'odd dir'
t 'TMPDIR may be relative and odd' file_in "$T/odd dir" env TMPDIR='odd dir'
t 'it is in /tmp if TMPDIR is unset' file_in /tmp env -u TMPDIR
t 'it is in /tmp if TMPDIR is empty' file_in /tmp env TMPDIR=

# The file cannot take more: nothing is lost, and it is said.

MESSAGE='mp-pool: task [2-6]: its output must wait: '

# waits COMMAND …: mp-pool below COMMAND, and $reason.
waits()
{
	in_place=$*
	big --buffer 64K
	wait_for 20 has err "$MESSAGE$reason"
	expect ended 0
	expect_out 'begin 1'
	echo >&3
	written 10000
	tr '\n' '\1' <err | sed "s/$MESSAGE$reason$(printf '\1')//g" |
	    tr '\1' '\n' >rest
	expect_file rest -f want.err
}

# The second task has ended, and nowhere is room for its output: no other
# one is started. The first one shows that mp-pool could have done so.
starts_no_more()
{
	: >began
	begin env TMPDIR=nosuch mp-pool -v -j2 --buffer 64K sh -c '
	    echo "$1" >>began
	    test "$1" != 1 || { eval "$WAIT"; echo said; eval "$WAIT"; }
	    test "$1" != 2 || "$0" write 150000' "$CHILD" ::: 1 2 3 4
	wait_for 10 has err "task 2: '2': exit status 0"
	echo >&3
	wait_for 10 has out said
	expect test "$(wc -l <began)" -eq 2
	echo >&3
	over
	expect test "$(wc -l <began)" -eq 4
	expect test "$(wc -c <out)" -eq 150005
}

unordered_waits()
{
	run env TMPDIR=nosuch timeout -k 5 20 mp-pool -j2 -u --buffer 64K \
	    "$CHILD" write 3000000 ::: a b c d
	expect_status 0
	fold -w 1000000 out | uniq -c | grep -c '^ *3 ' >pieces
	expect_file pieces 4
}

reason='No such file or directory'
t_mem 'TMPDIR cannot be used' waits env TMPDIR=nosuch
reason='Not a directory'
t_mem 'TMPDIR is no directory' waits env TMPDIR=/dev/null
reason='No space left on device'
echo 'mount -t tmpfs -o size=256k none small && TMPDIR=small exec "$@"' >in_small
mkdir small
if unshare -m sh in_small true 2>/dev/null; then
	t_mem 'TMPDIR is full' waits unshare -m sh in_small
else
	skip 'TMPDIR is full' 'must be root'
fi
t 'no more tasks are started then' starts_no_more
t 'with -u it goes on, too' unordered_waits

# --ahead.

# Tasks 2 to 5 have ended, and the first one talks; record 6 is still where
# it was put.
ahead()
{
	mkfifo feed
	: >began
	begin sh -c 'exec mp-pool -v -j2 --ahead 5 sh -c '\''echo "$1" >>began
	    test "$1" != 1 || { eval "$WAIT"; echo said; eval "$WAIT"; }
	    echo "$1"'\'' sh <feed'
	exec 4<>feed
	seq 5 >&4
	wait_for 10 has err "task 5: '5': exit status 0"
	seq 6 7 >&4
	echo >&3
	wait_for 10 has out said
	read -r line <&4
	expect test "$line" = 6
	echo >&3
	exec 4>&-
	over
	expect_out 'said
1
2
3
4
5
7'
}

one_by_one()
{
	seq "$(scale 50)" >records
	run mp-pool -j4 --ahead 1 -a records sh -c 'mkdir one && rmdir one'
	expect_status 0
	expect_err ''
}

t '--ahead N: no more than N are begun and not written' ahead
t '--ahead 1: one at a time' one_by_one

# -u and --raw.

# The second task ends first; neither is seen before it has ended.
unordered()
{
	begin mp-pool -u -j2 sh -c 'echo "$1"; echo "e$1" >&2
	    test "$1" != a || { touch said; eval "$WAIT"; }
	    test "$1" != b || until test -e said; do sleep 0.02; done
	    echo "$1"; echo "e$1" >&2; exit 3' sh ::: a b
	wait_for 10 has out b
	wait_for 10 has err eb
	expect_out 'b
b'
	expect_err 'eb
eb'
	echo >&3
	over 123
	expect_out 'b
b
a
a'
	expect_err -m "eb
eb
ea
ea
mp-pool: task 2: 'b': exit status 3 (?*): eb
mp-pool: task 1: 'a': exit status 3 (?*): ea"
}

raw()
{
	begin mp-pool --raw -j2 sh -c 'echo "$1"; test "$1" != a || eval "$WAIT"
	    echo "e$1" >&2; exit 3' sh ::: a b
	wait_for 10 has out a
	wait_for 10 has out b
	wait_for 10 has err eb
	echo >&3
	over 123
	expect_err -m "eb
ea
mp-pool: task 2: 'b': exit status 3 (?*.??? s)
mp-pool: task 1: 'a': exit status 3 (?*.??? s)"
}

t '-u: each task when it ends, in one piece; the digest, too' unordered
t '--raw: as it comes; the digest shows no line of a task' raw

# A head that writes more than is read is stopped, not kept.
slow_reader()
{
	run sh -c '"$0" maxrss peak mp-pool "$0" write 50000000 ::: x |
	    dd bs=512 status=none | wc -c' "$CHILD"
	expect_out 50000000
	expect test "$(cat peak)" -le 10000
}

# Lines that are written in three parts each.

whole_lines()
{
	tasks='a b c d e f g h'
	for i in $tasks; do
		"$CHILD" lines "$i" 200 8000 3
	done >want
	runs=$(scale 10)
	while test "$runs" -gt 0; do
		runs=$((runs - 1))
		# shellcheck disable=SC2086 # several
		run mp-pool -j8 "$@" "$CHILD" lines {} 200 8000 3 ::: $tasks
		expect_status 0
		expect_err ''
		test "$1" = -u || expect_out -f want
		uniq -c out | cut -b 1-20 | sort >lines
		expect_file lines "$(uniq -c want | cut -b 1-20)"
		expect test "$(wc -c <out)" -eq 12801600
	done
}

t_mem 'a slow reader slows the first task down' slow_reader
t 'lines written in parts: in order, none mixed, none lost' whole_lines -k
t 'the same with -u' whole_lines -u

exec 3>&-
done_testing
