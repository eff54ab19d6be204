#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Block mode: the input is cut where records end, each byte goes to one command
# and in order, from a file as well as from a pipe; what commands do with their
# input is their business, but what cannot be read is a failure.
#
# shellcheck disable=SC2317 # functions are called by t
# shellcheck disable=SC2016 # the commands' shells expand

. "${MP_SRCDIR:-.}/tests/lib.sh"

seq 100000 >numbers

# blocks OPTION…: from a file, from standard input that is one, and from a
# pipe, mp-pool's output is that of COMMAND alone. $1: the file.
same()
{
	file=$1
	shift
	run mp-pool -a "$file" "$@"
	expect_status 0
	expect_out -f want
	expect_err ''
	run sh -c 'f=$1; shift; exec mp-pool "$@" <"$f"' sh "$file" "$@"
	expect_status 0
	expect_out -f want
	run sh -c 'f=$1; shift; cat "$f" | mp-pool "$@"' sh "$file" "$@"
	expect_status 0
	expect_out -f want
}

as_it_was()
{
	head -n 100 numbers >want
	cp want input
	for size in 1 7 291 292 293; do
		same input -j3 -b "$size" cat
	done
	cp numbers want
	for size in 4095 65536 100K 1M 10G; do
		same numbers -j3 -b "$size" cat
	done
}
t 'every byte once, in order' as_it_was

# Each block but the last is at least so long, and ends with a record; a
# record longer than that is a block.
ends_of_blocks()
{
	printf 'a\nbb\n%s\nccc\nd' "$(head -c 300000 /dev/zero | tr '\0' x)" \
	    >input
	printf '5\n300001\n4\n1\n' >want
	same input -b 4 --block 4 sh -c 'wc -c'
	printf '2\n3\n300001\n4\n1\n' >want
	same input -b 1 wc -c
}
t 'blocks end with records, however long they are' ends_of_blocks

framed()
{
	printf 'a\nb\0c\0d' >input
	printf '4\n2\n1\n' >want
	same input -0 -b 1 wc -c
	printf '7\n' >want
	same input -d X -b 1 wc -c
}
t 'other ends of records' framed

: >nothing
t_out 'no input: no command' '' mp-pool -a nothing -b 10 echo ran
t_out 'what the kernel makes up has no size' 'cpu ' \
    mp-pool -j1 -a /proc/stat -b 10M sh -c 'head -c 4; echo; cat >/dev/null'

# From where the file stands, as a command would read it.
from_its_place()
{
	{
		dd bs=1 count=6 of=skipped 2>&1
		mp-pool -b 100 cat >out
	} <numbers >/dev/null
	tail -c +7 numbers >want
	expect_out -f want
}
t 'a file is read from where it stands' from_its_place

placeholders()
{
	head -c 30 numbers >input
	run mp-pool -j2 -a input -b 10 sh -c 'echo "$1 $2 $MP_SEQ"' sh '{#}' x
	expect_status 0
	expect_out '1 x 1
2 x 2
3 x 3'
	run mp-pool -a input -b 10 echo a
	expect_out 'a
a
a'
}
t 'the block is no argument' placeholders

not_all_read()
{
	for command in 'head -c 1' 'true' 'exec <&-'; do
		run mp-pool -j2 -a numbers -b 300K sh -c "$command"
		expect_status 0
		expect_err ''
		# shellcheck disable=SC2002 # from a pipe
		cat numbers | run mp-pool -j2 -b 300K sh -c "$command"
		expect_status 0
		expect_err ''
	done
	run mp-pool -j2 -a numbers -b 300K sh -c 'read -r x; exit 3'
	expect_status 123
	expect_err -m "mp-pool: task 1: 'bytes 0-3*': exit status 3 (*"
}
t 'a command need not read all' not_all_read

# Half an input must not look like a whole one: the file is cut while it is
# read. A pipe takes some of it beforehand.
shortened()
{
	head -c 3000000 /dev/zero >input
	start mp-pool -j1 -a input -b 10M sh -c \
	    'head -c 1 >/dev/null; : >begun
	    while ! test -e shorter; do sleep 0.02; done; cat >/dev/null'
	wait_for 20 test -e begun
	: >input
	: >shorter
	finish
	expect_status 123
	expect_err "mp-pool: task 1: 'bytes 0-2999999': input: the file has become shorter"
}
t 'a file that becomes shorter' shortened

limited()
{
	run mp-pool -j2 -a numbers -b 300K --timeout 200ms sh -c \
	    'read -r x; test "$x" -gt 1 || exec sleep 100; cat >/dev/null; echo ok'
	expect_status 123
	expect_out ok
	expect_err -m "mp-pool: task 1: 'bytes *': time limit (*"
}
t 'with a time limit' limited

# The first block's command holds up the others' output; what is read then is
# no more than the blocks of two commands and of the next one.
bounded()
{
	mkfifo fifo
	start mp-pool -j2 -a fifo -b 1M sh -c \
	    'cat >/dev/null; while ! test -e go; do sleep 0.02; done'
	{
		dd if=/dev/zero bs=64K count=1000 2>/dev/null | tr '\0' '\n'
	} >fifo &
	writer=$!
	wait_for 20 two_run
	rss=$(sed -n 's/^VmRSS:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$pid/status")
	expect test "$rss" -lt 30000
	expect alive "$writer"
	: >go
	finish
	expect_status 0
}
two_run()
{
	test "$(left | grep -c 'sh -c cat')" -ge 2
}
t_mem 'memory is bounded by the blocks' bounded

contradicts()
{
	for args in '-b 1' '-b 1 wc ::: a' '-b 1 -n 2 wc' '-b 1 -w wc' \
	    '-b 0 wc' '-b x wc' '-b -1 wc'; do
		# shellcheck disable=SC2086 # several words
		run mp-pool $args
		expect_status 125
		expect_err -e '^usage: '
	done
}
t 'options that do not go together' contradicts

# Files of random lines, of random block sizes, from a file or a pipe: the
# sum is that of wc alone.
cat >trial.py <<'EOF'
import random, subprocess, sys

seed = int(sys.argv[2])
chance = random.Random(seed)
for trial in range(int(sys.argv[1])):
    longest = chance.choice((1, 10, 200, 5000, 100000))
    size = chance.choice((0, 1, 100, 10000, 50 * longest))
    data = b""
    while len(data) < size:
        data += b"x" * chance.randrange(longest) + b"\n"
    data = data[:size]
    with open("input", "wb") as file:
        file.write(data)
    block = max(1, chance.randrange(1, 2 * size + 2) // chance.choice((1, 9)))
    block = max(block, size // 20)
    if chance.random() < 0.5:
        command = f"mp-pool -j3 -b {block} wc -lc <input"
    else:
        command = f"cat input | mp-pool -j3 -b {block} wc -lc"
    out = subprocess.run(command, shell=True, check=True,
                         stdout=subprocess.PIPE).stdout
    rows = [[int(word) for word in row.split()] for row in out.splitlines()]
    lines, length = (sum(column) for column in zip(*rows)) if rows else (0, 0)
    short = [row for row in rows[:-1] if row[1] < block]
    if (lines, length) != (data.count(b"\n"), size) or short:
        sys.exit(f"seed {seed}, trial {trial}: {command}: {lines} {length}")
EOF
summed()
{
	run python3 trial.py "$(scale 1000)" $$
	expect_status 0
	expect_err ''
}
if command -v python3 >/dev/null; then
	t 'random files and blocks' summed
else
	skip 'random files and blocks' 'no python3'
fi

done_testing
