#!/bin/sh
# SPDX-License-Identifier: ISC
#
# The verbs of mp-queue that look at queues and change them: ls, peek, stat,
# set, kick, cancel, clear, purge.
#
# shellcheck disable=SC2016,SC2317 # others expand it; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"
. "$MP_SRCDIR/tests/queue.sh"

# What ls tells of q: "ID STATE PRI TRIES 'BODY' ERR", with blanks.
lists()
{
	mp-queue ls q | tr '\t' ' ' >"$T/list"
	expect_file "$T/list" "$1"
}

# says WHAT VERB…: that on stdout, with success.
says()
{
	said=$1
	shift
	run mp-queue "$@"
	expect_status 0
	expect_err ''
	expect_out "$said"
}

# One task in each state: 1 done, 2 dead, 3 leased, 4 ready, 5 delayed.
all_states()
{
	mp-queue set --keep 5 q
	put q a b c d
	put --delay 1h --pri 3 --key k q e
	take q
	mp-queue ack "$receipt"
	take q
	mp-queue bury --err 'no use' "$receipt"
	take q
}

five="1 done 0 1 'a'
2 dead 0 1 'b' no use
3 leased 0 1 'c'
4 ready 0 0 'd'
5 delayed 3 0 'e'"

# Looking.

names()
{
	put b x
	put a x
	put é x
	says 'a
b
é' ls
}

names_empty()
{
	mp-queue set b
	mp-queue set a
	says 'a
b' ls
}

tasks()
{
	all_states
	lists "$five"
}

states()
{
	all_states
	says "2	dead	0	1	'b'	no use" ls --state dead q
	says "4	ready	0	0	'd'
5	delayed	3	0	'e'" ls --state ready,delayed q
}

each_state()
{
	all_states
	for state in 'done' dead leased ready delayed; do
		run mp-queue ls --state "$state" q
		expect_out -m "[1-5]	$state	*"
		expect test "$(wc -l <"$T/out")" -eq 1
	done
}

visible()
{
	given 'a\tb\033[31m\n\000\377é'
	run mp-queue put q
	put q "$(printf 'x%.0s' $(seq 50))"
	lists "1 ready 0 0 'a\\tb\\^[[31m\\n\\0\\M^?é'
2 ready 0 0 '$(printf 'x%.0s' $(seq 40))'..."
}

pages()
{
	seq 1001 >"$T/many"
	mp-queue put -l q <"$T/many" >/dev/null
	run mp-queue ls q
	cut -f 1 "$T/out" >"$T/list"
	expect_file "$T/list" -f "$T/many"
	says 1001 clear q
	lists ''
}

peeked()
{
	put q a b
	put --pri -1 q first
	run mp-queue peek q
	expect_out -m first
	says 'first
a' peek -n 2 -l q
	run mp-queue peek --count 5 -0 q
	printf 'first\000a\000b\000' >"$T/want"
	expect_out -f "$T/want"
	run mp-queue ls --state ready q
	expect test "$(wc -l <"$T/out")" -eq 3
}

peeked_nothing()
{
	put --delay 1h q a
	run mp-queue peek q
	expect_status 3
	expect_out ''
}

told()
{
	all_states
	mp-queue close q
	mp-queue pause q
	run mp-queue stat q
	grep -v '^oldest ' "$T/out" >"$T/stat"
	expect_file "$T/stat" 'queue q closed paused
ready 1
leased 1
done 1
dead 1
delayed 1
put 5
acked 1
died 1
expired 0
maxsize 0
ttr 60.000
tries 5
backoff 1.000
backoff_max 3600.000
limit 0
keep 5'
	expect_out -e '^oldest [0-9]+\.[0-9]{3}$'
	mp-queue set other
	run mp-queue stat
	expect_out -e '^queue other$'
	expect_out -e '^queue q closed paused$'
	run mp-queue stat other other
	expect test "$(grep -c '^queue other$' "$T/out")" -eq 2
}

# What Python makes of JSON text, a value a line.
python_reads()
{
	python3 -c 'import json, sys
v = [json.loads(line) for line in sys.stdin]
print(eval(sys.argv[1]))' "$1" <"$T/out" >"$T/python" 2>&1
	expect_file "$T/python" "$2"
}

json_tasks()
{
	all_states
	put --key 'a"é' q "$(printf '\1')"
	run mp-queue ls --json q
	python_reads '[(t["id"], t["state"], t["pri"], t["tries"],
    t["bytes"], t.get("key"), t.get("err")) for t in v[1:]]' \
	    "[(2, 'dead', 0, 1, 1, None, 'no use'), $(:
	    )(3, 'leased', 0, 1, 1, None, None), $(:
	    )(4, 'ready', 0, 0, 1, None, None), $(:
	    )(5, 'delayed', 3, 0, 1, 'k', None), $(:
	    )(6, 'ready', 0, 0, 1, 'a\"é', None)]"
	python_reads 'abs(v[0]["created"] - __import__("time").time()) < 600' \
	    True
}

