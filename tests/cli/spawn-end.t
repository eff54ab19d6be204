#!/bin/sh
# SPDX-License-Identifier: ISC
#
# How mp-spawn and its copies end: whom it waits for, what a failure, a time
# limit, a signal or the death of a parent does to the others and to what
# they have started.
#
# shellcheck disable=SC2016,SC2086,SC2317 # commands expand it; words of a
# command; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"
. "$MP_SRCDIR/tests/quiet.sh"

chmod 711 "$T"
chmod 777 "$T/tmp"

none_left()
{
	wait_for 20 t_none_left || note "$(left)"
}

kill_left()
{
	for one in $(left | sed 's/ .*//'); do
		kill -s KILL $one
	done
}

there()
{
	for file; do
		test -s $file || return 1
	done
}

# A copy with a tree: a daemon in a session of its own, a background process
# and itself; tree-N is there when all are.
cat >tree <<'END'
#!/bin/sh
"$CHILD" daemonise "daemon-$MP_INDEX"
"$CHILD" pause "behind-$MP_INDEX" &
until test -s "behind-$MP_INDEX"; do sleep .02; done
echo $PPID >"tree-$MP_INDEX"
exec "$CHILD" "$@"
END

# Runs COMMAND when the trees of copies 0 and 2 are there.
cat >amid <<'END'
#!/bin/sh
test "$MP_INDEX" = 1 || exec ./tree pause
until test -s tree-0 && test -s tree-2; do sleep .02; done
eval "$1"
END
chmod +x tree amid

clear()
{
	rm -f tree-* daemon-* behind-* got-* died
}

# ends STATUS COMMAND…: with that status, and nothing is left.
ends()
{
	clear
	gives "$@"
	expect test -z "$(left)"
}

# Whom we wait for.

finds_all()
{
	gives 0 mp-spawn -n 3 "$@" sh -c 'test $MP_INDEX != 2 || until
	    test -e all-0 && test -e all-1; do sleep .02; done
	    sleep .1; : >all-$MP_INDEX'
	for n in 0 1 2; do
		expect test -e all-$n
		rm -f all-$n
	done
}

t 'we wait for all copies' finds_all
t '--wait all: the same' finds_all --wait all
t 'a failure does not end the others' gives 123 mp-spawn -n 2 sh -c '
    test $MP_INDEX = 0 && { echo >failed; exit 1; }
    until test -s failed; do sleep .02; done; sleep .1; : >all-$MP_INDEX'
t 'they went on' expect test -e all-1

goes_on()
{
	clear
	gives $1 mp-spawn $2 sh -c '"$CHILD" daemonise daemon-0; exit '$1
	expect alive "$(cat daemon-0)"
	kill "$(cat daemon-0)"
}

t 'what a copy leaves behind goes on' goes_on 0
t 'also after a failure' goes_on 3
t 'with --tag, too' goes_on 0 --tag

t '--wait any: its status is ours' ends 7 \
    mp-spawn -n 3 --wait any ./amid 'exit 7'
t '--wait any: the others are ended, also when it succeeds' ends 0 \
    mp-spawn -n 3 --wait=any ./amid 'exit 0'

any_signal()
{
	clear
	how mp-spawn -n 3 --wait any ./amid 'kill -s KILL $$'
	expect_how 'signal KILL'
	expect test -z "$(left)"
}

t '--wait any: or it died by a signal' any_signal

none()
{
	clear
	run mp-spawn -n 2 --wait none "$@" --name 'w-{}' \
	    sh -c 'exec "$CHILD" pause "got-$MP_INDEX"'
	expect_status 0
	expect_err ''
	wait_for 20 there got-0 got-1
	for n in 0 1; do
		one=$(cat got-$n)
		expect alive $one
		echo "w-$n $one $(sed 's/.*) //' /proc/$one/stat |
		    cut -d ' ' -f 20)"
		expect test "$(readlink /proc/$one/fd/1)" = "$T/out"
		kill $one
	done >want
	expect_out -f want
	none_left
}

t '--wait none: tells name, pid and start time, and exits' none
t '--wait none with --setsid' none --setsid

# The first failure.

t '--fail-fast: a failure ends the others with their trees' ends 123 \
    mp-spawn -n 3 --fail-fast ./amid 'exit 1'
