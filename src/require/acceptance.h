/* SPDX-License-Identifier: Apache-2.0 */

/* Which drivers do requirements accept? Acceptance is not monotone in the driver version: a
 * list of branches takes 470 and refuses 510. So every branch of the tables is tried, and
 * inside a branch every driver version that a requirement names. */
#ifndef GB_REQUIRE_ACCEPTANCE_H
#define GB_REQUIRE_ACCEPTANCE_H

#include "require/evaluate.h"

/* A place among driver versions: at DRIVER, or just above it. */
struct gb_driver_place {
	struct gb_span driver; /* "470": where that branch starts; or a version, "535.104.05" */
	bool just_above;
};

/* From FROM on, up to and without UNTIL. */
struct gb_driver_range {
	struct gb_driver_place from;
	struct gb_driver_place until;
	bool open; /* there is no UNTIL: newer drivers than the tables know as well */
};

struct gb_acceptance {
	struct gb_driver_range *accepted; /* rising; apart from each other */
	size_t count;
	bool undecided; /* some driver may be accepted, for want of facts on the GPU */
	bool too_many;  /* the requirements are too long to try them all: none was tried */
};

/* What all of the COUNT REQUIREMENTS accept on a GPU with the brand and architecture of GPU;
 * its CUDA and driver are not looked at. */
enum gpubadge_code gb_acceptance_of(const struct gb_requirement *const *requirements, size_t count,
				    const struct gb_subject *gpu, struct gb_arena *arena,
				    struct gb_acceptance *ret_acceptance,
				    struct gpubadge_error *err) GB_MUST_CHECK;

bool gb_acceptance_equal(const struct gb_acceptance *a, const struct gb_acceptance *b);

#endif
