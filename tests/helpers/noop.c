/* SPDX-License-Identifier: ISC */
/*
 * The cheapest command: it measures what running a command costs. It is
 * linked statically where that is possible.
 */
int
main(void)
{
	return 0;
}
