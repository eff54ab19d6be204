/* SPDX-License-Identifier: ISC */
/*
 * Hostile processes that never stop forking: what is ended is replaced.
 */
#include "config.h"

#include "hostile.h"

#include <sys/wait.h>

#include <signal.h>
#include <time.h>
#include <unistd.h>

/* A place for one more among N; FILE is made when there was none. */
static bool
take_place(void)
{
	if (atomic_fetch_add(&hostile_shared->alive, 1) < hostile_count)
		return true;
	(void)atomic_fetch_sub(&hostile_shared->alive, 1);
	if (atomic_exchange(&hostile_shared->ready, 1) == 0)
		hostile_ready();
	return false;
}

/* Each process forks as long as there are fewer than N, and starts another
 * one for each of its children that is ended. */
_Noreturn static void
bomb(bool sessions)
{
	static const struct timespec pace = {0, 20000000};
	pid_t pid;

	hostile_ignore_all();
	for (;;) {
		while (waitpid(-1, NULL, WNOHANG) > 0)
			(void)atomic_fetch_sub(&hostile_shared->alive, 1);
		if (!take_place()) {
			(void)nanosleep(&pace, NULL);
			continue;
		}
		pid = hostile_fork();
		if (pid == -1)
			(void)atomic_fetch_sub(&hostile_shared->alive, 1);
		else if (pid == 0 && sessions)
			(void)setsid();
	}
}

void
hostile_bomb_group(void)
{
	bomb(false);
}

void
hostile_bomb_sessions(void)
{
	bomb(true);
}

/* One of a pair: as soon as the other one is gone, it starts a new one. The
 * pipe ends with the other; at most HOSTILE_MOST times. */
_Noreturn static void
watch(void)
{
	int to[2], from[2], times;
	char c;

	for (times = 0; times < HOSTILE_MOST; times++) {
		hostile_mortal();
		if (pipe(to) == -1 || pipe(from) == -1)
			_exit(HOSTILE_BROKEN);
		switch (hostile_fork()) {
		case -1:
			_exit(HOSTILE_BROKEN);
		case 0:
			(void)setsid();
			(void)close(to[1]);
			(void)close(from[0]);
			(void)!read(to[0], &c, 1);
			(void)close(to[0]);
			(void)close(from[1]);
			break; /* the other has gone: its part is ours */
		default:
			(void)close(to[0]);
			(void)close(from[1]);
			(void)!read(from[0], &c, 1);
			(void)close(to[1]);
			(void)close(from[0]);
		}
	}
	_exit(0);
}

/* N pairs of processes that replace each other. */
void
hostile_pairs(void)
{
	long i;

	hostile_ignore_all();
	(void)signal(SIGCHLD, SIG_IGN);
	for (i = 0; i < hostile_count; i++) {
		if (hostile_daemon()) {
			hostile_stand();
			watch();
		}
	}
	hostile_stay();
}

/* N processes that are never the same for long: each forks and ends. A hop
 * takes a tenth of a millisecond at least, which keeps the machine usable. */
void
hostile_hoppers(void)
{
	struct timespec pace = {0, 100000};
	long i;

	hostile_ignore_all();
	for (i = 0; i < hostile_count; i++) {
		if (!hostile_daemon())
			continue;
		hostile_ignore_all();
		hostile_stand();
		for (;;) {
			(void)nanosleep(&pace, NULL);
			if (hostile_fork() > 0)
				_exit(0);
			(void)setsid();
		}
	}
	hostile_stay();
}
