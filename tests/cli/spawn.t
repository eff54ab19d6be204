#!/bin/sh
# SPDX-License-Identifier: ISC
#
# mp-spawn: copies of a command, their numbers and names, how they come
# to be, the status, the report, a terminal, and what it tells without
# starting anything.
#
# shellcheck disable=SC2016,SC2086,SC2317 # commands expand it; words of a
# command; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"
. "$MP_SRCDIR/tests/quiet.sh"

# Copies and their numbers.

t_out 'one copy' 'a b' mp-spawn echo a b
t_out 'options end at the command' 'x -n 3' mp-spawn echo x -n 3
t_out 'options end at --' x mp-spawn -- echo x
t_out '-n N: so many copies' 'x
x
x' mp-spawn -n 3 echo x
t_out '--copies N' 'x
x' mp-spawn --copies 2 echo x
t_out '{} is the index' '0
1
2' mp-spawn -n 3 echo '{}'
t_out '{} of one copy' 0 mp-spawn echo '{}'
t_out '{} in an argument, each of them' 'a0b0 {0} x 00' \
    mp-spawn echo 'a{}b{}' '{{}}' x '{}{}'
t_out '--first N: the number of the first copy' '5
6' mp-spawn -n 2 --first 5 echo '{}'
t_out '--first 1000000000' 1000000000 mp-spawn --first 1000000000 echo '{}'

many()
{
	many=$(scale 300)
	run mp-spawn -n "$many" echo '{}'
	expect_status 0
	expect_err ''
	seq 0 $((many - 1)) >want
	expect_out -f want
}

t 'many copies' many

for n in 0 1; do
	printf '#!/bin/sh\necho "this is %s"\n' $n >prog-$n
	chmod +x prog-$n
	echo "file $n" >in-$n
	mkdir d$n
done
printf 'F=f{}\n' >env.file
t_out '{} in the name of the command' 'this is 0
this is 1' mp-spawn -n 2 './prog-{}'
t_out '{} in a value of -e' 'A=a0
A=a1' mp-spawn -n 2 -e 'A=a{}' "$CHILD" env A
t_out '{} in a value of an environment file' 'F=f0
F=f1' mp-spawn -n 2 --env-file env.file "$CHILD" env F
t_out '{} in --in' 'file 0
file 1' mp-spawn -n 2 --in 'in-{}' cat
t_out '{} in --fd N=PATH' 'file 0
file 1' mp-spawn -n 2 --fd '5=in-{}' sh -c 'cat <&5'
t_out '{} in --chdir' "$PWD/d0
$PWD/d1" mp-spawn -n 2 --chdir 'd{}' pwd -P

# Names.

show='MP_INDEX MP_COUNT MP_NAME'
t_out 'MP_INDEX, MP_COUNT and MP_NAME tell a copy of itself' 'MP_INDEX=3
MP_COUNT=2
MP_NAME=w3
MP_INDEX=4
MP_COUNT=2
MP_NAME=w4' mp-spawn -n 2 --first 3 --name 'w{}' "$CHILD" env $show
t_out 'a name by default: the last component of the path' 'MP_INDEX=0
MP_COUNT=1
MP_NAME=child' mp-spawn "$CHILD" env $show
t_out 'of several copies: with the index' 'MP_NAME=child-7
MP_NAME=child-8' mp-spawn -n 2 --first 7 "$CHILD" env MP_NAME

# Status.

for n in 0 1 123 124 125 126 127 137 255; do
	t "one copy: its status, $n" gives $n mp-spawn "$CHILD" exit $n
done

own_death()
{
	how mp-spawn "$CHILD" signal "$1"
	expect_how "signal $1"
	expect_err ''
}

for name in TERM KILL HUP INT QUIT PIPE USR1 SEGV; do
	t "one copy that dies by $name: so do we" own_death $name
done

t 'several: 0 if all succeeded' gives 0 mp-spawn -n 3 true
t 'several: 123 if one failed' gives 123 mp-spawn -n 3 "$CHILD" exit '{}'
t 'several: 123 if all failed' gives 123 mp-spawn -n 3 false
t 'several: 123 if one died by a signal' gives 123 \
    mp-spawn -n 2 sh -c 'test "$1" = 0 || kill -KILL $$' sh '{}'

# The report.

# members FILE: of each line, by index, what does not vary.
cat >members.py <<'END'
import json, sys
with open(sys.argv[1]) as f:
    lines = [json.loads(line) for line in f]
for one in sorted(lines, key=lambda one: one["index"]):
    assert list(one) == ["name", "index", "pid", "exitcode", "method",
        "wall", "user", "sys", "maxrss"], list(one)
    assert all(one[key] >= 0 for key in ("wall", "user", "sys")), one
    assert isinstance(one["maxrss"], int) and one["maxrss"] > 0, one
    print(one["name"], one["index"], one["pid"], one["exitcode"])
END

