#!/bin/sh
# SPDX-License-Identifier: ISC
#
# mp-queue where its files are not as it left them, where there is no room,
# and where what it got cannot be handed out: never does a task get lost
# without a word.
#
# shellcheck disable=SC2016,SC2086,SC2317 # others expand it; words of a
# command; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"
. "$MP_SRCDIR/tests/queue.sh"

# Damage.

# A few tasks, which are in the log only; many, which are in the database.
few()
{
	put q a b c
	mp-queue ls q >"$T/before"
}

many()
{
	seq -f %0200.0f 30000 >"$T/lines"
	mp-queue put -l q <"$T/lines" >"$T/ids"
	mp-queue ls q >"$T/before"
	expect test "$(wc -c <"$MP_QUEUE/db")" -gt 4000000
}

# all_or_error WANTED VERB…: that is told first of all, or what is wrong.
all_or_error()
{
	want=$1
	shift
	run mp-queue "$@"
	if test "$status" -eq 0; then
		head -n "$(wc -l <"$want")" "$T/out" >"$T/list"
		cmp -s "$want" "$T/list" || note "$*: something is lost"
	else
		expect_status 125
		expect_err -m 'mp-queue: ?*'
		expect_err -E 'no such queue'
	fi
}

intact_or_told()
{
	echo q >"$T/names"
	all_or_error "$T/before" ls q
	all_or_error "$T/names" ls
	run mp-queue put q new
	test "$status" -eq 0 || expect_status 125
	all_or_error "$T/before" ls q
}

# cut_to FILE BYTES
cut_to()
{
	head -c "$2" "$MP_QUEUE/$1" >"$T/part"
	cat "$T/part" >"$MP_QUEUE/$1"
}

# overwrite FILE FROM BYTES [SOURCE]
overwrite()
{
	head -c "$3" "${4:-$CHILD}" >"$T/part"
	dd if="$T/part" of="$MP_QUEUE/$1" bs=4096 seek="$2" \
	    oflag=seek_bytes conv=notrunc 2>/dev/null
}

# damaged few|many COMMAND…
damaged()
{
	"$1"
	shift
	"$@"
	intact_or_told
}

remove()
{
	rm "$MP_QUEUE/$1"
}

for those in few many; do
	q "db is empty: $those tasks" damaged $those cut_to db 0
	q "db has 100 bytes: $those tasks" damaged $those cut_to db 100
	q "db has no whole page: $those tasks" damaged $those cut_to db 4000
	q "db is removed: $those tasks" damaged $those remove db
	q "db begins with something else: $those tasks" \
	    damaged $those overwrite db 0 100
	q "db-wal begins with something else: $those tasks" \
	    damaged $those overwrite db-wal 0 32
	q "db-wal begins with zeros: $those tasks" \
	    damaged $those overwrite db-wal 0 32 /dev/zero
	q "db-wal is something else: $those tasks" \
	    damaged $those overwrite db-wal 0 8000
	q "db-shm is something else: $those tasks" \
	    damaged $those overwrite db-shm 0 32768
	q "db-shm is removed: $those tasks" damaged $those remove db-shm
	q "gate is removed: $those tasks" damaged $those remove gate
done
q 'db is cut in half' damaged many cut_to db 2000000
q 'the first frame of db-wal is something else' \
    damaged few overwrite db-wal 100 100

no_regular_file()
{
	few
	for kind in 'ln -s db' mkdir mkfifo; do
		rm -rf "${MP_QUEUE:?}/$1"
		$kind "$MP_QUEUE/$1"
		run timeout 20 mp-queue ls q
		expect_status 125
		expect_out ''
		expect_err -m "mp-queue: *$1: ?*"
	done
}

no_bell()
{
	mp-queue set q
	: >"$MP_QUEUE/q.items"
	run timeout 20 mp-queue get --receipt-file "$T/receipt" q
	expect_status 125
	expect_err -m 'mp-queue: q: ?*'
	put q a
	take q
	expect_status 0
}

