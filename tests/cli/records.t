#!/bin/sh
# SPDX-License-Identifier: ISC
#
# From input to command lines: where records begin and end, what they may
# hold and how long they may be; where they are read from, and that no more
# is read than is needed; what stands for them in a command.
#
# shellcheck disable=SC1003,SC2016,SC2317 # tasks expand it; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"

TAB=$(printf '\t')
tick="'"

# What a record is.

# bytes N TEXT: N bytes and no newline, TEXT again and again.
bytes()
{
	yes "$2" | tr -d '\n' | head -c "$1"
}

show()
{
	mp-pool "$@" printf '[%s]\n'
}

given 'a b\n"c\\ '"$tick"'\n  d\t\n'
t_out 'a record is a line; blanks, quotes, backslashes mean nothing' \
    '[a b]
["c\ '"$tick]
[  d$TAB]" show
given 'a\nb'
t_out 'the last record counts without its newline' '[a]
[b]' show
given 'a\n\nb\n\n'
t_out 'an empty line is an empty argument' '[a]
[]
[b]
[]' show
given '\n'
t_out 'one newline is one empty record' '[]' show
t_out 'empty input is no record' '' show
given 'a\nb\000\000c'
t_out '-0: records end in NUL, the last one needs none' '[a
b]
[]
[c]' show -0

# delimiter TEXT BYTE, for printf: -d TEXT means BYTE.
delimiter()
{
	given "one$2two words\n$2$2three"
	run show -d "$1"
	expect_status 0
	expect_out '[one]
[two words
]
[]
[three]'
}

printf '%s\n' ': :' ', ,' '\ \\' '" "' '\a \a' '\b \b' '\f \f' '\r \r' \
    '\t \t' '\v \v' '\\ \\' '\0 \000' '\072 \072' '\72 \072' '\1 \001' \
    '\377 \377' '\x3a :' '\x3A :' '\xff \377' '\x9 \011' '\x0 \000' \
    '\000 \000' >delimiters
while read -r text byte; do
	t "-d $text" delimiter "$text" "$byte"
done <delimiters
given 'one\ntwo'
t_out '-d \n' '[one]
[two]' show -d '\n'

# Each byte that is no newline and no NUL, alone and all in one record.
every_byte()
{
	i=1
	while test "$i" -lt 256; do
		octal=$(printf '%03o' "$i")
		test "$i" -eq 10 || printf '%b' "\\0$octal\\n"
		i=$((i + 1))
	done >each
	tr -d '\n' <each >all
	echo >>all
	cat each >>all
	run mp-pool -a all printf '%s\n'
	expect_status 0
	expect_out -f all
	expect test "$(wc -c <all)" -eq 763
}

# The kernel takes arguments up to 128 KiB with their NUL; records may be
# longer, but then only a built-in class takes them.
longest_argument()
{
	{
		bytes 131071 a
		echo
		bytes 131072 b
		printf '\nc\n'
	} >records
	run mp-pool -a records sh -c 'echo "${#0}"'
	expect_status 123
	expect_out '131071
1'
	expect_err -m "mp-pool: task 2: '$(bytes 60 b)'...: sh: Argument list*"
}

all_too_long()
{
	bytes 100000 'x y
' | tr ' ' '\n' >records
	bytes 4000000 1 | fold -w 100000 >records
	given 'z\n'
	run mp-pool -n 40 -a records true
	expect_status 123
	expect_out ''
	expect_err -m "mp-pool: task 1: '1*1'... and 39 more: true: Argument *"
}

# The number 10, as N bytes.
ten()
{
	bytes "$(($1 - 2))" 0
	echo 10
}

longest_record()
{
	{
		ten 1048576
		ten 2097152
		ten 2097153
		ten 5000000
		echo 11
	} >records
	run mp-pool -c prime -a records
	expect_status 123
	expect_out "10${TAB}4${TAB}7
10${TAB}4${TAB}7
11${TAB}4${TAB}7"
	zeros=$(bytes 60 0)
	expect_err "mp-pool: task 3: '$zeros'...: record too long
mp-pool: task 4: '$zeros'...: record too long"
	run mp-pool -a records true
	expect_status 123
	expect_err -e "^mp-pool: task 3: '$zeros'\\.\\.\\.: record too long$"
}

endless_record()
{
	size=$(scale 200)
	bytes "${size}000000" x >records
	run "$CHILD" maxrss peak mp-pool -a records true
	expect_status 123
	read -r rss <peak
	expect test "$rss" -gt 100
	expect test "$rss" -lt 20000
	rm records
}

