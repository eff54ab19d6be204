#!/bin/sh
# SPDX-License-Identifier: ISC
#
# What copies started by mp-spawn read, where they write, and in which order
# and form their output arrives.
#
# shellcheck disable=SC2016,SC2086,SC2317 # commands expand it; words of a
# command; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"
. "$MP_SRCDIR/tests/quiet.sh"

tab=$(printf '\t')

for n in 0 1; do
	echo "file $n" >in-$n
done

# Output of several copies.

# The last copy ends first, the first one last.
backwards='next=$((MP_INDEX + 1))
until test -e "ended-$next"; do sleep .02; done
echo "out $MP_INDEX"; echo "err $MP_INDEX" >&2; : >"ended-$MP_INDEX"'

in_order()
{
	: >ended-4
	run mp-spawn -n 4 sh -c "$backwards"
	expect_status 0
	expect_out 'out 0
out 1
out 2
out 3'
	expect_err 'err 0
err 1
err 2
err 3'
}

as_one_by_one()
{
	run mp-spawn -n 8 "$CHILD" output '{}' 300000
	expect_status 0
	for seed in 0 1 2 3 4 5 6 7; do
		"$CHILD" output $seed 300000
	done >want.out 2>want.err
	expect_out -f want.out
	expect_err -f want.err
}

streams()
{
	rm -f go second "$T/out"
	start mp-spawn -n 2 sh -c 'echo "begin $1"; test "$1" = 0 || : >second
	    until test -e go; do sleep .02; done; echo "end $1"' sh '{}'
	wait_for 20 test -e second
	wait_for 20 test -s "$T/out"
	expect_out 'begin 0'
	: >go
	finish
	expect_status 0
	expect_out 'begin 0
end 0
begin 1
end 1'
}

t 'output is written in the order of the copies' in_order
t 'every byte as if they had run one after the other' as_one_by_one
t 'the first unfinished copy streams' streams

# early OPTION …: copies 0 and 2 write something and stay; copy 1 ends all.
early()
{
	rm -f at-0 at-2
	run mp-spawn -n 3 "$@" sh -c 'if test $MP_INDEX = 1; then
	    until test -e at-0 && test -e at-2; do sleep .02; done
	    echo first; echo why >&2; exit 4; fi
	    echo "some $MP_INDEX"; : >at-$MP_INDEX; exec sleep 30'
	expect_err why
	expect_out 'some 0
first
some 2'
}

t '--fail-fast: nothing that was written is lost' early --fail-fast
t '--wait any: the same' early --wait any
t '--timeout: the same' early --timeout 1

# shows FD LINES COMMAND …: what the descriptors are, but for pipes' numbers.
shows()
{
	lines=$1
	shift
	run "$@"
	expect_status 0
	sed 's/pipe:.*/pipe/' "$T/out" >fds
	expect_file fds "$lines"
	expect_err ''
}

ours="fd 0 /dev/null
fd 1 $T/out
fd 2 $T/err"
t 'one copy: it has our standard descriptors' \
    shows "$ours" mp-spawn "$CHILD" state fd
t 'several: /dev/null and pipes' shows 'fd 0 /dev/null
fd 1 pipe
fd 2 pipe
fd 0 /dev/null
fd 1 pipe
fd 2 pipe' mp-spawn -n 2 "$CHILD" state fd

# Both write to one file: either may be first, but nothing is mixed here.
raw()
{
	given 'x\n'
	run mp-spawn -n 2 --raw "$CHILD" state fd
	expect_status 0
	expect test "$(grep -cxF "fd 0 $T/.in" "$T/out")" = 2
	expect test "$(grep -cxF "fd 1 $T/out" "$T/out")" = 2
	expect test "$(grep -cxF "fd 2 $T/err" "$T/out")" = 2
}

t '--raw: several copies have our standard descriptors' raw

# What they read.

given 'a\nb\n'
t_out 'one copy reads our standard input' 'a
b' mp-spawn cat
given 'a\nb\n'
t 'several do not' gives 0 mp-spawn -n 2 cat
given 'a\nb\n'
t_out '--in FILE: one copy' 'file 1' mp-spawn --in in-1 cat
given 'a\nb\n'
t_out '--in FILE: several, each from its beginning' 'file 1
file 1' mp-spawn -n 2 --in in-1 cat
given 'a\nb\n'
t_out '--fd 0=PATH: several' 'file 0
file 0' mp-spawn -n 2 --fd 0=in-0 cat

