#!/bin/sh
# SPDX-License-Identifier: ISC
#
# States that a program does not expect to be started in: signals ignored or
# blocked, descriptors closed or full, hardly any descriptors or processes
# allowed, a child that it did not start, a terminal. And the state in which
# it starts its tasks whatever that was.
#
# shellcheck disable=SC2016,SC2317 # tasks expand it; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"

export CHILD

entry()
{
	"$CHILD" entry "$@"
}

# A child that was there before mp-pool: its pid is in the file foreign.
end_foreign()
{
	read -r other <foreign
	expect alive "$other"
	kill -KILL "$other"
	rm foreign
}

gone()
{
	! alive "$pid"
}

has()
{
	grep -aq -e "$2" "$1" 2>/dev/null
}

over()
{
	wait_for 20 gone || kill -KILL "$pid"
	finish
	expect_status "$1"
	expect test -z "$(left)"
}

# works OPTION …: whatever that is, the main job is done.
seq 50 >fifty
{
	seq 6
	seq 8 50
} >but_seven

works()
{
	run entry "$@" -- mp-pool -j4 -a fifty sh -c '
	    test "$1" != 7 || exit 3; echo "$1"; "$CHILD" mask >&2' sh
	expect_status 123
	expect_out -f but_seven
	sort err | uniq -c | sed 's/^ *//; s/([0-9.]*/(-/' >states
	expect_file states "49 blocked:
49 ignored:
1 mp-pool: task 7: '7': exit status 3 (- s)"
	test ! -e foreign || end_foreign
	run entry "$@" -- mp-pool -j4 -c prime ::: x 10
	expect_status 123
	expect_out '10	4	7'
	expect_err "mp-pool: task 1: 'x': invalid"
	test ! -e foreign || end_foreign
}

t 'SIGCHLD ignored' works --sigchld-ignore
t 'SIGCHLD blocked' works --sigchld-block
t 'SIGCHLD ignored and blocked' works --sigchld-ignore --sigchld-block
t 'SIGPIPE ignored: not in the tasks' works --sigpipe-ignore
t 'signals blocked: not in the tasks' works --block TERM --block INT \
    --block USR1 --block CHLD --block PIPE --block ALRM
t 'a child that it did not start' works --with-child foreign
t 'with SIGCHLD ignored, too' works --with-child foreign --sigchld-ignore
t 'no more than 64 descriptors' works --nofile 64
t 'no more than 12 descriptors' works --nofile 12

many_with_few()
{
	seq 300 >records
	run entry --nofile "$1" -- mp-pool -j64 --buffer 4K -a records \
	    "$CHILD" output '{}' 30000
	expect_status 0
	while read -r seed; do
		"$CHILD" output "$seed" 30000
	done <records >want.out 2>want.err
	expect_out -f want.out
	expect_err -f want.err
}

t 'many tasks with 64 descriptors' many_with_few 64
t 'many tasks with 16 descriptors' many_with_few 16

# foreign TIMES OPTION …: that many SIGTERMs end it, and its task, which
# notes them; a child that it did not start is none of its business.
foreign()
{
	times=$1
	shift
	rm -f caught
	start "$CHILD" entry --with-child foreign "$@" -- mp-pool sh -c '
	    "$CHILD" catch caught TERM & trap "exit 1" TERM
	    test "$1" = 1 || trap "" TERM; wait; wait' sh ::: "$times"
	wait_for 10 has caught ready
	kill -TERM "$pid"
	wait_for 10 has caught TERM
	test "$times" -eq 1 || kill -TERM "$pid"
	wait_for 20 gone || kill -KILL "$pid"
	finish
	expect_status 143
	end_foreign
	wait_for 5 t_none_left
}

t 'SIGTERM ends the tasks, not a child that it did not start' foreign 1
t 'nor does the second one' foreign 2
t 'SIGTERM blocked' foreign 1 --block TERM
t 'SIGCHLD ignored, SIGTERM' foreign 1 --sigchld-ignore

# Standard descriptors.

# closed N …: without these.
closed()
{
	options=
	for fd; do
		options="$options --close $fd"
	done
	# shellcheck disable=SC2086 # several options
	run entry $options -- mp-pool -j2 "$CHILD" fds ::: a b
}

