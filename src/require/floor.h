/* SPDX-License-Identifier: Apache-2.0 */

/* What a requirement comes down to: the floors of its unconditional alternatives, and the
 * branches that its other alternatives open.
 *
 * An alternative is unconditional if it asks for lower bounds of cuda and driver alone; then it
 * holds for every driver from some version on. One that names a brand, an architecture or an
 * upper bound holds for some servers only: acceptance is not monotone in the driver version,
 * so a branch is listed beside the floor and never lowers it. */
#ifndef GB_REQUIRE_FLOOR_H
#define GB_REQUIRE_FLOOR_H

#include "base/gb-findings.h"
#include "require/requirement.h"

struct gb_branch {
	struct gb_span minimum; /* driver from here; absent: any */
	struct gb_span below;   /* driver below this; absent: open */
	struct gb_span *brands; /* one of them; none: any */
	size_t brand_count;
	size_t brand_capacity;
	const char *also; /* the conditions on other properties as written, or NULL */
};

struct gb_floor {
	struct gb_span cuda;   /* lowest CUDA version that meets it; absent: none is asked for */
	struct gb_span driver; /* lowest driver; absent: none, or newer than the tables */
	bool cuda_newer;       /* the lowest CUDA version is newer than the tables */
	bool cuda_open;        /* one unconditional alternative asks for no CUDA version */
	bool always_met;       /* nothing is asked for */
	struct gb_branch *branches;
	size_t branch_count;
	size_t branch_capacity;
};

/* Adds a finding for alternatives that no driver can meet; they open no branch. VARIABLE is
 * named in it. */
enum gpubadge_code gb_floor_of(const struct gb_requirement *requirement, const char *variable,
			       struct gb_arena *arena, struct gb_findings *findings,
			       struct gb_floor *ret_floor, struct gpubadge_error *err)
	GB_MUST_CHECK;

/* Narrows FLOOR to what CONDITION, which must hold as well, leaves of its drivers. */
void gb_floor_narrow(struct gb_floor *floor, const struct gb_floor *condition);

#endif
