# SPDX-License-Identifier: ISC
# shellcheck shell=sh
#
# What the CLI tests share: a small TAP library for any POSIX shell. A test
# file begins with
#
#	. "${MP_SRCDIR:-.}/tests/lib.sh"
#
# and ends with done_testing. It runs in an empty directory of its own, $T, that
# goes when it ends; stdin is /dev/null; the programs are in $PATH, the helpers
# are $CHILD and $NOOP, TMPDIR is $T/tmp; out, err and hidden files are ours.
#
# Running one command (the text of FORMAT is printf's):
#	given FORMAT [ARG…]	what the next run or start reads as stdin
#	run COMMAND…		sets $status; output in $T/out and $T/err
#	start COMMAND…		the same in the background; sets $pid. Unlike
#				a shell's &, INT and QUIT are not ignored
#	finish			waits for $pid; sets $status
#	how COMMAND…		run, and $how is "exit N" or "signal NAME"
#
# Expectations after run, finish or how; each tells what it saw instead:
#	expect_status N		expect_how "signal TERM"
#	expect_out TEXT		stdout is TEXT and a newline; or "" for nothing
#	expect_out -f FILE	… is what FILE holds
#	expect_out -m PATTERN	… matches the shell pattern as a whole
#	expect_out -e ERE	… has a line that matches
#	expect_out -E ERE	… has no line that matches
#	expect_err …		the same for stderr
#	expect_file FILE …	the same for any file
#	expect COMMAND…		the command succeeds
#	note TEXT…		why the test failed, said by its own checks
#
# Tests, one line of TAP each:
#	t DESCRIPTION COMMAND…	COMMAND (a function, mostly) succeeds and no
#				expectation in it failed
#	t_out DESCRIPTION TEXT COMMAND…		status 0, stdout TEXT, no stderr
#	t_fail DESCRIPTION STATUS PATTERN COMMAND…	no stdout, that status,
#				and stderr matches the shell pattern
#	t_mem …			as t, but not with MP_TEST_SANITIZED
#	skip DESCRIPTION REASON		skip_all REASON
#
# Around them:
#	wait_for SECONDS COMMAND…	until COMMAND succeeds; fails if never
#	alive PID		it exists and is no zombie
#	left			pid and command line of what still runs
#	scale N			N × MP_TEST_SCALE percent, at least 1
# The last test of each file is that no process started below it is left.

t_fatal()
{
	printf 'Bail out! %s\n' "$*"
	exit 99
}

: "${MP_SRCDIR:=$(pwd)}"
: "${MP_BINDIR:=$(pwd)/src}"
: "${MP_HELPERS:=$(pwd)/tests/helpers}"
: "${MP_TEST_SCALE:=100}"
export MP_SRCDIR MP_BINDIR MP_HELPERS MP_TEST_SCALE
for t_dir in MP_SRCDIR MP_BINDIR MP_HELPERS; do
	eval "$t_dir=\$(cd \"\$$t_dir\" && pwd)" || t_fatal "no $t_dir"
done
test -x "$MP_BINDIR/mp-pool" || t_fatal "$MP_BINDIR: no mp-pool there"
CHILD=$MP_HELPERS/child
# shellcheck disable=SC2034 # the test files use it
NOOP=$MP_HELPERS/noop
test -x "$CHILD" || t_fatal "$MP_HELPERS: no child there: make check builds it"

T=$(mktemp -d "${TMPDIR:-/tmp}/mp-test.XXXXXX") || t_fatal 'no directory'
T=$(cd "$T" && pwd -P)
trap 't_clean' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
mkdir "$T/tmp" || t_fatal "$T/tmp: cannot be made"
cd "$T" || t_fatal "$T: cannot go there"
exec </dev/null 3>&- # which is that of automake's driver

