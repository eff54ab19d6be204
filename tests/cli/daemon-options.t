#!/bin/sh
# SPDX-License-Identifier: ISC
#
# The command line of mp-daemon: --help, --version, and all that is wrong: one
# line that names it, status 125, nothing started and nothing left.
#
# shellcheck disable=SC2016,SC2094,SC2317 # t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"
. "$MP_SRCDIR/tests/daemon.sh"

helps()
{
	run mp-daemon --help
	expect_status 0
	expect_err ''
	expect_out -m 'usage: mp-daemon \[options\] verb*'
	for verb in start run stop restart reload signal status wait logs \
	    list main; do
		expect_out -e "^$verb"
	done
	expect_out -E '.{81}'
	run mp-daemon start --help
	expect_status 0
	expect_out -m 'usage: mp-daemon \[options\] start name*--bind\[=PID]*'
	run mp-daemon --version
	expect_status 0
	expect_out -m 'mp-daemon (mp-utils) *'
}

t '--help, --version' helps

is_bad()
{
	run mp-daemon "$@"
	expect_status 125
	expect_out ''
	head -n 1 err >line
	expect_file line "mp-daemon: $message"
	expect_err -e '^usage: mp-daemon '
	expect test "$(grep -c '' err)" -eq 2
	expect test ! -e began
	expect test ! -e "$RUN"
}

# bad MESSAGE ARGUMENT …
bad()
{
	message=$1
	shift
	t "usage: $*" is_bad "$@"
}

bad 'missing verb'
bad "'nosuch': no such verb" nosuch
bad '-x: unknown option' -x
bad 'missing operand' start
bad 'missing operand' start a
bad 'missing operand' start a --
bad 'missing operand' run
bad 'missing operand' main --
bad 'missing operand' stop
bad 'missing operand' signal TERM
bad 'missing operand' wait
bad 'missing operand' logs
bad "'b': extra operand" logs a b
bad "'a': extra operand" list a
long=$(printf '%0201d' 0)
for name in '' . .. .a a/b / -; do
	bad "'$name': not a service's name" start -- "$name" touch began
	bad "'$name': not a service's name" stop -- "$name"
done
bad "'$(printf '%060d' 0)'...: not a service's name" start "$long" touch began
bad "'a/b': not a service's name" signal TERM a/b

# wrong OPTION VALUE REASON
wrong()
{
	bad "$1: '$2': $3" start "$1=$2" a touch began
}

wrong --bind x invalid
wrong --bind 0 'too small'
for o in -e -l -N -U -C; do
	bad "$o: needs a value" start a $o
done
bad "-e: '=A': not NAME=VALUE" start a -e =A touch began
bad "-e: 'A': not NAME=VALUE" start a --env A touch began
bad "-l: 'nofile': not a value" start a -l nofile touch began
bad "-N: '20': too large" start a -N 20 touch began
wrong --umask 8 'not an octal number up to 777'
wrong --start-timeout x 'invalid time interval'
wrong --stable -1 'invalid time interval'
wrong --reload-signal NOSUCH 'no such signal'
bad "--timeout: 'x': invalid time interval" wait --timeout x a
bad "-n: 'x': invalid" logs -n x a

# What the parts say is theirs.
mentions()
{
	run mp-daemon start a "$@" touch began
	expect_status 125
	expect_err -m "mp-daemon: ${1%%=*}: *'${1#*=}': *
usage: *"
	expect test ! -e began
	expect test ! -e "$RUN"
}

for o in --ready=nosuch --ready=fd=x --ready=tcp=0 --ready=unix=x \
    --ready='log=(' --retry=TERM --retry=x/10 --retry=forever/TERM \
    --restart=sometimes --backoff=x --backoff=1s,0 --restart-limit=3 \
    --restart-limit=0/1s --final-codes=256 --log-max=0 --log-max=1K,0; do
	t "cannot be read: $o" mentions "$o"
done

bad '--log-max: needs --log FILE' start --log-max 1K a touch began
bad '--log-max: needs --log FILE' start --log-max 1K --log - a touch began
bad '--stamp: needs --log FILE or --log-to' start --stamp a touch began
bad '--log -: excludes --log-to and --ready log=' \
    start --log - --log-to cat a touch began
bad 'run --ready log=: needs --log FILE or --log-to' \
    run --ready log=x touch began

# Without a usage line: what the system does not have, or does not let us.

not_done()
{
	run mp-daemon start a "$@"
	expect_status 125
	expect_err "mp-daemon: $message"
	expect test ! -e began
	expect test ! -e "$RUN/a/pid"
}

no()
{
	message=$1
	shift
	d "$*" not_done "$@"
}

no "a: --user: 'nosuchuser': no such user" -U nosuchuser touch began
no "a: nosuch/pidfile: No such file or directory" \
    --pidfile nosuch/pidfile touch began
no "a: $T/nosuch/log: No such file or directory" --log nosuch/log touch began

# The directory.

not_trusted()
{
	run mp-daemon start a touch began
	expect_status 125
	expect_err "mp-daemon: $MP_DAEMON_DIR: $message"
	expect test ! -e began
	rm -rf "$RUN"
}

writable()
{
	mkdir "$RUN"
	chmod "$1" "$RUN"
	message="others may write to it (mode 0$1)"
	not_trusted
}

linked()
{
	mkdir elsewhere
	ln -s elsewhere "$RUN"
	message='is a symbolic link'
	not_trusted
	expect rmdir elsewhere
}

inner()
{
	mkdir -m 700 "$RUN"
	mkdir "$RUN/a"
	chmod 777 "$RUN/a"
	run mp-daemon start a touch began
	expect_status 125
	expect_err 'mp-daemon: a: others may write to it (mode 0777)'
	rmdir "$RUN/a"
	mkdir -m 700 elsewhere
	ln -s ../elsewhere "$RUN/a"
	run mp-daemon start a touch began
	expect_status 125
	expect test ! -e began
	rm "$RUN/a"
	expect rmdir elsewhere
}

of_others()
{
	mkdir -m 755 "$RUN"
	chown 65534 "$RUN"
	message='belongs to another user (65534)'
	not_trusted
}

deep()
{
	long=$(printf '%0100d' 0)
	MP_DAEMON_DIR=$T/$long/$long/$long
	begin a sleep 1000
	run mp-daemon stop a
	expect_status 0
	MP_DAEMON_DIR=$RUN
}

whereabouts()
{
	unset MP_DAEMON_DIR
	run env XDG_RUNTIME_DIR="$T/xdg" mp-daemon start a true
	expect_status 0
	expect test -e xdg/mp-daemon/a/lock
	run env -u XDG_RUNTIME_DIR HOME="$T/home" mp-daemon start a true
	expect_status 0
	expect test -e home/.local/state/mp-utils/daemon/a/lock
	run env -u XDG_RUNTIME_DIR -u HOME mp-daemon start a true
	expect_status 125
	expect_err 'mp-daemon: MP_DAEMON_DIR: no directory is known'
	MP_DAEMON_DIR=$RUN
	export MP_DAEMON_DIR
}

t 'a directory that all may write to' writable 777
t 'one that a group may write to' writable 770
t 'a symbolic link to one' linked
t 'that of a service is no different' inner
t 'one that has a long path' deep
if test "$(id -u)" -eq 0; then
	t "another user's" of_others
	skip 'where it is' 'for root it is the system'\''s'
else
	skip "another user's" 'not root'
	t 'where it is' whereabouts
fi

done_testing
