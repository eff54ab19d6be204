#!/bin/sh
# SPDX-License-Identifier: ISC
#
# mp-queue doctor: whether a place is fit for queues, and what it stands on.
#
# shellcheck disable=SC2317 # t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"
. "$MP_SRCDIR/tests/queue.sh"

# A file system in memory is worth a warning.
examine()
{
	run mp-queue doctor "$@"
	expect_err -E 'mp-queue: .*[^g]: [^w]'
}

# One line each, in this order.
names='place clock boot_id filesystem sync gate sqlite threadsafe
journal_mode synchronous page_size queues tasks changes db_bytes wal_bytes
check fit'

fit()
{
	put q a b c
	examine
	expect_status 0
	# shellcheck disable=SC2086 # words
	printf '%s\n' $names >expected
	cut -d ' ' -f 1 out >found
	expect_file found -f expected
	expect_out -e "^place $MP_QUEUE$"
	expect_out -e '^clock [0-9]{9,}\.[0-9]{6}$'
	expect_out -e "^boot_id $(cat /proc/sys/kernel/random/boot_id)$"
	expect_out -e '^filesystem [A-Za-z0-9]+$'
	expect_out -e '^sync [0-9]+\.[0-9]{6}$'
	expect_out -e '^gate free$'
	expect_out -e '^sqlite 3\.[0-9.]+$'
	expect_out -e '^journal_mode wal$'
	expect_out -e '^synchronous 2$'
	expect_out -e '^queues 1$'
	expect_out -e '^tasks 3$'
	expect_out -e "^db_bytes $(wc -c <"$MP_QUEUE/db")$"
	expect_out -e "^wal_bytes $(wc -c <"$MP_QUEUE/db-wal")$"
	expect_out -e '^check ok$'
	expect_out -e '^fit yes$'
	lists q "1 ready 0 0 'a'
2 ready 0 0 'b'
3 ready 0 0 'c'"
}

makes_it()
{
	examine
	expect_status 0
	expect_out -e '^tasks 0$'
	expect test -f "$MP_QUEUE/db"
	for file in "$MP_QUEUE"/doctor*; do
		expect test ! -e "$file"
	done
}

json()
{
	put q a
	examine --json
	expect_status 0
	expect_out -m '{"place":"'"$MP_QUEUE"'","clock":[0-9]*.*,'\
'"boot_id":"*","filesystem":"*","sync":[0-9]*.*,"gate":"free",'\
'"sqlite":"3.*","threadsafe":[0-9],"journal_mode":"wal","synchronous":2,'\
'"page_size":*,"queues":1,"tasks":1,"changes":1,"db_bytes":*,'\
'"wal_bytes":*,"check":"ok","fit":"yes"}'
}

# unfit PATTERN: why, and what is known is printed all the same.
unfit()
{
	expect_status 125
	expect_err -m "*mp-queue: $MP_QUEUE: $1"
	expect_out -e '^filesystem '
	expect_out -e '^fit no$'
	expect_out -E '^check '
}

damaged()
{
	seq 2000 | mp-queue put -l q >"$T/ids"
	printf 'this is no page' |
	    dd of="$MP_QUEUE/db" bs=1 seek=40 conv=notrunc 2>/dev/null
	: >"$MP_QUEUE/db-wal"
	run mp-queue doctor
	unfit 'db: *'
}

emptied()
{
	put q a
	rm "$MP_QUEUE"/db*
	run mp-queue doctor
	unfit 'db: empty: what was in it is gone'
}

# Whoever holds the gate is named if the kernel tells.
held()
{
	put q a
	flock "$MP_QUEUE/gate" sleep 60 &
	wait_for 10 is_held
	run mp-queue doctor
	unfit 'gate: held for more than a second*'
	if grep -q FLOCK /proc/locks; then
		expect_err -e 'second by process [0-9]+ \((flock|sleep), '
	fi
	cut -d ' ' -f 1 "$T/holder" | xargs kill
	wait
	examine
	expect_status 0
}

is_held()
{
	! flock -n "$MP_QUEUE/gate" true || return 1
	left | grep 'sleep 60' | grep -v flock >"$T/holder"
}

unreadable()
{
	mkdir -m 700 "$MP_QUEUE"
	chmod 777 "$MP_QUEUE"
	run mp-queue doctor
	expect_status 125
	expect_out ''
	expect_err -m "mp-queue: $MP_QUEUE: others may write to it*"
}

in_memory()
{
	MP_QUEUE=$1/$MP_TEST_ID
	run mp-queue doctor
	rm -r "$MP_QUEUE"
	expect_status 0
	expect_out -e '^filesystem tmpfs$'
	expect_err "mp-queue: $MP_QUEUE: warning: it is in memory, and gone \
when the system ends"
}

operands()
{
	run mp-queue doctor q
	expect_status 125
	expect_out ''
	expect_err -m "mp-queue: 'q': extra operand*usage: *doctor *"
}

q 'what a place stands on' fit
q 'it makes the place, and leaves nothing else there' makes_it
q '--json' json
q 'damage: 125, and why' damaged
q 'a database that is gone: 125, and why' emptied
if command -v flock >/dev/null; then
	q 'a gate that is held: 125, and by whom' held
else
	skip 'a gate that is held: 125, and by whom' 'no flock(1)'
fi
q 'a directory that is refused: 125, and why' unreadable
shm=/dev/shm
if test "$(stat -f -c %T "$shm" 2>/dev/null)" = tmpfs && test -w "$shm"; then
	t 'a place in memory: a warning' in_memory "$shm"
else
	skip 'a place in memory: a warning' "no $shm"
fi
q 'no operands' operands

done_testing
