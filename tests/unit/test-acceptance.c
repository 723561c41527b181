/* SPDX-License-Identifier: Apache-2.0 */
#include "require/acceptance.h"

#include <stdlib.h>
#include <string.h>

#include "base/gb-bytes.h"
#include "data-file.h"
#include "expect.h"
#include "require-case.h"
#include "require/driver-table.h"
#include "require/version.h"

TestSuite(acceptance, .init = require_case_enter, .fini = require_case_leave, .timeout = 120);

/* --- ranges as text --- */

static struct gb_bytes shown;

static void show_place(const struct gb_driver_place *place)
{
	gb_bytes_append(&shown, place->driver);
	gb_bytes_text(&shown, place->just_above ? "+" : "");
}

/* "470..495 535.104.05+.." is from 470 up to and without 495, and all above 535.104.05; a "?"
 * at the end is undecided. */
static const char *text_of_ranges(const struct gb_acceptance *acceptance)
{
	gb_bytes_done(&shown);
	shown = gb_bytes_init(100000);
	for (size_t i = 0; i < acceptance->count; i++) {
		gb_bytes_text(&shown, i ? " " : "");
		show_place(&acceptance->accepted[i].from);
		gb_bytes_text(&shown, "..");
		if (!acceptance->accepted[i].open)
			show_place(&acceptance->accepted[i].until);
	}
	gb_bytes_text(&shown, acceptance->undecided ? " ?" : "");
	gb_bytes_append(&shown, (struct gb_span){"", 1});
	cr_assert_not_null(shown.ptr);
	return shown.ptr;
}

static void ranges_are(const char *text, const char *brand, const char *ranges)
{
	struct gb_acceptance acceptance = accepted_by(text, brand);
	const char *actual = text_of_ranges(&acceptance);

	cr_expect(strcmp(actual, ranges) == 0, "%s on %s: got \"%s\", expected \"%s\"", text,
		  brand ? brand : "any brand", actual, ranges);
	cr_expect_not(acceptance.too_many, "%s", text);
	gb_bytes_done(&shown);
}

struct row {
	const char *text;
	const char *ranges;
};

static void all_ranges_are(const struct row *rows, size_t count, const char *brand)
{
	for (size_t i = 0; i < count; i++)
		ranges_are(rows[i].text, brand, rows[i].ranges);
}

/* --- published requirements --- */

static bool is_in(const struct gb_driver_range *range, struct gb_span driver)
{
	int order = gb_version_compare(driver, range->from.driver);

	if (order < 0 || (order == 0 && range->from.just_above))
		return false;
	if (range->open)
		return true;
	order = gb_version_compare(driver, range->until.driver);
	return order < 0 || (order == 0 && range->until.just_above);
}

static bool is_accepted(const struct gb_acceptance *acceptance, struct gb_span driver)
{
	for (size_t i = 0; i < acceptance->count; i++)
		if (is_in(&acceptance->accepted[i], driver))
			return true;
	return false;
}

/* A driver inside the branch of the tables at INDEX. */
static struct gb_span driver_in(size_t index, const char *rest)
{
	static char driver[64];

	snprintf(driver, sizeof(driver), "%s.%s", gb_driver_branches[index].branch, rest);
	return gb_span_of(driver);
}

/* Is branch INDEX in the list "470 535 550+"? */
static bool is_listed(const char *list, size_t index)
{
	struct gb_span rest = gb_span_of(list), item;
	struct gb_span branch = gb_span_of(gb_driver_branches[index].branch);

	while (gb_span_split(&rest, ' ', &item)) {
		bool open = gb_span_ends(item, "+");

		item.len -= open;
		if (gb_span_equal(item, branch) || (open && gb_version_compare(item, branch) < 0))
			return true;
	}
	return false;
}

/* LIST is "BRAND BRANCH BRANCH ..." */
static void branches_are(int line, const char *text, const char *list)
{
	const char *branches = strchr(list, ' ');
	char brand[32];
	struct gb_acceptance acceptance;

	snprintf(brand, sizeof(brand), "%.*s", (int)(branches - list), list);
	acceptance = accepted_by(text, brand);
	for (size_t i = 0; i < gb_driver_branch_count; i++)
		cr_expect_eq(is_accepted(&acceptance, driver_in(i, "57.02")),
			     is_listed(branches, i), "line %d, brand %s: %s", line, brand,
			     gb_driver_branches[i].branch);
	cr_expect_eq(acceptance.count > 0 && acceptance.accepted[acceptance.count - 1].open,
		     list[strlen(list) - 1] == '+', "line %d, brand %s", line, brand);
}

