#!/bin/sh
# SPDX-License-Identifier: ISC
#
# mp-pool --report and --trace-events: tasks as JSON.
#
# shellcheck disable=SC2016,SC2317 # tasks expand it; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"

command -v python3 >/dev/null || skip_all 'no python3'

# check FILE EXPRESSION: of the rows of FILE as r.
check()
{
	expect python3 -c 'import json, sys
r = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
if not eval("(" + sys.argv[2] + ")"):
    sys.exit(1)' "$1" "$2"
}

fields()
{
	run mp-pool -j2 --report rep sh -c 'printf abc; echo x >&2
	    case $1 in 2) exit 3 ;; 3) kill -KILL $$ ;; esac' sh ::: 1 2 3 'a "b'
	expect_status 123
	check rep '[x["seq"] for x in r] == [1, 2, 3, 4]'
	check rep '[x["how"] for x in r] ==
	    ["exited", "exited", "signaled", "exited"]'
	check rep '[x["code"] for x in r] == [0, 3, None, 0]'
	check rep '[x["signal"] for x in r] == [None, None, "KILL", None]'
	check rep 'all(x["out"] == 3 and x["err"] == 2 for x in r)'
	check rep 'all(x["slot"] in (1, 2) and x["attempts"] == 1 for x in r)'
	check rep 'all(0 < x["wall"] < 300 and x["maxrss"] > 0 for x in r)'
	check rep 'all(x["user"] >= 0 and x["sys"] >= 0 for x in r)'
	check rep "all(abs(x['start'] - $(date +%s)) < 300 for x in r)"
	check rep 'r[3]["records"] == ["a \"b"]'
	check rep 'r[3]["command"].endswith("sh '\''a \"b'\''")'
}

others()
{
	run mp-pool -j1 -n 2 --retries 2 --report rep sh -c \
	    'test "$MP_ATTEMPT" -eq 2' sh ::: a b c
	expect_status 0
	check rep '[x["attempts"] for x in r] == [2, 2]'
	check rep '[x["records"] for x in r] == [["a", "b"], ["c"]]'
	run mp-pool -j1 --timeout 0.2 --report rep sh -c 'sleep 60' ::: 1
	check rep 'r[0]["how"] == "timeout" and r[0]["code"] is None'
	run mp-pool -j1 --report rep {} ::: /nonexistent
	check rep 'r[0]["how"] == "not executed" and "/non" in r[0]["reason"]'
	run mp-pool --report rep ::: 100 abc
	check rep 'sorted((x["seq"], x.get("reason")) for x in r) ==
	    [(1, None), (2, "invalid")]'
}

# CPU time and memory are those of the task.
usage()
{
	run mp-pool --report rep "$CHILD" ::: nonsense
	run mp-pool --report rep sh -c 'i=0; while test $i -lt "$1"; do
	    i=$((i + 1)); done' sh ::: 1 300000
	check rep 'r[1]["user"] + r[1]["sys"] > r[0]["user"] + r[0]["sys"]'
}

# Begins with what runs later than the log says; with --resume it goes on.
appended()
{
	run mp-pool -j1 --joblog log --report rep true ::: a b
	run mp-pool -j1 --joblog log --report rep --resume true ::: b c a
	check rep '[(x["seq"], x["records"]) for x in r] ==
	    [(1, ["a"]), (2, ["b"]), (2, ["c"])]'
}

# Viewers read a trace without its end, Python does not.
trace()
{
	run mp-pool -j2 --retries 1 --trace-events trace sh -c \
	    'test "$MP_ATTEMPT" -ge "$1"' sh ::: 1 2
	expect_status 0
	expect python3 -c 'import json
r = json.load(open("trace", encoding="utf-8"))
assert r[0]["ph"] == "M"
r = sorted((x for x in r if x["ph"] == "X"), key=lambda x: x["ts"])
assert len(r) == 3
assert sorted((x["name"], x["args"]["attempt"]) for x in r) == [
    ("task 1", 1), ("task 2", 1), ("task 2", 2)]
assert all(x["ts"] >= 0 and x["dur"] > 0 and x["tid"] in (1, 2) for x in r)'
}

killed()
{
	start mp-pool -j2 --trace-events trace sh -c 'test "$1" != 9 || {
	    : >begun; exec sleep 60; }' sh ::: 1 2 3 4 5 6 7 8 9
	wait_for 10 test -e begun
	wait_for 10 grep -q 'task 8' trace
	kill -KILL "$pid"
	finish
	echo ']' >>trace
	expect python3 -c 'import json
assert len(json.load(open("trace", encoding="utf-8"))) == 9'
}

# Two runs report to one pipe, which is full most of the time.
shared()
{
	mkfifo pipe
	seq 3000 >numbers
	sh -c 'exec 3<>pipe
	    mp-pool -c prime -a numbers --report pipe >/dev/null &
	    mp-pool -c prime -a numbers --report pipe >/dev/null
	    wait' &
	writers=$!
	head -n 6000 pipe >lines
	wait "$writers"
	expect test "$(grep -c '^{"seq":[0-9]*,.*,"command":"prime [0-9]*"}$' \
	    lines)" -eq 6000
}

t 'a line for each task tells all of it' fields
t 'lines of several runs through a pipe are whole' shared
t 'attempts, several records, and other ends' others
t 'time and memory are those of the task' usage
t 'with --resume the report goes on' appended
t 'a trace holds each attempt' trace
t 'a trace is good up to where mp-pool was killed' killed
t_fail 'a report that cannot be opened' 125 \
    'mp-pool: no/rep: No such file or directory' \
    mp-pool --report no/rep touch touched ::: 1
t_fail 'a trace that cannot be opened' 125 'mp-pool: .: Is a directory' \
    mp-pool --trace-events . touch touched ::: 1
t_fail 'a report that cannot be written' 125 \
    'mp-pool: /dev/full: No space left on device' \
    mp-pool --report /dev/full true ::: 1 2 3
t 'nothing was started without them' test ! -e touched

done_testing
