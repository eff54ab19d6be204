#!/bin/sh
# SPDX-License-Identifier: ISC
#
# The command line: each option in its short and in its long form, where
# options end, which one counts if two contradict each other; --help and
# --version; and each usage error: one line that names what is wrong, one of
# usage, status 125, and nothing was run.
#
# shellcheck disable=SC2016,SC2317 # tasks expand it; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"

TAB=$(printf '\t')
USAGE='usage: mp-pool [options] [command [argument ...]] [::: task ...]'

# Both forms of each option.

printf 'a b\000c\nd' >nuls
printf 'a:b\n:c' >colons
printf '1\n2\n3\n' >lines

given 'a b\000c\nd'
t_out '-0: records end in NUL' '[a b]
[c
d]' mp-pool -0 printf '[%s]\n'
given 'a b\000c\nd'
t_out '--null' '[a b]
[c
d]' mp-pool --null printf '[%s]\n'
t_out '-a FILE' '1
2
3' mp-pool -a lines echo
t_out '-aFILE' '1
2
3' mp-pool -alines echo
t_out '--arg-file FILE' '1
2
3' mp-pool --arg-file lines echo
t_out '--arg-file=FILE' '1
2
3' mp-pool --arg-file=lines echo
t_out '-c CLASS' "10${TAB}4${TAB}7" mp-pool -c prime ::: 10
t_out '--class CLASS' "10${TAB}4${TAB}7" mp-pool --class prime ::: 10
t_out '-d C' '[a]
[b
]
[c]' mp-pool -d : -a colons printf '[%s]\n'
t_out '--delimiter C' '[a]
[b
]
[c]' mp-pool --delimiter=: -a colons printf '[%s]\n'
t_out '-I STR' '{} x y' mp-pool -I @ echo {} @ y ::: x
t_out '--replace STR' '{} x y' mp-pool --replace @ echo {} @ y ::: x
t_out '-n N' '1 2
3' mp-pool -n 2 -a lines echo
t_out '--max-args N' '1 2
3' mp-pool --max-args=2 -a lines echo

# The slots that four tasks have which wait for each other.
together()
{
	run mp-pool "$@" sh -c 'touch "at.$1"
	    until test -e at.4; do sleep 0.02; done' sh ::: 1 2 3 4
	expect_status 0
	rm at.*
}

in_one_piece()
{
	run mp-pool -j2 "$@" sh -c 'echo "$1"
	    test "$1" = b || until test -s out; do sleep 0.02; done
	    echo "$1"' sh ::: a b
	expect_status 0
	expect_out 'b
b
a
a'
}

unbuffered()
{
	run mp-pool "$@" sh -c '"$0" fds 2>&1 | grep ^2; exec "$0" fds >&2' \
	    ::: "$CHILD"
	expect_status 0
	expect_err -e "^1 $T/err\$"
	expect_err -e "^2 $T/err\$"
}

t '-j N' together -j 4
t '--jobs N' together --jobs 4
t '--jobs=N' together --jobs=4
t '-P N' together -P4
t '--max-procs N' together --max-procs 4
t '-u: in the order of completion' in_one_piece -u
t '--unordered' in_one_piece --unordered
t '--raw: the tasks have our stdout and stderr' unbuffered --raw
t_out '--ahead N' '1
2
3' mp-pool --ahead 1 -a lines echo
t_out '--buffer SIZE' '1
2
3' mp-pool --buffer 0 -a lines echo
t_out '--buffer SIZE with a unit' '1
2
3' mp-pool --buffer=64K -a lines echo
t_out '-k, -r' '1
2
3' mp-pool -kr -a lines echo
t_out '--keep-order, --no-run-if-empty' '1
2
3' mp-pool --keep-order --no-run-if-empty -a lines echo
t_out '--dry-run' 'echo a' mp-pool --dry-run echo ::: a
t_out 'letters may stand together, the last one with a value' '1 2
3' mp-pool -krn2 -alines echo

# Where they end, and which one counts.

t_out 'options end at the first operand' '-j x --nosuch a' \
    mp-pool echo -j x --nosuch ::: a
t_out 'options end at --' '-u' mp-pool -- echo ::: -u
t_out '-- behind the command is an argument of it' '-- a' \
    mp-pool echo -- ::: a
t_out 'options end at :::' '1	0	-' mp-pool -c prime ::: 1
t_out 'the last of -0 and -d counts: -d' '[a]
[b
]
[c]' mp-pool -0 -d : -a colons printf '[%s]\n'
t_out 'the last of -d and -0 counts: -0' '[a b]
[c
d]' mp-pool -d : -0 -a nuls printf '[%s]\n'
t 'the last of -u and --raw counts: --raw' unbuffered -u --raw
t 'the last of -u and --raw counts: -u' in_one_piece --raw -u
t_out 'the last -n counts' '1 2
3' mp-pool -n 1 -n 2 -a lines echo
t_out 'the last -I counts' '% x {}' mp-pool -I % -I @ echo % @ {} ::: x

# --help and --version.