t 'records hold any other byte' every_byte
t 'an argument of 128 KiB fails its task alone' longest_argument
t 'arguments that are too long together fail their task' all_too_long
t 'a record of 2 MiB is one; of a longer one the task fails' longest_record
t_mem 'a record without an end takes no memory' endless_record
given 'a\nx\000y\nb\n'
t_fail 'a NUL in a record fails its task' 123 \
    "mp-pool: task 2: 'x\\\\0y': NUL in the record" \
    mp-pool sh -c 'test "$0" != x'
given 'x\000y\na\n'
t_fail 'with -n, the task of this record' 123 \
    "mp-pool: task 1: 'x' and 1 more: NUL in the record" mp-pool -n 2 echo

# Where they come from.

printf '1\n2\n' >lines
mkdir dir

given '1\n2\n'
t_out '-a - is standard input' '[1]
[2]' show -a -
t_out '-a FILE' '[1]
[2]' show -a lines
t_out '-a with an empty file' '' show -a /dev/null
t_fail '-a with a directory' 125 'mp-pool: dir: Is a directory' show -a dir
t_fail '-a with a file that is not there' 125 \
    'mp-pool: nosuch: No such file or directory' show -a nosuch
t_fail 'standard input is a directory' 125 \
    'mp-pool: standard input: Is a directory' sh -c 'mp-pool echo <dir'
t_out 'tasks behind ::: may be anything' '[a b]
[]
[-n]
[x
y]' mp-pool printf '[%s]\n' ::: 'a b' '' -n 'x
y'
given 'x\n'
t_out 'with ::: standard input is not read, the tasks have it' 'x' \
    mp-pool cat ::: -
given 'x\n'
t_out 'with -a FILE the tasks have our standard input' 'x
1' mp-pool -n 2 -a lines sh -c 'cat; echo "$0"'
given '1\n2\n'
t_out 'else their standard input is /dev/null' '0 /dev/null
0 /dev/null' mp-pool sh -c '"$0" fds | head -n 1' "$CHILD"
given '1\n2\n'
t_out 'with -a - too' '0 /dev/null
0 /dev/null' mp-pool -a - sh -c '"$0" fds | head -n 1' "$CHILD"

# Ended, for a test that fails by force.
over()
{
	wait_for 20 gone || kill -KILL "$pid"
	finish
	exec 3>&- 4>&-
}

gone()
{
	! alive "$pid"
}

# While the only task that may run does so, what comes stays in the pipe.
# The task says something after that came: when its output is there,
# mp-pool has looked at its descriptors.
lazily()
{
	mkfifo feed gate
	: >began
	start sh -c 'exec mp-pool -j1 sh -c '\''echo "$1" >>began
	    read -r line <gate && echo "$line" && read -r line <gate'\'' sh <feed'
	exec 3<>gate 4<>feed
	echo a >&4
	wait_for 10 test -s began
	printf 'b\nc\n' >&4
	echo said >&3
	wait_for 10 test -s out
	IFS= read -r line <&4
	expect test "$line" = b
	printf '\n\n\n' >&3
	exec 4>&-
	over
	expect_status 0
	expect_file began 'a
c'
}

# The input goes on, but the task runs.
at_once()
{
	mkfifo forth
	rm -f out
	start sh -c 'exec mp-pool -j2 echo <forth'
	exec 4<>forth
	printf 'a\nb' >&4
	wait_for 10 test -s out
	expect_out a
	printf 'c\n' >&4
	wait_for 10 grep -q bc out
	exec 4>&-
	over
	expect_status 0
}

t 'no more is read than is needed' lazily
t 'a task starts as soon as its record is there' at_once

# What stands for them.

printf '%s\n' file dir/file.tar.gz /file.c dir/ dir.d/file .hidden dir/.h \
    a. / '' //a ///a///b.c// 'a b/c d.e f' '{#}.{}' ../x >paths

