# SPDX-License-Identifier: ISC
# shellcheck shell=sh
#
# What the tests of the completions share: test_completions SHELL [OPTION]
# runs tests/helpers/complete-SHELL with that shell. All that --help knows must be offered: each
# verb, and each long option, behind its verb where there are verbs; and
# arguments must be offered what they can be.
#
# shellcheck disable=SC2317 # functions are called by t

programs='mp-daemon mp-pipe mp-pool mp-spawn mp-timeout'
! command -v mp-queue >/dev/null || programs="$programs mp-queue"

# What --help of a program knows: the beginning of a line, a tab, and what
# must be offered. The verbs come behind the options of the program itself.
known()
{
	"$1" --help | awk -v line="$1 " '
	/^ *-/ {
		options = 1
		for (i = 1; i <= NF; i++) {
			name = $i
			if (name !~ /^-/)
				break
			sub(/[=[,].*/, "", name)
			if (name ~ /^--/)
				print line (verb ? verb " " : "") "--\t" name
		}
	}
	/^[a-z]/ && options {
		verb = $1
		print line "\t" verb
	}'
}

# The same for arguments; "!" is before what must not be offered.
arguments()
{
	tr -s '\t' <<'END'
mp-pool -a named-f	named-file
mp-pool --arg-file named-f	named-file
mp-pool --joblog named-f	named-file
mp-pool -j named-	!named-file
mp-pool -c co		compute
mp-pool --class pr	prime
mp-pool --exit c	count
mp-pool named-c		named-command
mp-pool -j 2 --tag named-c	named-command
mp-pool -k0j2 -- named-c	named-command
mp-pool named-command named-f	named-file
mp-pool named-command --	!--jobs
mp-pool true ::: named-f	named-file
mp-spawn -C named-	named-directory
mp-spawn -C named-	!named-file
mp-spawn --env-file named-f	named-file
mp-spawn --method v	vfork
mp-spawn --wait n	none
mp-spawn --ionice b	best-effort
mp-spawn -l nof		nofile
mp-spawn -a s		spread
mp-spawn -U ro		root
mp-spawn -n 2 named-c	named-command
mp-spawn named-command named-f	named-file
mp-timeout -s TER	TERM
mp-timeout --leftover k	kill
mp-timeout --report named-f	named-file
mp-timeout -k 1 5 named-c	named-command
mp-timeout 5 named-command named-f	named-file
mp-pipe named-c		named-command
mp-pipe named-command named-f	named-file
mp-pipe --line true ::: named-c	named-command
mp-pipe --sep + true + named-c	named-command
mp-pipe --on-fail t	term
mp-pipe --pipefail m	max
mp-pipe --report named-f	named-file
mp-pipe send --frame net	netstring
mp-daemon start p named-c	named-command
mp-daemon start p -- named-c	named-command
mp-daemon run -N 5 named-c	named-command
mp-daemon main named-c	named-command
mp-daemon run named-command --	!--bind
mp-daemon start p named-command --	!--bind
mp-daemon start p named-command named-f	named-file
mp-daemon start p --rea	--ready
mp-daemon start p --log named-f	named-file
mp-daemon status web --js	--json
mp-daemon start --restart on-f	on-failure
mp-daemon start --log named-f	named-file
mp-daemon start -C named-	named-directory
mp-daemon start -C named-	!named-file
mp-daemon stop we	web
mp-daemon logs we	web
END
	! command -v mp-queue >/dev/null || tr -s '\t' <<'END'
mp-queue put jo		jobs
mp-queue join jo	jobs
mp-queue ack --put jo	jobs
mp-queue get --receipt-file named-f	named-file
mp-queue -Q named-	named-directory
mp-queue -Q named-	!named-file
mp-queue ls --state de	dead
mp-queue ls --state ready,de	ready,dead
mp-queue work -c pr	prime
mp-queue work --results jo	jobs
mp-queue work -j 2 jobs named-c	named-command
mp-queue work jobs -- named-c	named-command
mp-queue work jobs -j 2 named-c	named-command
mp-queue work jobs --ta	--task-timeout
mp-queue work jobs -c pr	prime
mp-queue work jobs named-command --	!--jobs
END
}

prepare_completions()
{
	HOME=$T
	MP_DAEMON_DIR=$T/run
	MP_QUEUE=$T/queues
	PATH=$T/bin:$PATH
	export HOME MP_DAEMON_DIR MP_QUEUE PATH
	mkdir bin named-directory
	: >named-file
	printf '#!/bin/sh\n' >bin/named-command
	chmod +x bin/named-command
	mp-daemon start web -- true && mp-daemon wait web
	! command -v mp-queue >/dev/null || mp-queue set jobs
}

# A blank, "/" or "=" behind a word is how the shell goes on.
offered()
{
	sed 's,[ /=]*$,,' "$T/offers" | grep -qxF -- "$1"
}

as_expected()
{
	while IFS= read -r one; do
		case $one in
		*'	!'*)
			left=${one%%	*}
			! offered "$left	${one#*!}" ||
			    note "offered: $one"
			;;
		*)
			offered "$one" || note "not offered: $one"
			;;
		esac
	done <"$1"
}

# Something of each program, so that what prints nothing is no success.
enough()
{
	expect test "$(wc -l <"$T/$1.known")" -gt 5
	as_expected "$T/$1.known"
}

test_completions()
{
	prepare_completions
	for program in $programs; do
		known "$program" >"$program.known"
	done
	arguments >also
	given '%s\n' "$(cut -f 1 ./*.known also | sort -u)"
	run "$@" "$MP_SRCDIR/tests/helpers/complete-$1" \
	    "$MP_SRCDIR/completions/$1"
	cp out offers
	t "$1 says nothing else" expect_err ''
	for program in $programs; do
		t "$program: all of --help is offered" enough "$program"
	done
	while IFS= read -r one; do
		printf '%s\n' "$one" >one
		t "$(printf '%s' "$one" | tr '\t' :)" as_expected one
	done <also
}