t_fail '0 closed: an error if it is to be read' 125 \
    'mp-pool: standard input: Bad file descriptor' \
    "$CHILD" entry --close 0 -- mp-pool echo
t_out '0 closed: else none' 'a
b' "$CHILD" entry --close 0 -- mp-pool echo ::: a b
t_fail '1 closed: an error' 125 'mp-pool: standard output: Bad file descriptor' \
    "$CHILD" entry --close 1 -- mp-pool echo ::: a
t_out '1 closed: none without output' '' \
    "$CHILD" entry --close 1 -- mp-pool true ::: a
t_out '2 closed: the tasks go on' 'a
b' "$CHILD" entry --close 2 -- mp-pool sh -c 'echo "$1"; echo "$1" >&2' sh \
    ::: a b
t_fail '2 closed: and the status tells' 123 '' \
    "$CHILD" entry --close 2 -- mp-pool false ::: a b
t_fail '0, 1 and 2 closed' 125 '' \
    "$CHILD" entry --close 0 --close 1 --close 2 -- mp-pool echo ::: a b
t_fail '1 closed: --help fails' 125 'mp-pool: standard output: *' \
    "$CHILD" entry --close 1 -- mp-pool --help

# What is given to the tasks of it has nothing of ours in it.
no_descriptor_of_ours()
{
	run entry --close 0 -- mp-pool -j1 "$CHILD" fds ::: a b
	expect_status 0
	expect_out -m '0 /dev/null
1 pipe:*
2 pipe:*
0 /dev/null
1 pipe:*
2 pipe:*'
	run entry --close 0 --close 2 -- mp-pool --raw "$CHILD" fds ::: a
	expect_out "0 /dev/null
1 $T/out
2 /dev/null"
}

# fds OPTION …: a task has no descriptor but these, whatever we have.
inherits()
{
	run sh -c 'exec mp-pool "$@" 3<fifty 7>other 9<>other' sh "$@"
	expect_status 0
	sed 's/pipe:.*/pipe/' out >fds
	expect_file fds "0 $zero
1 $one
2 $two"
}

t 'a task gets nothing in the place of a closed one' no_descriptor_of_ours
zero=/dev/null
one=pipe
two=pipe
t 'a task has the descriptors 0, 1, 2 and no other' \
    inherits "$CHILD" fds ::: a
given 'a\n'
t 'with input' inherits sh -c 'exec "$CHILD" fds'
t 'with -a' inherits -n 100 -a fifty sh -c 'exec "$CHILD" fds'
one=$T/out
two=$T/err
t 'with --raw' inherits --raw "$CHILD" fds ::: a

# The tasks are ended.
full()
{
	rm -f ready
	run timeout -k 5 20 "$CHILD" how died sh -c '
	    exec mp-pool -j2 sh -c "
	    test \$1 = a || { until test -s ready; do sleep 0.02; done
	    echo x; }; exec \"\$CHILD\" pause ready" sh ::: b a >/dev/full'
	expect_file died 'exit 125'
	expect_err 'mp-pool: standard output: No space left on device'
	expect test -z "$(left)"
}

full_stderr()
{
	run sh -c 'exec mp-pool sh -c "echo \$1; echo bad >&2" sh ::: a b \
	    2>/dev/full'
	expect_status 125
	expect_out 'a
b'
}

t 'standard output is full: it says so and ends the tasks' full
t 'standard error is full: the tasks go on, then 125' full_stderr
t_fail '--help: standard output is full' 125 \
    'mp-pool: standard output: No space left on device' \
    sh -c 'mp-pool --help >/dev/full'

# Hardly any processes, for a user of whom nobody else has any.

chmod 711 "$T"
user=$((600000000 + $$))

limited()
{
	expect test "$(id -u)" -eq 0
	seq 100 >records
	run entry --nproc "$1" --uid "$user" -- mp-pool -j64 -a records \
	    "$CHILD" output '{}' 2000
	expect_status 0
	while read -r seed; do
		"$CHILD" output "$seed" 2000
	done <records >want.out 2>want.err
	expect_out -f want.out
	expect_err -f want.err
}

limited_builtin()
{
	run entry --nproc 3 --uid "$user" -- mp-pool -j8 -c prime -a fifty
	mv out limited
	expect_err ''
	run mp-pool -j8 -c prime -a fifty
	expect_out -f limited
}