helps()
{
	run mp-pool "$@"
	expect_status 0
	expect_err ''
	head -n 1 out >first
	expect_file first "$USAGE"
	for o in '-0, --null' '-a, --arg-file FILE' '    --ahead N' \
	    '    --buffer SIZE' '-c, --class CLASS' '-d, --delimiter C' \
	    '    --dry-run' '-I, --replace STR' '-j, --jobs N' \
	    '-k, --keep-order' '    --list-classes' '-n, --max-args N' \
	    '-P, --max-procs N' '-r, --no-run-if-empty' '    --raw' \
	    '-t, --print-commands' '-u, --unordered' '-v, --verbose' \
	    '    --help' '    --version'; do
		expect_out -e "^  $o  +[^ ]"
	done
	expect_out -E '.{81}'
}

versions()
{
	run mp-pool "$@"
	expect_status 0
	expect_err ''
	expect_out -m 'mp-pool (mp-utils) [0-9]*.[0-9]*
features:*'
}

t '--help: a summary of all options on stdout' helps --help
t '--help among other options' helps -j4 --help -v echo
t '--version: name, version, features on stdout' versions --version

# Usage errors.

is_bad()
{
	rm -f began
	given 'x\n'
	run mp-pool "$@"
	expect_status 125
	expect_out ''
	expect_err "mp-pool: $message
$USAGE"
	expect test ! -e began
}

# bad MESSAGE ARGUMENT …
bad()
{
	message=$1
	shift
	t "usage: $*" is_bad "$@"
}

bad '-x: unknown option' -x touch began
bad '-x: unknown option' -kx touch began
bad '-1: unknown option' -1 touch began
bad "'--nosuch': unknown or ambiguous option" --nosuch touch began
bad "'--nosuch=1': unknown or ambiguous option" --nosuch=1 touch began
bad "'--r=x': unknown or ambiguous option" --r=x touch began
bad '-k: takes no value' --keep-order=yes touch began
bad '--raw: takes no value' --raw=yes touch began
bad '--list-classes: takes no value' --list-classes=x
for o in a c d I j n P; do
	bad "-$o: needs a value" "-$o"
	bad "-$o: needs a value" -k "-k$o"
done
for o in a=arg-file c=class d=delimiter I=replace j=jobs n=max-args \
    P=max-procs; do
	bad "-${o%%=*}: needs a value" "--${o#*=}"
done
bad '--ahead: needs a value' --ahead
bad '--buffer: needs a value' --buffer
for o in j P; do
	for n in x '' - + % 1.5 1e3 0x10 ' 1' '1 ' +-1 5%% -5% +5% 1k; do
		bad "-$o: '$n': invalid" "-$o" "$n" touch began
	done
	for n in 99999999 99999999999999999999999999 -99999999 99999999%; do
		bad "-$o: '$n': out of range" "-$o" "$n" touch began
	done
done
bad "-j: 'x': invalid" --jobs=x touch began
bad "-n: '0': too small" -n 0 touch began
bad "-n: '-1': too small" -n -1 touch began
bad "-n: 'x': invalid" -n x touch began
bad "-n: '': invalid" -n '' touch began
bad "-n: '2x': invalid" -n 2x touch began
bad "-n: '99999999999999999999': too large" -n 99999999999999999999 touch began
bad '-n: needs a command' -n 2
bad "--ahead: '0': too small" --ahead 0 touch began
bad "--ahead: 'x': invalid" --ahead x touch began
bad "--ahead: '99999999999999999999': too large" \
    --ahead 99999999999999999999 touch began
for n in x '' -1 1.5M 10Q 1KM ' 1' 0x10; do
	bad "--buffer: '$n': invalid size" --buffer "$n" touch began
done
for n in 16E 99999999999999999999; do
	bad "--buffer: '$n': too large" --buffer "$n" touch began
done
for c in '' xx é '\q' '\x' '\xg' '\x100' '\400' '\8' '\nn'; do
	shown=$(printf %s "$c" | sed 's/\\/\\\\/g')
	bad "-d: '$shown': not one byte" -d "$c" touch began
done
bad "-c: 'nosuch': no such class; --list-classes names them" -c nosuch
bad "-c: '': no such class; --list-classes names them" -c ''
bad '-c: a class and a command exclude each other' -c prime touch began
bad '-c: a class and a command exclude each other' \
    -c prime touch ::: began
bad "-a: 'lines': there is one file already" -a lines -a lines touch began
bad '-a: tasks from a file and behind ::: exclude each other' \
    -a lines touch ::: began
bad "':::+': no list before it" touch :::+ began
long=$(printf '%0100d' 0)
bad "-j: 'x$(printf '%059d' 0)'...: invalid" -j "x$long" touch began

# What came on the command line must not reach the terminal as it is.
no_controls()
{
	run mp-pool "$@"
	expect_status 125
	expect_err -E '[[:cntrl:]]'
	expect_err -e 'usage: '
}

escape=$(printf '\033')
t 'a value with control characters is shown with escapes' \
    no_controls -j "${escape}x"
t 'a long option with control characters, too' no_controls "--$escape"
t 'a letter that is a control character, too' no_controls "-$escape"

done_testing