PATH=$MP_BINDIR/mp-pipe:$MP_BINDIR/mp-queue:$PATH
PATH=$MP_BINDIR:$MP_BINDIR/mp-daemon:$PATH
TMPDIR=$T/tmp
LC_ALL=C.UTF-8
MP_TEST_ID=${0##*/}.$$.${T##*.}
export PATH TMPDIR LC_ALL MP_TEST_ID
unset MP_SEQ MP_SLOT MP_ATTEMPT MP_DAEMON_MAIN MAKEFLAGS MAKELEVEL
umask 022

t_count=0
t_failed=0
t_bad=0
t_given=/dev/null
status=
pid=
how=

# The processes that carry our mark, but not this shell: its environment is
# from before the mark. A zombie has no environment.
t_marked()
{
	unset MP_TEST_ID
	grep -lzxF "MP_TEST_ID=$1" /proc/[0-9]*/environ 2>/dev/null |
	    sed 's,^/proc/,,; s,/environ$,,'
}

left()
{
	for t_pid in $(t_marked "$MP_TEST_ID"); do
		printf '%s %s\n' "$t_pid" \
		    "$(tr '\0' ' ' <"/proc/$t_pid/cmdline")"
	done 2>/dev/null
}

t_none_left()
{
	test -z "$(left)"
}

t_clean()
{
	for t_pid in $(t_marked "$MP_TEST_ID"); do
		kill -KILL "$t_pid" 2>/dev/null
	done
	cd /
	rm -rf "$T"
}

alive()
{
	{ read -r t_stat <"/proc/$1/stat"; } 2>/dev/null || return 1
	t_stat=${t_stat##*) }
	case $t_stat in
	[ZX]*)
		return 1
		;;
	esac
}

# Whole seconds since the system started: no step of the clock moves it.
t_now()
{
	read -r t_up t_idle </proc/uptime
	: "$t_idle"
	t_up=${t_up%.*}
}

wait_for()
{
	t_now
	t_until=$((t_up + $1 * 6 + 1)) # the machine may have more to do
	shift
	until "$@"; do
		t_now
		if test "$t_up" -ge "$t_until"; then
			note "waited in vain: $*"
			return 1
		fi
		sleep 0.02
	done
}

scale()
{
	set -- $(($1 * MP_TEST_SCALE / 100))
	test "$1" -gt 0 || set -- 1
	echo "$1"
}

# Running.

given()
{
	# shellcheck disable=SC2059 # the caller's text is a format
	printf "$@" >"$T/.in"
	t_given=$T/.in
}

run()
{
	status=0
	"$@" <"$t_given" >"$T/out" 2>"$T/err" || status=$?
	t_given=/dev/null
}

start()
{
	: >"$T/out"
	: >"$T/err"
	"$CHILD" entry --default INT --default QUIT -- "$@" \
	    <"$t_given" >"$T/out" 2>"$T/err" &
	pid=$!
	t_given=/dev/null
}

finish()
{
	status=0
	wait "$pid" || status=$?
}

how()
{
	run "$CHILD" how "$T/.how" "$@"
	read -r how <"$T/.how" || how=nothing
}

# Expecting.

note()
{
	printf '%s\n' "$*" | sed 's/^/# /' >>"$T/.why"
	t_bad=1
}

# Why, and what FILE holds; fails.
t_unlike()
{
	t_file=$1
	shift
	note "$*"
	note "${t_file##*/}:"
	sed 's/^/#   /' "$t_file" | cut -b 1-200 | head -n 20 >>"$T/.why"
	return 1
}

expect()
{
	"$@" || {
		note "failed: $*"
		return 1
	}
}

expect_status()
{
	test "$status" = "$1" || t_unlike "$T/err" "status $status, expected $1"
}

expect_how()
{
	test "$how" = "$1" || t_unlike "$T/err" "$how, expected $1"
}

t_same()
{
	cmp -s "$1" "$2" && return 0
	note "${2##*/} differs:"
	diff -a "$1" "$2" | cut -b 1-200 | head -n 40 | sed 's/^/#   /' \
	    >>"$T/.why"
	return 1
}

# The file as a whole, but for one newline at its end. The full stop keeps
# the shell from taking away more of them.
t_match()
{
	t_text=$(cat "$2" && echo .)
	t_text=${t_text%.}
	t_text=${t_text%
}
	# shellcheck disable=SC2254 # the pattern is meant as one
	case $t_text in
	$1)
		return 0
		;;
	esac
	return 1
}

expect_file()
{
	t_file=$1
	shift
	if ! test -e "$t_file"; then
		note "$t_file: not there"
		return 1
	elif test $# -gt 1; then
		t_expect_by "$@"
	else
		: >"$T/.expected"
		test -z "$1" || printf '%s\n' "$1" >"$T/.expected"
		t_same "$T/.expected" "$t_file"
	fi
}

t_expect_by()
{
	case $1 in
	-f)
		t_same "$2" "$t_file"
		return
		;;
	-m)
		t_match "$2" "$t_file" && return
		;;
	-e)
		grep -aqE -e "$2" "$t_file" && return
		;;
	-E)
		grep -aqE -e "$2" "$t_file" || return 0
		;;
	esac
	t_unlike "$t_file" "not as expected by $1 $2"
}

expect_out()
{
	expect_file "$T/out" "$@"
}

expect_err()
{
	expect_file "$T/err" "$@"
}

# Telling.

t_result()
{
	t_count=$((t_count + 1))
	if test "$1" -eq 0; then
		printf 'ok %d - %s\n' "$t_count" "$2"
	else
		printf 'not ok %d - %s\n' "$t_count" "$2"
		t_failed=$((t_failed + 1))
		cat "$T/.why"
	fi
}

t()
{
	t_description=$1
	shift
	t_bad=0
	: >"$T/.why"
	"$@" || t_bad=1
	t_given=/dev/null
	t_result "$t_bad" "$t_description"
}

t_expect_out()
{
	t_expected=$1
	shift
	run "$@"
	expect_status 0
	expect_out "$t_expected"
	expect_err ''
}

t_out()
{
	t_description=$1
	shift
	t "$t_description" t_expect_out "$@"
}

t_expect_fail()
{
	t_status=$1
	t_pattern=$2
	shift 2
	run "$@"
	expect_status "$t_status"
	expect_out ''
	expect_err -m "$t_pattern"
}

t_fail()
{
	t_description=$1
	shift
	t "$t_description" t_expect_fail "$@"
}

t_mem() { if test -z "${MP_TEST_SANITIZED-}"; then t "$@"; else skip "$1" ASan; fi; }
skip()
{
	t_count=$((t_count + 1))
	t_given=/dev/null
	printf 'ok %d - %s # SKIP %s\n' "$t_count" "$1" "$2"
}

skip_all()
{
	printf '1..0 # SKIP %s\n' "$1"
	exit 0
}

t_nothing_left()
{
	wait_for 5 t_none_left || note "$(left)"
}

done_testing()
{
	t 'no process is left' t_nothing_left
	printf '1..%d\n' "$t_count"
	test "$t_failed" -eq 0
	exit
}
