# SPDX-License-Identifier: ISC
# shellcheck shell=sh
#
# For the tests of mp-timeout under the name of timeout(1), which is in PATH.

. "$MP_SRCDIR/tests/quiet.sh"

mkdir "$T/bin"
ln -s "$MP_BINDIR/mp-timeout" "$T/bin/timeout"
PATH=$T/bin:$PATH

# The same as child catch, but its pid is in a file.
cat >noting <<'EOF'
#!/bin/sh
echo $$ >noting.pid
exec "$CHILD" catch "$@"
EOF
chmod +x noting

# Ends the command that notes, and with it all.
finish_noting()
{
	kill -s KILL "$(cat noting.pid)"
	finish
}
