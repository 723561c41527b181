/* SPDX-License-Identifier: Apache-2.0 */
#include "require/classes.h"

#include <stdio.h>
#include <string.h>

#include "base/gb-bytes.h"
#include "data-file.h"
#include "expect.h"
#include "require-case.h"
#include "require/words.h"

TestSuite(classes, .init = require_case_enter, .fini = require_case_leave, .timeout = 120);

static struct gb_classes classes_of(const char *const *texts, size_t count)
{
	struct gpubadge_error err = NO_ERROR;
	struct gb_classes classes;

	read_requirements(texts, count);
	cr_assert_eq(gb_classes_of(require_case.pointers, count, &require_case.arena, &classes,
				   &err),
		     GPUBADGE_OK, "%s", err.text);
	return classes;
}

static void show_arch(struct gb_bytes *shown, const struct gb_arch_range *arch)
{
	if (!arch->from.ptr && !arch->until.ptr)
		return;
	gb_bytes_text(shown, " arch ");
	gb_bytes_append(shown, arch->from);
	gb_bytes_text(shown, arch->from_above ? "+.." : "..");
	gb_bytes_append(shown, arch->until);
	gb_bytes_text(shown, arch->through_until ? "+" : "");
}

/* "tesla nvidia arch 7.0..8.0: 470.x | *: 550 and newer"; "*" are all other brands. */
static void classes_are_of(const char *const *texts, size_t count, const char *wanted)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes shown = gb_bytes_init(100000);
	struct gb_classes classes = classes_of(texts, count);

	cr_assert_not(classes.too_many, "%s", texts[0]);
	for (size_t i = 0; i < classes.count; i++) {
		const struct gb_class *class = &classes.items[i];

		gb_bytes_text(&shown, i ? " | " : "");
		for (size_t j = 0; j < class->brand_count; j++) {
			gb_bytes_text(&shown, j ? " " : "");
			gb_bytes_append(&shown, class->brands[j]);
		}
		gb_bytes_text(&shown, class->brand_count && class->other_brands ? " " : "");
		gb_bytes_text(&shown, class->other_brands ? "*" : "");
		show_arch(&shown, &class->arch);
		gb_bytes_text(&shown, ": ");
		gb_words_of_drivers(&shown, &class->acceptance);
	}
	cr_expect(gb_span_is(gb_bytes_span(&shown), wanted),
		  "%s:\n     got \"%.*s\"\nexpected \"%s\"", texts[0], (int)shown.len,
		  shown.len ? shown.ptr : "", wanted);
}

static void classes_are(const char *text, const char *wanted)
{
	classes_are_of(&text, 1, wanted);
}

/* --- brands --- */

Test(classes, are_one_where_the_gpu_does_not_matter)
{
	classes_are("cuda>=12.4", "*: 550 and newer");
	classes_are("", "*: 346 and newer");
	classes_are("foo", "*: none");
}

Test(classes, tell_brands_from_all_others)
{
	classes_are("cuda>=12.4 brand=tesla,driver>=470,driver<471",
		    "tesla: 470.x, 550 and newer; not 495.x to 545.x | *: 550 and newer");
	classes_are("brand=tesla", "tesla: 346 and newer | *: none");
	classes_are("brand!=tesla", "tesla: none | *: 346 and newer");
}

Test(classes, join_brands_with_the_same_drivers)
{
	classes_are("cuda>=12.4 brand=a,driver>=470,driver<471 brand=b,driver>=535,driver<536 "
		    "brand=c,driver>=470,driver<471",
		    "a c: 470.x, 550 and newer; not 495.x to 545.x | "
		    "b: 535.x, 550 and newer; not 545.x | *: 550 and newer");
}

Test(classes, join_a_brand_that_makes_no_difference_with_all_others)
{
	classes_are("cuda>=12.4 brand=tesla,driver>=550", "tesla *: 550 and newer");
	classes_are("cuda>=12.4 brand=a,driver>=470,driver<471 brand=b,driver>=560",
		    "a: 470.x, 550 and newer; not 495.x to 545.x | b *: 550 and newer");
}

Test(classes, take_a_brand_in_other_letters_for_the_same)
{
	classes_are("brand=tesla,driver>=550 brand=Tesla,driver>=470,driver<471",
		    "tesla: 470.x, 550 and newer; not 495.x to 545.x | *: none");
}

/* No GPU has an empty brand, least of all those that have another one. */
Test(classes, accept_nothing_where_the_brand_has_to_be_empty)
{
	struct gb_classes classes = classes_of((const char *const[]){"brand="}, 1);

	for (size_t i = 0; i < classes.count; i++)
		cr_expect(!classes.items[i].other_brands || classes.items[i].acceptance.count == 0,
			  "any brand is accepted");
}

/* --- compute capabilities --- */

Test(classes, tell_ranges_of_compute_capabilities)
{
	static const struct {
		const char *text;
		const char *wanted;
	} table[] = {
		{"arch>=7.5", "* arch ..7.5: none | * arch 7.5..: 346 and newer"},
		{"arch>7.5", "* arch ..7.5+: none | * arch 7.5+..: 346 and newer"},
		{"arch<7.5", "* arch ..7.5: 346 and newer | * arch 7.5..: none"},
		{"arch<=7.5", "* arch ..7.5+: 346 and newer | * arch 7.5+..: none"},
		{"arch=7.5", "* arch ..7.5: none | * arch 7.5..7.5+: 346 and newer | "
			     "* arch 7.5+..: none"},
		{"arch!=7.5", "* arch ..7.5: 346 and newer | * arch 7.5..7.5+: none | "
			      "* arch 7.5+..: 346 and newer"},
		{"arch>=8.6,arch<9.0", "* arch ..8.6: none | * arch 8.6..9.0: 346 and newer | "
				       "* arch 9.0..: none"},
		{"arch>=10.0 arch<9.0", "* arch ..9.0: 346 and newer | * arch 9.0..10.0: none | "
					"* arch 10.0..: 346 and newer"},
		{"arch>=9 arch>=9.0", "* arch ..9: none | * arch 9..: 346 and newer"},
		{"arch>=7.5 cuda>=1", "*: 346 and newer"},
	};

	for (size_t i = 0; i < GB_ARRAY_LEN(table); i++)
		classes_are(table[i].text, table[i].wanted);
}