Test(acceptance, of_published_requirements_has_their_holes)
{
	struct data_file file;

	data_file_open(&file, "require/published.data");
	while (data_file_next(&file)) {
		char *drivers = strchr(file.text, '\t') + 1;
		char *text = strchr(drivers, '\t') + 1, *rest = drivers;

		text[-1] = '\0';
		if (strcmp(drivers, "-") == 0)
			continue;
		for (char *end; rest; rest = end) {
			end = strstr(rest, "; ");
			if (end) {
				*end = '\0';
				end += 2;
			}
			branches_are(file.line, text, rest);
		}
		require_case_leave();
		require_case_enter();
	}
	data_file_close(&file, 110);
}

/* The branches between which a newer driver fails where an older one passes, on a GPU of brand
 * nvidia. */
Test(acceptance, is_not_monotone)
{
	static const struct {
		const char *start;
		const char *brands; /* its first branch */
		const char *ranges;
	} table[] = {
		{"cuda>=12.5 ", "470", "470..495 535..545 550.."},
		{"cuda>=12.6 ", "470", "470..495 535..545 550..555 560.."},
		{"cuda>=12.9 ", "535", "535..545 550..555 560.."},
		{"cuda>=13.0 ", "535", "535..545 550..555 565.."},
		{"cuda>=13.1 ", "535", "535..545 550..555 570.."},
		{"cuda>=13.2 ", "535", "535..545 570..575 580.."},
		{"cuda>=13.3 ", "535", "535..545 570..575 580.."},
	};
	struct data_file file;
	size_t seen = 0;

	data_file_open(&file, "require/published.data");
	while (data_file_next(&file)) {
		const char *text = strchr(strchr(file.text, '\t') + 1, '\t') + 1;

		for (size_t i = 0; i < GB_ARRAY_LEN(table); i++) {
			/* kserve's list is another one, see below. */
			if (strncmp(text, table[i].start, strlen(table[i].start)) != 0 ||
			    strlen(text) < 1000 || strlen(text) > 2500)
				continue;
			ranges_are(text, "nvidia", table[i].ranges);
			seen++;
		}
	}
	data_file_close(&file, 110);
	cr_assert_eq(seen, GB_ARRAY_LEN(table));
}

/* 73 alternatives, and neither 590 nor 595 among them. */
Test(acceptance, of_the_longest_published_requirement)
{
	struct data_file file;
	size_t seen = 0;

	data_file_open(&file, "require/published.data");
	while (data_file_next(&file)) {
		const char *text = strchr(strchr(file.text, '\t') + 1, '\t') + 1;

		if (strlen(text) < 2500)
			continue;
		ranges_are(text, "nvidia", "535..545 550..555 560..575 580..590 610..");
		ranges_are(text, "geforce", "610..");
		seen++;
	}
	data_file_close(&file, 110);
	cr_assert_eq(seen, 1);
}

/* --- versions --- */

Test(acceptance, is_of_whole_branches)
{
	static const struct row rows[] = {
		{"cuda>=12.4", "550.."},
		{"cuda>=11.0,cuda<12", "450..525"},
		{"driver>=470,driver<471", "470..495"},
		{"driver>=470,driver<496", "470..510"},
		{"driver>=470,driver<471 driver>=495,driver<496", "470..510"},
		{"driver>=470,driver<471 driver>=510,driver<511", "470..495 510..515"},
		{"driver<471", "346..495"},
		{"driver>=471", "495.."},
		{"driver<=470", "346..470"},
		{"driver>470", "470.."},
		{"driver=470", ""},
		{"driver!=470", "346.."},
		{"driver>=345", "346.."},
		{"driver<346", ""},
		{"cuda>=13.3", "610.."},
		{"cuda>999,driver>=470", " ?"},
		{"driver>=616,driver<617", "616..617"},
		{"driver<617", "346..617"},
		{"driver=471.99", ""},
		{"", "346.."},
		{" ", "346.."},
	};

	all_ranges_are(rows, GB_ARRAY_LEN(rows), "nvidia");
}

