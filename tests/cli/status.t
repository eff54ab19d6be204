#!/bin/sh
# SPDX-License-Identifier: ISC
#
# What mp-pool says of its tasks: its exit status, and the digest of those
# that failed. When the command is looked for, where, and what comes of it
# if it is not found or cannot be executed.
#
# shellcheck disable=SC2016,SC2317 # tasks expand it; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"

TIME='([0-9]*.[0-9][0-9][0-9] s)'
NONE='No such file or directory'

# fails STATUS OUT ERR COMMAND…: OUT is text, ERR a shell pattern.
fails()
{
	want_status=$1
	want_out=$2
	want_err=$3
	shift 3
	run "$@"
	expect_status "$want_status"
	expect_out "$want_out"
	expect_err -m "$want_err"
}

# 0 and 123.

t_out '0: all tasks succeeded' 'a
b' mp-pool echo ::: a b
t_out '0: there was nothing to do' '' mp-pool false
t '123: one task failed, the others ran' fails 123 '0
1
2' "mp-pool: task 2: '1': exit status 1 $TIME" \
    mp-pool sh -c 'echo "$1"; test "$1" != 1' sh ::: 0 1 2
t 'whatever its status is, that stops no other task' fails 123 '126
127
255
124
0' "mp-pool: task 1: '126': exit status 126 $TIME
mp-pool: task 2: '127': exit status 127 $TIME
mp-pool: task 3: '255': exit status 255 $TIME
mp-pool: task 4: '124': exit status 124 $TIME" \
    mp-pool -j1 sh -c 'echo "$1"; exit "$1"' sh ::: 126 127 255 124 0
t 'nor does a signal' fails 123 'KILL
0' "mp-pool: task 1: 'KILL': signal KILL $TIME" \
    mp-pool -j1 sh -c 'echo "$1"; test "$1" = 0 || kill -s "$1" $$' sh \
    ::: KILL 0

# 126 and 127.

mkdir dir bin bin2
printf 'echo "$1"\n' >plain
printf 'echo "script $1 $#"\n' >script
printf '#!/nosuch/interpreter\n' >strange
cp plain bin/tool
cp script bin2/tool
chmod +x script strange bin2/tool

t_fail '127: the command is not found' 127 "mp-pool: nosuch: $NONE" \
    mp-pool nosuch ::: a
t_fail '127: a path that is not there' 127 "mp-pool: ./nosuch: $NONE" \
    mp-pool ./nosuch ::: a
t_fail '127: a path through a file' 127 'mp-pool: plain/x: Not a directory' \
    mp-pool plain/x ::: a
t_fail '127: an empty name' 127 "mp-pool: *: $NONE" mp-pool '' ::: a
t_fail '127: the interpreter of the script is not there' 127 \
    "mp-pool: ./strange: $NONE" mp-pool -j2 ./strange ::: a b c
t_fail '126: it may not be executed' 126 \
    'mp-pool: ./plain: Permission denied' mp-pool ./plain ::: a
t_fail '126: it is a directory' 126 'mp-pool: ./dir: Permission denied' \
    mp-pool ./dir ::: a
t_fail '126: what is in PATH may not be executed' 126 \
    'mp-pool: tool: Permission denied' env "PATH=$T/bin:$PATH" mp-pool tool \
    ::: a
t_out 'PATH is searched for what may be executed' 'script a 1' \
    env "PATH=$T/bin:$T/bin2:$PATH" mp-pool tool ::: a
t_out 'an empty part of PATH is the current directory' 'script a 1' \
    env "PATH=$T/bin::$PATH" mp-pool script ::: a
t_out 'without PATH there is a default' a \
    env -u PATH "$MP_BINDIR/mp-pool" echo ::: a
t_out 'a file without a first line #! is run by sh' 'script a 1
script b c 1' mp-pool ./script ::: a 'b c'

# The record is not read, although it is there.
at_once()
{
	mkfifo feed
	exec 4<>feed
	echo record >&4
	run mp-pool nosuch <&4
	expect_status 127
	run sh -c 'mp-pool nosuch <feed'
	expect_status 127
	expect_err "mp-pool: nosuch: $NONE"
	read -r line <&4
	exec 4>&-
	expect test "$line" = record
}

# It was there for the first task, which fails; the third is not tried.
vanishes()
{
	printf '#!/bin/sh\necho "$1"\n%s vanishing\necho bad >&2\nexit 7\n' \
	    "$1" >vanishing
	chmod +x vanishing
	fails "$2" 1 "bad
mp-pool: ./vanishing: $3
mp-pool: task 1: '1': exit status 7 $TIME: bad" \
	    mp-pool -j1 ./vanishing ::: 1 2 3
}

t 'a command that is not found is told before a record is read' at_once
t '127: the command goes away while tasks run: no more are started' \
    vanishes 'rm' 127 "$NONE"
t '126: the command can no more be executed' \
    vanishes 'chmod -x' 126 'Permission denied'
t 'a command named by the record fails its task alone' fails 123 '2 2
5 5' "mp-pool: task 1: 'nosuch': nosuch: $NONE
mp-pool: task 3: './plain': ./plain: Permission denied
mp-pool: task 4: './dir': ./dir: Permission denied" \
    mp-pool '{}' '{#} {#}' ::: nosuch echo ./plain ./dir echo
t 'a command that holds a form, too' fails 123 'script 2 1' \
    "mp-pool: task 1: 'x y': './x y': $NONE" \
    mp-pool './{}' '{#}' ::: 'x y' script
t_out 'such a command may be run by sh, too' 'script 1 1' \
    mp-pool '{}' '{#}' ::: ./script
