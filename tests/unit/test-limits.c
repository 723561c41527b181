/* SPDX-License-Identifier: Apache-2.0 */
#include "base/gb-limits.h"

#include <string.h>

#include "base/gb-attr.h"
#include "expect.h"

#define MIB ((uint64_t)1024 * 1024)

Test(gb_limits, have_one_row_for_each_member)
{
	const struct gb_limit *table;
	size_t count;

	table = gb_limits_table(&count);
	cr_assert_eq(count * sizeof(uint64_t),
		     sizeof(struct gpubadge_limits) -
			     offsetof(struct gpubadge_limits, document_bytes));
	for (size_t i = 0; i < count; i++)
		cr_expect_eq(table[i].offset,
			     offsetof(struct gpubadge_limits, document_bytes) +
				     i * sizeof(uint64_t),
			     "%s", table[i].name);
}

Test(gb_limits, state_a_name_a_value_and_a_reason_each)
{
	const struct gb_limit *table;
	size_t count;

	table = gb_limits_table(&count);
	for (size_t i = 0; i < count; i++) {
		cr_expect_gt(strlen(table[i].name), 0, "row %zu", i);
		cr_expect_gt(table[i].value, 0, "%s", table[i].name);
		cr_expect_gt(strlen(table[i].reason), 10, "%s", table[i].name);
	}
}

/* containers/image's iolimits.go, and what real images need. */
Test(gb_limits, default_to_the_figures_of_other_readers)
{
	struct gpubadge_limits limits;

	gpubadge_limits_init(&limits);
	cr_expect_eq(limits.size, sizeof(limits));
	cr_expect_eq(limits.document_bytes, 4 * MIB);
	cr_expect_eq(limits.kept_bytes, 64 * MIB);
	cr_expect_eq(limits.compression_depth, 2);
	cr_expect_eq(limits.index_depth, 8);
	cr_expect_eq(limits.index_descriptors, 1000);
	cr_expect_eq(limits.link_hops, 8);
}

Test(gb_limits, are_set_by_name)
{
	struct gpubadge_limits limits;
	const struct gb_limit *table;
	size_t count;

	table = gb_limits_table(&count);
	gpubadge_limits_init(&limits);
	for (size_t i = 0; i < count; i++) {
		struct gpubadge_error err = NO_ERROR;
		uint64_t value;

		cr_assert_eq(gpubadge_limits_set(&limits, table[i].name, 1000 + i, &err),
			     GPUBADGE_OK, "%s", table[i].name);
		memcpy(&value, (const char *)&limits + table[i].offset, sizeof(value));
		cr_expect_eq(value, 1000 + i, "%s", table[i].name);
	}
	cr_expect_eq(limits.size, sizeof(limits));
}

Test(gb_limits, that_do_not_exist_are_not_set)
{
	struct gpubadge_error err = NO_ERROR;
	struct gpubadge_limits limits;

	gpubadge_limits_init(&limits);
	cr_assert_eq(gpubadge_limits_set(&limits, "size", 1, &err), GPUBADGE_E_USAGE);
	expect_error(&err, GPUBADGE_E_USAGE,
		     "no limit is called \"size\"; gpubadge(1) lists them under LIMITS");
	cr_expect_eq(limits.size, sizeof(limits));
	cr_expect_eq(gpubadge_limits_set(&limits, "", 1, NULL), GPUBADGE_E_USAGE);
}

/* A program that was built when there were fewer limits. */
Test(gb_limits, beyond_the_callers_structure_are_not_set)
{
	struct gpubadge_limits limits;

	gpubadge_limits_init(&limits);
	limits.size = offsetof(struct gpubadge_limits, result_bytes);
	cr_expect_eq(gpubadge_limits_set(&limits, "result_bytes", 1, NULL), GPUBADGE_E_USAGE);
	cr_expect_neq(limits.result_bytes, 1);
}

Test(gb_limits, say_how_they_are_raised)
{
	struct gpubadge_error err = NO_ERROR;

	cr_expect_eq(gb_limit_exceeded(&err, "image_names", "%d names", 3), GPUBADGE_E_LIMIT);
	expect_error(&err, GPUBADGE_E_LIMIT, "3 names; --limit image_names=N raises it");
}

Test(gb_limits, are_the_defaults_without_a_caller)
{
	struct gpubadge_limits defaults, merged;

	gpubadge_limits_init(&defaults);
	merged = gb_limits_merge(NULL);
	cr_assert_eq(memcmp(&defaults, &merged, sizeof(merged)), 0);
}

Test(gb_limits, take_over_the_callers_values)
{
	struct gpubadge_limits caller, merged;

	gpubadge_limits_init(&caller);
	caller.document_bytes = 7;
	caller.result_bytes = 8;
	merged = gb_limits_merge(&caller);
	cr_assert_eq(merged.document_bytes, 7);
	cr_assert_eq(merged.result_bytes, 8);
}

Test(gb_limits, keep_defaults_behind_the_end_of_an_older_callers_structure)
{
	struct gpubadge_limits caller, merged;

	memset(&caller, 0xff, sizeof(caller));
	caller.size = offsetof(struct gpubadge_limits, kept_bytes);
	caller.document_bytes = 7;
	merged = gb_limits_merge(&caller);
	cr_expect_eq(merged.document_bytes, 7);
	cr_expect_eq(merged.kept_bytes, 64 * MIB);
	cr_expect_eq(merged.size, sizeof(merged));
}

Test(gb_limits, ignore_what_a_newer_callers_structure_has_more)
{
	struct {
		struct gpubadge_limits known;
		uint64_t newer[4];
	} caller;
	struct gpubadge_limits merged;

	gpubadge_limits_init(&caller.known);
	caller.known.size = sizeof(caller);
	caller.known.result_bytes = 9;
	merged = gb_limits_merge(&caller.known);
	cr_expect_eq(merged.result_bytes, 9);
	cr_expect_eq(merged.size, sizeof(merged));
}