t '--fail-fast: so does a death by a signal' ends 123 \
    mp-spawn -n 3 --fail-fast --setsid ./amid 'kill -s KILL $$'
t '--fail-fast: success does not' finds_all --fail-fast
t '--fail-fast: what ignores all signals is ended, too' ends 123 \
    mp-spawn -n 2 --fail-fast sh -c 'test $MP_INDEX = 1 &&
    exec "$CHILD" swarm 5 tree-1
    until test -s tree-1; do sleep .02; done; exit 1'

# Time limits.

t '--timeout: in time, the status of the command' gives 3 \
    mp-spawn --timeout 30 "$CHILD" exit 3
t '--timeout: one copy, 124' gives 124 mp-spawn --timeout .1 sleep 30
t '--timeout: several, 124' gives 124 mp-spawn -n 3 --timeout=100ms sleep 30
t '--timeout: only one was late, 124' gives 124 mp-spawn -n 2 --timeout .3 \
    sh -c 'test $MP_INDEX = 0 || exec sleep 30'
t '--timeout 0: no limit' gives 0 mp-spawn --timeout 0 sleep .1
t '--timeout ends the trees' ends 124 mp-spawn -n 3 --timeout 1 ./tree pause
t '--timeout: by TERM' gives 124 mp-spawn --timeout 1 \
    sh -c 'trap ": >got-term; exit 0" TERM; sleep 30 & wait'
t 'it got it' expect test -e got-term
t '--kill-after: in time, 124' gives 124 \
    mp-spawn --timeout .1 --kill-after 20 sleep 30
t '--kill-after: one copy that had to be killed, 137' ends 137 \
    mp-spawn --timeout .5 --kill-after .1 "$CHILD" ignore TERM -- sleep 30
t '--kill-after: several, 124' ends 124 \
    mp-spawn -n 2 --timeout .5 --kill-after .1 "$CHILD" ignore TERM -- sleep 30

# Signals. died says how mp-spawn ended; its pid is in tree-0.

started()
{
	clear
	start "$CHILD" how died mp-spawn -n 2 "$@"
	wait_for 20 there tree-0 tree-1
	us=$(cat tree-0)
}

gone()
{
	! alive "$pid"
}

died_by()
{
	wait_for 30 gone || kill_left
	finish
	expect_file died "signal $1"
	expect test -z "$(left)"
	expect_err ''
}

once()
{
	started ./tree pause
	kill -s $1 $us
	died_by $1
}

got_it()
{
	test "$(cat got-0 got-1 2>/dev/null | grep -cxF $1)" -ge 2
}

# The copies note the signal and stay; the second one is KILL for them.
twice()
{
	started sh -c 'exec ./tree catch "got-$MP_INDEX" INT TERM HUP QUIT'
	wait_for 20 got_it ready
	kill -s $1 $us
	wait_for 20 got_it $1
	expect alive $us
	for n in 0 1; do
		expect_file got-$n "ready
$1"
	done
	kill -s $1 $us
	died_by $1
}

for sig in INT TERM HUP QUIT; do
	t "$sig ends the copies and their trees, and us" once $sig
	t "$sig is passed on once; the second one kills" twice $sig
done

# What comes while they are being ended is passed on, too.
after_the_limit()
{
	rm -f got
	start mp-spawn --timeout .1 "$CHILD" catch got TERM INT
	wait_for 20 grep -qxs TERM got
	kill -s INT "$pid"
	wait_for 20 grep -qxs INT got
	kill -s INT "$pid"
	finish
	expect_status 130
}

t 'a signal after the limit is passed on, too' after_the_limit

# A daemon that stays after TERM gets KILL; one that does not was asked.
leftovers()
{
	clear
	start "$CHILD" how died mp-spawn -n 2 sh -c '
	    "$CHILD" swarm 5 swarm-$MP_INDEX --exit
	    setsid sh -c "trap \"echo TERM >>got-\$MP_INDEX; exit\" TERM
	    echo \$\$ >tree-\$MP_INDEX; sleep 30 & wait" &
	    echo $PPID >parent; exec sleep 30'
	wait_for 20 there swarm-0 swarm-1 tree-0 tree-1 parent
	kill -s TERM "$(cat parent)"
	died_by TERM
	expect_file got-0 TERM
	expect_file got-1 TERM
}

