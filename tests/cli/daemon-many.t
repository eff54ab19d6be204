#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Many services at once, and what one costs: a supervisor that has nothing to
# do does nothing, and is small; an end is told at once.
#
# shellcheck disable=SC2016,SC2094,SC2317 # services expand it; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"
. "$MP_SRCDIR/tests/daemon.sh"

export CHILD

names()
{
	n=0
	while test "$n" -lt "$max"; do
		n=$((n + 1))
		echo "s$n"
	done
}

many()
{
	max=$(scale 1000)
	names | xargs -P 8 -I {} mp-daemon start {} -- "$CHILD" pause ||
	    note 'not all were started'
	mp-daemon list >all
	expect test "$(grep -c ': running, ' all)" -eq "$max"
	# shellcheck disable=SC2046 # names
	start mp-daemon wait $(names)
	# shellcheck disable=SC2046
	run mp-daemon stop $(names)
	expect_status 0
	finish
	expect_status 123
	mp-daemon list >all
	expect test "$(grep -c ': stopped, ' all)" -eq "$max"
}

d 'many services at once' many

# Ten seconds without a system call. The one that strace shows at first is
# the one that it waits in.
sleeps()
{
	begin a --restart always --log log -- "$CHILD" pause
	super_of a
	strace -o calls -p "$super" 2>said &
	tracer=$!
	wait_for 20 grep -q attached said
	sleep "$1"
	kill "$tracer"
	wait "$tracer"
	expect test "$(grep -vc -e detached -e '^---' calls)" -le 1
	rm log
}

if strace -o calls true 2>/dev/null; then
	seconds=10
	test "$MP_TEST_SCALE" -ge 100 || seconds=2
	d 'an idle supervisor does not wake up' sleeps "$seconds"
else
	skip 'an idle supervisor does not wake up' 'no strace'
fi

small()
{
	begin a --restart always -- "$CHILD" pause
	super_of a
	kib=$(awk '/^Private/ { kib += $2 } END { print kib }' \
	    "/proc/$super/smaps_rollup")
	expect test "$kib" -le 1024
}

if test -r /proc/self/smaps_rollup && test -z "${MP_TEST_SANITIZED-}"; then
	d 'a supervisor has at most 1 MiB of its own' small
else
	skip 'a supervisor has at most 1 MiB of its own' 'cannot be told'
fi

done_testing
