/* SPDX-License-Identifier: Apache-2.0 */
#include "require/floor.h"

#include "expect.h"

static struct gpubadge_limits limits;
static struct gb_arena arena;
static struct gb_findings findings;

static void set_up(void)
{
	gpubadge_limits_init(&limits);
	gb_arena_init(&arena, SIZE_MAX / 2);
	findings = (struct gb_findings){NULL, 0, 0};
}

static void tear_down(void)
{
	gb_arena_done(&arena);
}

TestSuite(floor, .init = set_up, .fini = tear_down);

static struct gb_floor floor_of(const char *text)
{
	struct gb_requirement requirement;
	struct gpubadge_error err = NO_ERROR;
	struct gb_floor floor;

	cr_assert_eq(gb_requirement_parse(gb_span_of(text), &limits, &arena, &requirement, &err),
		     GPUBADGE_OK);
	cr_assert_eq(gb_floor_of(&requirement, "NVIDIA_REQUIRE_CUDA", &arena, &findings, &floor,
				 &err),
		     GPUBADGE_OK);
	return floor;
}

static void floor_is(int line, const char *text, const char *cuda, const char *driver,
		     size_t branches)
{
	struct gb_floor floor = floor_of(text);

	expect_span_at(line, floor.cuda, cuda);
	expect_span_at(line, floor.driver, driver);
	cr_assert_eq(floor.branch_count, branches, "line %d: %zu branches", line,
		     floor.branch_count);
}

/* The drivers are those of NVIDIA's release notes, see fixtures/require/cuda-minimum.data. */
Test(floor, of_a_cuda_version_has_the_driver_of_the_table)
{
	floor_is(__LINE__, "cuda>=11.8", "11.8", "520.61.05", 0);
	floor_is(__LINE__, "cuda>=12.4", "12.4", "550.54.14", 0);
}

Test(floor, is_that_of_the_unconditional_alternative)
{
	struct gb_floor floor = floor_of("cuda>=11.8 brand=tesla,driver>=470,driver<471");

	expect_span(floor.cuda, "11.8");
	expect_span(floor.driver, "520.61.05");
	cr_assert_eq(floor.branch_count, 1);
	expect_span(floor.branches[0].minimum, "470");
	expect_span(floor.branches[0].below, "471");
	cr_assert_eq(floor.branches[0].brand_count, 1);
	expect_span(floor.branches[0].brands[0], "tesla");
	expect_text(floor.branches[0].also, NULL);
}

Test(floor, is_the_highest_of_conditions_and_the_lowest_of_alternatives)
{
	floor_is(__LINE__, "cuda>=12.0,driver>=575", "12.0", "575", 0);
	floor_is(__LINE__, "cuda>=12.0,cuda>=12.4", "12.4", "550.54.14", 0);
	floor_is(__LINE__, "cuda>=12.4 cuda>=11.8", "11.8", "520.61.05", 0);
	floor_is(__LINE__, "cuda>=12.4 driver>=535", NULL, "535", 0);
	floor_is(__LINE__, "driver>=535 driver>=470", NULL, "470", 0);
}

Test(floor, of_an_excluded_bound_is_the_next_version)
{
	floor_is(__LINE__, "cuda>12.3", "12.4", "550.54.14", 0);
	floor_is(__LINE__, "cuda>8", "9.0", "384.81", 0);
}

Test(floor, of_a_third_number_is_the_next_version_a_driver_reports)
{
	floor_is(__LINE__, "cuda>=12.4.1", "12.4.1", "555.42.02", 0);
}

Test(floor, of_a_version_newer_than_the_tables_has_no_driver)
{
	struct gb_floor floor = floor_of("cuda>=99.0");

	expect_span(floor.cuda, "99.0");
	expect_span(floor.driver, NULL);
	cr_assert(floor.cuda_newer);
}

Test(floor, above_all_versions_has_no_driver)
{
	struct gb_floor floor = floor_of("cuda>999");

	expect_span(floor.driver, NULL);
	cr_assert(floor.cuda_newer);
}

Test(floor, is_none_of_conditional_alternatives)
{
	floor_is(__LINE__, "brand=tesla,cuda>=11.0", NULL, NULL, 1);
	floor_is(__LINE__, "cuda>=11.0,cuda<12", NULL, NULL, 1);
	floor_is(__LINE__, "cuda=12.2", NULL, NULL, 1);
	floor_is(__LINE__, "driver!=550.54.14", NULL, NULL, 1);
	floor_is(__LINE__, "arch>=7.5", NULL, NULL, 1);
}

Test(floor, passes_over_alternatives_with_a_flaw)
{
	floor_is(__LINE__, "cuda>=11.0,foo cuda>=12.4", "12.4", "550.54.14", 0);
	floor_is(__LINE__, "foo", NULL, NULL, 0);
}

Test(floor, of_nothing_is_nothing)
{
	floor_is(__LINE__, "", NULL, NULL, 0);
}

Test(floor, tells_what_else_a_branch_asks_for)
{
	struct gb_floor floor = floor_of("cuda>=11.0,arch>=7.5,driver>=450,driver<=470,brand!=x");

	cr_assert_eq(floor.branch_count, 1);
	expect_text(floor.branches[0].also, "cuda>=11.0,arch>=7.5,driver<=470,brand!=x");
	expect_span(floor.branches[0].minimum, "450");
	expect_span(floor.branches[0].below, NULL);
	cr_assert_eq(floor.branches[0].brand_count, 0);
}

