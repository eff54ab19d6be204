/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of the output: in which order it is written, and when; what
 * is remembered of it.
 */
#include "config.h"

#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "aid.h"
#include "io.h"
#include "sink.h"

/* The sink and its descriptors, which become 1 and 2 of the child. */
static struct loop loop;
static struct sink sink;
static int fds[TASK_STREAMS];
static struct task *tasks[10];
static char calls[256];

static void
released(void *arg, struct task *task)
{
	char *p = calls + strlen(calls);

	AID_NEED(arg == &sink);
	p += sprintf(p, " r%ju", (uintmax_t)task->seq);
	if (task->joined > 0)
		(void)sprintf(p, "+%ju", (uintmax_t)task->joined);
}

static void
joined(void *arg, struct task *task)
{
	AID_NEED(arg == &sink && task->done);
	(void)sprintf(calls + strlen(calls), " j%ju", (uintmax_t)task->seq);
}

static void
resume(void *arg, struct task *task, int stream)
{
	(void)stream;
	AID_NEED(arg == &sink && !task->done);
}

static const struct sink_calls sink_calls = {released, joined, resume};

static void
begin(enum sink_order how)
{
	size_t i;

	AID_NEED(dup2(fds[TASK_OUT], 1) == 1 && dup2(fds[TASK_ERR], 2) == 2);
	AID_NEED(loop_init(&loop, NULL, 0, NULL, NULL) == 0);
	sink_init(&sink, how, 1 << 20, &loop);
	sink.prog = "prog";
	sink.calls = &sink_calls;
	sink.arg = &sink;
	for (i = 0; i < 10; i++) {
		tasks[i] = task_new();
		AID_NEED(tasks[i] != NULL);
		tasks[i]->seq = i;
	}
}

static void
end(void)
{
	size_t i;

	for (i = 0; i < 10; i++) {
		sink_forget(&sink, tasks[i]);
		task_free(tasks[i]);
	}
	sink_free(&sink);
	loop_free(&loop);
}

/*
 * A script is words:
 *	bN rN		task N begins; as what task N-1 was cut from
 *	kN=K		it is a bundle, of K more tasks
 *	oN=T eN=T	it writes T to standard output or error
 *	xN fN		it ends and has succeeded or failed
 *	qN cN		it has succeeded and has a receipt; it was cancelled
 *	p s z		pump, stop, finish
 *	m=T g=T l=T	a message, a line of the digest, a line
 *	?T !T		standard output or error holds T up to now
 *	i n		the sink is idle, or not
 * In T an underscore is a space and a slash is a newline.
 */
