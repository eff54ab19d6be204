#!/bin/sh
# SPDX-License-Identifier: ISC
#
# The state that mp-spawn starts a command in: directory, limits, priorities,
# CPUs, session, signals, user; each as it was asked for, and nothing else.
#
# shellcheck disable=SC2016,SC2086,SC2317 # commands expand it; words of a
# command; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"

export CHILD
chmod 711 "$T"
chmod 777 "$T/tmp"
cd tmp || exit 99

# has LINES COMMAND…: among what it tells are these lines.
has()
{
	lines=$1
	shift
	run "$@"
	expect_status 0
	expect_err ''
	while IFS= read -r line; do
		grep -qxF -e "$line" "$T/out" ||
		    note "not there: $line, but: $(grep -F \
		        "${line%% *} " "$T/out" | tr '\n' ';')"
	done <<END
$lines
END
}

# Our own state, line by line.
own()
{
	"$CHILD" state "$@"
}

# Files.

mkdir dir
t '-C DIR' has "cwd $PWD/dir" mp-spawn -C dir "$CHILD" state cwd
t '--chdir DIR' has 'cwd /' mp-spawn --chdir / "$CHILD" state cwd
t '--umask MODE' has 'umask 0077' mp-spawn --umask 077 "$CHILD" state umask
t '--umask 7' has 'umask 0007' mp-spawn --umask 7 "$CHILD" state umask

# Limits. What a limit is raised or lowered to is between ours.

own limit >limits
cp limits each

# limits_are EXPECTED OPTION …
limits_are()
{
	file=$1
	shift
	run mp-spawn "$@" "$CHILD" state limit
	expect_status 0
	expect_out -f $file
	expect_err ''
}

# Each one alone: no other one changes, so it is the one of that name.
each_limit()
{
	while read -r word name value; do
		hard=${value#*:}
		# A sanitizer takes the cores away.
		test "$name" != core || test -z "${MP_TEST_SANITIZED-}" ||
		    continue
		case $hard in
		0)
			continue
			;;
		unlimited)
			new=70368744177664
			;;
		*)
			new=$((hard - 1))
			;;
		esac
		sed "s/^$word $name .*/$word $name $new:$hard/" limits >want
		limits_are want -l $name=$new:
	done <each
}

all_as_they_are()
{
	set --
	while read -r word name value; do
		set -- "$@" -l "$name=$value"
	done <limits
	: "$word"
	limits_are each "$@"
}

t 'by default, the limits are ours' limits_are limits
t '-l NAME=SOFT: for each NAME, sets the soft one' each_limit
t '-l NAME=SOFT:HARD, all of them' all_as_they_are
t '-l NAME=SOFT sets both' has 'limit nofile 64:64' \
    mp-spawn -l nofile=64 "$CHILD" state limit
t '-l NAME=SOFT:HARD' has 'limit nofile 64:80' \
    mp-spawn --limit nofile=64:80 "$CHILD" state limit
t '-l NAME=:HARD sets the hard one' has 'limit nofile 64:80' \
    mp-spawn -l nofile=64:100 mp-spawn -l nofile=:80 "$CHILD" state limit
t '-l NAME=SOFT: sets the soft one' has 'limit nofile 80:100' \
    mp-spawn -l nofile=64:100 mp-spawn -l nofile=80: "$CHILD" state limit

