/* SPDX-License-Identifier: Apache-2.0 */

/* Memory with one lifetime: what an inspection keeps is allocated here and freed at once. */
#ifndef GB_BASE_ARENA_H
#define GB_BASE_ARENA_H

#include <stddef.h>

#include "base/gb-attr.h"
#include "base/gb-error.h"
#include "base/gb-span.h"

struct gb_arena_block;

struct gb_arena {
	struct gb_arena_block *blocks;
	size_t used; /* bytes taken from the system */
	size_t ceiling;
};

void gb_arena_init(struct gb_arena *arena, size_t ceiling);
void gb_arena_done(struct gb_arena *arena);

/* SIZE zeroed bytes, aligned for any type, valid until gb_arena_done(). NULL with NOMEM or
 * LIMIT in ERR. */
void *gb_arena_alloc(struct gb_arena *arena, size_t size, struct gpubadge_error *err);

/* A NUL-terminated copy; NULL with ERR set on failure. An absent span gives an empty string. */
const char *gb_arena_copy(struct gb_arena *arena, struct gb_span span, struct gpubadge_error *err);

/* Room for one more element in ARRAY, which holds COUNT of *CAPACITY elements: returns ARRAY
 * or its larger copy. Start with NULL, 0, 0. NULL with ERR set on failure. */
void *gb_arena_grow(struct gb_arena *arena, void *array, size_t count, size_t *capacity,
		    size_t element, struct gpubadge_error *err);

#endif
