#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Short tasks of a class go to its processes in bundles. Nobody notices: each
# task is run once and told once, in its place, whatever becomes of the others
# in its bundle and of the process; none waits for one that takes long.
#
# shellcheck disable=SC2317 # functions are called by t

. "${MP_SRCDIR:-.}/tests/lib.sh"

mp-pool --version | grep -q no-class-files &&
    skip_all 'a static program loads no class'
. "$MP_SRCDIR/tests/class.sh"
# shellcheck disable=SC3045 # all have it
ulimit -c 0

# It writes down what it does. The record's first letter says what that is:
# K dies, X ends, F fails, E says something, S takes 30 ms and tells who it is,
# L takes as long, W waits for a file, B has much to say, any other is its own
# output.
build many <<'EOF'
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int ledger;

static int
init(void **self)
{
	*self = NULL;
	ledger = open("ledger", O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
	return ledger == -1 ? -1 : 0;
}

static void
wait_for(const char *file)
{
	const struct timespec ms = {0, 1000000};

	while (access(file, F_OK) == -1)
		(void)nanosleep(&ms, NULL);
}

static void
much(struct mp_task_reply *reply, size_t n)
{
	char line[1000];

	memset(line, 'b', sizeof(line));
	line[sizeof(line) - 1] = '\n';
	while (n-- > 0)
		reply->out(reply, line, sizeof(line));
}

static void
take_long(void)
{
	const struct timespec slow = {0, 30000000};

	(void)nanosleep(&slow, NULL);
}

static void
say_pid(struct mp_task_reply *reply)
{
	char text[32];

	take_long();
	snprintf(text, sizeof(text), "%ld\n", (long)getpid());
	reply->out(reply, text, strlen(text));
}

static int
run(void *self, const char *rec, size_t len, struct mp_task_reply *reply)
{
	char line[64];
	int n = snprintf(line, sizeof(line), "%.40s\n", rec);

	(void)self;
	if (write(ledger, line, (size_t)n) != n)
		return 9;
	switch (*rec) {
	case 'K':
		raise(SIGKILL);
		break;
	case 'X':
		_exit(3);
	case 'F':
		reply->reason(reply, "no");
		return 1;
	case 'E':
		reply->err(reply, rec, len);
		reply->err(reply, "\n", 1);
		break;
	case 'S':
		say_pid(reply);
		return 0;
	case 'L':
		take_long();
		break;
	case 'W':
		wait_for("go");
		break;
	case 'B':
		much(reply, (size_t)atoi(rec + 1));
		break;
	}
	reply->out(reply, rec, len);
	reply->out(reply, "\n", 1);
	return 0;
}

const struct mp_task_class mp_task_class = {
    .version = MP_TASK_VERSION, .name = "many", .init = init, .run = run};
EOF

# many [OPTION…]: of the records in the file "in".
many()
{
	rm -f ledger
	run mp-pool -c ./many.so -a in "$@"
}

# Each record has been run once.
expect_once()
{
	sort in >want
	sort ledger >once
	expect_file once -f want
}

# records N LETTER EVERY: the numbers up to N, some with a letter before them.
records()
{
	seq "$1" | awk -v c="$2" -v n="$3" '{ print $1 % n ? $1 : c $1 }'
}

# mixed STATUS LETTER EVERY WHY: what has failed is named in order, the rest is
# written in order; or in any order.
mixed()
{
	records "$(scale 20000)" "$2" "$3" >in
	grep -v "^$2" in >want.out
	sed -n "s/^$2\([0-9]*\)\$/mp-pool: task \1: '&': $4/p" in >want.err
	for how in -j1 -j4 '-j3 --ahead 100' '-j4 --buffer 0'; do
		# shellcheck disable=SC2086 # words
		many $how
		expect_status "$1"
		expect_out -f want.out
		sed 's/ ([0-9.]* s)$//' err >said
		expect_file said -f want.err
		expect_once
	done
	sort want.out >want
	sort want.err >want.said
	many -u -j4
	expect_status "$1"
	sort out >sorted
	expect_file sorted -f want
	sed 's/ ([0-9.]* s)$//' err | sort >said
	expect_file said -f want.said
	expect_once
}
t 'some fail' mixed 123 F 7 no
t 'all fail' mixed 123 F 1 no
t 'some processes die' mixed 123 K 997 'signal KILL'
t 'some processes end' mixed 123 X 1499 \
    'the worker ended with status 3 before the task did'

says()
{
	records 5000 E 11 >in
	grep E in >want
	many -j4
	expect_status 0
	expect_out -f in
	expect_err -f want
	expect_once
}
t 'some say more' says

# Beyond what is gathered, a frame, and a pipe.
talks()
{
	for n in 10 40 64 65 66 70 200 2000; do
		seq 20
		echo "B$n"
	done >in
	line=$(head -c 999 /dev/zero | tr '\0' b)
	awk -v line="$line" '/^B/ {
		for (n = substr($0, 2); n > 0; n--)
			print line
	}
	{ print }' in >want
	many -j3
	expect_status 0
	expect_out -f want
}
t 'some say much' talks