static const struct {
	enum sink_order how;
	const char *script, *calls;
} scripts[] = {
    {SINK_ORDERED, "i p i ?", ""},
    {SINK_ORDERED, "b1 o1=a p ?a n x1 p ?a i", " r1"},
    {SINK_ORDERED, "b1 x1 p ?", " r1"},
    {SINK_ORDERED, "b1 o1=a o1=b p o1=c x1 p ?abc", " r1"},
    /* The first streams, the others wait. */
    {SINK_ORDERED, "b1 b2 o2=b p ? o1=a p ?a f2 p ?a x1 p ?ab", " r1 r2"},
    {SINK_ORDERED, "b1 b2 o2=b p ? x1 p ?b o2=c p ?bc x2 p ?bc", " r1 r2"},
    {SINK_ORDERED, "b1 b2 o2=b x1 o2=c p ?bc x2 p", " r1 r2"},
    {SINK_ORDERED, "b1 b2 o2=b x1 o2=c x2 p ?bc", " j2 r1+1"},
    {SINK_ORDERED, "b1 b2 b3 o3=c x3 o2=b p ? f1 p ?b f2 p ?bc", " r1 j3 r2+1"},
    {SINK_ORDERED, "b1 b2 o2=b e2=B e1=A o1=a x1 p ?ab !AB x2 p", " r1 r2"},
    {SINK_ORDERED, "b1 b2 o2=b x1 p o2=c e2=C p ?bc !C x2 p", " r1 r2"},
    {SINK_ORDERED, "b1 b2 e2=B x1 p o2=b e2=C p ?b !BC x2 p", " r1 r2"},
    /* Finished neighbours become one, but not those that must be told of. */
    {SINK_ORDERED, "b1 b2 b3 o3=c x3 o2=b x2 o1=a x1 p ?abc", " j3 j2 r1+2"},
    {SINK_ORDERED, "b1 b2 b3 o3=c o2=b x2 x3 o1=a x1 p ?abc", " j3 j2 r1+2"},
    {SINK_ORDERED, "b1 b2 b3 b4 o2=b x2 o4=d x4 e3=C x3 x1 p ?bd !C",
	" j4 j3 j2 r1+3"},
    {SINK_ORDERED, "b1 b2 b3 o3=c f3 o2=b f2 o1=a f1 p ?abc", " r1 r2 r3"},
    {SINK_ORDERED, "b1 b2 b3 o3=c x3 o2=b f2 o1=a x1 p ?abc", " j3 r1 r2+1"},
    {SINK_ORDERED, "b1 b2 b3 o3=c q3 o2=b q2 o1=a q1 p ?abc", " r1 r2 r3"},
    {SINK_ORDERED, "b1 b2 b3 o3=c q3 o2=b x2 o1=a x1 p ?abc", " j2 r1+1 r3"},
    /* Bundles count as what they are; what is cut off stays in its place. */
    {SINK_ORDERED, "b1 b2 k2=4 b3 k3=2 o3=c x3 o2=b x2 o1=a x1 p ?abc",
	" j3 j2 r1+8"},
    {SINK_ORDERED, "b1 b3 r2 o3=c o2=b o1=a p ?a x3 x2 x1 p ?abc",
	" j3 j2 r1+2"},
    {SINK_ORDERED, "b1 o1=a b4 x4 r2 r3 o3=c o2=b f1 f2 p ?abc x3 p",
	" r1 r2 j4 r3+1"},
    {SINK_UNORDERED, "b1 r2 o2=b x2 o1=a x1 p ?ba", " r2 r1"},
    /* Ended early: only the first one goes on streaming; the others when
     * they have ended, if they have not been cancelled. */
    {SINK_ORDERED, "s p ? i", ""},
    {SINK_ORDERED, "b1 o1=a s o1=b p ?ab x1 p ?ab", " r1"},
    {SINK_ORDERED, "b1 o1=a s o1=b p c1 p ?ab", " r1"},
    {SINK_ORDERED, "b1 b2 o2=b s o2=c x1 p ? o2=d p ? x2 p ?bcd", " r1 r2"},
    {SINK_ORDERED, "b1 b2 o2=b s x1 p o2=c e2=C p ? ! c2 p ? !", " r1 r2"},
    {SINK_ORDERED, "b1 b2 b3 o2=b o3=c x3 s c1 c2 p ?c", " j3 r1 r2+1"},
    {SINK_ORDERED, "b1 b2 b3 o2=b o3=c s c1 x3 c2 p ?c", " j3 r1 r2+1"},
    /* By the time of the end. */
    {SINK_UNORDERED, "b1 b2 o2=b o1=a p ? x2 p ?b x1 p ?ba", " r2 r1"},
    {SINK_UNORDERED, "b1 b2 o1=a e1=A x1 p ?a !A f2 p", " r1 r2"},
    {SINK_UNORDERED, "b1 b2 b3 o3=c o1=a o3=d x1 x3 x2 p ?acd", " r1 r3 r2"},
    {SINK_UNORDERED, "b1 b2 o1=a o2=b x2 s o1=c c1 p ?b i", " r2 r1"},
    {SINK_UNORDERED, "b1 b2 o1=a o2=b s x1 c2 p ?a i", " r1 r2"},
    /* As it comes. */
    {SINK_RAW, "b1 b2 o2=b p ?b o1=a p ?ba x1 o2=c e2=C p ?bac !C x2",
	" r1 r2"},
    /* What we have to say ourselves. */
    {SINK_ORDERED, "m=hello_you p !prog:_hello_you/", ""},
    {SINK_ORDERED, "b1 e1=a m=x e1=b p !a/prog:_x/b x1 p", " r1"},
    {SINK_ORDERED, "b1 b2 e2=b m=x e1=a x1 p !prog:_x/ab x2 p", " r1 r2"},
    {SINK_ORDERED, "l=cmd_a !cmd_a/", ""},
    {SINK_ORDERED, "b1 e1=a l=cmd !a/cmd/ x1 p", " r1"},
    {SINK_ORDERED,
	"g=d1 p ! n b1 e1=a x1 p !a g=d2 p n z !a/prog:_d1/prog:_d2/ i", " r1"},
    {SINK_ORDERED,
	"b1 e1=a/ m=x m=y e1=b x1 p g=d z !a/prog:_x/prog:_y/b/prog:_d/",
	" r1"},
    {SINK_ORDERED, "b1 b2 e2=b x1 m=x p x2 p m=y p !prog:_x/b/prog:_y/",
	" r1 r2"},
    {SINK_ORDERED, "z ! i", ""},
};

