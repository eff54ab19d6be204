#!/bin/sh
# SPDX-License-Identifier: ISC
#
# mp-spawn starts all copies, each in the state that was asked for, or none:
# each setting that is wrong or cannot be had, each command that cannot be
# executed, also by the last of many copies. Each copy that ran would leave
# a file.
#
# shellcheck disable=SC2016,SC2086,SC2317 # commands expand it; words of a
# command; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"

export CHILD
chmod 711 "$T"
chmod 777 "$T/tmp"
cd tmp || exit 99
touch="touch $PWD/ran-{}"

none_ran()
{
	expect test -z "$(find . -name 'ran-*')"
	rm -f ran-*
}

# refused STATUS PATTERN COMMAND …: at once, in one line; nothing ran.
refused()
{
	want=$1
	pattern=$2
	shift 2
	run "$@"
	expect_status "$want"
	expect_out ''
	sed '2{/^usage: mp-spawn /d;}' "$T/err" >line
	expect_file line -m "mp-spawn: $pattern"
	expect test "$(grep -c '' line)" = 1
	none_ran
}

# Messages: "mp-spawn: OPTION: 'VALUE': REASON".

# tells OPTION VALUE REASON: the option as it was given or its letter; where
# it is found out by a copy, "copy NAME: " is before it. Of N=PATH one part
# may be all that is told.
tells()
{
	read -r line <"$T/err"
	told=${line#mp-spawn: }
	told=${told#copy touch-0: }
	case $told in
	"$1: '"* | "-$letter: '"*) ;;
	*)
		note "no message on $1, but: $line"
		;;
	esac
	told=${told#*: }
	case $1$told in
	"$1'$2': "*) ;;
	"--fd'${2%%=*}': "* | "--fd'${2#*=}': "*) ;;
	*)
		note "no message on '$2', but: $line"
		;;
	esac
	# shellcheck disable=SC2254 # the reason is meant as a pattern
	case ${told#*"': "} in
	$3) ;;
	*)
		note "not the reason expected: $line"
		;;
	esac
}

# option_refused LONG VALUE REASON [WORD …]: WORD … is put before mp-spawn.
option_refused()
{
	long=$1
	value=$2
	reason=$3
	shift 3
	for n in 1 3; do
		refused 125 '*' "$@" mp-spawn -n $n $long "$value" $touch
		tells $long "$value" "$reason"
	done
	refused 125 '*' "$@" mp-spawn "$long=$value" --replace $touch
}

# bad LETTER LONG REASON VALUE …
bad()
{
	letter=$1
	option=--$2
	reason=$3
	shift 3
	for value; do
		t "$option '$value': refused" \
		    option_refused $option "$value" "$reason"
	done
}

: >file
mkdir dir

# A number of copies: there is one -n only, so not with the others.
for n in 0 -1 1e9 1000000000 100001 99999999999999999999 1.5 1x x ''; do
	t "-n '$n': refused" refused 125 "-n: '$n': ?*" mp-spawn -n "$n" $touch
	t "--copies '$n': refused" refused 125 "-*: '$n': ?*" \
	    mp-spawn --copies="$n" $touch
done

bad - first '?*' -1 1000000001 1e9 x ''
bad U user 'no such user*' nosuchuser nosuchuser:root
bad U user 'no such group*' root:nosuchgroup :nosuchgroup
bad U user '?*' '' : -1 99999999999 4294967295 4294967295:0 0:4294967295
bad - groups 'no such group*' nosuchgroup root,nosuchgroup
bad - groups '?*' , root, ,root root,,root 4294967295 -1
bad l limit 'no such limit*' nosuch=1 NOFILE=1
bad l limit '?*' '' nofile nofile= nofile=x nofile=: nofile=-1 nofile=1:2:3 \
    nofile=20:10 nofile=1Q nofile=1.5 nofile=99999999999999999999999 =5
bad l limit 'Operation not permitted' nofile=9999999999 nofile=:9999999999
bad N nice '?*' 20 -21 x '' 1.5 +99
bad - sched '?*' nosuch '' fifo fifo: fifo:0 fifo:100 fifo:x rr rr:0 rr:-1 \
    other:1 idle:1 batch:1
bad - ionice '?*' nosuch '' realtime:8 best-effort:8 best-effort:-1 \
    best-effort:x best-effort: realtime:10