q 'gate is no regular file' no_regular_file gate
q 'a bell is no FIFO' no_bell

# The databases of others.

no_database()
{
	mkdir -m 700 "$MP_QUEUE"
	given "$1"
	cp "$T/.in" "$MP_QUEUE/db"
	cp "$T/.in" "$T/other"
	run mp-queue put q a
	expect_status 125
	expect_out ''
	expect_err -m "mp-queue: $MP_QUEUE: db: ?*"
	expect_file "$MP_QUEUE/db" -f "$T/other"
}

# sql TEXT: runs it in the database.
sql()
{
	python3 -c 'import sqlite3, sys
c = sqlite3.connect(sys.argv[1], isolation_level=None)
c.executescript(sys.argv[2])
c.close()' "$MP_QUEUE/db" "$1" || note 'python3 failed'
}

of_another()
{
	mkdir -m 700 "$MP_QUEUE"
	sql "$1"
	for verb in ls 'put q a' check; do
		run mp-queue $verb
		expect_status 125
		expect_out ''
		expect_err -m "mp-queue: $MP_QUEUE: db: $2"
	done
}

newer()
{
	few
	sql 'PRAGMA user_version = 2'
	for verb in ls 'put q a' check; do
		run mp-queue $verb
		expect_status 125
		expect_out ''
		expect_err "mp-queue: $MP_QUEUE: db: made by a newer version"
	done
}

# It ended between the first two steps of its making.
unfinished()
{
	mkdir -m 700 "$MP_QUEUE"
	sql 'PRAGMA journal_mode = WAL'
	run mp-queue put q a
	expect_status 0
	expect_out 1
}

q 'db is text' no_database 'some text that is no database\n'
if command -v python3 >/dev/null && python3 -c 'import sqlite3'; then
	q 'db has tables of another program' of_another \
	    'CREATE TABLE t(x)' 'belongs to another program'
	q 'db has the number of another program' of_another \
	    'PRAGMA application_id = 7; CREATE TABLE t(x)' \
	    'belongs to another program'
	q 'db was made by a newer version' newer
	q 'db was made, but not finished' unfinished
else
	skip 'databases of others' 'no python3'
fi

# Sizes.

of_size()
{
	tr '\0' x </dev/zero | head -c "$1" >"$T/large"
	t_given=$T/large
	run mp-queue put q
	expect_status 0
	take q
	expect_status 0
	expect cmp "$T/large" "$T/out"
	rm -r "$MP_QUEUE"
}

q 'a body of 65535 bytes' of_size 65535
q 'a body of 1 MiB and a byte' of_size 1048577
t_mem 'a body of 64 MiB' in_new of_size 67108864

# Standard output.

# given_back COMMAND: a shell command in which mp-queue gets the only task.
given_back()
{
	mp-queue set --tries 1 q
	head -c 300000 /dev/zero >"$T/large"
	mp-queue put q <"$T/large" >"$T/ids"
	for time in 1 2; do
		: "$time"
		rm -f "$T/status"
		run sh -c "$1" "$T/receipt" "$T/status"
		test ! -e "$T/status" || read -r status <"$T/status"
		expect_status 125
		expect_err -m 'mp-queue: ?*: ?*'
		run mp-queue ls q
		expect_out -e '^1	ready	' || return
	done
}

q 'get: standard output is closed: the task is given back' given_back \
    'mp-queue get --timeout 0 --receipt-file "$0" q >&-'
q 'get: it is full' given_back 'mp-queue get --timeout 0 --receipt-file "$0" q >/dev/full'
q 'get: its reader is gone' given_back \
    '{ mp-queue get --timeout 0 --receipt-file "$0" q; echo $? >"$1"; } | head -c 1 >&2'
q 'get: descriptor 3 is full' given_back 'mp-queue get --timeout 0 q 3>/dev/full'
q 'get: descriptor 3 is not for writing' given_back \
    'mp-queue get --timeout 0 q 3</dev/null'
