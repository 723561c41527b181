/* SPDX-License-Identifier: Apache-2.0 */
#include "require-case.h"

#include "expect.h"

struct require_case require_case;

void require_case_enter(void)
{
	require_case = (struct require_case){.count = 0};
	gpubadge_limits_init(&require_case.limits);
	gb_arena_init(&require_case.arena, SIZE_MAX / 2);
	for (size_t i = 0; i < REQUIRE_CASE_MOST; i++)
		require_case.pointers[i] = &require_case.requirements[i];
}

void require_case_leave(void)
{
	gb_arena_done(&require_case.arena);
}

struct gb_requirement requirement_of(const char *text)
{
	struct gb_requirement requirement;
	struct gpubadge_error err = NO_ERROR;

	cr_assert_eq(gb_requirement_parse(gb_span_of(text), &require_case.limits,
					  &require_case.arena, &requirement, &err),
		     GPUBADGE_OK, "%s: %s", text, err.text);
	return requirement;
}

void read_requirements(const char *const *texts, size_t count)
{
	cr_assert_leq(count, REQUIRE_CASE_MOST);
	for (size_t i = 0; i < count; i++)
		require_case.requirements[i] = requirement_of(texts[i]);
	require_case.count = count;
}

struct gb_subject gpu_of(const char *brand, const char *arch)
{
	struct gb_subject gpu = {.facts = {{.just_above = false}}};

	gb_subject_set(&gpu, GB_PROPERTY_BRAND, gb_span_of(brand));
	gb_subject_set(&gpu, GB_PROPERTY_ARCH, gb_span_of(arch));
	return gpu;
}

struct gb_acceptance accepted_on(const struct gb_subject *gpu)
{
	struct gpubadge_error err = NO_ERROR;
	struct gb_acceptance acceptance;

	cr_assert_eq(gb_acceptance_of(require_case.pointers, require_case.count, gpu,
				      &require_case.arena, &acceptance, &err),
		     GPUBADGE_OK, "%s", err.text);
	return acceptance;
}

struct gb_acceptance accepted_by(const char *text, const char *brand)
{
	const struct gb_subject gpu = gpu_of(brand, "8.0");

	read_requirements(&text, 1);
	return accepted_on(&gpu);
}