# Where they write.

redirected()
{
	echo 'something that was there' >o-0
	gives 0 mp-spawn -n 2 --out 'o-{}' --err 'e-{}' \
	    sh -c 'echo "o $1"; echo "e $1" >&2' sh '{}'
	for n in 0 1; do
		expect_file o-$n "o $n"
		expect_file e-$n "e $n"
	done
}

one_file()
{
	echo 'something that was there' >both-1
	gives 0 mp-spawn -n 2 --out 'both-{}' --err 'both-{}' \
	    sh -c 'echo 1; echo 2 >&2; echo 3; echo 4 >&2'
	expect_file both-0 '1
2
3
4'
	expect_file both-1 -f both-0
}

before_chdir()
{
	gives 0 mp-spawn --in in-0 --out cat.out --chdir / cat
	expect_file cat.out 'file 0'
}

only_out()
{
	run mp-spawn -n 2 --out 'o-{}' sh -c 'echo o; echo "e $1" >&2' sh '{}'
	expect_status 0
	expect_out ''
	expect_err 'e 0
e 1'
}

t '--out and --err: created, truncated, with {}' redirected
t 'the same name for both is opened once' one_file
t 'they are opened from our directory' before_chdir
t '--out alone: standard error is collected' only_out

# Tags.

t_out '--tag: the name and a tab before each line' "echo${tab}a
echo${tab}
echo${tab}b" mp-spawn --tag --name echo printf 'a\n\nb\n'
t_out '--tag: a last line without newline gets one' "w${tab}a
w${tab}b" mp-spawn --tag --name w printf 'a\nb'
t '--tag: no output, no line' gives 0 mp-spawn -n 2 --tag true

tags_stderr()
{
	run mp-spawn --tag --name w sh -c 'echo out; echo err >&2; exit 3'
	expect_status 3
	expect_out "w${tab}out"
	expect_err "w${tab}err"
}

tags_whole_lines()
{
	run mp-spawn -n 4 --tag "$CHILD" lines '{}' 200 100 3
	expect_status 0
	expect_err ''
	for n in 0 1 2 3; do
		printf '200 child-%s\t%s\n' $n "$(printf '%0100d' 0 |
		    tr 0 $n)"
	done >want
	sort "$T/out" | uniq -c | sed 's/^ *//' >lines
	expect_file lines -f want
}

tags_as_they_come()
{
	rm -f go "$T/out"
	start mp-spawn -n 2 --tag --name 'w{}' sh -c 'test "$1" = 0 || echo x
	    until test -e go; do sleep .02; done' sh '{}'
	wait_for 20 test -s "$T/out"
	expect_out "w1${tab}x"
	: >go
	finish
	expect_status 0
}

tags_long_lines()
{
	run mp-spawn --tag --name w "$CHILD" write 3000000
	expect_status 0
	tr -d '\n\tw' <"$T/out" >all
	expect test "$(wc -c <all)" -eq 3000000
	expect_out -E '[^xw	]'
	awk '!/^w\t/ || length > 1048576 + 2 { exit 1 }' "$T/out" ||
	    note 'a line of more than 1 MiB'
	run mp-spawn --tag --name w "$CHILD" write 1048576
	expect test "$(grep -c '' "$T/out")" = 1
}

t '--tag: standard error, too' tags_stderr
t '--tag: lines are written whole' tags_whole_lines
t '--tag: as they come' tags_as_they_come
t '--tag: a line of more than 1 MiB is broken' tags_long_lines

workers()
{
	line=$(mp-pool ::: 1)
	run mp-spawn -n 3 --name 'PrimeWorker-{}' --tag mp-pool ::: 1
	expect_status 0
	expect_err ''
	for n in 0 1 2; do
		printf 'PrimeWorker-%s\t%s\n' $n "$line"
	done >want
	sort "$T/out" >lines
	expect_file lines -f want
}

t 'three workers with names' workers

kill_left()
{
	for one in $(left | sed 's/ .*//'); do
		kill -s KILL "$one"
	done
}

reader_gone()
{
	start sh -c '"$CHILD" how died mp-spawn -n 2 --tag yes | head -n 1'
	wait_for 30 test -s died || kill_left
	finish
	expect_status 0
	expect_out -m "yes-[01]${tab}y"
	expect_err ''
	expect_file died 'signal PIPE'
	expect test -z "$(left)"
}

t 'nobody reads any more: the copies are ended, quietly' reader_gone

done_testing