Test(acceptance, knows_versions_inside_a_branch)
{
	static const struct row rows[] = {
		{"driver>=535.104.05", "535.104.05.."},
		{"driver>535.104.05", "535.104.05+.."},
		{"driver=535.104.05", "535.104.05..535.104.05+"},
		{"driver!=535.104.05", "346..535.104.05 535.104.05+.."},
		{"driver<=535.104.05", "346..535.104.05+"},
		{"driver<535.104.05", "346..535.104.05"},
		{"driver>=535.104.05,driver<536", "535.104.05..545"},
		{"driver>=535.54,driver<535.104.05", "535.54..535.104.05"},
		{"driver=535.104.5", "535.104.5..535.104.5+"},
		{"driver=535.104.05 driver=535.104.5", "535.104.05..535.104.05+"},
		{"driver=535.54.03 driver=535.104.05",
		 "535.54.03..535.54.03+ 535.104.05..535.104.05+"},
		{"driver=535.104.05 driver=535.54.03",
		 "535.54.03..535.54.03+ 535.104.05..535.104.05+"},
		{"driver!=535.54.03,driver!=535.104.05",
		 "346..535.54.03 535.54.03+..535.104.05 535.104.05+.."},
		{"driver>=535.00", "535.."},
		{"driver>=616.5,driver<617", "616.5..617"},
		{"driver>=616,driver<616.5", "616..616.5"},
	};

	all_ranges_are(rows, GB_ARRAY_LEN(rows), "nvidia");
}

/* 430 and 435 lie between 10.1 and 10.2; 615 and 616 report 13.3 or something newer. */
Test(acceptance, is_undecided_where_the_cuda_version_of_a_branch_matters)
{
	static const struct row rows[] = {
		{"cuda>=10.1", "418.."},
		{"cuda>=10.2", "440.. ?"},
		{"cuda<10.2", "346..430 ?"},
		{"cuda>=10.2 driver>=430,driver<436", "430.."},
		{"cuda>=10.2,driver>=435", "440.. ?"},
		{"cuda>=13.4", " ?"},
		{"cuda>=99", " ?"},
		{"cuda<13.4", "346..615 ?"},
		{"cuda>=99,driver<600", ""},
		{"cuda>=99 driver>=616", "616.. ?"},
	};

	all_ranges_are(rows, GB_ARRAY_LEN(rows), "nvidia");
}

/* R616 is for 13.4, which is newer than the tables: what holds for 13.3 and for some version far
 * ahead need not hold for it. */
Test(acceptance, does_not_jump_over_a_cuda_version_newer_than_the_tables)
{
	ranges_are("cuda!=13.4", "nvidia", "346..615 ?");
}

Test(acceptance, does_not_jump_over_drivers_newer_than_the_tables)
{
	struct gb_acceptance acceptance = accepted_by("driver<650 driver>=700", "nvidia");

	cr_assert_eq(acceptance.count, 1);
	cr_assert_not(acceptance.accepted[0].open, "650 to below 700 is not accepted");
}

Test(acceptance, follows_a_condition_on_newer_drivers)
{
	static const struct row rows[] = {
		{"driver<700", "346..617"},
		{"cuda>=12.4 driver>=999", "550.."},
	};

	all_ranges_are(rows, GB_ARRAY_LEN(rows), "nvidia");
}

/* --- GPUs --- */

Test(acceptance, is_that_of_the_brand)
{
	static const char text[] = "cuda>=12.4 brand=tesla,driver>=470,driver<471";

	ranges_are(text, "Tesla", "470..495 550..");
	ranges_are(text, "geforce", "550..");
	ranges_are("brand!=tesla", "tesla", "");
	ranges_are("brand!=tesla", "geforce", "346..");
}

Test(acceptance, is_undecided_where_the_brand_matters_and_nobody_stated_it)
{
	ranges_are("cuda>=12.4 brand=tesla,driver>=470,driver<471", NULL, "550.. ?");
	ranges_are("brand=tesla", NULL, " ?");
	ranges_are("cuda>=12.4 brand=tesla,driver>=550", NULL, "550..");
	ranges_are("brand=tesla,driver<346", NULL, "");
}

static void ranges_on_arch_are(const char *text, const char *arch, const char *ranges)
{
	const struct gb_subject gpu = gpu_of("nvidia", arch);
	struct gb_acceptance acceptance;

	read_requirements(&text, 1);
	acceptance = accepted_on(&gpu);
	expect_text(text_of_ranges(&acceptance), ranges);
	gb_bytes_done(&shown);
}

