/* SPDX-License-Identifier: Apache-2.0 */
#include "base/gb-arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/gb-limits.h"

/* A block serves many small requests; a request over a quarter of it gets its own. */
#define BLOCK_BYTES ((size_t)16 * 1024)

struct gb_arena_block {
	struct gb_arena_block *next;
	size_t used;
	size_t size;
	alignas(max_align_t) char bytes[];
};

void gb_arena_init(struct gb_arena *arena, size_t ceiling)
{
	*arena = (struct gb_arena){.ceiling = ceiling};
}

void gb_arena_done(struct gb_arena *arena)
{
	while (arena->blocks) {
		struct gb_arena_block *next = arena->blocks->next;

		free(arena->blocks);
		arena->blocks = next;
	}
	arena->used = 0;
}

static struct gb_arena_block *new_block(struct gb_arena *arena, size_t size,
					struct gpubadge_error *err)
{
	struct gb_arena_block *block = NULL;
	size_t whole;

	if (arena->used > arena->ceiling || size > arena->ceiling - arena->used) {
		gb_limit_exceeded(err, "result_bytes",
				  "more is to be kept than the limit of %zu bytes", arena->ceiling);
		return NULL;
	}
	if (!__builtin_add_overflow(sizeof(*block), size, &whole))
		block = calloc(1, whole);
	if (!block) {
		gb_error_set_nomem(err);
		return NULL;
	}
	block->size = size;
	arena->used += size;
	return block;
}

void *gb_arena_alloc(struct gb_arena *arena, size_t size, struct gpubadge_error *err)
{
	struct gb_arena_block *block = arena->blocks;
	size_t rounded;
	void *bytes;

	if (__builtin_add_overflow(size, alignof(max_align_t) - 1, &rounded))
		rounded = SIZE_MAX;
	rounded &= ~(alignof(max_align_t) - 1);
	if (block && rounded <= block->size - block->used) {
		bytes = block->bytes + block->used;
		block->used += rounded;
		return bytes;
	}
	if (rounded > BLOCK_BYTES / 4) {
		block = new_block(arena, rounded, err);
		if (!block)
			return NULL;
		block->used = rounded;
		/* Behind the current block, which still has room. */
		if (arena->blocks) {
			block->next = arena->blocks->next;
			arena->blocks->next = block;
		} else {
			arena->blocks = block;
		}
		return block->bytes;
	}
	block = new_block(arena, BLOCK_BYTES, err);
	if (!block)
		return NULL;
	block->next = arena->blocks;
	arena->blocks = block;
	block->used = rounded;
	return block->bytes;
}

const char *gb_arena_copy(struct gb_arena *arena, struct gb_span span, struct gpubadge_error *err)
{
	char *copy = gb_arena_alloc(arena, span.len + 1, err);

	if (copy && span.len > 0)
		memcpy(copy, span.ptr, span.len);
	return copy;
}

void *gb_arena_grow(struct gb_arena *arena, void *array, size_t count, size_t *capacity,
		    size_t element, struct gpubadge_error *err)
{
	size_t grown = *capacity ? *capacity * 2 : 4;
	size_t bytes;
	void *copy;

	if (count < *capacity)
		return array;
	if (__builtin_mul_overflow(grown, element, &bytes))
		bytes = SIZE_MAX;
	copy = gb_arena_alloc(arena, bytes, err);
	if (!copy)
		return NULL;
	if (count > 0)
		memcpy(copy, array, count * element);
	*capacity = grown;
	return copy;
}