t 'what the copies leave behind gets it, too, then KILL' leftovers

status_lost()
{
	started sh -c 'trap "exit 0" TERM; echo $PPID >tree-$MP_INDEX
	    sleep 30 & wait'
	kill -s TERM $us
	died_by TERM
}

ignored()
{
	clear
	start "$CHILD" entry --ignore HUP -- "$CHILD" how died \
	    mp-spawn -n 2 ./tree pause
	wait_for 20 there tree-0 tree-1
	kill -s HUP "$(cat tree-0)"
	kill -s TERM "$(cat tree-0)"
	died_by TERM
}

foreign()
{
	clear
	start "$CHILD" entry --with-child foreign -- "$CHILD" how died \
	    mp-spawn -n 2 ./tree pause
	wait_for 20 there tree-0 tree-1
	kill -s TERM "$(cat tree-0)"
	finish
	expect_file died 'signal TERM'
	expect alive "$(cat foreign)"
	kill "$(cat foreign)"
	none_left
}

# A signal before exec would be for the shell, which may lose it.
is_us()
{
	read -r comm <"/proc/$pid/comm" && test "$comm" = mp-spawn
}

# At any moment.
starting()
{
	for n in 0 1 2 3 4 5 6 7 8 9; do
		start mp-spawn -n 300 sleep 30
		wait_for 20 is_us
		sleep .0$n
		kill -s TERM "$pid"
		finish
		expect_status 143
		expect test -z "$(left)"
	done
}

t 'TERM while the copies are being started' starting
t 'we die by the signal, also if the copies succeed' status_lost
t 'a signal that was ignored at our start stays so' ignored
t 'a child that we did not start is left alone' foreign
t 'SIGCHLD ignored and blocked' gives 123 "$CHILD" entry --sigchld-ignore \
    --sigchld-block -- mp-spawn -n 2 "$CHILD" exit 3
t '0, 1 and 2 closed' gives 3 "$CHILD" entry --close 0 --close 1 --close 2 \
    -- mp-spawn "$CHILD" exit 3
t '0, 1 and 2 closed, several copies' gives 123 "$CHILD" entry --close 0 \
    --close 1 --close 2 -- mp-spawn -n 2 "$CHILD" exit 3

# The death of a parent.

# killed OPTION …: mp-spawn is killed, and the copies die with it.
killed()
{
	clear
	start mp-spawn -n 2 --die-with-parent "$@" \
	    sh -c 'echo $$ >got-$MP_INDEX; exec "$CHILD" pause'
	wait_for 20 there got-0 got-1
	kill -s KILL "$pid"
	finish
	expect_status 137
	none_left
}

# parent_killed WORD …: the parent of mp-spawn is.
parent_killed()
{
	clear
	start sh -c 'echo $$ >parent; "$@"; echo no' sh "$@"
	wait_for 20 there tree-0
	kill -s KILL "$(cat parent)"
	finish
	expect_status 137
	expect_out ''
	none_left
}

t '--die-with-parent: SIGKILL of mp-spawn' killed
t '--die-with-parent --setsid' killed --setsid --no-new-privs
t '--die-with-parent --method fork' killed --method fork
t '--die-with-parent: SIGKILL of its parent, with trees' parent_killed \
    mp-spawn -n 2 --die-with-parent ./tree pause
t '--die-with-parent --replace: SIGKILL of its parent' parent_killed \
    mp-spawn --die-with-parent --replace sh -c 'echo >tree-0; exec sleep 30'
if test "$(id -u)" = 0 && "$CHILD" entry --uid 65534 -- "$CHILD" exit 0 \
    2>/dev/null; then
	t '--die-with-parent with another user' killed -U 65534:65534
else
	skip '--die-with-parent with another user' 'must be root'
fi

# In our place.

same_pid()
{
	run sh -c 'echo $$; exec mp-spawn --replace "$@"' sh --name 'w{}' \
	    sh -c 'echo $$; "$CHILD" env MP_INDEX MP_COUNT MP_NAME; exit 5'
	expect_status 5
	read -r first <"$T/out"
	expect_out "$first
$first
MP_INDEX=0
MP_COUNT=1
MP_NAME=w0"
}

given 'x\n'
t_out '--replace: it reads our standard input' x mp-spawn --replace cat
t '--replace: the same process' same_pid

done_testing
