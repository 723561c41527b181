/* SPDX-License-Identifier: Apache-2.0 */

/* The requirement language: text to tree to floor. */
#include "archive-input.h"

#include <assert.h>

#include "require/floor.h"
#include "require/version.h"

/* Spans of the tree lie inside the text; values are versions. */
static void check_tree(struct gb_span text, const struct gb_requirement *requirement)
{
	for (size_t i = 0; i < requirement->count; i++) {
		const struct gb_alternative *alternative = &requirement->alternatives[i];

		assert(alternative->count > 0);
		for (size_t j = 0; j < alternative->count; j++) {
			const struct gb_condition *condition = &alternative->conditions[j];

			assert(condition->text.ptr >= text.ptr &&
			       condition->text.ptr + condition->text.len <= text.ptr + text.len);
			if (condition->flaw != GB_FLAW_NONE ||
			    condition->property == GB_PROPERTY_BRAND)
				continue;
			assert(gb_version_is_valid(condition->value));
			assert(gb_version_compare(condition->value, condition->value) == 0);
		}
	}
	assert(requirement->always_met == (requirement->count == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gb_span text = {size ? (const char *)data : "", size};
	struct gpubadge_error err = {.code = GPUBADGE_OK};
	struct gb_findings findings = {.items = NULL};
	struct gb_requirement requirement;
	struct gpubadge_limits limits;
	struct gb_arena arena;
	struct gb_floor floor;

	gpubadge_limits_init(&limits);
	gb_arena_init(&arena, (size_t)16 << 20);
	if (!gb_requirement_parse(text, &limits, &arena, &requirement, &err)) {
		check_tree(text, &requirement);
		if (!gb_floor_of(&requirement, "X", &arena, &findings, &floor, &err))
			gb_floor_narrow(&floor, &floor);
	}
	gb_arena_done(&arena);
	return 0;
}