bad a affinity '?*' x '' 8191 99999 3-1 0- 0, ,0 -1 0-3:0 0:2 sprea 0-8191
bad - umask '?*' 8 x '' -1 08 10000 0x7
bad C chdir 'No such file or directory' no/such
bad C chdir 'Not a directory' file
bad C chdir '?*' ''
bad - fd 'Bad file descriptor' 77 500
bad - fd '?*' x '' -1 0 1 2 =file x=file 5= 99999999999 99999999999=file
bad - fd '*No such file or directory' 5=no/such 0=no/such
bad e env '?*' NAME '' =x =
bad u unset '?*' A=B '' =
bad - env-file '*No such file or directory' no/such
bad - env-file '?*' dir ''
bad - in '*No such file or directory' no/such
bad - out '*No such file or directory' no/such
bad - err '*No such file or directory' no/such
bad - out '*Is a directory' dir

# With --replace these are refused anyhow.
for pair in method/x method/ method/FORK wait/x wait/ wait/0 timeout/x \
    timeout/-1 timeout/nan timeout/ kill-after/x kill-after/; do
	o=--${pair%/*}
	t "$o '${pair#*/}': refused" refused 125 "$o: '${pair#*/}': ?*" \
	    mp-spawn $o "${pair#*/}" $touch
done
t '--report to where it cannot be: refused' \
    refused 125 '*no/such*: No such file or directory' \
    mp-spawn --report no/such $touch

{
	seq -f 'A%g=x' 1 16
	echo 'this is wrong'
	echo B=y
} >env17
printf 'A=1\nB="not closed\nC=2\n' >quote2
printf 'A=1\nB=2\n1C=3\n' >digit3
printf 'A=1\nB=2\nC=3\nD=\0\n' >nul4
for file in env17 quote2 digit3 nul4; do
	line=${file#"${file%%[0-9]*}"}
	bad - env-file "line $line: ?*" $file
done
printf 'A=1\n' >good.env
t 'the second of two files' option_refused --env-file env17 '*line 17*' \
    env good=1

# Usage.

t 'no command' refused 125 '?*' mp-spawn
t 'no command, but options' refused 125 '?*' mp-spawn -n 3 --tag
t 'an unknown option' refused 125 '*--nosuch*' mp-spawn --nosuch $touch
t 'an unknown letter' refused 125 '*-Q*' mp-spawn -Q $touch
t 'a usage error tells the usage' expect_err -e '^usage: mp-spawn '
for o in --copies --first --name --keep --unset --env-file --env --fd --chdir \
    --umask --user --groups --limit --nice --sched --ionice --affinity --in \
    --out --err --method --wait --timeout --kill-after --report \
    -n -K -u -e -C -U -l -N -a; do
	t "$o without a value" refused 125 '-*: ?*' mp-spawn $o
done
for o in -n2 --tag --wait=all --wait=any --wait=none --fail-fast --timeout=9 \
    --kill-after=9 --report=r --method=fork; do
	t "--replace with $o" refused 125 '?*' mp-spawn --replace $o $touch
	t "$o with --replace" refused 125 '?*' mp-spawn $o --replace $touch
done
expect_none()
{
	expect test ! -e r
}

t 'then there is no report' expect_none

# Commands that cannot be executed.

enoent='No such file or directory'
: >plain
printf '#!/no/such\n' >script
chmod +x script

# cannot STATUS COMMAND REASON: started in each way.
cannot()
{
	for how in '-n 1' --tag --replace '--wait none' '--method fork' \
	    '--method vfork' '--method spawn' '--timeout 9'; do
		refused $1 "failed to run command '$2': $3" \
		    mp-spawn $how "$2" "$PWD/ran-{}"
		test "$how" = --replace || refused $1 \
		    "copy *-0: failed to run command '$2': $3" \
		    mp-spawn $how -n 3 "$2" "$PWD/ran-{}"
	done
}

t 'not found: 127' cannot 127 'no such' "$enoent"
t 'not found as a path: 127' cannot 127 ./no/such "$enoent"
t 'an empty name: 127' cannot 127 '' "$enoent"
t 'not executable: 126' cannot 126 ./plain 'Permission denied'
t 'a directory: 126' cannot 126 ./dir '?*'
t 'no interpreter: 127' cannot 127 ./script "$enoent"
t 'not in the PATH that it gets: 127' refused 127 \
    "failed to run command 'touch': $enoent" \
    mp-spawn -e PATH=/nonexistent $touch
head -c 140000 /dev/zero | tr '\0' x | sed 's/^/A=/' >huge.env
t 'too large an environment: 126' refused 126 \
    "*failed to run command 'touch': Argument list too long" \
    mp-spawn --env-file huge.env $touch

# What fails for the last copy only: none of those before it has run.

last=99
i=0
while test $i -lt $last; do
	mkdir d$i
	: >in-$i
	ln -s "$(command -v touch)" prog-$i
	i=$((i + 1))
done

ways='|--raw|--tag|--wait none|--wait any|--setsid|--fail-fast|--timeout 9
    |--method fork|--method vfork|--method spawn'

# late STATUS PATTERN WORD …: with 5 copies of which d4 … does not exist.
late()
{
	want_late=$1
	late=$2
	shift 2
	mv d4 in-4 prog-4 dir
	IFS='|'
	for way in $ways; do
		IFS=' 	
'
		refused $want_late "$late" mp-spawn -n 5 $way "$@"
	done
	mv dir/d4 dir/in-4 dir/prog-4 .
	late=$(printf %s "$late" | sed "s/4/$last/g")
	refused $want_late "$late" mp-spawn -n $((last + 1)) "$@"
}

t '--chdir of the last copy' \
    late 125 "copy touch-4: --chdir: 'd*': $enoent" --chdir 'd{}' $touch
t '-C: the letter' late 125 "copy w4: -*: 'd*': $enoent" -C 'd{}' \
    --name 'w{}' $touch
t '--in of the last copy' late 125 "*: 'in-*': $enoent" --in 'in-{}' $touch
t '--fd of the last copy' late 125 "*in-*: $enoent" --fd '9=in-{}' $touch
t '--out of the last copy' \
    late 125 "*: 'd*': $enoent" --out 'd{}/out' $touch
t 'the command of the last copy' \
    late 127 "*failed to run command './prog-4': $enoent" \
    './prog-{}' "$PWD/ran-{}"

# The file is there: it is for exec to find out.
late_exec()
{
	mv prog-$1 dir/program
	ln -s script prog-$1
	refused 127 "*failed to run command './prog-$1': $enoent" \
	    mp-spawn -n $(($1 + 1)) './prog-{}' "$PWD/ran-{}"
	mv dir/program prog-$1
}

: >prog-$last
t 'the interpreter of the last copy of 5' late_exec 4
t "the interpreter of copy $last" late_exec $last

# Who may not.

if test "$(id -u)" != 0 || ! "$CHILD" entry --uid 65534 -- "$CHILD" exit 0 \
    2>/dev/null; then
	skip 'another user' 'must be root, in a place open to all'
	done_testing
fi

# may_not LETTER LONG VALUE REASON
may_not()
{
	letter=$1
	t "may not: --$2 $3" option_refused --$2 "$3" "$4" \
	    "$CHILD" entry --nofile 100 --uid 65534 --
}

mkdir -m 700 closed
eperm='Operation not permitted'
may_not l limit nofile=200 "$eperm"
may_not l limit nofile=:200 "$eperm"
may_not l limit nofile=200: '?*'
may_not N nice -20 'Permission denied'
may_not - ionice realtime:0 "$eperm"
may_not U user root "$eperm"
may_not U user :root "$eperm"
may_not - groups 0 "$eperm"
may_not C chdir closed 'Permission denied'
may_not - sched fifo:1 "$eperm"
may_not - fd 9=closed/x '*Permission denied'
may_not - in closed/x '*Permission denied'

# No more processes: a user of whom nobody else has any.
few_processes()
{
	refused 125 '*Resource temporarily unavailable*' \
	    "$CHILD" entry --nproc 4 --uid $((700000000 + $$)) -- \
	    mp-spawn -n 20 $1 $touch
}

t 'not enough processes' few_processes
t 'not enough processes, --method fork' few_processes '--method fork'

few_descriptors()
{
	run "$CHILD" entry --nofile 20 -- mp-spawn -n 100 "$@" $touch
	case $status in
	0)
		expect test "$(find . -name 'ran-*' | grep -c '')" = 100
		;;
	*)
		expect_status 125
		expect_err -m 'mp-spawn: *Too many open files*'
		none_ran
		;;
	esac
	rm -f ran-*
}

t 'few descriptors: all or none' few_descriptors
t 'few descriptors, --out' few_descriptors --out 'o-{}'

done_testing
