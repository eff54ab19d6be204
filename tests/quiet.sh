# SPDX-License-Identifier: ISC
# shellcheck shell=sh disable=SC2034 # others use them
#
# For commands that say nothing when all goes well: the current directory is
# one for files, and nobody dumps core.

# shellcheck disable=SC3045 # all have it
ulimit -c 0
export CHILD
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