units()
{
	for pair in 1K/1024 2M/2097152 1G/1073741824 1T/1099511627776 \
	    2P/2251799813685248 1E/1152921504606846976 4097/4097; do
		has "limit fsize ${pair#*/}:${pair#*/}" \
		    mp-spawn -l fsize=${pair%/*} "$CHILD" state 'limit fsize'
	done
}

if own 'limit fsize' | grep -q ':unlimited'; then
	t '-l: units' units
	for word in unlimited infinity; do
		t "-l: $word" has 'limit fsize unlimited:unlimited' \
		    mp-spawn -l fsize=1G: mp-spawn -l fsize=$word \
		    "$CHILD" state limit
	done
else
	skip '-l: units' 'fsize is limited'
fi


# What we need for many pipes is not for the copies.
many_pipes()
{
	run mp-spawn -l nofile=100:400 mp-spawn -n 80 "$CHILD" state limit
	expect_status 0
	expect test "$(grep -cxF 'limit nofile 100:400' "$T/out")" = 80
}

# They are held with hardly any descriptors, signals, files.
hardly_any()
{
	run mp-spawn -n 3 -l nofile=0 -l sigpending=0 -l fsize=0 "$NOOP"
	expect_status 0
	expect_out ''
	expect_err ''
}

t 'many copies: they have our limit, too' many_pipes
t 'several copies that hardly may do anything' hardly_any

# Priorities. Without privileges they can be worse than ours only.

root=$(id -u)
nice=$(own nice)
nice=${nice#nice }
nice_fits=$((root == 0 || nice <= 7))

t '-N NICE: absolute' has 'nice 19' mp-spawn -N 19 "$CHILD" state nice
if test $nice_fits = 1; then
	t '--nice NICE: absolute' has 'nice 7' \
	    mp-spawn --nice 7 mp-spawn -N 7 "$CHILD" state nice
else
	skip '--nice NICE: absolute' 'we are too nice'
fi
t '--sched batch' has 'sched batch 0' \
    mp-spawn --sched batch "$CHILD" state sched
t '--sched idle' has 'sched idle 0' mp-spawn --sched idle "$CHILD" state sched
t '--sched other' has 'sched other 0' \
    mp-spawn --sched batch mp-spawn --sched other "$CHILD" state sched
if chrt -f 1 true 2>/dev/null; then
	t '--sched fifo:N' has 'sched fifo 1' \
	    mp-spawn --sched fifo:1 "$CHILD" state sched
	t '--sched rr:N' has 'sched rr 99' \
	    mp-spawn --sched rr:99 "$CHILD" state sched
	t '-N -20' has 'nice -20' mp-spawn -N -20 "$CHILD" state nice
else
	skip '--sched fifo:N' 'not permitted'
fi
t '--ionice idle' has 'ionice idle' \
    sh -c 'mp-spawn --ionice idle "$CHILD" state ionice | sed "s/ [0-7]//"'
t '--ionice best-effort:7' has 'ionice best-effort 7' \
    mp-spawn --ionice best-effort:7 "$CHILD" state ionice
t '--ionice best-effort: level 4' has 'ionice best-effort 4' \
    mp-spawn --ionice best-effort "$CHILD" state ionice
t '--ionice none' has 'ionice none 0' \
    mp-spawn --ionice best-effort mp-spawn --ionice none "$CHILD" state ionice

# CPUs: all of ours, one by one, and the first and last of them.

own affinity | sed 's/.* //' | tr , '\n' | while IFS=- read -r from to; do
	seq $from ${to:-$from}
done >cpus
ncpus=$(grep -c '' cpus)
first=$(head -n 1 cpus)
last=$(tail -n 1 cpus)
several=$(own affinity)

t '-a CPU' has "affinity $last" mp-spawn -a $last "$CHILD" state affinity
t '-a LIST' has "$several" mp-spawn -a "${several#* }" "$CHILD" state affinity
t '--affinity: a range with a step' has "affinity $first" \
    mp-spawn --affinity "$first-$last:$((last - first + 1))" \
    "$CHILD" state affinity

spread()
{
	run mp-spawn -n $ncpus -a spread "$CHILD" state affinity
	expect_status 0
	sed 's/^/affinity /' cpus >want
	expect_out -f want
	run mp-spawn -n $((ncpus * 2)) -a spread "$CHILD" state affinity
	expect_status 0
	sort "$T/out" | uniq -c | sed 's/^ *//' >shares
	sed 's/^/2 affinity /' cpus | sort >want
	sort shares >got
	expect_file got -f want
	has "$several" mp-spawn -a spread "$CHILD" state affinity
}

t '-a spread: each copy has its own share' spread

# Sessions, privileges, signals.

# like EREs COMMAND …: for each word there is a line.
like()
{
	eres=$1
	shift
	run "$@"
	expect_status 0
	for ere in $eres; do
		expect_out -e "^$ere\$"
	done
}

t 'by default: our session and group' like 'pgrp.[0-9]+.parent sid.*.parent' \
    mp-spawn -n 2 "$CHILD" state pgrp sid
t '--pgroup' like 'pgrp.[0-9]+.own sid.*.parent' \
    mp-spawn --pgroup "$CHILD" state pgrp sid
t '--setsid' like 'pgrp.[0-9]+.own sid.*.own' \
    mp-spawn --setsid "$CHILD" state pgrp sid

each_its_own()
{
	run mp-spawn -n 3 $1 "$CHILD" state $2
	expect test "$(grep -c 'own$' "$T/out")" = 3
}

t '--setsid: each copy' each_its_own --setsid sid
t '--pgroup: each copy' each_its_own --pgroup pgrp
t '--no-new-privs' has 'no-new-privs 1' \
    mp-spawn --no-new-privs "$CHILD" state no-new-privs
t 'not without it' has "$(own no-new-privs)" \
    mp-spawn "$CHILD" state no-new-privs
t '--die-with-parent: the parent-death signal is KILL' has 'pdeathsig KILL' \
    mp-spawn --die-with-parent "$CHILD" state pdeathsig

entry="$CHILD entry --ignore INT --ignore QUIT --ignore PIPE --ignore TERM
    --ignore HUP --ignore USR1 --ignore 32 --ignore 64 --sigchld-ignore
    --block TERM --block USR2 --block 40 --sigchld-block"
clean='blocked
ignored
tracer 0'
state="$CHILD state"
t 'signals are default and not blocked, whatever ours are' \
    has "$clean" $entry -- mp-spawn $state
t 'those of several copies, too' has "$clean" $entry -- mp-spawn -n 2 $state
t '--replace, too' has "$clean" $entry -- mp-spawn --replace $state

# All at once, in each way to start.

all="-i -e A=1 -C / --umask 027 -l nofile=50:60 -N 19 --sched batch
    --ionice best-effort:6 -a $last --setsid --no-new-privs
    --die-with-parent --fd 5=/dev/zero"
everything='env A=1
cwd /
umask 0027
limit nofile 50:60
nice 19
sched batch 0
ionice best-effort 6
no-new-privs 1
pdeathsig KILL
fd 5 /dev/zero
blocked
ignored'
for how in '-n 2' '--timeout 99' --replace '--method fork' '--method vfork' \
    '--method spawn'; do
	t "all at once, $how" has "$everything
affinity $last" mp-spawn $how $all "$CHILD" state
done

# Users.

if test $root != 0 || ! "$CHILD" entry --uid 65534 -- "$CHILD" exit 0 \
    2>/dev/null || ! id nobody >/dev/null 2>&1; then
	skip 'another user' 'must be root, in a place open to all'
	done_testing
fi

u=$(id -u nobody)
g=$(id -g nobody)
t '-U USER: user and group' has "uid $u $u $u
gid $g $g $g" mp-spawn -U nobody $state
t '--user USER:GROUP' has "uid $u $u $u
gid 0 0 0" mp-spawn --user nobody:root $state
t '-U :GROUP' has "uid 0 0 0
gid $g $g $g" mp-spawn -U ":$(id -gn nobody)" $state
t '-U with numbers' has 'uid 1234567 1234567 1234567
gid 7654321 7654321 7654321
groups' mp-spawn -U 1234567:7654321 $state

# groups_of USER: as the database has them; supplementary ones are always
# with the group itself.
groups_of()
{
	id -G "$1" | tr ' ' '\n' | sort -nu >want
	run mp-spawn --groups 4,24,27 mp-spawn -U "$1" "$CHILD" state groups gid
	expect_status 0
	sed -n 's/^gid //p; s/^groups//p' "$T/out" | tr ' ' '\n' |
	    grep . | sort -nu >got
	expect_file got -f want
}

t '-U: none of our supplementary groups is kept' groups_of nobody
member=$(getent group | awk -F: '$4 != "" { split($4, a, ","); print a[1]
    exit }')
if test -n "$member" && id "$member" >/dev/null 2>&1; then
	t '-U: the supplementary groups are those of the user' \
	    groups_of "$member"
else
	skip '-U: supplementary groups' 'no user has one'
fi
t '--groups LIST' has "groups 0 24 1234567
uid $u $u $u" mp-spawn -U nobody --groups 1234567,root,24 $state
t "--groups '': none" has groups mp-spawn -U nobody --groups '' $state
t '--groups without -U' has 'groups 24' mp-spawn --groups 24 $state
none=0000000000000000
t '-U: root cannot be had back' has "regain no
caps $none $none $none $none" mp-spawn -U nobody $state
t '-U: the parent-death signal is still there' has 'pdeathsig KILL
no-new-privs 1' mp-spawn -U nobody --die-with-parent --no-new-privs $state
if test "$(nice -n -1 nice 2>/dev/null)" != "$nice"; then
	t '-U: what needs privileges is done before' has "nice -5
uid $u $u $u" mp-spawn -U nobody -N -5 $state
else
	skip '-U: what needs privileges' 'we cannot be less nice'
fi
mkdir -m 700 closed
t '-U: redirections are opened with our rights' t_expect_out '' \
    mp-spawn -U nobody --out closed/out --fd 5=closed $state fd
t 'they were' expect_file closed/out -e "^fd 5 $PWD/closed\$"
t_fail '-U: the directory is entered as the new user' 125 \
    'mp-spawn: *: '\''closed'\'': Permission denied' \
    mp-spawn -U nobody -C closed true

done_testing
