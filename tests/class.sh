# SPDX-License-Identifier: ISC
# shellcheck shell=sh
#
# For tests of task classes from shared objects, which need a compiler.

: "${MP_CC:=cc}"
command -v "${MP_CC%% *}" >/dev/null || skip_all 'no compiler'

# build NAME: NAME.so of the C on stdin, below the usual #include.
build()
{
	{
		echo '#include <mp-task.h>'
		echo '#include <stdio.h>'
		cat
	} >"$1.c"
	# shellcheck disable=SC2086 # a command may be several words
	$MP_CC -shared -fPIC -I"$MP_SRCDIR/include" -o "$1.so" "$1.c" ||
	    t_fatal "$1.c cannot be compiled"
}
