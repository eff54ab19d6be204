/* SPDX-License-Identifier: ISC */
/*
 * A part of a file.
 */
#include "config.h"

#include "block.h"

#include <stdlib.h>

#include "io.h"

struct block *
block_new(const struct block *b)
{
	struct block *copy = malloc(sizeof(*copy));

	if (copy != NULL)
		*copy = *b;
	return copy;
}

void
block_free(struct block **b)
{
	if (*b == NULL)
		return;
	io_close(&(*b)->own);
	free(*b);
	*b = NULL;
}