Test(acceptance, is_that_of_the_compute_capability)
{
	ranges_on_arch_are("arch>=7.5,cuda>=12.4", "8.6", "550..");
	ranges_on_arch_are("arch>=7.5,cuda>=12.4", "7.0", "");
	ranges_on_arch_are("arch>=7.5,cuda>=12.4", NULL, " ?");
}

/* The evaluator takes conditions on what it does not have for met. */
Test(acceptance, takes_a_brand_that_is_not_there_as_met)
{
	const char *const text = "brand=tesla,driver>=470,driver<471";
	struct gb_subject gpu = gpu_of(NULL, NULL);
	struct gb_acceptance acceptance;

	gpu.facts[GB_PROPERTY_BRAND].knowledge = GB_NOT_THERE;
	read_requirements(&text, 1);
	acceptance = accepted_on(&gpu);
	expect_text(text_of_ranges(&acceptance), "470..495");
	gb_bytes_done(&shown);
}

Test(acceptance, does_not_look_at_the_driver_and_cuda_of_the_gpu)
{
	const char *const text = "cuda>=12.4";
	struct gb_subject gpu = gpu_of("nvidia", "8.0");
	struct gb_acceptance acceptance;

	gb_subject_set(&gpu, GB_PROPERTY_DRIVER, SPAN("470.57.02"));
	gb_subject_set(&gpu, GB_PROPERTY_CUDA, SPAN("99"));
	read_requirements(&text, 1);
	acceptance = accepted_on(&gpu);
	expect_text(text_of_ranges(&acceptance), "550..");
	gb_bytes_done(&shown);
}

/* --- several requirements, and malformed ones --- */

Test(acceptance, is_what_all_requirements_accept)
{
	static const struct {
		const char *texts[3];
		size_t count;
		const char *ranges;
	} table[] = {
		{{NULL}, 0, "346.."},
		{{"cuda>=12.0", "driver>=550"}, 2, "550.."},
		{{"driver>=550", "cuda>=12.0"}, 2, "550.."},
		{{"cuda>=12.4 driver>=470,driver<471", "driver<545"}, 2, "470..495"},
		{{"driver<525", "driver>=535"}, 2, ""},
		{{"driver>=535.54.03", "driver<535.104.05"}, 2, "535.54.03..535.104.05"},
		{{"cuda>=99", "driver<535"}, 2, ""},
		{{"cuda>=12.4", "foo"}, 2, ""},
		{{"cuda>=11.0", "cuda>=12.0", "cuda>=12.4"}, 3, "550.."},
	};
	const struct gb_subject gpu = gpu_of("nvidia", "8.0");

	for (size_t i = 0; i < GB_ARRAY_LEN(table); i++) {
		struct gb_acceptance acceptance;

		read_requirements(table[i].texts, table[i].count);
		acceptance = accepted_on(&gpu);
		expect_text(text_of_ranges(&acceptance), table[i].ranges);
		gb_bytes_done(&shown);
	}
}

/* A malformed piece refuses where it is reached, whatever stands behind it. */
Test(acceptance, ends_where_a_malformed_piece_is_reached)
{
	static const struct row rows[] = {
		{"cuda>=10_0", ""},
		{"foo cuda>=12.0", ""},
		{"cuda>=12.4 foo", "550.."},
		{"cuda>=12.4 foo cuda>=11.0", "550.."},
		{"driver>=535,foo cuda>=1", "346..535"},
		{"brand=tesla,foo cuda>=12.4", "550.."},
		{"cuda>=12.4 , foo", "550.."},
		{", foo", "346.."},
	};

	all_ranges_are(rows, GB_ARRAY_LEN(rows), "nvidia");
}

Test(acceptance, is_undecided_where_a_malformed_piece_may_be_reached)
{
	ranges_are("brand=tesla,foo cuda>=12.4", NULL, " ?");
}

/* --- limits --- */

/* COUNT conditions in one alternative: driver!=535.1,driver!=535.2,... */
static const char *excluding(size_t count)
{
	static char text[8192];
	size_t used = 0;

	for (size_t i = 1; i <= count; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "driver!=535.%zu,", i);
	return text;
}

Test(acceptance, tries_as_many_versions_as_it_may)
{
	struct gb_acceptance acceptance = accepted_by(excluding(128), "nvidia");

	cr_assert_not(acceptance.too_many);
	cr_assert_eq(acceptance.count, 129);
}

