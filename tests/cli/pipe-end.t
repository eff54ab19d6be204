#!/bin/sh
# SPDX-License-Identifier: ISC
#
# How mp-pipe ends its members: after a failure, at a limit, by a signal, by
# its own death; and what becomes of what they leave behind.
#
# shellcheck disable=SC2016,SC2086,SC2317 # members expand it; words of a
# command; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"

# shellcheck disable=SC3045 # all have it
ulimit -c 0
export CHILD

there()
{
	for file; do
		test -s $file || return 1
	done
}

# A member with a tree: a daemon in a session of its own, a background
# process, and itself; NAME is there when all are.
cat >tree <<'END'
#!/bin/sh
"$CHILD" daemonise "daemon-$1"
"$CHILD" pause "behind-$1" &
until test -s "behind-$1"; do sleep .02; done
test "$3" != ignore || trap '' TERM
echo $PPID >"$1"
shift
exec "$@"
END
chmod +x tree

clear()
{
	rm -f one two daemon-* behind-* got* died
}

# ends STATUS MESSAGE COMMAND …: with that, and nothing is left.
ends()
{
	want=$1
	message=$2
	shift 2
	clear
	run "$@"
	expect_status "$want"
	expect_err "${message:+mp-pipe: $message}"
	expect test -z "$(left)"
}

none_left()
{
	wait_for 20 t_none_left || note "$(left)"
}

# A failure.

fails='until test -s one && test -s two; do sleep .02; done; exit 7'
t '--on-fail term: the others are ended, with their trees' ends 7 \
    "member 3 'sh': exit status 7; member 1 './tree': SIGTERM, ended with the\
 others; member 2 './tree': SIGTERM, ended with the others" \
    mp-pipe --on-fail term ./tree one "$CHILD" pause ::: \
    ./tree two "$CHILD" pause ::: sh -c "$fails"
t '--on-fail kill: at once, by KILL' ends 7 \
    "member 3 'sh': exit status 7; member 1 './tree': SIGKILL, ended with the\
 others; member 2 './tree': SIGKILL, ended with the others" \
    mp-pipe --on-fail=kill ./tree one "$CHILD" ignore TERM -- sleep 30 ::: \
    ./tree two "$CHILD" pause ::: sh -c "$fails"
t '--on-fail term: who ignores it is killed a second later' ends 7 \
    "member 1 'sh': exit status 7; member 2 './tree': SIGKILL, ended with the\
 others" mp-pipe --on-fail term sh -c 'until test -s two
    do sleep .02; done; exit 7' ::: \
    ./tree two "$CHILD" ignore TERM -- sleep 30
t '--on-fail term: success is no failure, nor is SIGPIPE' ends 0 '' \
    mp-pipe --line --on-fail term true ::: yes ::: head -n 1 ::: sleep .2
t '--on-fail wait: they go on' ends 7 \
    "member 1 'sh': exit status 7" \
    mp-pipe --on-fail wait sh -c 'exit 7' ::: sh -c 'cat; sleep .2; : >went'
t 'they did' expect test -e went
t '--on-fail term: an early close that is no end' ends 141 \
    "member 1 'yes': SIGPIPE; member 2 'sh': SIGTERM, ended with the others" \
    mp-pipe --line --on-fail term yes ::: sh -c 'exec <&-; exec sleep 30'

# Limits of time.

t '--timeout: 124' ends 124 \
    "time limit reached; member 1 'sleep': SIGTERM, ended with the others;\
 member 2 'sleep': SIGTERM, ended with the others" \
    mp-pipe --timeout 100ms sleep 30 ::: sleep 30
t '--timeout: with the trees' ends 124 \
    "time limit reached; member 1 './tree': SIGTERM, ended with the others;\
 member 2 './tree': SIGTERM, ended with the others" \
    mp-pipe --timeout 1 ./tree one "$CHILD" pause ::: \
    ./tree two "$CHILD" pause
t '--kill-after: 124, too' ends 124 \
    "time limit reached; member 1 'sleep': SIGTERM, ended with the others;\
 member 2 './tree': SIGKILL, ended with the others" \
    mp-pipe --timeout 1 --kill-after .2 sleep 30 ::: \
    ./tree two "$CHILD" ignore TERM -- sleep 30
t '--timeout: in time' ends 0 '' mp-pipe --timeout 30 true ::: true
t '--timeout 0: none' ends 0 '' mp-pipe --timeout 0 sleep .1
t '--idle: 124' ends 124 \
    "idle limit reached; member 1 'sleep': SIGTERM, ended with the others;\
 member 2 'sleep': SIGTERM, ended with the others" \
    mp-pipe --idle .1 sleep 30 ::: sleep 30

# Signals. died tells how mp-pipe ended; its pid is in one and two.

started()
{
	clear
	start "$CHILD" how died mp-pipe "$@"
	wait_for 20 there one two
	us=$(cat one)
}

gone()
{
	! alive "$pid"
}

died_by()
{
	wait_for 30 gone
	finish
	expect_file died "signal $1"
	expect_err ''
	expect test -z "$(left)"
}

once()
{
	started ./tree one "$CHILD" pause ::: ./tree two "$CHILD" pause
	kill -s $1 $us
	died_by $1
}

got_it()
{
	grep -qxs $1 got-1 && grep -qxs $1 got-2
}

twice()
{
	started ./tree one "$CHILD" catch got-1 INT TERM HUP QUIT ::: \
	    ./tree two "$CHILD" catch got-2 INT TERM HUP QUIT
	wait_for 20 got_it ready
	kill -s $1 $us
	wait_for 20 got_it $1
	expect alive $us
	expect_file got-1 "ready
$1"
	kill -s $1 $us
	died_by $1
}