# What cannot be in a bundle, and what is seldom in one.
odd()
{
	{
		seq 100
		printf 'a\0b\n\n\n  x \n'
		seq 100
		head -c 3000000 /dev/zero | tr '\0' y
		printf '\n%s\n' "$(head -c 100000 /dev/zero | tr '\0' z)"
		seq 100
		printf 'last'
	} >in
	many -j2 --joblog log
	expect_status 123
	cp out want.out
	cp err want.err
	for how in -j1 -j4 '-j4 --ahead 3'; do
		# shellcheck disable=SC2086 # words
		many $how
		expect_status 123
		expect_out -f want.out
		expect_err -f want.err
	done
	expect_err -e "task 205: 'y*'.*: record too long"
}
t 'odd records' odd

# Long tasks behind short ones are not left to the process that has got them,
# with the short ones, as a bundle.
shared_out()
{
	{
		seq 3000
		yes S | head -n 40
	} >in
	many -j2
	expect_status 0
	expect_once
	head -n 3000 in >want
	head -n 3000 out >first
	expect_file first -f want
	tail -n 40 out | sort | uniq -c | sort -n >shares
	expect test "$(wc -l <shares)" -eq 2
	expect test "$(awk 'NR == 1 { print $1 }' shares)" -ge 10
}
t 'long tasks behind short ones are shared out' shared_out

# Long ones among short ones, which are taken back and given to others all the
# time.
mingled()
{
	records 20000 L 400 >in
	for how in -j2 '-j3 -u' '-j2 --joblog log'; do
		# shellcheck disable=SC2086 # words
		many $how
		expect_status 0
		sort -n out >sorted
		sort -n in >want
		expect_file sorted -f want
		expect_once
	done
	many -j2
	expect_out -f in
}
t 'long tasks among short ones' mingled

# One task waits for long, among short ones. What has ended is written; and what
# stands behind it, in its bundle or not, another process does.
waits()
{
	rm -f go ledger
	{
		seq 3000
		echo W
		seq 2000
	} >in
	written=$1
	begun=$2
	shift 2
	start mp-pool -c ./many.so -a in "$@"
	wait_for 20 has_lines "$written" out
	wait_for 20 has_lines "$begun" ledger
	: >go
	finish
	expect_status 0
	expect_once
	sort out >sorted
	expect_file sorted -f want
}
has_lines()
{
	test "$(wc -l <"$2")" -ge "$1"
}
t 'what has ended is written' waits 3000 3001 -j1
t 'what waits is done by another' waits 3000 5001 -j2
t 'in order of the ends' waits 5000 5001 -j2 -u
t 'without bundles' waits 3000 5001 -j2 --joblog log

# The run ends early, in the midst of bundles: of what has ended by then each
# line is whole, and in its place.
ends()
{
	seq 5000000 >in
	start mp-pool -j2 -c ./many.so -a in
	wait_for 20 test -s out
	kill -TERM "$pid"
	finish
	expect_status 143
	expect_err ''
	expect test "$(tail -c 1 out | wc -l)" -eq 1
	expect sort -n -c -u out
	expect_file out -E '[^0-9]'
	run sh -c 'mp-pool -j2 -c ./many.so -a in | head -n 1000'
	head -n 1000 in >want
	expect_out -f want
	expect_err ''
}
t 'the run ends early' ends

fifo()
{
	rm -f pipe
	mkfifo pipe
	start mp-pool -j2 -c ./many.so -a pipe
	exec 4>pipe
	printf '1\n2' >&4
	wait_for 20 test -s out
	expect_file out 1
	printf '3\n4\n5\n' >&4
	exec 4>&-
	finish
	expect_status 0
	expect_out '1
23
4
5'
}
t 'nothing waits for a bundle to be full' fifo

# What was answered was done once; what died with its process was begun once at
# most, and named.
storm()
{
	rm -f ledger
	run python3 "$MP_SRCDIR/tests/helpers/worker-storm" "$1" "$2" 1 \
	    mp-pool -j4 -c ./many.so
	sed -n "s/^mp-pool: task \([0-9]*\): '\([0-9]*\)': signal KILL .*/\2/p" \
	    err >failed
	expect test -s failed
	expect test "$(wc -l <failed)" -eq "$(($(wc -l <err) - 1))"
	expect_status 123
	expect sort -n -c out
	seq "$1" >want
	sort -n out failed >all
	expect_file all -f want
	sort ledger >once
	expect test -z "$(uniq -d once)"
	sort out | comm -23 - once >left.out
	expect_file left.out ''
	expect_err -e "^$2 kills"
}
if command -v python3 >/dev/null; then
	t 'processes are killed at any time' \
	    storm "$(scale 100000)" "$(scale 1000)"
else
	skip 'processes are killed at any time' 'no python3'
fi

done_testing
