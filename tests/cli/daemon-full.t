#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Captured logs when all does not go well: a disk that fills up, a log that
# others move away while it is written, a command that dies, one that stands
# still. The service goes on, each line is whole, and what is missing is told.
#
# shellcheck disable=SC2016,SC2317 # services expand it; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"
. "$MP_SRCDIR/tests/daemon.sh"

N=$(scale 400000)
export CHILD N

# sh missing FILE: how many lines are told to be missing in it.
cat >missing <<'EOF'
sed -n 's/^mp-daemon: \([0-9]*\) lines were dropped here$/\1/p' "$1" |
    awk '{ n += $1 } END { print n + 0 }'
EOF

# numbers FILE: those in it, and nothing else but what mp-daemon says.
numbers()
{
	grep -v '^mp-daemon: ' "$1" >seen
	expect test "$(grep -cvx '[0-9]\{1,\}' seen)" -eq 0
	expect sort -c -n -u seen
	seen=$(grep -c '' seen)
}

# A disk of our own, most of it taken; what is written is more than it holds.
# The log is copied to where it can be seen from outside; the status must come
# to say the same.
cat >disk.sh <<'EOF'
mount -t tmpfs -o size=512k none disk || exit 77
head -c 480K /dev/zero >disk/taken
mp-daemon start a --log disk/log --log-max 1T -- sh -c '
	seq "$N"; : >written
	until test -e go; do sleep 0.02; done
	echo 999999999; exec "$CHILD" pause' || exit
until test -e written &&
    mp-daemon status a --json | grep -q '"dropped":[1-9]'; do sleep 0.02; done
rm disk/taken
: >go
until grep -qx 999999999 disk/log; do sleep 0.02; done
cp disk/log log
until mp-daemon status a --json |
    grep -q "\"dropped\":$(sh missing log)[,}]"; do sleep 0.02; done
mp-daemon stop a
EOF

full_disk()
{
	mkdir disk
	# shellcheck disable=SC2086 # a list of options
	run unshare $unshare -m timeout 60 sh disk.sh
	expect_status 0
	missing=$(sh missing log)
	numbers log
	expect test "$missing" -gt 0
	expect test "$((seen + missing))" -eq "$((N + 1))"
	rm -rf disk log written go
}

unshare=
test "$(id -u)" -eq 0 || unshare='-U -r'
# shellcheck disable=SC2086 # a list of options
if unshare $unshare -m mount -t tmpfs none /mnt 2>/dev/null; then
	d 'a full disk: the service goes on, the gap is told' full_disk
else
	skip 'a full disk' 'no disk of our own can be made'
fi

# Moves the log away, as logrotate(8) does, until the last line is there.
move_on()
{
	test "$(tail -n 1 "log.$i" 2>/dev/null)" != "$N" || return 0
	mv log "log.$((i + 1))" 2>/dev/null && i=$((i + 1))
	return 1
}

moved()
{
	i=0
	begin a --log log --log-max 1T -- sh -c \
	    'seq "$N"; exec "$CHILD" pause'
	wait_for 60 move_on
	while test "$i" -gt 0; do
		cat "log.$i"
		i=$((i - 1))
	done | sort -n >all
	seq "$N" >wanted
	expect cmp all wanted
	rm -f log* all wanted
}

d 'a log that is moved away while it is written' moved

# It takes a few lines each time; the pipe keeps the others for the next one.
dies()
{
	begin a --log-to 'for i in 1 2; do
	    IFS= read -r line && echo "$line" >>taken; done' -- \
	    sh -c 'seq 6; exec "$CHILD" pause'
	wait_for 20 grep -qsx 6 taken
	seq 6 >wanted
	expect cmp taken wanted
	rm -f taken wanted
}

d '--log-to: the command is started again' dies

stands_still()
{
	begin a --log-to "exec '$CHILD' pause" -- sh -c \
	    'seq 400000; : >written; exec "$CHILD" pause'
	wait_for 20 test -e written
	run mp-daemon status a --json
	expect_out -e '"dropped":[1-9]'
	rm written
}

d '--log-to: a command that stands still does not hold it up' stands_still

done_testing