json_names()
{
	mp-queue set b
	mp-queue set 'a "é"'
	run mp-queue ls --json
	python_reads '[t if type(t) is str else t.get("queue") for t in v]' \
	    "['a \"é\"', 'b']"
}

json_stat()
{
	all_states
	run mp-queue stat --json q
	python_reads '[v[0][k] for k in ("queue", "ready", "leased", "done",
    "dead", "delayed", "put", "acked", "died", "ttr", "keep")]' \
	    "['q', 1, 1, 1, 1, 1, 5, 1, 1, 60.0, 5]"
}

q 'ls: the names of the queues' names
q 'ls: also of those without tasks' names_empty
q 'ls QUEUE: id, state, priority, tries, body, why' tasks
q 'ls --state: these only' states
q 'ls --state: each of them' each_state
q 'ls: bodies are made visible, and cut' visible
q 'ls, clear: more tasks than fit a page' pages
q 'peek: the next tasks as get would hand them out; none is taken' peeked
q 'peek: none is ready: 3' peeked_nothing
q 'stat: sizes, totals, settings; of all queues without names' told
if command -v python3 >/dev/null; then
	q 'ls --json QUEUE' json_tasks
	q 'ls --json' json_names
	q 'stat --json' json_stat
else
	skip 'ls --json, stat --json' 'no python3'
fi

# Settings.

settings()
{
	mp-queue set q
	while read -r option value line; do
		run mp-queue set "--$option" "$value" q
		expect_status 0
		expect_out ''
		run mp-queue stat q
		expect_out -e "^$line\$"
	done <<END
max-size 7 maxsize 7
ttr 1.5m ttr 90.000
tries 0 tries 0
backoff 250ms backoff 0.250
backoff-max 2h backoff_max 7200.000
limit 3 limit 3
keep 9 keep 9
END
	expect_out -e '^maxsize 7$'
	mp-queue set --max-size 0 --limit 0 q
	run mp-queue stat q
	expect_out -e '^maxsize 0$'
	expect_out -e '^limit 0$'
	expect_out -e '^keep 9$'
}

kept()
{
	mp-queue set --keep 2 q
	put q a b c
	take -n 3 q
	while read -r receipt; do
		mp-queue ack "$receipt"
	done <"$T/receipt"
	lists "2 done 0 1 'b'
3 done 0 1 'c'"
}

q 'set: each setting, and only that one' settings
q 'set --keep: so many done tasks are kept, the last ones' kept

# Changing.

kicked()
{
	all_states
	says 2 kick q
	lists "1 done 0 1 'a'
2 ready 0 0 'b'
3 leased 0 1 'c'
4 ready 0 0 'd'
5 ready 3 0 'e'"
}

kicked_one()
{
	all_states
	says 1 kick q 5
	run mp-queue kick q 2 99
	expect_status 5
	expect_out ''
	expect_err -m 'mp-queue: 1 of 2 tasks: not there'
	run mp-queue kick q 3
	expect_status 5
	lists "1 done 0 1 'a'
2 ready 0 0 'b'
3 leased 0 1 'c'
4 ready 0 0 'd'
5 ready 3 0 'e'"
}

kicked_key()
{
	put --key k q a
	put q b
	take -n 2 q
	while read -r receipt; do
		mp-queue bury "$receipt"
	done <"$T/receipt"
	put --key k q c
	says 1 kick q
	lists "1 dead 0 1 'a'
2 ready 0 0 'b'
3 ready 0 0 'c'"
}

cancelled()
{
	all_states
	says 3 cancel q 3 4 5
	lists "1 done 0 1 'a'
2 dead 0 1 'b' no use"
	run mp-queue ack "$receipt"
	expect_status 5
	run mp-queue cancel q 2
	expect_status 5
	put --key k q again
	run mp-queue cancel other 1
	expect_status 125
}

cleared()
{
	all_states
	says 1 clear --state delayed q
	says 1 clear --state 'ready,dead' q
	says 1 clear q
	lists "1 done 0 1 'a'
2 dead 0 1 'b' no use"
	says 0 clear q
}

purged()
{
	all_states
	says 1 purge q 2
	says 1 purge q
	lists "3 leased 0 1 'c'
4 ready 0 0 'd'
5 delayed 3 0 'e'"
	run mp-queue purge q 4
	expect_status 5
}

q 'kick: dead and delayed tasks are ready, with no tries' kicked
q 'kick QUEUE ID: these only; 5 where one is not such' kicked_one
q 'kick: a dead task whose key is taken again stays dead' kicked_key
q 'cancel: ready, delayed and leased ones go; the receipt is stale' cancelled
q 'clear: all unfinished ones, or those of --state' cleared
q 'purge: dead and done ones' purged

done_testing
