#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Many tasks, much output, little memory, few descriptors.
#
# The sizes are those of MP_TEST_SCALE=100, a tenth of the full ones, and
# take a minute or so on two CPUs. To run the full sizes, which take some ten
# minutes and 3 GB in TMPDIR:
#
#	make check-TESTS TESTS=tests/cli/stress.t MP_TEST_SCALE=1000 \
#	    T_LOG_COMPILER=sh
#
# shellcheck disable=SC2016,SC2317 # tasks expand it; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"

export CHILD NOOP

gone()
{
	! alive "$pid"
}

over()
{
	wait_for "$1" gone || kill -KILL "$pid"
	finish
	expect_status 0
}

# sums NAME COMMAND …: runs it; NAME gets its status and the sums of its
# stdout and its stderr, which are too large to be kept.
sums()
{
	name=$1
	shift
	{
		{
			"$@" 2>&3 3>&-
			echo "$?" >sum.status
		} | cksum >sum.out
	} 3>&1 | cksum >sum.err
	cat sum.status sum.out sum.err >"$name"
}

loop()
{
	while read -r seed; do
		"$CHILD" output "$seed" 100000
	done <seeds
}

same_as_loop()
{
	seq "$(scale 1000)" >seeds
	sums loop loop
	for j in 1 4 64; do
		sums "jobs$j" mp-pool -j"$j" -a seeds "$CHILD" output '{}' 100000
		expect_file "jobs$j" -f loop
	done
}

t 'two streams of 0 to 100 kB each with sleeps: as from a loop' same_as_loop

# rss FILE N COMMAND …: the peak of its memory in KiB with N records.
rss()
{
	file=$1
	n=$2
	shift 2
	yes 10 | head -n "$n" | "$CHILD" maxrss "$file" "$@" >lines
	expect test "$(grep -c '' lines)" -eq "$n"
	expect test "$(cat "$file")" -gt 500
}

small()
{
	rss few 1000 "$@"
	rss many "$(scale "$many")" "$@"
	expect test "$(cat many)" -le $(($(cat few) + 1024))
}

many=1000000
t_mem 'a million tasks of a class take no more memory than a thousand' \
    small mp-pool -j2 -c prime
t_mem 'with -u' small mp-pool -j2 -u -c prime
many=10000
t 'many commands take no more memory than a thousand' small mp-pool -j2 echo

# Tasks wait at the gate; a line lets the first one go on.
mkfifo gate
exec 3<>gate

have_ended()
{
	test "$(grep -c 'exit status 0' err)" -eq "$1"
}

# behind KIB COMMAND …: memory at most, while the first one of the records
# waits for the others.
behind()
{
	kib=$1
	shift
	start "$CHILD" maxrss peak mp-pool -v -j4 -a records "$@"
	wait_for 300 have_ended $(($(wc -l <records) - 1))
	expect_out ''
	echo >&3
	over 120
	expect test "$(cat peak)" -le "$kib"
}

# The first one makes 10,000 with them: --ahead.
behind_much()
{
	seq "$(scale 1000)" | head -n 10000 >records
	behind 30000 sh -c 'test "$1" -gt 1 || read -r line <gate
	    exec "$CHILD" write 100000 "$1"' sh
	mv out got
	while read -r i; do
		"$CHILD" write 100000 "$i"
	done <records | cksum >want
	cksum <got >sum
	rm got
	expect_file sum -f want
}

behind_many()
{
	{
		echo 'read -r line <gate; echo 1'
		seq -f 'echo %.0f' 2 "$(scale 3000)"
	} >records
	behind 12000 --ahead 1000000 sh -c
	seq "$(wc -l <records)" >want
	expect_out -f want
}

t_mem 'the first one waits while others put out 100 kB each' behind_much
t_mem 'the first one waits while others put out a line each' behind_many

exec 3>&-

few_descriptors()
{
	seq "$(scale 20000)" >records
	run "$CHILD" entry --nofile 64 -- mp-pool -j24 -a records "$@"
	expect_status 0
	expect_out -f records
	expect_err ''
}

# It prints nothing, but costs least.
cheapest()
{
	seq "$(scale 20000)" >records
	run "$CHILD" entry --nofile 64 -- mp-pool -v -j24 -a records "$NOOP"
	expect_status 0
	tail -n 1 err >last
	expect_file last "mp-pool: tasks: $(wc -l <records) done, 0 failed"
}

t 'many commands with 64 descriptors' few_descriptors echo
t 'the cheapest ones' cheapest

done_testing