forms()
{
	run mp-pool -a paths printf '%s|%s|%s|%s\n' '{}' '{.}' '{/}' '{/.}'
	expect_status 0
	expect_out 'file|file|file|file
dir/file.tar.gz|dir/file.tar|file.tar.gz|file.tar
/file.c|/file|file.c|file
dir/|dir/||
dir.d/file|dir.d/file|file|file
.hidden||.hidden|
dir/.h|dir/|.h|
a.|a|a.|a
/|/||
|||
//a|//a|a|a
///a///b.c//|///a///b.c//||
a b/c d.e f|a b/c d|c d.e f|c d
{#}.{}|{#}|{#}.{}|{#}
../x|../x|x|x'
}

directories()
{
	while read -r path; do
		dirname -- "$path"
	done <paths >want
	run mp-pool -a paths echo '{//}'
	expect_status 0
	expect_out -f want
}

t '{} {.} {/} {/.}: the record and parts of it' forms
t '{//} is what dirname prints' directories
t_out '{#}: the number of the task' '1a
2b' mp-pool echo '{#}{}' ::: a b
t_out '{%}: the number of the slot' '1a
1b' mp-pool -j1 echo '{%}{}' ::: a b
t_out 'as often as they occur, within arguments' 'a.ca.cx/a.c-a a.c' \
    mp-pool echo '{}{}x/{}-{.}' '{}' ::: a.c
t_out 'in the command itself' a mp-pool '{}' a ::: echo
t_out 'in a part of the command' a mp-pool 'ec{}' a ::: ho
t_out 'without any of them the record comes last' '{foo} a' \
    mp-pool echo '{foo}' ::: a
t_out 'with {#} alone it does not' 1 mp-pool echo '{#}' ::: a
t_out 'with {%} alone neither' 1 mp-pool echo '{%}' ::: a
t_out 'other text in braces stays' \
    '{foo} {1} {#x} {...} {/./} { } {a} {a {a' \
    mp-pool echo '{foo}' '{1}' '{#x}' '{...}' '{/./}' '{ }' '{{}}' '{{}' \
    '{{}' ::: a
t_out 'records are not looked at again' '{#} {} $(x) *' \
    mp-pool echo '{}' ::: '{#} {} $(x) *'
t_out '-I STR: STR stands for the record, {} no more, others still do' \
    'a.c{}a 1' mp-pool -I XX echo 'XX{}{.}' '{#}' ::: a.c
t_out '-I {#}: STR wins over a form' 'a {}' mp-pool -I '{#}' echo '{#}' '{}' \
    ::: a
t_out "-I '': nothing is replaced, the record comes last" '{} {.} {#} a' \
    mp-pool -I '' echo '{}' '{.}' '{#}' ::: a

t_out '-n N: N records to each command, the last one gets fewer' 'a b c
d' mp-pool -n 3 echo ::: a b c d
given 'a\nb\nc\n'
t_out '-n N with records from standard input' 'a b
c' mp-pool -n 2 echo
t_out '-n N: an argument with a form is repeated for each record' \
    '1 -fa.c -fb.c x a/1 b/1
2 -fc.c x c/1' \
    mp-pool -j1 -n 2 echo '{#}' '-f{}' x '{.}/{%}' ::: a.c b.c c.c
t_out '-n N with -I' '<a> <b>
<c>' mp-pool -n 2 -I @ echo '<@>' ::: a b c
t_out '-n N with -d' '[a b]
[c]' sh -c 'printf a:b:c | mp-pool -d : -n 2 sh -c '\''echo "[$*]"'\'' sh'

t_out '--sh: the record is an argument of the script' '[$(x) "y"]
[{}]' mp-pool --sh 'printf "[%s]\n" "$1"' ::: '$(x) "y"' '{}'
t_out '--sh: nothing is replaced in the script' '{} {#} a.b {.' \
    mp-pool --sh 'echo "{} {#} $1 {."' ::: a.b
t_out '--sh with arguments of its own' '2 a.b -a' \
    mp-pool --sh 'echo "$#" "$@"' '{}' '-{.}' ::: a.b
t_out '--sh: $0 is our name' mp-pool mp-pool --sh 'echo "$0"' ::: a
t_out '--sh with -n' 'a b
c' mp-pool -n 2 --sh 'echo "$@"' ::: a b c
t_out '--sh with --dry-run' "sh -c 'echo \$1' mp-pool 'a b'" \
    mp-pool --dry-run --sh 'echo $1' ::: 'a b'
t_fail '--sh and a class' 125 'mp-pool: -c: a class and a command exclude *' \
    mp-pool --sh 'echo' -c prime ::: 1
t_fail '--sh: a script with an error fails its tasks' 123 \
    'mp-pool: *yntax error*' mp-pool --sh 'echo (' ::: a

done_testing
