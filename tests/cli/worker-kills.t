#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Workers that are killed from outside at any time: each record is answered
# exactly once, in order.
#
# shellcheck disable=SC2317 # functions are called by t

. "${MP_SRCDIR:-.}/tests/lib.sh"

command -v python3 >/dev/null || skip_all 'no python3'

# storm RECORDS KILLS DEPTH: feeds mp-pool and kills its workers, one at a
# time, evenly over the records. A worker is a child of a child of mp-pool.
cat >storm.py <<'EOF'
import os, random, signal, subprocess, sys, threading, time

records, kills, depth = (int(n) for n in sys.argv[1:])
pool = subprocess.Popen(
    ["mp-pool", "-j4", "-w", "--retries", "1000", "--depth", str(depth), "cat"],
    stdin=subprocess.PIPE)
done = 0


def feed():
    step = max(1, records // (2 * kills))
    for first in range(1, records + 1, step):
        last = min(records, first + step - 1)
        while (first * kills > (done + 1) * records
               or last == records and done < kills):
            time.sleep(0.0005)
        pool.stdin.write(b"".join(b"%d\n" % n for n in range(first, last + 1)))
        pool.stdin.flush()
    pool.stdin.close()


def stat(pid):
    """State and parent, or nothing."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return file.read().rpartition(b")")[2].split()[:2]
    except OSError:
        return [b"Z", 0]


def children(parent):
    """Not all kernels have the list; without it all processes are looked at."""
    try:
        with open(f"/proc/{parent}/task/{parent}/children", "rb") as file:
            return [int(pid) for pid in file.read().split()]
    except OSError:
        return [int(pid) for pid in os.listdir("/proc")
                if pid.isdigit() and int(stat(pid)[1]) == parent]


def running():
    return [worker for warden in children(pool.pid)
            for worker in children(warden) if stat(worker)[0] != b"Z"]


feeder = threading.Thread(target=feed)
feeder.start()
until = time.monotonic() + 400
while done < kills and time.monotonic() < until:
    workers = running()
    if workers:
        try:
            os.kill(random.choice(workers), signal.SIGKILL)
            done += 1
        except ProcessLookupError:
            pass
    time.sleep(random.random() * 0.002)
if done < kills:
    pool.kill()
feeder.join()
status = pool.wait()
sys.stderr.write(f"{done} kills\n")
sys.exit(status)
EOF

storm()
{
	run python3 storm.py "$@"
	expect_status 0
	seq "$1" >want
	expect_out -f want
	expect_err "$2 kills"
}

t 'many records at a time' storm "$(scale 100000)" "$(scale 1000)" 100
t 'one record at a time' storm "$(scale 10000)" "$(scale 200)" 1

done_testing
