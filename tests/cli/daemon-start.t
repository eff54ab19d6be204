#!/bin/sh
# SPDX-License-Identifier: ISC
#
# mp-daemon start: when it returns all is there, and nothing else is. One
# winner of two at the same time; each failure told at once and by its true
# status; pidfiles, locks and logs that are somebody else's refused.
#
# shellcheck disable=SC2016,SC2094,SC2317 # services expand it; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"
. "$MP_SRCDIR/tests/daemon.sh"

export CHILD
chmod 755 "$T"

# Its pid is in the file, at once, each time. daemonize fails here in 141 of
# 200 starts.
complete_pidfile()
{
	n=0
	max=$(scale 1000)
	while test "$n" -lt "$max"; do
		n=$((n + 1))
		begin a --pidfile pidfile -- "$CHILD" pause || return
		read -r one <pidfile
		pid_of a
		if test "$one" != "$service" || ! alive "$one"; then
			note "start $n: '$one' and '$service'"
			return
		fi
		mp-daemon stop --retry KILL/5 a || {
			note "stop $n: $?"
			return 1
		}
		test ! -e pidfile || note "pidfile left after stop $n"
	done
}

d 'the pidfile is complete when start returns' complete_pidfile

# Two at the same time: start-stop-daemon starts both in 49 of 50 pairs.
pair()
{
	mp-daemon start a -- "$CHILD" pause "one.$1" 2>/dev/null &
	one=$!
	mp-daemon start a -- "$CHILD" pause "two.$1" 2>/dev/null &
	two=$!
	wait "$one" && one=0 || one=$?
	wait "$two" && two=0 || two=$?
	test "$one $two" = '0 3' || test "$one $two" = '3 0' || {
		note "pair $1: $one and $two"
		return 1
	}
	wait_for 20 test -e "one.$1" -o -e "two.$1"
	mp-daemon stop --retry KILL/5 a
	test ! -e "one.$1" || test ! -e "two.$1" || {
		note "pair $1: both were started"
		return 1
	}
	rm -f "one.$1" "two.$1"
}

pairs()
{
	n=0
	max=$(scale 1000)
	while test "$n" -lt "$max"; do
		n=$((n + 1))
		pair "$n" || return 1
	done
}

d 'two concurrent starts: exactly one wins' pairs

# Failures; wait tells what became of it, later.

ended=

fails()
{
	run mp-daemon start a "$@"
	expect_status "$code"
	expect_err -m "$message"
	expect test ! -e "$RUN/a/pid"
	expect test ! -e "$RUN/a/ctl"
	run mp-daemon status a
	expect_status 3
	case $code in
	12[567])
		run mp-daemon wait a
		expect_status "$waited"
		;;
	esac
}

