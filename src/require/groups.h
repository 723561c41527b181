/* SPDX-License-Identifier: Apache-2.0 */

/* The alternatives of a requirement put together for reading: NVIDIA's lists repeat one range of
 * drivers for each of a dozen brands, which is one thing to say. */
#ifndef GB_REQUIRE_GROUPS_H
#define GB_REQUIRE_GROUPS_H

#include "require/requirement.h"

struct gb_group {
	const struct gb_alternative *first; /* all others differ from it in the brand alone */
	size_t *numbers;                    /* of the alternatives, from 1 on, rising */
	struct gb_span *brands;             /* those that are asked for, one each; NULL: none is */
	size_t count;
	size_t capacity;
};

struct gb_groups {
	struct gb_group *items; /* in the order of their first alternatives */
	size_t count;
};

enum gpubadge_code gb_groups_of(const struct gb_requirement *requirement, struct gb_arena *arena,
				struct gb_groups *ret_groups, struct gpubadge_error *err)
	GB_MUST_CHECK;

#endif
