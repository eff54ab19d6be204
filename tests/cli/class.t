#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Task classes from shared objects: the example, what a class gets from its
# base and what it does itself; and files that are no classes.
#
# shellcheck disable=SC2317 # functions are called by t

. "${MP_SRCDIR:-.}/tests/lib.sh"

if mp-pool --version | grep -q no-class-files; then
	t_fail 'a static program loads none' 125 \
	    'mp-pool: ./small.so: a program that is linked statically loads none' \
	    mp-pool -c ./small.so ::: 1
	done_testing
fi
. "$MP_SRCDIR/tests/class.sh"

build small <"$MP_SRCDIR/examples/small.c"
example()
{
	mp-pool ::: 5 999 >want
	run mp-pool -j2 -c ./small.so ::: 5 1001 999
	expect_status 123
	expect_out -f want
	expect_err "mp-pool: task 2: '1001': too much work"
}
t 'the example' example

# An object that counts its tasks, and tells so at its end.
build own <<'EOF'
#include <stdlib.h>
#include <string.h>
struct own { int tasks; };
static int init(void **self)
{
	*self = calloc(1, sizeof(struct own));
	return *self == NULL ? -1 : 0;
}
static int run(void *self, const char *rec, size_t len,
    struct mp_task_reply *reply)
{
	struct own *o = self;
	char text[64];
	o->tasks++;
	if (memchr(rec, 'K', len) != NULL)
		abort();
	reply->out(reply, rec, len);
	reply->out(reply, "\n", 1);
	snprintf(text, sizeof(text), "%zu bytes\n", len);
	reply->err(reply, text, strlen(text));
	return memchr(rec, '\0', len) != NULL ? 7 : reply->base(reply, self, rec, len) == -1 ? 0 : 9;
}
static void fini(void *self)
{
	struct own *o = self;
	FILE *f = fopen("count", "a");
	fprintf(f, "%d\n", o->tasks);
	fclose(f);
	free(o);
}
const struct mp_task_class mp_task_class = {
	MP_TASK_VERSION, "own", NULL, init, run, fini };
EOF

own()
{
	seq 500 >numbers
	run mp-pool -j3 --class ./own.so -a numbers
	expect_status 0
	expect_out -f numbers
	expect test "$(sort -u err | tr '\n' ,)" = '1 bytes,2 bytes,3 bytes,'
	expect test "$(awk '{ n += $1 } END { print n }' count)" -eq 500
	expect test "$(wc -l <count)" -le 3
}
t 'own methods, one object for many tasks' own

fails()
{
	given 'a\0b\nc\n'
	run mp-pool -j1 -c "$PWD/own.so"
	expect_status 123
	printf 'a\0b\nc\n' >want
	expect_out -f want
	expect_err -e "task 1: 'a.*b': exit status 7 .*: 3 bytes"
	run mp-pool -j1 -c ./own.so ::: a K b
	expect_status 123
	expect_out 'a
b'
	expect_err -e "task 2: 'K': signal ABRT"
}
t 'a task fails, or its process does' fails

build heir <<'EOF'
const struct mp_task_class mp_task_class = {
	.version = MP_TASK_VERSION, .name = "heir", .base = "prime" };
EOF
inherits()
{
	mp-pool -c prime ::: 10 100 >want
	run mp-pool -c ./heir.so ::: 10 100
	expect_status 0
	expect_out -f want
	run mp-pool -c ./heir.so --dry-run ::: 10
	expect_out 'heir 10'
}
t 'all methods are those of the base' inherits

build broken <<'EOF'
#include <errno.h>
static int init(void **self) { (void)self; errno = EACCES; return -1; }
static int run(void *self, const char *rec, size_t len,
    struct mp_task_reply *reply)
{ (void)self, (void)rec, (void)len, (void)reply; return 0; }
const struct mp_task_class mp_task_class = {
	.version = MP_TASK_VERSION, .name = "broken", .init = init, .run = run };
EOF
t_fail 'an object that cannot be made ends the run' 125 \
    'mp-pool: broken: Permission denied' mp-pool -j3 -c ./broken.so ::: 1 2 3

# What is wrong with a file, and its last lines of C.
refused()
{
	build bad
	run mp-pool -c ./bad.so ::: 1
	expect_status 125
	expect_out ''
	expect_err "mp-pool: ./bad.so: $1"
}
t_refused()
{
	t "$1" refused "$1" <<EOF
$2
EOF
}
t_refused 'no mp_task_class in it' 'int other;'
t_refused 'class of version 2, not 1' \
    'const struct mp_task_class mp_task_class = { .version = 2 };'
t_refused 'its class has no name' \
    'const struct mp_task_class mp_task_class = { .version = 1 };'
t_refused 'its base is no built-in class' \
    'const struct mp_task_class mp_task_class = { 1, "x", "y", 0, 0, 0 };'
t_refused 'its class has neither run nor base' \
    'const struct mp_task_class mp_task_class = { 1, "x", 0, 0, 0, 0 };'
t_refused 'its class has init, but no run' \
    'static int init(void **self) { (void)self; return 0; }
const struct mp_task_class mp_task_class = { 1, "x", "prime", init, 0, 0 };'
t_refused 'undefined symbol: missing' \
    'extern int missing(void);
int caller(void) { return missing(); }'

echo 'not an object' >text.so
t_fail 'a file that is no object' 125 'mp-pool: ./text.so: *' \
    mp-pool -c ./text.so ::: 1
t_fail 'a file that is not there' 125 \
    'mp-pool: ./none.so: cannot open*: No such file or directory' \
    mp-pool -c ./none.so ::: 1
t_fail 'a directory' 125 'mp-pool: ./: *' mp-pool -c ./ ::: 1

done_testing
