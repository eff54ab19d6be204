#!/bin/sh
# SPDX-License-Identifier: ISC
#
# The main job: what mp-pool prints is what the serial loop prints, however
# many tasks run at a time; how many that are, in all forms of -j; what a
# task finds in its environment; the built-in classes; what --dry-run, -t
# and -v tell.
#
# shellcheck disable=SC2016,SC2317 # tasks expand it; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"

TAB=$(printf '\t')

# Tasks that wait for each other.

# That many are there, or will never be.
lines_or_end()
{
	test "$(grep -c '' "$1")" -ge "$2" || ! alive "$pid"
}

# slots TASKS N COMMAND…: of so many tasks N run at a time, in slots 1 to N.
# Each task waits for a line of its own in the FIFO, and gets it when N of
# them are there: if fewer run that is never, if more do there are more slots.
slots()
{
	tasks=$1
	n=$2
	shift 2
	rm -f gate used
	: >used
	mkfifo gate
	seq "$tasks" >records
	start "$@" -a records sh -c \
	    'echo "$MP_SLOT" >>used && read -r line <gate'
	exec 3<>gate
	wait_for 30 lines_or_end used "$n"
	yes '' | head -n "$tasks" >&3
	finish
	exec 3>&-
	expect_status 0
	sort -nu used >slots
	seq "$n" >want
	expect_file slots -f want
}

# The main job.

seq 1 10 >ten

singly()
{
	while read -r n; do
		echo "$n" | mp-pool "$@" || note "$n: status $?"
	done <ten >single
}

same_as_single_runs()
{
	singly "$@"
	expect test "$(grep -c '' single)" = 10
	for j in 1 4 64; do
		run mp-pool "-j$j" -a ten "$@"
		expect_status 0
		expect_out -f single
		expect_err ''
	done
}

from_stdin()
{
	run mp-pool -j4 -a ten
	mv out want
	given '%s\n' 1 2 3 4 5 6 7 8 9 10
	run mp-pool -j4
	expect_status 0
	expect_out -f want
	run mp-pool -j4 ::: 1 2 3 4 5 6 7 8 9 10
	expect_out -f want
}

# Both streams, against a loop of the shell.
same_as_loop()
{
	seq "$(scale 200)" >seeds
	while read -r seed; do
		"$CHILD" output "$seed" 20000
	done <seeds >want.out 2>want.err
	for j in 1 4 64; do
		run mp-pool "-j$j" -a seeds "$CHILD" output {} 20000
		expect_status 0
		expect_out -f want.out
		expect_err -f want.err
	done
}

t 'seq 1 10: -j1, -j4, -j64 and ten single runs print the same' \
    same_as_single_runs
t 'and so does class prime' same_as_single_runs -c prime
t 'and so does a command' same_as_single_runs sh -c 'echo "$1" >&1' sh
t 'standard input, -a and ::: give the same tasks' from_stdin
t 'stdout and stderr of -j1, -j4, -j64 are those of a shell loop' same_as_loop
t_out 'without a record nothing is run' '' mp-pool false
t_out 'without a task behind ::: nothing is run' '' mp-pool false :::

# How many at a time.

# The first two of the CPUs that we may use: their numbers with a comma.
two_cpus()
{
	taskset -cp $$ | sed 's/.*: //' | tr ',' '\n' | while IFS=- read -r a b
	do
		seq "$a" "${b:-$a}"
	done | head -n 2 | paste -sd, -
}

one=
two=
if command -v taskset >/dev/null; then
	two=$(two_cpus)
	one=${two%,*}
fi
quota=$(cat /sys/fs/cgroup/cpu.max /sys/fs/cgroup/cpu/cpu.cfs_quota_us \
    2>/dev/null | grep '^[0-9]')
if test "$one" = "$two" || test -n "$quota"; then
	two=
fi

