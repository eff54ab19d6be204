#!/bin/sh
# SPDX-License-Identifier: ISC
#
# The completions for bash, as bash itself uses them; see tests/completions.sh.

. "${MP_SRCDIR:-.}/tests/lib.sh"
. "$MP_SRCDIR/tests/completions.sh"

command -v bash >/dev/null || skip_all 'no bash'
test -r /usr/share/bash-completion/bash_completion ||
    skip_all 'no bash-completion'

test_completions bash

done_testing