Test(acceptance, tries_none_where_there_are_more_versions)
{
	struct gb_acceptance acceptance = accepted_by(excluding(129), "nvidia");

	cr_assert(acceptance.too_many);
	cr_assert_eq(acceptance.count, 0);
	cr_assert_not(acceptance.undecided);
}

/* Branches, versions of branches that do not exist, and the same version once more. */
Test(acceptance, counts_a_version_that_needs_no_trial_for_none)
{
	static char text[16384];
	struct gb_acceptance acceptance;

	snprintf(text, sizeof(text), "%sdriver>=470,driver!=471.1,driver!=535.0128,driver!=535.1.0",
		 excluding(128));
	acceptance = accepted_by(text, "nvidia");
	cr_assert_not(acceptance.too_many);
}

Test(acceptance, counts_the_versions_of_all_requirements)
{
	const char *const texts[] = {excluding(128), "driver!=550.1"};
	const struct gb_subject gpu = gpu_of("nvidia", "8.0");

	read_requirements(texts, 2);
	cr_assert(accepted_on(&gpu).too_many);
}

static struct gb_acceptance accepted_of_many(size_t conditions)
{
	struct gb_bytes text = gb_bytes_init(SIZE_MAX / 2);
	struct gb_acceptance acceptance;

	require_case.limits.requirement_bytes = SIZE_MAX / 2;
	require_case.limits.requirement_conditions = 2 * conditions;
	for (size_t i = 0; i < conditions; i++)
		gb_bytes_text(&text, "cuda>=12.4,");
	gb_bytes_append(&text, (struct gb_span){"", 1});
	cr_assert_not_null(text.ptr);
	acceptance = accepted_by(text.ptr, "nvidia");
	gb_bytes_done(&text);
	return acceptance;
}

Test(acceptance, tries_as_many_conditions_as_it_may)
{
	struct gb_acceptance acceptance = accepted_of_many(20000);

	cr_assert_not(acceptance.too_many);
	cr_assert_eq(acceptance.count, 1);
}

Test(acceptance, tries_none_where_there_are_more_conditions)
{
	struct gb_acceptance acceptance = accepted_of_many(20001);

	cr_assert(acceptance.too_many);
	cr_assert_eq(acceptance.count, 0);
}

Test(acceptance, reports_ranges_that_do_not_fit)
{
	const struct gb_subject gpu = gpu_of("nvidia", "8.0");
	struct gb_acceptance acceptance = {.count = 77};
	struct gpubadge_error err = NO_ERROR;
	const char *const text = "cuda>=12.4";
	struct gb_arena none;

	gb_arena_init(&none, 0);
	read_requirements(&text, 1);
	cr_assert_eq(gb_acceptance_of(require_case.pointers, 1, &gpu, &none, &acceptance, &err),
		     GPUBADGE_E_LIMIT);
	cr_assert_eq(acceptance.count, 77);
}

/* --- questions about ranges --- */

Test(acceptance, is_equal_to_another_by_what_it_accepts)
{
	static const struct {
		const char *a, *b;
		bool equal;
	} table[] = {
		{"cuda>=12.4", "driver>=550", true},
		{"cuda>=12.4", "driver>=545", false},
		{"driver<550", "driver<=550", true},
		{"driver<550.54.14", "driver<=550.54.14", false},
		{"driver>=470", "driver>=470,driver<617", false},
		{"cuda>=99", "foo", false}, /* undecided, or not at all */
		{"cuda>=12.4", "cuda>=12.4 driver>=470,driver<471", false},
		{"foo", "bar", true},
	};

	for (size_t i = 0; i < GB_ARRAY_LEN(table); i++) {
		struct gb_acceptance a = accepted_by(table[i].a, "nvidia");
		struct gb_acceptance b = accepted_by(table[i].b, "nvidia");

		cr_expect_eq(gb_acceptance_equal(&a, &b), table[i].equal, "%s and %s", table[i].a,
			     table[i].b);
	}
}

/* --- against the evaluator --- */

static const char *const rests[] = {"0.1", "1", "54.03", "104.05", "104.6", "183.06", "999"};