reports()
{
	script='echo "$MP_NAME $MP_INDEX $$ $1" >"report-$MP_INDEX"
	    test $1 -ge 0 || kill -s $((- $1)) $$; exit $1'
	run mp-spawn -n 4 --name 'a"{}' --report report sh -c \
	    "set -- \$((MP_INDEX * 6 - 9)); $script"
	expect_status 123
	expect_out ''
	python3 members.py report >all 2>&1
	cat report-0 report-1 report-2 report-3 >want
	expect_file all -f want
	run mp-spawn --first 7 --report report sh -c "set -- 9; $script"
	expect_status 9
	python3 members.py report >all 2>&1
	expect_file all -f report-7
}

if python3 -c 1 2>/dev/null; then
	t '--report: a line of JSON for each copy' reports
else
	skip '--report' 'no python3'
fi

# On a terminal.

# terminal.py COMMAND …: types ^C when the files got-0 and got-1 are there
# and, a moment after each holds an INT, shows them and types it again. Its
# status is the signal that COMMAND dies by.
cat >terminal.py <<'END'
import os, pty, signal, sys, time

def text(name):
    try:
        with open(name) as f:
            return f.read()
    except OSError:
        return ""

def wait_for(word):
    deadline = time.monotonic() + 30
    while not all(word in text(name) for name in ("got-0", "got-1")):
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
            sys.exit(word + " is not there")
        time.sleep(0.01)

pid, fd = pty.fork()
if pid == 0:
    for sig in signal.SIGPIPE, signal.SIGINT, signal.SIGQUIT:
        signal.signal(sig, signal.SIG_DFL)
    os.execvp(sys.argv[1], sys.argv[1:])
wait_for("ready")
os.write(fd, b"\3")
wait_for("INT")
time.sleep(0.2)
print(text("got-0") + text("got-1"), end="")
os.write(fd, b"\3")
sys.exit(os.WTERMSIG(os.waitpid(pid, 0)[1]))
END

interrupted()
{
	rm -f got-0 got-1
	run timeout -k 5 60 python3 terminal.py \
	    mp-spawn -n 2 $1 "$CHILD" catch 'got-{}' INT
	expect_status 2
	expect_err ''
	expect_out 'ready
INT
ready
INT'
}

if python3 -c 1 2>/dev/null; then
	t '^C: the copies get INT once; the second one ends us' interrupted
	t '^C: those in another group, too' interrupted --pgroup
	t '^C: those in another session, too' interrupted --setsid
else
	skip '^C' 'no python3'
fi

# How they come to be.

method()
{
	run mp-spawn -n 2 --report report $1 true
	expect_status 0
	expect test "$(grep -cE "\"method\": ?\"($2)\"" report)" = 2
}

# calls ERE METHOD: a system call of ours, in the words of strace.
calls()
{
	run strace -qq -e trace=process -o trace mp-spawn --method $2 true
	expect_status 0
	expect_file trace -e "$1"
}

t '--method fork' method '--method fork' fork
t '--method vfork' method --method=vfork vfork
t '--method spawn' method '--method spawn' 'spawn|vfork'
t 'by default: spawn' method '' 'spawn|vfork'
if strace -qq -o trace true 2>/dev/null; then
	t '--method fork is fork(2)' calls \
	    '^(fork\(|clone\(child_stack=NULL, flags=[^V]*SIGCHLD)' fork
	t '--method vfork is vfork(2)' calls \
	    '^(vfork\(|clone\(child_stack=NULL, .*CLONE_VFORK)' vfork
	t '--method spawn is clone(2) with a stack' calls \
	    '^(vfork\(|clone3?\(.*stack=0x.*CLONE_VFORK|clone3.*VFORK.*stack=0x)' \
	    spawn
else
	skip '--method: the system calls' 'no strace'
fi

# Information.

prints()
{
	echo 'FROM_FILE=f{}' >print.env
	run mp-spawn --print -n 2 -i -e 'A=b{}' --env-file print.env \
	    --umask 027 -C "$T" -l nofile=1234 --name 'some{}' \
	    --fd 9=print.env --out 'o.{}' touch "$PWD/ran-{}"
	expect_status 0
	expect_err ''
	for text in A=b0 A=b1 FROM_FILE=f0 FROM_FILE=f1 MP_INDEX=0 MP_INDEX=1 \
	    MP_COUNT=2 MP_NAME=some1 027 1234 '/touch' "$PWD/ran-0" \
	    "$PWD/ran-1" "$T" o.0 o.1 print.env; do
		grep -qF -e "$text" "$T/out" || note "not told: $text"
	done
	expect test ! -e o.0
	expect test -z "$(find . -name 'ran-*')"
}

help()
{
	run mp-spawn --help
	expect_status 0
	expect_err ''
	expect_out -e '^usage: mp-spawn '
	for o in copies first name ignore-environment keep unset env-file env \
	    fd chdir umask user groups limit nice sched ionice affinity \
	    setsid pgroup no-new-privs die-with-parent in out err tag raw \
	    method wait fail-fast timeout kill-after report replace print \
	    help version; do
		expect_out -e "--$o( |=|\$)"
	done
}

t '--print tells all, and starts nothing' prints
t '--help tells all options' help
t_out '--version' "mp-spawn (mp-utils) $(mp-pool --version |
    sed -n '1s/.* //p')
$(mp-spawn --version | sed 1d)" mp-spawn --version
t_fail '--help to a full disk fails' 125 'mp-spawn: *' \
    sh -c 'exec mp-spawn --help >/dev/full'

done_testing
