#!/bin/sh
# SPDX-License-Identifier: ISC
#
# The documentation. Each example of the man pages and of the README is run
# in a directory with a few files to work on, succeeds, and prints what the
# page shows.
#
# shellcheck disable=SC2317 # functions are called by t

. "${MP_SRCDIR:-.}/tests/lib.sh"

# What the examples work on, in the current directory.
prepare()
{
	printf 'pear\napple\npear\n' >a.txt
	printf 'plum\n' >b.txt
	printf 'fig\nfig\n' >c.txt
	: >empty.txt
	printf 'pear:3:kg\nplum:2:lb\n' >prices
	seq 200000 >large
	sed '/^\/\*/,/^ \*\//d' "$MP_SRCDIR/examples/small.c" | cat -s |
	    sed '/mp-task.h/{n;d;}' >small.c
	mkdir log
	echo monday >log/mon.log
	echo tuesday >'log/tue sday.log'
	printf 'sleep 0.1; echo slow\necho fast\n' >commands
}

# Times differ from run to run.
without_times()
{
	sed 's/([0-9]*\.[0-9]* s)/(- s)/' "$1" >"$2"
}

# In a subshell: an example may leave the directory. Services and queues are
# its own even if it does not say where they are.
run_example()
(
	mkdir "$1.dir"
	cd "$1.dir" || exit 125
	prepare
	export MP_DAEMON_DIR="$1.services" MP_QUEUE="$1.queues"
	exec sh "$1.sh" 2>&1
)

example()
{
	run run_example "$1"
	expect_status 0
	test -e "$1.out" || return 0
	without_times "$1.out" "$T/shown"
	without_times "$T/out" "$T/printed"
	expect_file "$T/printed" -f "$T/shown"
}

can_run()
{
	! grep -q python3 "$1" || command -v python3 >/dev/null
}

examples()
{
	mkdir "$T/$1"
	count=$("$MP_SRCDIR/tests/extract-examples" "$2" "$T/$1") || count=0
	t "$1 has examples" test "$count" -gt 0
	n=0
	while test "$n" -lt "$count"; do
		n=$((n + 1))
		one="$1: $(head -n 1 "$T/$1/$n.sh")"
		if can_run "$T/$1/$n.sh"; then
			t "$one" example "$T/$1/$n"
		else
			skip "$one" 'no python3'
		fi
	done
}

examples mp-daemon.1 "$MP_SRCDIR/man/mp-daemon.1"
examples mp-pool.1 "$MP_SRCDIR/man/mp-pool.1"
if command -v mp-queue >/dev/null; then
	examples mp-queue.1 "$MP_SRCDIR/man/mp-queue.1"
fi
examples mp-pipe.1 "$MP_SRCDIR/man/mp-pipe.1"
examples mp-spawn.1 "$MP_SRCDIR/man/mp-spawn.1"
if command -v cc >/dev/null && ! mp-pool --version | grep -q no-class-files
then
	CPATH=$MP_SRCDIR/include
	export CPATH
	examples mp-task.3 "$MP_SRCDIR/man/mp-task.3"
fi
examples mp-timeout.1 "$MP_SRCDIR/man/mp-timeout.1"
examples mp-utils.7 "$MP_SRCDIR/man/mp-utils.7"
examples README "$MP_SRCDIR/README"

done_testing
