/* SPDX-License-Identifier: Apache-2.0 */

/* Requirements from text, and the GPUs they are asked about. */
#ifndef GB_TESTS_REQUIRE_CASE_H
#define GB_TESTS_REQUIRE_CASE_H

#include "require/acceptance.h"

/* At least as many requirements as any test asks about together. */
#define REQUIRE_CASE_MOST 4

extern struct require_case {
	struct gpubadge_limits limits;
	struct gb_arena arena;
	/* Of the last list that was read. */
	struct gb_requirement requirements[REQUIRE_CASE_MOST];
	const struct gb_requirement *pointers[REQUIRE_CASE_MOST];
	size_t count;
} require_case;

/* For .init and .fini. */
void require_case_enter(void);
void require_case_leave(void);

/* TEXT has to live as long as what is made of it. */
struct gb_requirement requirement_of(const char *text);

/* Reads COUNT requirements into require_case. */
void read_requirements(const char *const *texts, size_t count);

/* Nothing but brand and architecture; NULL is not stated. */
struct gb_subject gpu_of(const char *brand, const char *arch);

/* What the requirements read last accept on GPU. */
struct gb_acceptance accepted_on(const struct gb_subject *gpu);

/* The same for one TEXT and a GPU of BRAND. */
struct gb_acceptance accepted_by(const char *text, const char *brand);

#endif