for sig in INT TERM HUP QUIT; do
	t "$sig is passed on, ends the trees, and us" once $sig
	t "$sig is passed on once; the second one kills" twice $sig
done

with_relay()
{
	started --buffer auto ./tree one yes ::: ./tree two "$CHILD" pause
	kill -s TERM $us
	died_by TERM
}
t 'with a relay and bytes on their way' with_relay

ignored()
{
	clear
	start "$CHILD" entry --ignore HUP -- "$CHILD" how died mp-pipe \
	    ./tree one "$CHILD" pause ::: ./tree two "$CHILD" pause
	wait_for 20 there one two
	kill -s HUP "$(cat one)"
	kill -s TERM "$(cat one)"
	died_by TERM
}
t 'what was ignored stays ignored' ignored
t 'SIGCHLD ignored and blocked' ends 3 "member 1 'sh': exit status 3" \
    "$CHILD" entry --sigchld-ignore --sigchld-block -- \
    mp-pipe sh -c 'exit 3' ::: cat
t 'SIGPIPE ignored: not by the members' ends 0 '' \
    "$CHILD" entry --sigpipe-ignore -- mp-pipe --line yes ::: head -n 1

foreign()
{
	clear
	run "$CHILD" entry --with-child foreign -- mp-pipe sh -c '
	    "$CHILD" daemonise daemon-1; exit 3' ::: cat
	expect_status 3
	expect alive "$(cat foreign)"
	alive "$(cat daemon-1)" && note 'the daemon lives'
	kill "$(cat foreign)"
	none_left
}
t 'a child that we did not start is left alone' foreign

# Death of mp-pipe itself: the members go, whatever they do.

killed()
{
	clear
	start mp-pipe "$@" sh -c 'echo $PPID >one; trap "" TERM HUP PIPE
	    exec "$CHILD" pause' ::: sh -c 'echo >two; exec "$CHILD" pause'
	wait_for 20 there one two
	kill -s KILL "$pid"
	finish
	expect_status 137
	none_left
}
t 'SIGKILL of mp-pipe leaves no member' killed
t '… with a relay' killed --buffer 1M
t '… with sockets' killed --socket

# At any moment of the start.
killed_early()
{
	for n in 0 1 2 3 4 5 6 7 8 9; do
		set -- sleep 30
		while test $# -lt 200; do
			set -- "$@" ::: sleep 30
		done
		start mp-pipe "$@"
		sleep .0$n
		kill -s KILL "$pid"
		finish
		none_left
	done
}
t '… while they are being started' killed_early

# Stopped and continued.

is_stopped()
{
	case $(cat "/proc/$(cat one)/stat") in
	*') T '*)
		return 0
		;;
	esac
	return 1
}

stopped()
{
	clear
	start mp-pipe --line "$@" sh -c 'seq 100000' ::: \
	    sh -c 'echo $$ >one; kill -s STOP $$; exec cksum'
	wait_for 20 there one
	wait_for 20 is_stopped
	expect alive "$pid"
	kill -s CONT "$(cat one)"
	finish
	expect_status 0
	expect_err ''
	expect_out "$(seq 100000 | cksum)"
}
t 'a member that is stopped and continued loses nothing' stopped
t '… with a relay' stopped --buffer 10K

stopped_end()
{
	clear
	start mp-pipe sh -c 'echo $$ >one; kill -s STOP $$' ::: cat
	wait_for 20 there one
	wait_for 20 is_stopped
	kill -s TERM "$pid"
	finish
	expect_status 143
	none_left
}
t 'a member that is stopped is ended by TERM' stopped_end

# Grandchildren that hold a pipe.

t 'a grandchild writes: its reader gets it all' ends 0 '' mp-pipe --line \
    sh -c 'sh -c "sleep .3; echo late" & exit 0' ::: sh -c 'cat >got'
t '… it did' expect_file got late

reads()
{
	ends 0 '' mp-pipe --line "$@" echo late ::: \
	    sh -c 'exec 3<&0; { sleep .3; cat >got; } <&3 & exit 0'
	expect_file got late
}
t 'a grandchild reads when all members have ended: it has a second' reads
t '… with a relay' reads --buffer 1M
t 'then what is left is ended by TERM' ends 0 '' mp-pipe \
    sh -c '"$CHILD" catch got TERM & until test -s got
    do sleep .02; done' ::: true
t '… it got it' expect_file got 'ready
TERM'
t 'nothing is left of those who ignore that' ends 0 '' mp-pipe \
    sh -c '"$CHILD" swarm 5 swarm --exit' ::: "$CHILD" hold 30

leave()
{
	clear
	run mp-pipe --leftover leave "$CHILD" daemonise daemon-1 ::: true
	expect_status 0
	expect alive "$(cat daemon-1)"
	kill "$(cat daemon-1)"
	none_left
}
t '--leftover leave: they go on' leave
t '--leftover wait: we wait' ends 0 '' \
    mp-pipe --leftover wait sh -c 'sh -c "sleep 1.5; echo >got" & exit 0' ::: \
    true
t '… until they have ended' expect test -s got
t '--leftover wait: the time limit holds' ends 124 'time limit reached' \
    mp-pipe --leftover wait --timeout .3 "$CHILD" daemonise daemon-1
t '--leftover kill: the time limit is for the members' ends 0 '' \
    mp-pipe --leftover kill --timeout .3 "$CHILD" daemonise daemon-1

done_testing
