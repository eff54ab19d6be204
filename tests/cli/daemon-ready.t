#!/bin/sh
# SPDX-License-Identifier: ISC
#
# mp-daemon start --ready: each kind returns when the service is ready and no
# sooner; and notices that it never will be.
#
# shellcheck disable=SC2016,SC2094,SC2317 # services expand it; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"
. "$MP_SRCDIR/tests/daemon.sh"

export CHILD

cat >notify <<'END'
import os, socket, sys, time
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.connect("\0" + os.environ["NOTIFY_SOCKET"][1:])
for word in sys.argv[1:]:
    if word == "wait":
        while not os.path.exists("go"):
            time.sleep(0.02)
    elif word == "barrier":
        r, w = os.pipe()
        socket.send_fds(s, [b"BARRIER=1"], [w])
        os.close(w)
        os.read(r, 1)
        open("passed", "w").close()
    else:
        s.send(word.encode())
time.sleep(1000)
END

# waits HOW COMMAND…: starts, and is ready once the file go is there.
waits()
{
	how=$1
	shift
	rm -f go
	start mp-daemon start a --ready "$how" -- "$@"
	becomes a starting
	run mp-daemon status a
	expect_out -m 'a: starting*'
	expect alive "$pid"
	: >go
	finish
	expect_status 0
	is a running || note "$(cat "$RUN/a/status")"
	rm -f go
}

until_go='until test -e go; do sleep 0.02; done;'

d 'fd=N: a newline' waits fd=5 sh -c "$until_go"' echo >&5; exec sleep 1000'
d 'file=PATH' waits "file=$T/up" sh -c "$until_go"' : >up; exec sleep 1000'
d 'check=COMMAND' waits 'check=test -e go' "$CHILD" pause
d 'log=REGEX' waits 'log=^up [0-9]+$' sh -c \
    "$until_go"' echo up 12; exec sleep 1000'

if ! command -v python3 >/dev/null; then
	skip 'notify, tcp=PORT, unix=PATH' 'no python3'
	done_testing
fi

d 'notify: READY=1' waits notify python3 notify wait READY=1

cat >listen <<'END'
import os, socket, sys, time
while not os.path.exists("go"):
    time.sleep(0.02)
if sys.argv[1] == "unix":
    s = socket.socket(socket.AF_UNIX)
    s.bind("socket")
else:
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(("127.0.0.1", int(sys.argv[1])))
s.listen()
time.sleep(1000)
END

port=$(python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])')
d 'tcp=PORT' waits "tcp=$port" python3 listen "$port"
d 'unix=PATH' waits "unix=$T/socket" python3 listen unix

# A service tells more than that.

status_text()
{
	begin a --ready notify -- python3 notify READY=1 'STATUS=3 clients' \
	    RELOADING=1
	becomes a reloading
	run mp-daemon status a
	expect_out -m 'a: reloading, pid *: 3 clients'
}

barrier()
{
	begin a --ready notify -- python3 notify READY=1 barrier
	wait_for 20 test -e passed
	rm passed
}

# In microseconds: a quarter of an hour is longer than the 3 s it has.
extended()
{
	rm -f go
	start mp-daemon start a --ready notify --start-timeout 3 -- \
	    python3 notify EXTEND_TIMEOUT_USEC=900000000 STATUS=longer wait \
	    READY=1
	wait_for 20 grep -q longer "$RUN/a/status"
	sleep 3.2
	: >go
	finish
	expect_status 0
	rm go
}

d 'notify: STATUS, RELOADING' status_text
d 'notify: BARRIER is passed' barrier
d 'notify: EXTEND_TIMEOUT_USEC' extended

# It never will be.

never()
{
	run mp-daemon start a --start-timeout infinity --ready "$@"
	expect_status 125
	expect_err -m 'mp-daemon: a: never ready: *'
	becomes a failed
}

d 'a descriptor that is closed without a word' never fd=4 -- \
    sh -c 'exec 4>&-; exec sleep 1000'

done_testing