# on CPUS DESCRIPTION N OPTION…
on()
{
	list=$1
	what=$2
	n=$3
	shift 3
	if test -n "$list"; then
		t "$what" slots $((n + 3)) "$n" taskset -c "$list" mp-pool "$@"
	else
		skip "$what" 'no taskset, too few CPUs, or a quota'
	fi
}

t '-j N: N tasks at a time' slots 6 3 mp-pool -j 3
t '-j 1: one at a time' slots 4 1 mp-pool -j 1
t '-j 64: as many as that' slots 67 64 mp-pool -j 64
t '-j with more than there are tasks' slots 2 2 mp-pool -j 1000
t '-P is -j' slots 5 2 mp-pool -P 2
t 'the last -j or -P counts' slots 5 2 mp-pool -j7 -P5 -j2
t '-j 0: all at a time' slots 40 40 mp-pool -j 0
on "$one" 'the default is the number of CPUs by affinity: 1' 1
on "$two" 'the default is the number of CPUs by affinity: 2' 2
on "$one" '-j 100%: as many as CPUs' 1 -j 100%
on "$one" '-j 300%: three for each' 3 -j 300%
on "$one" '-j 150% is rounded up' 2 -j 150%
on "$two" '-j 50%: half of two CPUs' 1 -j 50%
on "$two" '-j 51% is rounded up' 2 -j 51%
on "$one" '-j 0% is at least 1' 1 -j 0%
on "$one" '-j +2: two more than CPUs' 3 -j +2
on "$two" '-j +1: one more than two CPUs' 3 -j +1
on "$two" '-j -1: one fewer than two CPUs' 1 -j -1
on "$one" '-j -5 is at least 1' 1 -j -5

# (64 - what we need ourselves) / 2
within_limit()
{
	run "$CHILD" entry --nofile 64 -- mp-pool -j0 -a seeds \
	    sh -c 'echo "$MP_SLOT"; echo "$1" >&2' sh
	expect_status 0
	expect_err -f seeds
	sort -n out | tail -n 1 >most
	read -r n <most
	expect test "$n" -ge 8
	expect test "$n" -le 31
}

t '-j 0 heeds the limit on open files' within_limit

# What holds anyhow.

in_order()
{
	printf '%s\n' a b c >want
	run mp-pool "$@" sh -c 'test "$1" != a || sleep 0.1; echo "$1"' sh \
	    ::: a b c
	expect_status 0
	expect_out -f want
}

t '-k is accepted' in_order -j3 -k
t '--keep-order is accepted' in_order -j3 --keep-order
t_out '-r is accepted' '' mp-pool -r false
t_out '--no-run-if-empty is accepted' '' mp-pool --no-run-if-empty false

# Environment.

