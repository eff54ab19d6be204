#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Every fuzz target over its corpus: what once was found stays fixed. One
# test per target; MP_FUZZERS names them (tests/fuzz/fuzz_NAME, whose corpus
# is tests/fuzz/corpus/NAME).

count=0
failed=0
for target in ${MP_FUZZERS:?}; do
	count=$((count + 1))
	name=${target##*/fuzz_}
	corpus=${MP_SRCDIR:-.}/tests/fuzz/corpus/$name
	set -- "$corpus"/*
	if ! test -e "$1"; then
		echo "not ok $count - $name: $corpus is empty"
		failed=1
	elif said=$("$target" "$@" 2>&1 </dev/null); then
		echo "ok $count - $name: $# files"
	else
		echo "not ok $count - $name: status $?"
		printf '%s\n' "$said" | tail -n 40 | sed 's/^/# /'
		failed=1
	fi
done
echo "1..$count"
exit "$failed"