# It waits for what may never come, and can be ended.
none_at_all()
{
	rm -f err
	start "$CHILD" entry --nproc 1 --uid "$user" -- mp-pool echo ::: a
	wait_for 10 has err waiting
	kill -TERM "$pid"
	over 143
	expect_out ''
	expect_err -m 'mp-pool: cannot start a process: ?*; waiting'
}

if entry --uid "$user" -- "$MP_BINDIR/mp-pool" true ::: a 2>/dev/null; then
	t 'no more than 8 processes' limited 8
	t 'no more than 2 processes' limited 2
	t 'no more than 3 processes, a built-in class' limited_builtin
	t 'none but its own: it says that it waits' none_at_all
else
	skip 'hardly any processes' 'must be root'
fi

# As process 1 a signal does not end it, but it exits with that status.
process_1()
{
	rm -f ready out
	start unshare -p -f --mount-proc --kill-child mp-pool sh -c 'echo "$PPID"
	    (setsid "$CHILD" pause &); echo >ready; exec "$CHILD" pause' ::: a
	wait_for 10 test -s ready
	kill -TERM "$(pgrep -P "$pid")"
	over 143
	expect_out 1
}

if unshare -p -f --mount-proc true 2>/dev/null && command -v pgrep >/dev/null; then
	t 'as process 1' process_1
else
	skip 'as process 1' 'must be root'
fi

# The process group.

group()
{
	run mp-pool "$@" sh -c 'read -r pid name state ppid group rest \
	    </proc/$$/stat && test "$pid" = "$group"' ::: a
	expect_status 0
}

t 'each task is in a process group of its own' group
t 'with --raw, too' group --raw

# On a terminal.

# terminal.py HOW KEYS FILES COMMAND …: runs COMMAND on a terminal; when all
# FILES (between commas) are there, KEYS are typed, one by one, each one when
# the next of FILES is there.
cat >terminal.py <<'END'
import os, pty, signal, sys, time

how, keys, files, command = sys.argv[1], *sys.argv[2:4], sys.argv[4:]
pid, fd = pty.fork()
if pid == 0:
    for sig in signal.SIGPIPE, signal.SIGINT, signal.SIGQUIT:
        signal.signal(sig, signal.SIG_DFL)
    os.execvp(command[0], command)
deadline = time.monotonic() + 30
for key, file in zip(keys, files.split(",")):
    while not (os.path.exists(file) and os.path.getsize(file)):
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
            sys.exit(file + " is not there")
        time.sleep(0.01)
    os.write(fd, key.encode())
try:
    while data := os.read(fd, 4096):
        os.write(1, data)
except OSError:
    pass
status = os.waitpid(pid, 0)[1]
if os.WIFSIGNALED(status):
    text = "signal " + signal.Signals(os.WTERMSIG(status)).name[3:]
else:
    text = "exit %d" % os.WEXITSTATUS(status)
open(how, "w").write(text + "\n")
END

# The task says when it got a ^C; then a ^\ makes an end.
cat >caught.sh <<'END'
trap : INT
"$CHILD" catch caught INT &
until grep -q INT caught; do sleep 0.02; done
echo >told
wait
wait
END

# typed KEYS FILES SCRIPT
typed()
{
	rm -f died caught told
	run timeout -k 5 60 python3 terminal.py died "$@"
	expect_status 0
	expect_err ''
	expect test -z "$(left)"
}

interrupted()
{
	typed "$(printf '\003\034')" caught,told sh -c "$1"
	expect_file died 'signal INT'
	expect_file caught 'ready
INT'
}

reads()
{
	echo >there
	typed 'x
' there,there mp-pool sh -c 'read -r line; echo "got $line"' sh ::: a
	expect_file died 'exit 0'
	expect_out -e 'got x'
}

on_terminal()
{
	if command -v python3 >/dev/null; then
		t "$@"
	else
		skip "$1" 'no python3'
	fi
}

echo record >records
on_terminal '^C: the tasks, which have the terminal, get it once' \
    interrupted 'exec mp-pool sh caught.sh ::: a'
on_terminal '^C: tasks with another standard input get it once' \
    interrupted 'exec mp-pool sh caught.sh <records'
on_terminal '^C: with --raw they get it once' \
    interrupted 'exec mp-pool --raw sh caught.sh <records'
on_terminal 'tasks can read from the terminal' reads


done_testing
