#!/bin/sh
# SPDX-License-Identifier: ISC
#
# The completions for fish, as fish itself uses them; see tests/completions.sh.

. "${MP_SRCDIR:-.}/tests/lib.sh"
. "$MP_SRCDIR/tests/completions.sh"

command -v fish >/dev/null || skip_all 'no fish'

test_completions fish --no-config

done_testing
