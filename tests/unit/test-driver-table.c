/* SPDX-License-Identifier: Apache-2.0 */
#include "require/driver-table.h"

#include <string.h>

#include "data-file.h"
#include "expect.h"
#include "require/version.h"

static void answers(int line, const char *version, enum gb_bound bound, const char *cuda,
		    const char *driver)
{
	struct gb_span found = {NULL, 0}, lowest = {NULL, 0};

	cr_assert(gb_driver_for_cuda(gb_span_of(version), bound, &found, &lowest), "line %d: %s",
		  line, version);
	expect_span_at(line, found, cuda);
	expect_span_at(line, lowest, driver);
}

Test(driver_table, has_the_lowest_driver_of_every_cuda_version)
{
	struct data_file file;

	data_file_open(&file, "require/cuda-minimum.data");
	while (data_file_next(&file)) {
		char version[32], driver[32];
		struct gb_span cuda, lowest;

		cr_assert_eq(sscanf(file.text, "%31s %31s", version, driver), 2);
		cr_assert(gb_driver_for_cuda(gb_span_of(version), GB_BOUND_INCLUDED, &cuda,
					     &lowest),
			  "line %d: %s", file.line, version);
		cr_expect(gb_span_is(cuda, version), "line %d: %s: found %.*s", file.line, version,
			  (int)cuda.len, cuda.ptr);
		cr_expect(gb_span_is(lowest, driver), "line %d: %s: %.*s, expected %s", file.line,
			  version, (int)lowest.len, lowest.ptr, driver);
	}
	data_file_close(&file, 30);
}

Test(driver_table, answers_with_the_next_version_where_the_bound_is_excluded)
{
	answers(__LINE__, "12.4", GB_BOUND_EXCLUDED, "12.5", "555.42.02");
	answers(__LINE__, "12.6", GB_BOUND_EXCLUDED, "12.7", "565");
	answers(__LINE__, "12.7", GB_BOUND_EXCLUDED, "12.8", "570.26");
}

Test(driver_table, answers_with_what_a_driver_reports)
{
	answers(__LINE__, "12.4.1", GB_BOUND_INCLUDED, "12.5", "555.42.02");
	answers(__LINE__, "12", GB_BOUND_INCLUDED, "12.0", "525.60.13");
	answers(__LINE__, "12.02", GB_BOUND_INCLUDED, "12.2", "535.54.03");
}

Test(driver_table, answers_with_its_first_row_for_older_versions)
{
	struct gb_span cuda, driver;

	cr_assert(gb_driver_for_cuda(SPAN("1.0"), GB_BOUND_INCLUDED, &cuda, &driver));
	cr_assert_leq(gb_version_compare(cuda, SPAN("7.0")), 0);
}

Test(driver_table, knows_nothing_newer_than_its_last_row)
{
	struct gb_span cuda = SPAN("untouched"), driver = SPAN("untouched");

	cr_assert_not(gb_driver_for_cuda(SPAN("99.0"), GB_BOUND_INCLUDED, &cuda, &driver));
	expect_span(cuda, "untouched");
	expect_span(driver, "untouched");
}

/* NVIDIA's CUDA compatibility guide, "Minor Version Compatibility". */
Test(driver_table, has_the_floors_of_minor_version_compatibility)
{
	static const struct {
		const char *major;
		const char *driver;
	} table[] = {{"11", "450.80.02"}, {"12", "525.60.13"}, {"13", "580.65.06"}};

	for (size_t i = 0; i < GB_ARRAY_LEN(table); i++) {
		const char *driver = NULL;

		for (size_t j = 0; j < gb_cuda_major_count; j++)
			if (strcmp(gb_cuda_majors[j].major, table[i].major) == 0)
				driver = gb_cuda_majors[j].driver;
		expect_text(driver, table[i].driver);
	}
}

Test(driver_table, rises)
{
	for (size_t i = 1; i < gb_cuda_release_count; i++)
		cr_expect_gt(gb_version_compare(gb_span_of(gb_cuda_releases[i].version),
						gb_span_of(gb_cuda_releases[i - 1].version)),
			     0, "%s", gb_cuda_releases[i].version);
	for (size_t i = 1; i < gb_driver_branch_count; i++)
		cr_expect_gt(gb_version_compare(gb_span_of(gb_driver_branches[i].branch),
						gb_span_of(gb_driver_branches[i - 1].branch)),
			     0, "%s", gb_driver_branches[i].branch);
}

Test(driver_table, names_a_source_for_every_row)
{
	for (size_t i = 0; i < gb_cuda_release_count; i++)
		cr_expect_gt(strlen(gb_cuda_releases[i].source), 0);
	for (size_t i = 0; i < gb_cuda_major_count; i++)
		cr_expect_gt(strlen(gb_cuda_majors[i].source), 0);
	for (size_t i = 0; i < gb_driver_branch_count; i++)
		cr_expect_gt(strlen(gb_driver_branches[i].basis), 0);
}
