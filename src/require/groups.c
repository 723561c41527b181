/* SPDX-License-Identifier: Apache-2.0 */
#include "require/groups.h"

/* The place of the one brand that ALTERNATIVE asks for, or its count. */
static size_t find_brand(const struct gb_alternative *alternative)
{
	size_t found = alternative->count;

	for (size_t i = 0; i < alternative->count; i++) {
		if (!gb_condition_asks_for_brand(&alternative->conditions[i]))
			continue;
		if (found < alternative->count)
			return alternative->count;
		found = i;
	}
	return found;
}

/* Are they the same but for the brand at place BRAND? */
static bool differ_in_brand_alone(const struct gb_alternative *a, const struct gb_alternative *b,
				  size_t brand)
{
	if (a->count != b->count || brand == a->count || find_brand(a) != brand)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (i != brand && !gb_span_equal(a->conditions[i].text, b->conditions[i].text))
			return false;
	return true;
}

/* The group that ALTERNATIVE belongs to, or NULL. The last ones are the likely ones, and to
 * look at a few is enough: lists go brand by brand or branch by branch. */
#define LOOK_BACK 64

static struct gb_group *find_group(const struct gb_groups *groups,
				   const struct gb_alternative *alternative, size_t brand)
{
	for (size_t i = groups->count, looked = 0; i > 0 && looked < LOOK_BACK; i--, looked++)
		if (differ_in_brand_alone(groups->items[i - 1].first, alternative, brand))
			return &groups->items[i - 1];
	return NULL;
}

static enum gpubadge_code add_to_group(struct gb_group *group, size_t number,
				       const struct gb_alternative *alternative, size_t brand,
				       struct gb_arena *arena, struct gpubadge_error *err)
{
	size_t capacity = group->capacity;

	group->numbers = gb_arena_grow(arena, group->numbers, group->count, &group->capacity,
				       sizeof(*group->numbers), err);
	if (!group->numbers)
		return err->code;
	if (brand < alternative->count) {
		group->brands = gb_arena_grow(arena, group->brands, group->count, &capacity,
					      sizeof(*group->brands), err);
		if (!group->brands)
			return err->code;
		group->brands[group->count] = alternative->conditions[brand].value;
	}
	group->numbers[group->count++] = number;
	return GPUBADGE_OK;
}

enum gpubadge_code gb_groups_of(const struct gb_requirement *requirement, struct gb_arena *arena,
				struct gb_groups *ret_groups, struct gpubadge_error *err)
{
	struct gb_groups groups = {NULL, 0};
	size_t capacity = 0;

	for (size_t i = 0; i < requirement->count; i++) {
		const struct gb_alternative *alternative = &requirement->alternatives[i];
		size_t brand = find_brand(alternative);
		struct gb_group *group = find_group(&groups, alternative, brand);

		if (!group) {
			groups.items = gb_arena_grow(arena, groups.items, groups.count, &capacity,
						     sizeof(*groups.items), err);
			if (!groups.items)
				return err->code;
			group = &groups.items[groups.count++];
			*group = (struct gb_group){.first = alternative};
		}
		if (add_to_group(group, i + 1, alternative, brand, arena, err))
			return err->code;
	}
	*ret_groups = groups;
	return GPUBADGE_OK;
}
