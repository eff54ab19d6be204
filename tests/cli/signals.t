#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Being ended: by a signal once and twice, by SIGKILL, by a reader that goes
# away. What becomes of the tasks and of what they started, of their output,
# and how mp-pool itself ends. (From a terminal: see entry.t.)
#
# shellcheck disable=SC2016,SC2317 # tasks expand it; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"

# Tasks wait at the gate; each line that we write lets one of them go on.
mkfifo gate
exec 3<>gate

gone()
{
	! alive "$pid"
}

there()
{
	for file; do
		test -s "$file" || return 1
	done
}

has()
{
	grep -aq -e "$2" "$1" 2>/dev/null
}

# pool COMMAND …: starts it so that $pid is the helper's that tells how it
# ended, and each task's first file tells the pid of mp-pool.
pool()
{
	rm -f out err died pool.pid
	start "$CHILD" how died "$@"
}

send()
{
	wait_for 10 there pool.pid || return
	read -r pool <pool.pid
	kill -s "$1" "$pool"
}

# over HOW: it ends, that way, and with it all that it had started.
over()
{
	wait_for 20 gone || note 'it did not end'
	expect test -z "$(left)"
	alive "$pid" && kill -KILL "$pid"
	finish
	expect_file died "$1"
}

# What a task may have below it, of all kinds: in the background, in a
# session of its own, a daemon, ones that ignore all signals.
cat >zoo <<'END'
"$CHILD" pause "$1.background" &
(setsid "$CHILD" pause "$1.orphan" &)
"$CHILD" setsid-child "$1.session" &
"$CHILD" chain 3 "$1.chain" &
"$CHILD" ignore HUP INT QUIT TERM -- "$CHILD" pause "$1.deaf" &
"$CHILD" daemonise "$1.daemon"
"$CHILD" swarm 3 "$1.swarm" --exit
echo $PPID >pool.pid
exec "$CHILD" pause "$1.main"
END
export CHILD

# zoo OPTION … SIGNAL
zoo()
{
	rm -f [12].*
	eval "sig=\$$#"
	pool mp-pool -j2 sh zoo ::: 1 2
	for i in 1 2; do
		wait_for 20 there "$i.background" "$i.orphan" "$i.session" \
		    "$i.chain" "$i.deaf" "$i.daemon" "$i.swarm" "$i.main"
	done
	send "$sig"
	over "signal $sig"
	expect_out ''
	expect_err ''
}

for sig in TERM HUP INT QUIT; do
	t "SIG$sig: nothing is left, and mp-pool dies by it" zoo "$sig"
done

# The same with processes that do the work themselves.
builtin()
{
	rm -f out err
	given '%s\n' 10 1000000000 1000000000 1000000000
	start mp-pool -j3
	wait_for 10 has out '^10'
	kill -s "$1" "$pid"
	wait_for 20 gone
	wait_for 5 t_none_left
	finish
	expect_status "$2"
	expect_out '10	4	7	37.439471'
	expect_err ''
}

t 'a built-in class, too' builtin TERM 143

# Processes that note each signal: 1, 2 and the last one are in the group of
# their task, 3 and 4 in sessions of their own.
cat >noting <<'END'
"$CHILD" catch "$1.1" TERM INT &
("$CHILD" catch "$1.2" TERM INT &)
setsid "$CHILD" catch "$1.3" TERM INT &
(setsid sh -c 'trap : TERM INT
	"$CHILD" catch "$1.4" TERM INT & wait; wait; wait' sh "$1" &)
echo $PPID >pool.pid
END
cat >stays <<'END'
. ./noting
exec "$CHILD" catch "$1.main" TERM INT
END
cat >ends <<'END'
. ./noting
trap 'echo "$1 ends"; exit 0' TERM INT
echo ready >"$1.main"
until test -e never; do sleep 0.02; done
END

# noting SCRIPT: two of them, until they are there.
noting()
{
	rm -f [ab].*
	pool mp-pool -j2 sh "$1" ::: a b
	for task in a b; do
		wait_for 10 there "$task.1" "$task.2" "$task.3" "$task.4" \
		    "$task.main"
	done
}

# They do not end, so they are waited for; a second signal ends them.
once()
{
	noting stays
	send "$1"
	for i in a.1 a.2 a.main b.1 b.2 b.main; do
		wait_for 10 has "$i" "$1"
	done
	send "$2"
	over "signal $1"
	for i in a.1 a.2 a.main b.1 b.2 b.main; do
		expect_file "$i" "ready
$1"
	done
}

# They end, and what they leave gets it, too, if it did not before.
left_behind()
{
	noting ends
	send "$1"
	over "signal $1"
	expect_out 'a ends
b ends'
	for i in a.1 a.2 a.3 a.4 b.1 b.2 b.3 b.4; do
		expect_file "$i" "ready
$1"
	done
}

t 'each process of a task gets the signal once; again, it kills at once' \
    once TERM TERM
t 'INT twice, too' once INT INT
t 'the second one may be another one' once INT TERM
t 'what the tasks leave behind gets it once, then is killed' left_behind TERM
t 'so with INT' left_behind INT

# The first task has said something and waits, the second one is done, the
# third one has failed, the fourth one is not done, the fifth one says how it
# ends, the last one was never begun.
cat >parts <<'END'
echo "$1 begins"
case $1 in
over)
	exit
	;;
failed)
	echo bad >&2
	exit 5
	;;
polite)
	trap 'echo "polite ends"; exit 0' TERM
	;;
