/* SPDX-License-Identifier: Apache-2.0 */
#include "require/groups.h"

#include <stdio.h>
#include <string.h>

#include "base/gb-bytes.h"
#include "data-file.h"
#include "expect.h"
#include "require-case.h"

TestSuite(groups, .init = require_case_enter, .fini = require_case_leave);

static struct gb_groups groups_of(const char *text)
{
	const struct gb_requirement requirement = requirement_of(text);
	struct gpubadge_error err = NO_ERROR;
	struct gb_groups groups;

	cr_assert_eq(gb_groups_of(&requirement, &require_case.arena, &groups, &err), GPUBADGE_OK,
		     "%s", err.text);
	return groups;
}

/* "1,3 tesla nvidia | 2 -": numbers, and brands or "-" without. */
static void groups_are(const char *text, const char *wanted)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes shown = gb_bytes_init(100000);
	struct gb_groups groups = groups_of(text);

	for (size_t i = 0; i < groups.count; i++) {
		const struct gb_group *group = &groups.items[i];

		gb_bytes_text(&shown, i ? " | " : "");
		for (size_t j = 0; j < group->count; j++)
			gb_bytes_format(&shown, "%s%zu", j ? "," : "", group->numbers[j]);
		gb_bytes_text(&shown, group->brands ? "" : " -");
		for (size_t j = 0; group->brands && j < group->count; j++) {
			gb_bytes_text(&shown, " ");
			gb_bytes_append(&shown, group->brands[j]);
		}
	}
	cr_expect(gb_span_is(gb_bytes_span(&shown), wanted),
		  "%s:\n     got \"%.*s\"\nexpected \"%s\"", text, (int)shown.len,
		  shown.len ? shown.ptr : "", wanted);
}

Test(groups, join_alternatives_that_differ_in_the_brand_alone)
{
	groups_are("cuda>=12.0 brand=tesla,driver>=470,driver<471 "
		   "brand=nvidia,driver>=470,driver<471",
		   "1 - | 2,3 tesla nvidia");
	groups_are("driver>=470,brand=tesla driver>=470,brand=nvidia", "1,2 tesla nvidia");
	groups_are("brand=a brand=b", "1,2 a b");
}

/* As NVIDIA's later lists have them: all branches of one brand, then the next brand. */
Test(groups, join_alternatives_that_are_not_neighbours)
{
	groups_are("brand=a,driver>=470 brand=a,driver>=535 brand=b,driver>=470 "
		   "brand=b,driver>=535 cuda>=12 brand=c,driver>=470",
		   "1,3,6 a b c | 2,4 a b | 5 -");
}

Test(groups, keep_apart_what_differs_in_more)
{
	groups_are("brand=a,driver>=470 brand=b,driver>=471", "1 a | 2 b");
	groups_are("brand=a,driver>=470 driver>=470,brand=b", "1 a | 2 b");
	groups_are("brand=a,driver>=470 brand=b,driver>=470,cuda>=1", "1 a | 2 b");
	groups_are("brand=a brand!=b", "1 a | 2 -");
	groups_are("cuda>=12 cuda>=12", "1 - | 2 -");
	groups_are("brand=a,foo brand=b,bar", "1 a | 2 b");
}

Test(groups, keep_a_brand_that_stands_twice)
{
	groups_are("brand=a,driver>=470 brand=a,driver>=470", "1,2 a a");
}

/* Two brands at once are no brand to list. */
Test(groups, list_no_brand_of_an_alternative_with_two)
{
	groups_are("brand=a,brand=b brand=a,brand=c", "1 - | 2 -");
}

Test(groups, know_no_group_of_nothing)
{
	groups_are("", "");
	groups_are(", cuda>=12", "");
}

Test(groups, have_the_alternative_that_came_first)
{
	struct gb_groups groups = groups_of("brand=a,driver>=470 brand=b,driver>=470");

	expect_span(groups.items[0].first->conditions[0].text, "brand=a");
}

/* A look at 64 groups is enough, and bounds the time that a long list takes. */
Test(groups, look_back_at_sixty_four)
{
	for (int between = 63; between <= 64; between++) {
		static char text[8192];
		size_t used = (size_t)snprintf(text, sizeof(text), "brand=a,driver>=1");
		struct gb_groups groups;

		for (int i = 0; i < between; i++)
			used += (size_t)snprintf(text + used, sizeof(text) - used, " cuda>=%d", i);
		snprintf(text + used, sizeof(text) - used, " brand=b,driver>=1");
		groups = groups_of(text);
		cr_expect_eq(groups.items[0].count, between == 63 ? 2 : 1, "%d", between);
	}
}

/* The first alternative is the floor; the others are twelve brands for each of six branches. */
Test(groups, make_a_handful_of_the_longest_published_requirement)
{
	struct gb_groups groups = {NULL, 0};
	struct data_file file;

	data_file_open(&file, "require/published.data");
	while (data_file_next(&file)) {
		const char *text = strchr(strchr(file.text, '\t') + 1, '\t') + 1;

		if (strlen(text) < 2500)
			continue;
		groups = groups_of(text);
		cr_assert_eq(groups.count, 7);
		for (size_t i = 1; i < groups.count; i++) {
			cr_expect_eq(groups.items[i].count, 12);
			cr_expect_eq(groups.items[i].numbers[0], 2 + 12 * (i - 1));
			cr_expect_eq(groups.items[i].numbers[11], 1 + 12 * i);
			expect_span(groups.items[i].brands[0], "unknown");
		}
	}
	data_file_close(&file, 110);
	cr_assert_eq(groups.count, 7);
	cr_assert_null(groups.items[0].brands);
}

Test(groups, hold_every_alternative_of_every_published_requirement_once)
{
	struct data_file file;

	data_file_open(&file, "require/published.data");
	while (data_file_next(&file)) {
		const char *text = strchr(strchr(file.text, '\t') + 1, '\t') + 1;
		struct gb_groups groups = groups_of(text);
		bool seen[100] = {false};
		size_t count = 0;

		for (size_t i = 0; i < groups.count; i++) {
			for (size_t j = 0; j < groups.items[i].count; j++) {
				size_t number = groups.items[i].numbers[j];

				cr_assert(number > 0 && number < 100 && !seen[number], "line %d",
					  file.line);
				cr_assert(j == 0 || number > groups.items[i].numbers[j - 1]);
				seen[number] = true;
				count++;
			}
		}
		cr_expect_eq(count, requirement_of(text).count, "line %d", file.line);
	}
	data_file_close(&file, 110);
}

Test(groups, report_that_they_do_not_fit)
{
	const struct gb_requirement requirement = requirement_of("cuda>=12");
	struct gpubadge_error err = NO_ERROR;
	struct gb_groups groups = {NULL, 77};
	struct gb_arena none;

	gb_arena_init(&none, 0);
	cr_assert_eq(gb_groups_of(&requirement, &none, &groups, &err), GPUBADGE_E_LIMIT);
	cr_assert_eq(groups.count, 77);
}