q 'get: the receipt file is full' given_back \
    'mp-queue get --timeout 0 --receipt-file /dev/full q'

no_receipt_file()
{
	put q a
	run mp-queue get --receipt-file "$T/no/such" q
	expect_status 125
	expect_err "mp-queue: $T/no/such: No such file or directory"
	run mp-queue ls q
	expect_out "1	ready	0	0	'a'"
}

unsaid()
{
	put q a
	for verb in ls 'ls q' 'ls --json q' 'peek q' stat 'stat --json q' \
	    'export q' 'put q b' 'kick q'; do
		run sh -c "mp-queue $verb >/dev/full"
		expect_status 125
		expect_err -m 'mp-queue: standard output: ?*'
	done
}

q 'get: no receipt file: nothing is taken' no_receipt_file
q 'standard output is full: 125' unsaid

# Files may have 64 blocks of 512 bytes, or of 1024.
limited()
{
	put q a
	head -c 300000 /dev/zero >"$T/body"
	run sh -c 'ulimit -f 64; exec mp-queue put q <"$1"' sh "$T/body"
	expect_status 125
	expect_err -e '^mp-queue: .*db: (File too large|disk I/O error)$'
	run sh -c 'ulimit -f 64; exec mp-queue work --timeout 0 q -- cat "$1"' \
	    sh "$T/body"
	expect_status 125
	expect_err -e '^mp-queue: .*db: (File too large|disk I/O error)$'
	lists q "1 ready 0 0 'a'"
}
q 'a limit on the size of files: 125' limited

# A small file system of its own.

in_small()
{
	mkdir -p "$T/small"
	run unshare -m sh -c 'mount -t tmpfs -o size=400k,mode=755 none "$0" &&
	    MP_QUEUE=$0/q && export MP_QUEUE && '"$1" "$T/small"
	expect_status 0
}

# Puts until it is full, with a body of 9000 bytes each.
full='fill()
{
	head -c "$1" /dev/zero >"$0/filler"
}
fill 100000
head -c 9000 "$CHILD" >"$0/../body"
until ! mp-queue put q <"$0/../body"; do :; done >"$0/../printed"
mp-queue get --timeout 0 q 3>"$0/../receipt" && exit 1
'

put_when_full()
{
	in_small "$full"'mp-queue ls q | cut -f 1,2 >"$0/../there"
	rm "$0/filler"
	mp-queue put q <"$0/../body" >>"$0/../printed"
	mp-queue check || exit
	mp-queue ls q | cut -f 1 | cmp - "$0/../printed" || exit
	mp-queue get q 3>"$0/../receipt" | cmp - "$0/../body"'
	expect_out ''
	expect_err -e '^mp-queue: db: .*full'
	expect test "$(wc -l <"$T/printed")" -gt 3
	sed 's/$/	ready/' "$T/printed" | sed '$d' >"$T/want"
	expect_file "$T/there" -f "$T/want"
}

# However much room there is when the place is made.
made_when_full()
{
	in_small 'for k in $(seq 400 -4 280); do
		mp-queue -Q "$0/$k" ls 2>/dev/null
		head -c ${k}k /dev/zero >"$0/filler" 2>/dev/null
		mp-queue -Q "$0/$k" put q a >"$0/../said" || : >"$0/../failed"
		rm "$0/filler"
		mp-queue -Q "$0/$k" put q b >"$0/../said" || exit 1
		mp-queue -Q "$0/$k" check || exit 1
		rm -r "$0/$k"
	done'
	expect test -e "$T/failed"
	expect_err -e '^mp-queue: '
}

export CHILD
if unshare -m mount -t tmpfs none "$T/tmp" 2>/dev/null; then
	q 'no room: what was printed is there; later, all is well' \
	    put_when_full
	q 'no room when it is made: later, all is well' made_when_full
else
	skip 'no room' 'cannot mount'
fi

done_testing
