#!/bin/sh
# SPDX-License-Identifier: ISC
#
# The completions for zsh, as zsh itself uses them; see tests/completions.sh.

. "${MP_SRCDIR:-.}/tests/lib.sh"
. "$MP_SRCDIR/tests/completions.sh"

command -v zsh >/dev/null || skip_all 'no zsh'

test_completions zsh -f

done_testing
