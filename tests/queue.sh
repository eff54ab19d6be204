# SPDX-License-Identifier: ISC
# shellcheck shell=sh disable=SC2034 # others use them
#
# What the tests of mp-queue share, behind tests/lib.sh.

command -v mp-queue >/dev/null || skip_all 'built without mp-queue'

export MP_QUEUE
places=0

# Made anew by who needs more.
prepare()
{
	:
}

# Each test has a place of its own, whose first id is 1.
in_new()
{
	places=$((places + 1))
	MP_QUEUE=$T/place$places
	prepare
	"$@"
}

# As t.
q()
{
	t_q=$1
	shift
	t "$t_q" in_new "$@"
}

put()
{
	mp-queue put "$@" >"$T/ids" || note "put $*: $?"
}

# Without waiting; the last receipt is $receipt.
take()
{
	run mp-queue get --timeout 0 --receipt-file "$T/receipt" "$@"
	receipt=
	test ! -s "$T/receipt" || read -r receipt <"$T/receipt"
}

# What ls tells: "ID STATE PRI TRIES 'BODY'", with blanks.
lists()
{
	mp-queue ls "$1" | tr '\t' ' ' >"$T/list"
	expect_file "$T/list" "$2"
}