Test(floor, joins_branches_that_differ_in_brand)
{
	struct gb_floor floor = floor_of("brand=tesla,driver>=470,driver<471 "
					 "brand=nvidia,driver>=470,driver<471 "
					 "brand=tesla,driver>=470,driver<471 "
					 "brand=tesla,driver>=525,driver<526 "
					 "driver>=470,driver<471");

	cr_assert_eq(floor.branch_count, 3);
	cr_assert_eq(floor.branches[0].brand_count, 2);
	expect_span(floor.branches[0].brands[0], "tesla");
	expect_span(floor.branches[0].brands[1], "nvidia");
	cr_assert_eq(floor.branches[1].brand_count, 1);
	cr_assert_eq(floor.branches[2].brand_count, 0);
}

Test(floor, narrows_bounds_of_one_branch)
{
	struct gb_floor floor = floor_of("driver>=450,driver>=460,driver<480,driver<470");

	expect_span(floor.branches[0].minimum, "460");
	expect_span(floor.branches[0].below, "470");
}

/* A published list has a comma where a blank was meant. */
Test(floor, notes_alternatives_that_nothing_meets)
{
	floor_is(__LINE__, "cuda>=11.1 brand=tesla,driver>=440,driver<441,driver>=450,driver<451",
		 "11.1", "455.23", 0);
	cr_assert_eq(findings.count, 1);
	cr_assert_eq(findings.items[0].kind, GB_FINDING_REQUIREMENT_NEVER_MET);
	expect_text(findings.items[0].message,
		    "NVIDIA_REQUIRE_CUDA: alternative 2 of 2 can never be met: it asks for two "
		    "branches or brands at once (a comma instead of a blank?)");
}

Test(floor, notes_two_brands_at_once)
{
	floor_is(__LINE__, "brand=tesla,brand=nvidia", NULL, NULL, 0);
	cr_assert_eq(findings.count, 1);
}

/* The same brand twice asks for one brand. */
Test(floor, does_not_mind_one_brand_stated_twice)
{
	floor_is(__LINE__, "brand=tesla,brand=Tesla,driver>=470,driver<471", NULL, NULL, 1);
	cr_assert_eq(findings.count, 0);
}

Test(floor, reports_a_finding_that_does_not_fit)
{
	struct gb_requirement requirement;
	struct gpubadge_error err = NO_ERROR;
	struct gb_floor floor = {.branch_count = 77};
	struct gb_arena none;

	gb_arena_init(&none, 0);
	cr_assert_eq(gb_requirement_parse(SPAN("brand=a,brand=b"), &limits, &arena, &requirement,
					  &err),
		     GPUBADGE_OK);
	cr_assert_eq(gb_floor_of(&requirement, "V", &none, &findings, &floor, &err),
		     GPUBADGE_E_LIMIT);
	cr_assert_eq(floor.branch_count, 77);
}

static struct gb_floor narrowed(const char *text, const char *condition_text)
{
	struct gb_floor floor = floor_of(text), condition = floor_of(condition_text);

	gb_floor_narrow(&floor, &condition);
	return floor;
}

Test(floor, is_raised_by_a_further_condition)
{
	struct gb_floor floor = narrowed("cuda>=12.0", "driver>=550");

	expect_span(floor.driver, "550");
	expect_span(floor.cuda, "12.0");
}

Test(floor, is_not_lowered_by_a_further_condition)
{
	struct gb_floor floor = narrowed("cuda>=12.4", "driver>=470");

	expect_span(floor.driver, "550.54.14");
}

Test(floor, loses_branches_below_a_further_condition)
{
	struct gb_floor floor =
		narrowed("cuda>=12.4 driver>=470,driver<471 driver>=535,driver<536 driver<600",
			 "driver>=535.54.03");

	cr_assert_eq(floor.branch_count, 2);
	expect_span(floor.branches[0].minimum, "535.54.03");
	expect_span(floor.branches[0].below, "536");
	expect_span(floor.branches[1].minimum, "535.54.03");
}

/* 450.36.06 and newer, but of those 535 alone. */
Test(floor, becomes_the_branches_of_a_further_condition)
{
	struct gb_floor floor = narrowed("cuda>=11.0",
					 "driver>=418,driver<419 driver>=535,driver<536");

	expect_span(floor.driver, NULL);
	cr_assert_eq(floor.branch_count, 1);
	expect_span(floor.branches[0].minimum, "535");
}

Test(floor, counts_the_cuda_version_of_a_further_condition)
{
	struct gb_floor floor = narrowed("cuda>=11.0", "cuda>=12.4");

	expect_span(floor.cuda, "12.4");
	expect_span(floor.driver, "550.54.14");
}

Test(floor, stays_without_a_further_driver)
{
	struct gb_floor floor = narrowed("cuda>=12.4", "arch>=7.5");

	expect_span(floor.driver, "550.54.14");
}

/* The lowest driver is the lower of an unknown and a known one: not known. */
Test(floor, of_a_version_newer_than_the_tables_stays_unknown)
{
	struct gb_floor floor = narrowed("cuda>=99.0", "driver>=550");

	expect_span(floor.driver, NULL);
	cr_assert(floor.cuda_newer);
}

/* 550 alone meets no alternative of the first. */
Test(floor, of_branches_alone_stays_absent)
{
	struct gb_floor floor = narrowed("brand=tesla,driver>=470,driver<580", "driver>=550");

	expect_span(floor.driver, NULL);
	cr_assert_eq(floor.branch_count, 1);
	expect_span(floor.branches[0].minimum, "550");
}
