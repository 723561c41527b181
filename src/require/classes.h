/* SPDX-License-Identifier: Apache-2.0 */

/* Requirements seen from the servers: kinds of GPUs, by brand and compute capability, and the
 * drivers that are accepted with each. */
#ifndef GB_REQUIRE_CLASSES_H
#define GB_REQUIRE_CLASSES_H

#include "require/acceptance.h"

/* Compute capabilities from FROM on, up to and without UNTIL. */
struct gb_arch_range {
	struct gb_span from;  /* absent: from the lowest on */
	struct gb_span until; /* absent: up to the highest */
	bool from_above;      /* FROM itself does not belong to it */
	bool through_until;   /* UNTIL itself belongs to it */
};

struct gb_class {
	struct gb_span *brands; /* as the requirement spells them */
	size_t brand_count;
	bool other_brands; /* and all brands that no requirement names */
	struct gb_arch_range arch;
	struct gb_acceptance acceptance;
};

struct gb_classes {
	struct gb_class *items;
	size_t count;
	bool too_many; /* there would be more than fits a page: nothing is listed */
};

/* What all of the COUNT REQUIREMENTS accept together. */
enum gpubadge_code gb_classes_of(const struct gb_requirement *const *requirements, size_t count,
				 struct gb_arena *arena, struct gb_classes *ret_classes,
				 struct gpubadge_error *err) GB_MUST_CHECK;

#endif