static void append_random_condition(char *text, size_t size)
{
	static const char *const operators[] = {"=", "!=", "<", "<=", ">", ">="};
	static const char *const brands[] = {"tesla", "Nvidia", "geforce"};
	static const char *const cudas[] = {"10.1", "10.2", "11.4", "12",  "12.2",
					    "12.4", "12.7", "13.0", "13.3"};
	size_t used = strlen(text), branch = (size_t)rand() % gb_driver_branch_count;
	const char *op = operators[rand() % 6];

	text += used;
	size -= used;
	switch (rand() % 12) {
	case 0:
		snprintf(text, size, "brand%s%s", rand() % 2 ? "=" : "!=", brands[rand() % 3]);
		break;
	case 1:
		snprintf(text, size, "arch%s%d.0", op, 7 + rand() % 3);
		break;
	case 2:
	case 3:
	case 4:
	case 5:
		snprintf(text, size, "cuda%s%s", op, cudas[rand() % 9]);
		break;
	case 6:
		snprintf(text, size, "%s", rand() % 2 ? "foo" : "cuda>=1_0");
		break;
	case 7:
	case 8:
		snprintf(text, size, "driver%s%s.%s", op, gb_driver_branches[branch].branch,
			 rests[rand() % 7]);
		break;
	default:
		snprintf(text, size, "driver%s%d", op,
			 atoi(gb_driver_branches[branch].branch) + rand() % 2);
	}
}

static void random_requirement(char *text, size_t size)
{
	int conditions = rand() % 8;

	text[0] = '\0';
	for (int i = 0; i <= conditions; i++) {
		append_random_condition(text, size);
		if (i < conditions)
			strcat(text, rand() % 5 < 3 ? "," : " ");
	}
}

/* The lowest and the highest answer of all requirements, with CUDA as branch INDEX has it. */
static enum gb_truth evaluated(struct gb_subject gpu, struct gb_span driver, struct gb_span cuda)
{
	enum gb_truth truth = GB_YES;

	gb_subject_set(&gpu, GB_PROPERTY_DRIVER, driver);
	gb_subject_set(&gpu, GB_PROPERTY_CUDA, cuda);
	for (size_t i = 0; i < require_case.count; i++) {
		struct gb_answer answer = gb_requirement_evaluate(&require_case.requirements[i],
								  &gpu);

		truth = answer.truth < truth ? answer.truth : truth;
	}
	return truth;
}

/* How many of the drivers that were tried are accepted? */
static unsigned compare_with_evaluator(const struct gb_subject *gpu,
				       const struct gb_acceptance *acceptance, const char *text)
{
	unsigned accepted = 0;

	for (size_t i = 0; i < gb_driver_branch_count; i++) {
		struct gb_span cuda = gb_span_of(gb_driver_branches[i].cuda);

		for (size_t j = 0; cuda.ptr && j < GB_ARRAY_LEN(rests); j++) {
			struct gb_span driver = driver_in(i, rests[j]);
			enum gb_truth truth = evaluated(*gpu, driver, cuda);

			cr_assert_eq(is_accepted(acceptance, driver), truth == GB_YES,
				     "%s: driver %s", text, driver.ptr);
			cr_assert(truth != GB_UNKNOWN || acceptance->undecided, "%s: driver %s",
				  text, driver.ptr);
			accepted += truth == GB_YES;
		}
	}
	return accepted;
}

Test(acceptance, agrees_with_the_evaluator_on_random_requirements)
{
	static const char *const brands[] = {"Tesla", "nvidia", "quadro", NULL};
	static const char *const archs[] = {"7.0", "8.0", "8.9", NULL};
	unsigned nothing = 0, something = 0, undecided = 0;

	srand(20260829);
	for (int round = 0; round < 4000; round++) {
		char first[512], second[512];
		const char *const texts[] = {first, second};
		const struct gb_subject gpu = gpu_of(brands[rand() % 4], archs[rand() % 4]);
		struct gb_acceptance acceptance;

		random_requirement(first, sizeof(first));
		random_requirement(second, sizeof(second));
		read_requirements(texts, rand() % 4 ? 1 : 2);
		acceptance = accepted_on(&gpu);
		cr_assert_not(acceptance.too_many);
		if (compare_with_evaluator(&gpu, &acceptance, first) > 0)
			something++;
		else
			nothing++;
		undecided += acceptance.undecided;
		require_case_leave();
		require_case_enter();
	}
	/* The generator reaches what it is meant to reach. */
	cr_assert_gt(something, 1000);
	cr_assert_gt(nothing, 300);
	cr_assert_gt(undecided, 500);
}
