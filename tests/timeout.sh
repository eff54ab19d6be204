# SPDX-License-Identifier: ISC
# shellcheck shell=sh disable=SC2034 # others use them
#
# For the tests of mp-timeout under the name of timeout(1): it is in PATH, and
# the current directory is one for files.

# shellcheck disable=SC3045 # all have it
ulimit -c 0
mkdir bin
ln -s "$MP_BINDIR/mp-timeout" bin/timeout
PATH=$T/bin:$PATH
cd tmp || exit 99

# gives STATUS COMMAND…: that status, and not a word.
gives()
{
	want=$1
	shift
	run "$@"
	expect_status "$want"
	expect_out ''
	expect_err ''
}

# A command that waits; it ends by itself if all fails.
idle='sleep 30'

# The same as child catch, but its pid is in a file.
cat >noting <<'EOF'
#!/bin/sh
echo $$ >noting.pid
exec "$CHILD" catch "$@"
EOF
chmod +x noting
export CHILD

# Ends the command that notes, and with it all.
finish_noting()
{
	kill -s KILL "$(cat noting.pid)"
	finish
}