/* T of a word, in static memory. */
static const char *
text_of(const char *word)
{
	static char text[256];
	char *p;

	(void)snprintf(text, sizeof(text), "%s", word);
	for (p = text; *p != '\0'; p++) {
		if (*p == '_')
			*p = ' ';
		else if (*p == '/')
			*p = '\n';
	}
	return text;
}

static void
end_task(struct task *task, char how)
{
	task->how = how == 'c' ? TASK_CANCELLED : TASK_EXITED;
	task->code = how == 'f';
	if (how == 'q')
		task->receipt = &sink;
	if (how == 'c')
		sink_forget(&sink, task);
	sink_end(&sink, task);
}

static void
task_word(const char *word)
{
	struct task *task = tasks[word[1] - '0'];

	if (word[0] == 'b')
		sink_begin(&sink, task);
	else if (word[0] == 'r')
		sink_begin_rest(&sink, tasks[word[1] - '1'], task);
	else if (word[0] == 'k')
		task->extra = (size_t)(word[3] - '0');
	else if (word[0] == 'o')
		AID_NEED(sink_data(&sink, task, TASK_OUT, text_of(word + 3),
		    strlen(word + 3)));
	else if (word[0] == 'e')
		AID_NEED(sink_data(&sink, task, TASK_ERR, text_of(word + 3),
		    strlen(word + 3)));
	else
		end_task(task, word[0]);
}

static void
own_word(const char *word)
{
	struct buf line = BUF_INIT;
	const char *text = text_of(word + 2);

	AID_NEED(buf_adds(&line, text) == 0);
	if (word[0] == 'm')
		sink_message(&sink, "%s", text);
	else if (word[0] == 'g')
		sink_digest(&sink, &line);
	else
		sink_line(&sink, &line);
	buf_free(&line);
}

static void
run_word(const char *word)
{
	int stream = word[0] == '!' ? TASK_ERR : TASK_OUT;
	const char *have;
	size_t len;

	if (strchr("brkoexfqc", word[0]) != NULL) {
		task_word(word);
	} else if (strchr("mgl", word[0]) != NULL) {
		own_word(word);
	} else if (word[0] == 'p') {
		sink_pump(&sink);
	} else if (word[0] == 's') {
		sink_stop(&sink);
	} else if (word[0] == 'z') {
		sink_finish(&sink);
	} else if (word[0] == 'i' || word[0] == 'n') {
		AID_NEED(sink_idle(&sink) == (word[0] == 'i'));
	} else {
		have = aid_text(fds[stream], &len);
		if (strcmp(have, text_of(word + 1)) != 0)
			aid_fail(word, (int)len, have);
	}
}

static void
run_script(void *arg)
{
	int row = *(int *)arg;
	char script[256], *p = script, *word;

	begin(scripts[row].how);
	(void)snprintf(script, sizeof(script), "%s", scripts[row].script);
	while ((word = strsep(&p, " ")) != NULL)
		run_word(word);
	if (strcmp(calls, scripts[row].calls) != 0)
		aid_fail("calls", row, calls);
	AID_NEED(sink_idle(&sink) && !sink_full(&sink));
	AID_NEED(sink.err == 0);
	end();
}

START_TEST(writes_in_order)
{
	fds[TASK_OUT] = aid_memfd();
	fds[TASK_ERR] = aid_memfd();
	aid_in_child(run_script, &_i);
	io_close(&fds[TASK_OUT]);
	io_close(&fds[TASK_ERR]);
}
END_TEST

/* The last line that is not empty, whatever pieces it comes in. */
#define X50 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

