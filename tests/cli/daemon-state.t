#!/bin/sh
# SPDX-License-Identifier: ISC
#
# The state that mp-daemon starts a service in: its own session, standard
# descriptors and no others, signals at their defaults; user, directory,
# environment, limits, niceness, mask as they were asked for; and its rights
# gone where it became another user.
#
# shellcheck disable=SC2016,SC2094,SC2317 # services expand it; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"
. "$MP_SRCDIR/tests/daemon.sh"

export CHILD
chmod 755 "$T"

# has LINES OPTION…: what the service tells of its state has these lines.
has()
{
	lines=$1
	shift
	rm -f log
	begin a --log log "$@" -- "$CHILD" state
	becomes a exited
	echo "$lines" | while IFS= read -r line; do
		grep -qxF -e "$line" log ||
		    echo "not there: $line, but: $(grep -F \
		        "${line%% *} " log | tr '\n' ';')"
	done >missing
	test ! -s missing || note "$(cat missing)"
}

mkdir dir
d 'the directory of the caller' has "cwd $T"
d '-C DIR' has "cwd $T/dir" -C dir
d '--chdir DIR' has 'cwd /' --chdir /
d 'the mask of the caller' has 'umask 0022'
d '--umask MODE' has 'umask 0077' --umask 077
d '-l, --limit' has 'limit nofile 100:200
limit core 0:0' -l nofile=100:200 --limit core=0
niceness=$(($(nice) + 1))
d '-N' has "nice $niceness" -N "$niceness"
d '--nice' has "nice $niceness" --nice "$niceness"
d '--no-new-privs' has 'no-new-privs 1' --no-new-privs

environment()
{
	A=1
	export A
	begin a --log log2 -e B=2 --env C=3 -e B=4 -- "$CHILD" env A B C \
	    MP_TEST_ID
	becomes a exited
	expect_file log2 "A=1
B=4
C=3
MP_TEST_ID=$MP_TEST_ID"
	rm log2
	printf '#!/bin/sh\n' >dir/here
	chmod 755 dir/here
	begin b -e "PATH=$T/dir:$PATH" -- here
	becomes b exited
}

d '-e, --env; commands are found in that PATH' environment

descriptors()
{
	exec 5</dev/null
	begin a -- sh -c '"$CHILD" fds >seen 2>&1'
	becomes a exited
	exec 5<&-
	sed 's/ .*seen$/ seen/' seen >short
	expect_file short '0 /dev/null
1 seen
2 seen'
}

d 'no other descriptors' descriptors

signals()
{
	rm -f log
	run "$CHILD" entry --ignore INT --ignore HUP --block TERM \
	    --sigchld-ignore -- mp-daemon start a --log log -- \
	    sh -c 'grep -E "^Sig(Blk|Ign)" /proc/self/status'
	expect_status 0
	becomes a exited
	expect_file log -e 'SigBlk:.0000000000000000'
	expect_file log -e 'SigIgn:.0000000000000000'
}

session()
{
	begin a -- "$CHILD" pause
	pid_of a
	expect test "$(cut -d ' ' -f 5,6,7 "/proc/$service/stat")" = \
	    "$service $service 0"
}

d 'signals are at their defaults, none is blocked' signals
d 'it leads a session and a group, without a terminal' session

# Another user.

dropped()
{
	begin a --log log -U 65534:65533 -- sh -c '"$CHILD" state
	    grep -E "^(Uid|Gid|Groups|CapEff|CapPrm)" /proc/self/status
	    cat "$MP_DAEMON_DIR/a/pid" || echo cannot read
	    kill -0 "$PPID" || echo cannot signal'
	becomes a exited
	expect_file log -e '^Uid:.65534.65534.65534.65534'
	expect_file log -e '^Gid:.65533.65533.65533.65533'
	expect_file log -e '^Groups:.$|^Groups:.65533 $'
	expect_file log -e '^CapEff:.0+$'
	expect_file log -e '^CapPrm:.0+$'
	expect_file log -e '^cannot read'
	expect_file log -e '^cannot signal'
	rm log
}

# The kernel forgets who is to be told of its parent's death when the user
# changes: it is set after that.
dies_with_it()
{
	begin a -U 65534:65534 -- "$CHILD" pause
	pid_of a
	super_of a
	kill -KILL "$super"
	wait_for 20 gone "$service"
	begin a -U 65534:65534 -- "$CHILD" pause
	run mp-daemon stop a
	expect_status 0
}

no_rights()
{
	mkdir -m 700 "$T/closed"
	run mp-daemon start a --user 65534:65534 -C closed -- true
	expect_status 125
	expect_err "mp-daemon: a: --chdir: 'closed': Permission denied"
}

if test "$(id -u)" -ne 0; then
	skip '-U: rights are gone' 'not root'
elif ! "$CHILD" entry --uid 65534 -- "$CHILD" exit 0 2>/dev/null; then
	skip '-U: rights are gone' 'nobody cannot get at the helper'
else
	d '-U: rights are gone' dropped
	d '-U: it still dies with its supervisor' dies_with_it
	d '--user: the directory is entered by its rights' no_rights
fi

d_pidfile()
{
	begin a --pidfile dir/pidfile -- "$CHILD" pause
	pid_of a
	head -n 1 dir/pidfile >one
	expect_file one "$service"
	expect cmp -s dir/pidfile "$RUN/a/pid"
	echo 1 >other
	mv other dir/pidfile
	mp-daemon stop a
	expect_file dir/pidfile 1
	rm dir/pidfile
}

d '--pidfile: removed only where it is still ours' d_pidfile

done_testing