Test(classes, tell_brands_and_compute_capabilities_together)
{
	classes_are("brand=tesla,arch>=7.5 cuda>=12.4",
		    "tesla arch ..7.5: 550 and newer | tesla arch 7.5..: 346 and newer | "
		    "*: 550 and newer");
}

/* --- several requirements --- */

Test(classes, are_of_all_requirements_together)
{
	classes_are_of((const char *const[]){"cuda>=12.4", "arch>=7.5", "brand=tesla"}, 3,
		       "tesla arch ..7.5: none | tesla arch 7.5..: 550 and newer | *: none");
}

/* NVIDIA's list of twelve brands: all of them, and every other. */
Test(classes, of_a_published_list_are_two)
{
	struct data_file file;
	size_t seen = 0;

	data_file_open(&file, "require/published.data");
	while (data_file_next(&file)) {
		const char *text = strchr(strchr(file.text, '\t') + 1, '\t') + 1;

		if (strncmp(text, "cuda>=12.6 ", 11) != 0)
			continue;
		classes_are(text, "unknown grid tesla nvidia quadro quadrortx nvidiartx vapps vpc "
				  "vcs vws cloudgaming: 470.x, 535.x, 550.x, 560 and newer; not "
				  "495.x to 530.x, 545.x, 555.x | *: 560 and newer");
		seen++;
	}
	data_file_close(&file, 110);
	cr_assert_eq(seen, 1);
}

/* --- limits --- */

/* COUNT values of PROPERTY: brand=b1 brand=b2 ... */
static struct gb_classes classes_of_many(const char *property, size_t count)
{
	static char text[4096];
	const char *const texts[] = {text};
	size_t used = 0;

	for (size_t i = 1; i <= count; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s=%zu ", property, i);
	return classes_of(texts, 1);
}

Test(classes, list_as_many_brands_as_they_may)
{
	cr_assert_not(classes_of_many("brand", 32).too_many);
}

Test(classes, list_nothing_where_there_are_more_brands)
{
	struct gb_classes classes = classes_of_many("brand", 33);

	cr_assert(classes.too_many);
	cr_assert_eq(classes.count, 0);
}

Test(classes, list_as_many_compute_capabilities_as_they_may)
{
	struct gb_classes classes = classes_of_many("arch", 8);

	cr_assert_not(classes.too_many);
	cr_assert_eq(classes.count, 17);
}

Test(classes, list_nothing_where_there_are_more_compute_capabilities)
{
	cr_assert(classes_of_many("arch", 9).too_many);
}

/* Brands and compute capabilities of conditions with a flaw are none. */
Test(classes, do_not_count_what_is_malformed)
{
	static char text[4096];
	size_t used = 0;

	for (int i = 0; i < 40; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "cuda>=1 brand>=%d ", i);
	cr_assert_not(classes_of((const char *const[]){text}, 1).too_many);
}

/* Neither brands nor compute capabilities: one kind of GPU, and a trial for each condition. */
static struct gb_classes classes_of_conditions(size_t conditions)
{
	struct gb_bytes text = gb_bytes_init(SIZE_MAX / 2);
	struct gb_classes classes;

	require_case.limits.requirement_bytes = SIZE_MAX / 2;
	require_case.limits.requirement_conditions = SIZE_MAX;
	for (size_t i = 0; i < conditions; i++)
		gb_bytes_text(&text, "cuda>=99,");
	gb_bytes_append(&text, (struct gb_span){"", 1});
	cr_assert_not_null(text.ptr);
	classes = classes_of((const char *const[]){text.ptr}, 1);
	gb_bytes_done(&text);
	return classes;
}

Test(classes, try_as_much_as_they_may)
{
	cr_assert_not(classes_of_conditions(200000).too_many);
}

Test(classes, try_nothing_where_there_is_more)
{
	struct gb_classes classes = classes_of_conditions(200001);

	cr_assert(classes.too_many);
	cr_assert_eq(classes.count, 0);
}

/* What a class cannot list does not make the others go away. */
Test(classes, keep_drivers_that_are_too_many_to_list)
{
	static char text[8192];
	size_t used = 0;
	struct gb_classes classes;

	for (int i = 1; i <= 129; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "driver!=535.%d,", i);
	classes = classes_of((const char *const[]){text}, 1);
	cr_assert_not(classes.too_many);
	cr_assert_eq(classes.count, 1);
	cr_assert(classes.items[0].acceptance.too_many);
}

Test(classes, report_that_they_do_not_fit)
{
	struct gb_classes classes = {NULL, 77, false};
	struct gpubadge_error err = NO_ERROR;
	struct gb_arena none;

	gb_arena_init(&none, 0);
	read_requirements((const char *const[]){"cuda>=12"}, 1);
	cr_assert_eq(gb_classes_of(require_case.pointers, 1, &none, &classes, &err),
		     GPUBADGE_E_LIMIT);
	cr_assert_eq(classes.count, 77);
}