# fail DESCRIPTION STATUS MESSAGE ARGUMENT …
fail()
{
	what=$1
	code=$2
	message=$3
	waited=${code#125}
	waited=${waited:-$ended}
	shift 3
	d "$what" fails "$@"
}

echo nothing >text
echo '#!/nosuch' >bad
chmod 755 bad
fail 'a command that is not found' 127 \
    "mp-daemon: a: failed to run command 'nosuch': No such file*" -- nosuch
fail 'one that may not be executed' 126 \
    "mp-daemon: a: failed to run command './text': Permission denied" \
    -- ./text
fail 'one that has no interpreter is not found' 127 "*'./bad': *" -- ./bad
fail 'death before it is ready: at once, by its status' 7 \
    'mp-daemon: a: exit status 7 before it was ready' \
    --ready notify --start-timeout infinity -- "$CHILD" exit 7
fail 'by its signal' 137 'mp-daemon: a: ended by SIGKILL before it was ready' \
    --ready notify --start-timeout infinity -- "$CHILD" signal KILL
ended=0
fail 'an end without a fault is a failure, too' 125 \
    'mp-daemon: a: exit status 0 before it was ready' \
    --ready notify --start-timeout infinity -- "$CHILD" exit 0
fail 'not ready in time' 124 'mp-daemon: a: not ready in time' \
    --ready notify --start-timeout 0.05 -- "$CHILD" pause
ended=125
fail 'a directory that is not there' 125 \
    "mp-daemon: a: --chdir: 'nosuch': No such file*" -C nosuch -- true

# What fails has no second try, whatever --restart says.
fail 'a first start that fails is not repeated' 7 '*before it was ready' \
    --restart always --ready notify -- "$CHILD" exit 7

no_longer_wanted()
{
	start mp-daemon start a --ready notify -- "$CHILD" pause up
	wait_for 20 test -s up
	kill -TERM "$pid"
	finish
	becomes a failed
	read -r up <up
	expect gone "$up"
	rm up
}

killed_supervisor()
{
	start mp-daemon start a --ready notify -- "$CHILD" pause up
	wait_for 20 test -s up
	super_of a
	kill -KILL "$super"
	finish
	expect_status 125
	expect_err -m 'mp-daemon: a: its supervisor has died'
	read -r up <up
	wait_for 20 gone "$up"
	rm up
}

d 'who waited for it is gone: so is the service' no_longer_wanted
d 'a supervisor that is killed meanwhile' killed_supervisor

# What is not ours.

refused()
{
	before=$(ls -l "$file" 2>/dev/null)
	run mp-daemon start a --pidfile "$file" -- touch began
	expect_status 125
	expect_err "mp-daemon: a: $file: $why"
	expect test "$(ls -l "$file" 2>/dev/null)" = "$before"
	run mp-daemon start a --log "$file" -- touch began
	expect_status 125
	expect_err "mp-daemon: a: $T/$file: $why"
	own_dir a
	rm -f "$RUN/a/lock"
	mv "$file" "$RUN/a/lock"
	run mp-daemon start a -- touch began
	expect_status 125
	expect_err "mp-daemon: a: lock: $why"
	expect test ! -e began
	rm -rf "$RUN"
}

# refuse WHAT FILE WHY
refuse()
{
	file=$2
	why=$3
	d "pidfile, log, lock: $1 is refused" refused
}

echo precious >target
ln -s target link
ln -s nosuch dangling
mkfifo fifo
echo 1 >hard
ln hard hard2
refuse 'a symbolic link' link 'is a symbolic link'
refuse 'one to nothing' dangling 'is a symbolic link'
refuse 'a FIFO' fifo 'is not a regular file'
refuse 'a file with two names' hard 'has more than one name'
if test "$(id -u)" -eq 0; then
	chown 65534 text
	refuse "another user's file" text 'belongs to another user'
else
	skip "pidfile, log, lock: another user's file is refused" 'not root'
fi
t 'what a link leads to is as it was' expect_file target precious

# One that was left by a reboot, or by who was killed.
stale()
{
	"$CHILD" pause &
	stranger=$!
	echo "$stranger" >pidfile
	own_dir a
	echo "$stranger" >"$RUN/a/pid"
	echo "$stranger" >"$RUN/a/super.pid"
	begin a --pidfile pidfile -- "$CHILD" pause
	pid_of a
	read -r one <pidfile
	expect test "$one" = "$service"
	expect test "$one" != "$stranger"
	expect alive "$stranger"
	kill "$stranger"
}

# Which is not to be chowned to the user that the service runs as.
not_given_away()
{
	begin a -U 65534:65534 --pidfile pidfile --log log -- "$CHILD" pause
	expect test "$(stat -c '%u %a' pidfile)" = '0 644'
	expect test "$(stat -c %u "$RUN/a/pid")" = 0
	expect test "$(stat -c %u log)" = 0
	pid_of a
	expect test "$(stat -c %u "/proc/$service")" = 65534
	mp-daemon stop a
	rm log
}

d 'stale pidfiles are replaced' stale
if test "$(id -u)" -ne 0; then
	skip 'files stay ours when the service is not' 'not root'
elif ! "$CHILD" entry --uid 65534 -- "$CHILD" exit 0 2>/dev/null; then
	skip 'files stay ours when the service is not' \
	    'nobody cannot get at the helper'
else
	d 'files stay ours when the service is not' not_given_away
fi

done_testing