esac
echo $PPID >pool.pid
touch "began.$1"
until test -e never; do sleep 0.05; done
END

parts()
{
	pool mp-pool -v -j3 sh parts ::: head over failed other polite last
	wait_for 10 has err "task 2: 'over': exit status 0"
	wait_for 10 has err "task 3: 'failed': exit status 5"
	for i in head other polite; do
		wait_for 10 test -e "began.$i"
	done
	expect_out 'head begins'
	send TERM
	over 'signal TERM'
	expect_out 'head begins
over begins
failed begins
polite begins
polite ends'
	expect test ! -e began.last
	tail -n 1 err >digest
	expect_file digest -m "mp-pool: task 3: 'failed': exit status 5 (*): bad"
	expect test "$(grep -c '^mp-pool: task.*exit status 5' err)" -eq 2
}

# killed at once: what has ended is written if it can be.
parts_dropped()
{
	pool mp-pool -v -j2 sh -c 'echo $PPID >pool.pid; echo "$1"; test "$1" = b ||
	    exec "$CHILD" catch caught TERM' sh ::: a b
	wait_for 10 has err "task 2: 'b': exit status 0"
	wait_for 10 has caught ready
	send TERM
	wait_for 10 has caught TERM
	send TERM
	over 'signal TERM'
	expect_out 'a
b'
}

t 'what has ended is written, no part of what has not' parts
t 'after the second signal what has ended is written, too' parts_dropped

is_stopped()
{
	there task && has "/proc/$(cat task)/stat" ') T '
}

continued()
{
	pool mp-pool sh -c 'trap "echo ends; exit 0" TERM; echo $$ >task
	    echo $PPID >pool.pid; kill -STOP $$' ::: a
	wait_for 10 is_stopped
	send TERM
	over 'signal TERM'
	expect_out ends
}

t 'a task that is stopped is continued to act on the signal' continued

# What was ignored stays so: mp-pool and a task get it, then a task talks.
stays_ignored()
{
	rm -f out err
	start "$CHILD" entry --ignore "$1" -- mp-pool sh -c '"$CHILD" mask; read -r line <gate; echo "$1"' sh ::: a
	wait_for 10 has out ignored
	kill -s "$1" "$pid"
	echo >&3
	wait_for 20 gone || kill -KILL "$pid"
	finish
	expect_status 0
	expect_out "blocked:
ignored: $1
a"
}

for sig in HUP INT QUIT TERM; do
	t "SIG$sig, ignored at the start, stays ignored" stays_ignored "$sig"
done

# What a SIGKILL leaves: no task. (Their own children the kernel spares.)
killed()
{
	pool mp-pool -j3 "$@" sh -c 'echo $PPID >pool.pid; exec "$CHILD" pause "$1"' \
	    sh ::: k1 k2 k3
	wait_for 10 there k1 k2 k3
	send KILL
	wait_for 20 gone
	for i in k1 k2 k3; do
		wait_for 5 eval "! alive $(cat "$i")"
	done
	rm k1 k2 k3
	over 'signal KILL'
}

t 'SIGKILL: no task is left' killed
t 'also with --raw' killed --raw
t 'also of a built-in class' builtin KILL 137

# A reader that goes away.

# broken HOW LINE COMMAND …: LINE is all that is read of what it prints, and
# its input for ever.
broken()
{
	want=$1
	line=$2
	shift 2
	rm -f died
	run timeout -k 5 20 sh -c '
	    yes "${0%%	*}" | "$CHILD" how died "$@" 2>err.pool | head -n 1' \
	    "$line" "$@"
	expect_status 0
	expect_out "$line"
	expect_file died "$want"
	expect_file err.pool ''
	expect test -z "$(left)"
}

closed_stderr()
{
	run timeout -k 5 20 sh -c '"$CHILD" how died mp-pool sh -c "yes >&2" \
	    ::: a b 2>&1 >out.pool | head -n 1'
	expect_out y
	expect_file died 'signal PIPE'
	expect_file out.pool ''
	expect test -z "$(left)"
}

raw_reader()
{
	run timeout -k 5 20 sh -c '"$CHILD" how died mp-pool --raw yes ::: y |
	    head -n 1'
	expect_out y
	expect_file died 'exit 123'
	expect_err -m "mp-pool: task 1: 'y': signal PIPE (*)"
}

# It ignores all that can be ignored, and so does what it has started.
cat >deaf <<'END'
setsid "$CHILD" ignore TERM PIPE &
exec "$CHILD" ignore HUP INT QUIT TERM PIPE -- sh -c '
	while echo y 2>/dev/null; do :; done; exec "$CHILD" pause'
END

t 'the reader goes away: quietly, and nothing is left' \
    broken 'signal PIPE' y mp-pool -j2 yes ::: y y
t 'while there are tasks for ever' broken 'signal PIPE' y mp-pool -j2 echo
t 'and such as ignore signals' broken 'signal PIPE' y \
    mp-pool -j2 sh deaf ::: 1 2
t 'with -u' broken 'signal PIPE' y mp-pool -u echo
t 'with a built-in class' broken 'signal PIPE' '10	4	7' mp-pool -c prime
t 'where SIGPIPE is ignored: 141' broken 'exit 141' y "$CHILD" entry \
    --sigpipe-ignore -- mp-pool -j2 sh -c 'while echo y; do :; done' ::: y y
t 'the reader of stderr goes away' closed_stderr
t 'with --raw the tasks get SIGPIPE' raw_reader

exec 3>&-
done_testing