t_out 'MP_SEQ is the number of the task, as {#}' 'a 1 1
b 2 2' mp-pool -j1 sh -c 'echo "$1 $2 $MP_SEQ"' sh '{}' '{#}' ::: a b
t_out 'MP_SLOT is the number of the slot, as {%}' 'a 1 1
b 1 1' mp-pool -j1 sh -c 'echo "$1 $2 $MP_SLOT"' sh '{}' '{%}' ::: a b
t_out 'MP_ATTEMPT is 1' 'MP_ATTEMPT=1' mp-pool "$CHILD" env ::: MP_ATTEMPT

others()
{
	run env MP_SEQ=70 MP_SLOT=71 MP_ATTEMPT=72 OTHER=x=y mp-pool -j1 -I '' \
	    "$CHILD" env ::: OTHER MP_SEQ MP_SLOT MP_ATTEMPT
	expect_status 0
	expect_out 'OTHER=x=y
MP_SEQ=2
MP_SLOT=1
MP_ATTEMPT=1'
	run env MP_SEQ=70 mp-pool sh -c '"$0" env | grep -c ^MP_SEQ=' \
	    ::: "$CHILD"
	expect_out 1
}

exclusive()
{
	seq "$(scale 300)" >records
	run mp-pool -j8 -a records sh -c 'mkdir "at.$MP_SLOT" && rmdir "at.$1"' \
	    sh '{%}'
	expect_status 0
	expect_err ''
}

t 'other variables are handed on, ours replaced' others
t 'no two tasks at a time have the same slot' exclusive

# Built-in classes.

listed()
{
	run mp-pool --list-classes
	expect_status 0
	expect_out -m "compute${TAB}?*
prime${TAB}?*"
}

t_out 'the default class is compute' "10${TAB}4${TAB}7${TAB}37.439471
1${TAB}0${TAB}-${TAB}1.000000" mp-pool -j2 ::: 10 1
t_out '-c names the class' "10${TAB}4${TAB}7" mp-pool -c prime ::: 10
t '--list-classes: names, a tab, what they do' listed

# --dry-run, -t, -v.

dry_run()
{
	run mp-pool --dry-run -j2 touch '{%}{#}' ::: a b c
	expect_status 0
	expect_out 'touch 11
touch 12
touch 13'
	expect_err ''
	expect test ! -e 11
}

# A shell reads back what is printed.
reads_back()
{
	printf '%s\n' 'a b' "it's" '' '*' '~' '\x' '"' '-n' '{x}' '$HOME' '#' \
	    'x=1' 'é' '!' ';' '`' '[a-z]' '>f' >records
	run mp-pool --dry-run -a records "$CHILD" lines {} 'x y'
	expect_status 0
	mv out lines
	while read -r line; do
		eval "set -- $line"
		test "$#$4" = '4x y' || note "$line"
		printf '%s\n' "$3"
	done <lines >back
	expect_file back -f records
}

controls()
{
	given '\001\n\t\\a\377\033[m\000'
	run mp-pool -0 --dry-run echo
	expect_status 0
	expect_out "echo \$'\\001\\n\\t\\\\a\\377\\033[m'"
}

shown()
{
	run mp-pool "$@" -j1 sh -c 'echo "$1"; echo "e$1" >&2' sh ::: 'a b' c
	expect_status 0
	expect_out 'a b
c'
	expect_err "sh -c 'echo \"\$1\"; echo \"e\$1\" >&2' sh 'a b'
ea b
sh -c 'echo \"\$1\"; echo \"e\$1\" >&2' sh c
ec"
}

told()
{
	run mp-pool "$@" -j1 sh -c 'echo "$1"; exit "$1"' sh ::: 0 3
	expect_status 123
	expect_out '0
3'
	expect_err -m "mp-pool: task 1: starts, slot 1
mp-pool: task 1: '0': exit status 0 (?*.??? s)
mp-pool: task 2: starts, slot 1
mp-pool: task 2: '3': exit status 3 (?*.??? s)
mp-pool: tasks: 2 done, 1 failed
mp-pool: task 2: '3': exit status 3 (?*.??? s)"
}

# What a running task was begun with is seen while it runs.
seen_at_once()
{
	start mp-pool -t -v "$CHILD" pause ::: ready
	wait_for 10 test -e ready
	expect_err -e "^$CHILD pause ready\$"
	expect_err -e '^mp-pool: task 1: starts, slot 1$'
	kill -TERM "$pid"
	finish
}

t '--dry-run prints the commands and runs none' dry_run
t_out '--dry-run without a command' 'prime 10
prime x' mp-pool --dry-run -c prime ::: 10 x
t '--dry-run quotes for the shell' reads_back
t '--dry-run shows control characters as escapes' controls
t '-t shows each command when it starts' shown -t
t '--print-commands' shown --print-commands
t '-v tells when tasks start, end, and how' told -v
t '--verbose' told --verbose
t '-t and -v tell it while the task runs' seen_at_once

given 'a\000b\n'
t_fail '--dry-run: a NUL in the record fails the task as it would else' 123 \
    "mp-pool: task 1: 'a\\\\0b': NUL in the record" \
    mp-pool --dry-run sh -c :

done_testing