t_fail 'the name in messages is that of the program' 127 "pool: nosuch: $NONE" \
    sh -c 'ln -s "$0/mp-pool" pool && exec ./pool nosuch' "$MP_BINDIR"

# The digest.

signals()
{
	set -- HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE \
	    ALRM TERM XCPU XFSZ VTALRM PROF SYS
	pattern=
	n=0
	for i; do
		n=$((n + 1))
		pattern="${pattern}mp-pool: task $n: '$i': signal $i $TIME
"
	done
	run mp-pool "$CHILD" signal ::: "$@"
	expect_status 123
	expect_err -m "${pattern%?}"
	run mp-pool "$CHILD" signal ::: 34 36
	expect_err -m "mp-pool: task 1: '34': signal RTMIN $TIME
mp-pool: task 2: '36': signal RTMIN+2 $TIME"
}

# says PATTERN FORMAT: of a task that printf's FORMAT to stderr the digest
# shows this.
says()
{
	run mp-pool -j1 sh -c 'printf "$1" >&2; exit 1' sh ::: "$2"
	expect_status 123
	tail -n 1 err >last
	expect_file last -m "mp-pool: task 1: '*: exit status 1 $TIME$1"
}

# A process that does the work dies: the task that it was doing fails.
worker_dies()
{
	rm -f out
	start mp-pool -j1 -c prime ::: 10 1000000000 11 12
	wait_for 20 test -s out
	left | while read -r one rest; do
		test "$one" = "$pid" || kill -KILL "$one"
	done
	finish
	expect_status 123
	expect_out '10	4	7
11	4	7
12	5	11'
	expect_err -m "mp-pool: task 2: '1000000000': signal KILL (*)"
}

# as SHOWN RECORD: how the record is shown.
as()
{
	run mp-pool -j1 false ::: "$2"
	expect_status 123
	expect_file err -m "mp-pool: task 1: $1: exit status 1 $TIME"
}

in_order()
{
	run mp-pool -j2 sh -c '
	    test "$1" = b || until test -e b; do sleep 0.02; done
	    touch "$1"; echo "e$1" >&2; test "$1" = c' sh ::: a b c
	expect_status 123
	expect_err -m "ea
eb
ec
mp-pool: task 1: 'a': exit status 1 $TIME: ea
mp-pool: task 2: 'b': exit status 1 $TIME: eb"
}

takes()
{
	run mp-pool sh -c 'sleep 0.3; false' ::: a
	sed 's/.*(\([0-9]*\)\.\([0-9]*\) s)$/\1\2/' err >ms
	expect test "$(cat ms)" -ge 300
	expect test "$(cat ms)" -lt 20000
}

each_of_many()
{
	seq 2000 >records
	run mp-pool -c prime -a records
	mv out want
	while read -r n; do
		echo "$n"
		echo "x$n"
	done <records >mixed
	run mp-pool -j4 -c prime -a mixed
	expect_status 123
	expect_out -f want
	sed "s/^\\(.*\\)\$/mp-pool: task \\1: 'x: invalid/" records |
	    awk '{ n++; sub(/task [0-9]+: .x/, "task " 2 * n ": \047x" n "\047")
	    print }' >want
	expect_err -f want
}

tabs=$(printf '%0101d' 0 | tr 0 '\t')
escapes=$(printf '%0100d' 0 | sed 's/0/\\\\t/g')
many=$(printf '%0250d' 0)
t 'it names the signal of each task' signals
t 'the last line on stderr follows' says ': two' 'one\ntwo\n'
t 'also if it has no newline' says ': two' 'one\ntwo'
t 'the last line that is not empty' says ': one' 'zero\none\n\n\n'
t 'nothing follows if there was none' says '' ''
t 'nothing follows if there were empty lines only' says '' '\n\n'
t 'of a long line 200 bytes' says ": $(printf '%0200d' 0)..." "x\n$many\n"
t 'of one with escapes, too' says ": $escapes..." "$tabs\n"
t 'its control characters are escapes' says ': a\\tb\\^\[\[mc' 'a\tb\033[mc\n'
t 'text in UTF-8 stays' says ': é€😀' 'é€😀\n'
t 'it begins a line of its own' says ': x' 'x'
t 'records are shown between quotes' as "'a b'" 'a b'
t 'an empty record, too' as "''" ''
t 'their control characters are escapes' as "'a\\\\nb\\\\^\\[\\[mc\\\\t'" \
    "$(printf 'a\nb\033[mc\t')"
t 'and so are bytes that are no text' as "'\\\\*a\\\\*'" \
    "$(printf '\377a\302\233')"
t 'text in UTF-8 stays in records' as "'é€😀'" 'é€😀'
t 'of a long record 60 bytes are shown' as "'$(printf '%060d' 0)'..." "$many"
t 'one of 60 bytes is shown as a whole' as "'$(printf '%060d' 0)'" \
    "$(printf '%060d' 0)"
t 'of several records the first one is shown, the others counted' \
    fails 123 '' "mp-pool: task 1: 'a' and 2 more: exit status 1 $TIME
mp-pool: task 2: 'd': exit status 1 $TIME" \
    mp-pool -n 3 false ::: a b c d
t 'a built-in class tells the reason alone' fails 123 '' \
    "mp-pool: task 1: 'abc': invalid
mp-pool: task 2: '': invalid
mp-pool: task 3: '-1': too small" mp-pool -c prime ::: abc '' -1
t 'it tells if the process of a built-in class dies' worker_dies
t 'it is in the order of the tasks, behind all other output' in_order
t 'it tells the seconds that the task took' takes
t 'it holds all that failed, however many' each_of_many

done_testing
