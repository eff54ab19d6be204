# SPDX-License-Identifier: ISC
# shellcheck shell=sh disable=SC2034 # others use them
#
# What the tests of mp-daemon share, behind tests/lib.sh. Services are known
# in $T/run, of which $RUN is short for.

RUN=$T/run
MP_DAEMON_DIR=$RUN
export MP_DAEMON_DIR

# begin NAME ARGUMENT…: starts a service, which must become ready.
begin()
{
	mp-daemon start "$@" >"$T/begin" 2>&1 || {
		note "start $*: $?: $(cat "$T/begin")"
		return 1
	}
}

# pid_of NAME, super_of NAME: as its files tell, in $service and $super.
pid_of()
{
	service=
	{ read -r service <"$RUN/$1/pid"; } 2>/dev/null
}

super_of()
{
	super=
	{ read -r super <"$RUN/$1/super.pid"; } 2>/dev/null
}

# gone PID…: none of them is alive.
gone()
{
	for g in "$@"; do
		! alive "$g" || return 1
	done
}

# is NAME STATE: so says its status.
is()
{
	grep -qx "state=$2" "$RUN/$1/status" 2>/dev/null
}

# becomes NAME STATE
becomes()
{
	wait_for 20 is "$1" "$2" ||
	    note "$1: $(sed -n 's/^state=//p' "$RUN/$1/status")"
}

# own_dir NAME: the directory of a service that was never started.
own_dir()
{
	mkdir -m 700 "$RUN" "$RUN/$1"
}

# Ends what a test has left running, so that the next one begins anew.
end_all()
{
	for e in "$RUN"/*/ctl; do
		test ! -S "$e" || mp-daemon stop --retry KILL/5 \
		    "$(basename "$(dirname "$e")")" >/dev/null 2>&1
	done
	rm -rf "$RUN"
}

in_new()
{
	"$@"
	end_all
}

# As t, with nothing running before it.
d()
{
	d_description=$1
	shift
	t "$d_description" in_new "$@"
}