static const struct {
	const char *text, *last;
} lines[] = {
    {"", ""},
    {"\n", ""},
    {"\n\n\n", ""},
    {"a", "a"},
    {"a\n", "a"},
    {"a\nb", "b"},
    {"a\nb\n", "b"},
    {"abc\n\n", "abc"},
    {"abc\n\n\n\n", "abc"},
    {"\nabc\n\nde\n\n", "de"},
    {"\n\nabc", "abc"},
    {"abc\n\ndef", "def"},
    {"long line\ns\n", "s"},
    {"first\nsecond\n\n", "second"},
    {X50 X50 X50 X50, X50 X50 X50 X50},
    {X50 X50 X50 X50 "y\n", X50 X50 X50 X50},
    {X50 X50 X50 X50 "y\nz\n\n", "z"},
    {"z\n" X50 X50 X50 X50 X50 X50 "\n", X50 X50 X50 X50},
};

static void
feed(int row, size_t piece)
{
	const char *p = lines[row].text, *want = lines[row].last;
	struct task *task = task_new();
	size_t left = strlen(p), n;

	ck_assert_ptr_nonnull(task);
	for (; left > 0; left -= n, p += n) {
		n = left < piece ? left : piece;
		AID_NEED(sink_data(&sink, task, TASK_OUT, "other\n", 6));
		AID_NEED(sink_data(&sink, task, TASK_ERR, p, n));
	}
	AID_NEED(buf_addc(&task->last, '\0') == 0);
	ck_assert_msg(strcmp(buf_data(&task->last), want) == 0,
	    "row %d in pieces of %zu: '%s'", row, piece, buf_data(&task->last));
	sink_forget(&sink, task);
	task_free(task);
}

START_TEST(remembers_the_last_line)
{
	size_t piece;

	ck_assert_int_eq(loop_init(&loop, NULL, 0, NULL, NULL), 0);
	sink_init(&sink, SINK_UNORDERED, 1 << 20, &loop);
	for (piece = 1; piece <= strlen(lines[_i].text) + 1; piece++)
		feed(_i, piece);
	sink_free(&sink);
	loop_free(&loop);
}
END_TEST

/* Nobody reads, or nothing can be written: that is an error of that
 * stream, and its bytes are lost, but nobody waits for it. */
static void
lost_child(void *arg)
{
	int stream = *(int *)arg / 2, want = *(int *)arg % 2 ? EPIPE : ENOSPC;
	static char block[30000];
	int i, fd[2];

	(void)signal(SIGPIPE, SIG_IGN);
	AID_NEED(io_pipe(fd) == 0);
	io_close(&fd[0]);
	if (want == ENOSPC)
		fd[1] = open("/dev/full", O_WRONLY | O_CLOEXEC);
	AID_NEED(dup2(fd[1], fds[stream]) != -1);
	begin(SINK_ORDERED);
	sink_begin(&sink, tasks[1]);
	for (i = 0; i < 100; i++) {
		AID_NEED(
		    sink_data(&sink, tasks[1], stream, block, sizeof(block)));
		sink_pump(&sink);
		AID_NEED(loop_step(&loop, 0) == 0);
	}
	AID_NEED(sink_error(&sink, stream) == want);
	AID_NEED(sink_error(&sink, !stream) == 0);
	end_task(tasks[1], 'x');
	sink_pump(&sink);
	AID_NEED(strcmp(calls, " r1") == 0);
	AID_NEED(sink_idle(&sink) && sink.err == 0);
	end();
}

START_TEST(goes_on_where_nothing_can_be_written)
{
	fds[TASK_OUT] = aid_memfd();
	fds[TASK_ERR] = aid_memfd();
	aid_in_child(lost_child, &_i);
	io_close(&fds[TASK_OUT]);
	io_close(&fds[TASK_ERR]);
}
END_TEST

static Suite *
suite_sink(void)
{
	Suite *s = suite_create("sink");
	TCase *tc = tcase_create("sink");

	tcase_add_loop_test(tc, writes_in_order, 0, NROWS(scripts));
	tcase_add_loop_test(tc, remembers_the_last_line, 0, NROWS(lines));
	tcase_add_loop_test(tc, goes_on_where_nothing_can_be_written, 0, 4);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_sink)
