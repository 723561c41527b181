/* SPDX-License-Identifier: Apache-2.0 */
#include "require/words.h"

#include <string.h>

#include "data-file.h"
#include "expect.h"
#include "require-case.h"

static struct gb_bytes words;

static void set_up(void)
{
	require_case_enter();
	words = gb_bytes_init(100000);
}

static void tear_down(void)
{
	gb_bytes_done(&words);
	require_case_leave();
}

TestSuite(words, .init = set_up, .fini = tear_down);

/* What has been written is WANTED; the next text starts anew. */
static void words_are(const char *text, const char *wanted)
{
	struct gb_span actual = gb_bytes_span(&words);

	cr_expect(gb_span_is(actual, wanted), "%s: got \"%.*s\", expected \"%s\"", text,
		  (int)actual.len, actual.len ? actual.ptr : "", wanted);
	words.len = 0;
}

struct row {
	const char *text;
	const char *words;
};

/* --- conditions and alternatives --- */

Test(words, name_every_operator_of_every_property)
{
	static const struct row rows[] = {
		{"cuda=12.4", "CUDA 12.4"},
		{"cuda!=12.4", "CUDA not 12.4"},
		{"cuda!12.4", "CUDA not 12.4"},
		{"cuda<12.4", "CUDA older than 12.4"},
		{"cuda<=12.4", "CUDA 12.4 or older"},
		{"cuda>12.4", "CUDA newer than 12.4"},
		{"cuda>=12.4", "CUDA 12.4 or newer"},
		{"driver=470", "driver 470"},
		{"driver!=470", "driver not 470"},
		{"driver<470", "driver older than 470"},
		{"driver<=470", "driver 470 or older"},
		{"driver>470", "driver newer than 470"},
		{"driver>=470", "driver 470 or newer"},
		{"arch=7.5", "compute capability 7.5"},
		{"arch!=7.5", "compute capability not 7.5"},
		{"arch<7.5", "compute capability below 7.5"},
		{"arch<=7.5", "compute capability 7.5 or lower"},
		{"arch>7.5", "compute capability above 7.5"},
		{"arch>=7.5", "compute capability 7.5 or higher"},
		{"brand=tesla", "brand tesla"},
		{"brand!=tesla", "brand not tesla"},
		{"CUDA>=12.3", "CUDA 12.3 or newer"},
	};

	for (size_t i = 0; i < GB_ARRAY_LEN(rows); i++) {
		struct gb_requirement requirement = requirement_of(rows[i].text);

		gb_words_of_condition(&words, &requirement.alternatives[0].conditions[0]);
		words_are(rows[i].text, rows[i].words);
	}
}

Test(words, name_every_flaw)
{
	static const struct row rows[] = {
		{"12.4", "\"12.4\", which has no operator"},
		{"cuda==12", "\"cuda==12\", which has an operator that is not allowed there"},
		{"foo>=1", "\"foo>=1\", which names no property (cuda, driver, arch, brand)"},
		{"brand>=tesla",
		 "\"brand>=tesla\", which has an operator that is not allowed there"},
		{"cuda>=10_0", "\"cuda>=10_0\", which has no usable value (digits and dots)"},
	};

	for (size_t i = 0; i < GB_ARRAY_LEN(rows); i++) {
		struct gb_requirement requirement = requirement_of(rows[i].text);

		gb_words_of_condition(&words, &requirement.alternatives[0].conditions[0]);
		words_are(rows[i].text, rows[i].words);
	}
}

static void alternatives_are(const struct row *rows, size_t count, enum gb_words_brands brands)
{
	for (size_t i = 0; i < count; i++) {
		struct gb_requirement requirement = requirement_of(rows[i].text);

		gb_words_of_alternative(&words, &requirement.alternatives[0], brands);
		words_are(rows[i].text, rows[i].words);
	}
}

Test(words, join_the_conditions_of_an_alternative)
{
	static const struct row rows[] = {
		{"cuda>=12.0,arch>=7.5", "CUDA 12.0 or newer and compute capability 7.5 or higher"},
		{"cuda>=12.0,foo", "CUDA 12.0 or newer and \"foo\", which has no operator"},
		{"brand=tesla,driver>=470,driver<471", "brand tesla and driver 470.x"},
	};

	alternatives_are(rows, GB_ARRAY_LEN(rows), GB_WORDS_WITH_BRANDS);
}

Test(words, make_one_range_of_two_bounds_of_the_driver)
{
	static const struct row rows[] = {
		{"driver>=470,driver<471", "driver 470.x"},
		{"driver<471,driver>=470", "driver 470.x"},
		{"driver>=525,driver<580", "driver 525 or newer, older than 580"},
		{"driver>=535.54,driver<536", "driver 535.54 or newer, older than 536"},
		{"driver>=470,cuda>=11.0,driver<471", "driver 470.x and CUDA 11.0 or newer"},
		/* Not one lower and one upper bound, or nothing between them. */
		{"driver>=470,driver>=471,driver<480",
		 "driver 470 or newer and driver 471 or newer and driver older than 480"},
		{"driver>=471,driver<470", "driver 471 or newer and driver older than 470"},
		{"driver>=470,driver<470.0", "driver 470 or newer and driver older than 470.0"},
		{"driver>470,driver<471", "driver newer than 470 and driver older than 471"},
		{"driver>=18446744073709551615,driver<18446744073709551616",
		 "driver 18446744073709551615 or newer, older than 18446744073709551616"},
	};

	alternatives_are(rows, GB_ARRAY_LEN(rows), GB_WORDS_WITH_BRANDS);
}

Test(words, leave_out_the_brand_that_is_asked_for)
{
	static const struct row rows[] = {
		{"brand=tesla,driver>=470,driver<471", "driver 470.x"},
		{"driver>=470,driver<471,brand=tesla", "driver 470.x"},
		{"brand!=tesla,cuda>=12.0", "brand not tesla and CUDA 12.0 or newer"},
		{"brand=tesla", "any driver"},
	};

	alternatives_are(rows, GB_ARRAY_LEN(rows), GB_WORDS_WITHOUT_BRANDS);
}

Test(words, hold_values_as_they_stand)
{
	struct gb_requirement requirement = requirement_of("brand=te\x1b[1m\xc3\xa9");

	gb_words_of_condition(&words, &requirement.alternatives[0].conditions[0]);
	words_are("an escape sequence", "brand te\x1b[1m\xc3\xa9");
}

/* --- drivers --- */

static void drivers_are(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct gb_acceptance acceptance = accepted_by(rows[i].text, "nvidia");

		gb_words_of_drivers(&words, &acceptance);
		words_are(rows[i].text, rows[i].words);
	}
}

Test(words, name_the_branches_that_are_accepted)
{
	static const struct row rows[] = {
		{"cuda>=12.4", "550 and newer"},
		{"driver>=470,driver<471", "470.x"},
		{"driver>=470,driver<496", "470.x, 495.x"},
		{"driver>=470,driver<511", "470.x to 510.x"},
		{"driver<550", "346.x to 545.x"},
		{"driver>=616,driver<617", "616.x"},
		{"driver<617", "346.x to 616.x"},
		{"driver>=550,driver<617", "550.x to 616.x"},
		{"", "346 and newer"},
		{"foo", "none"},
	};

	drivers_are(rows, GB_ARRAY_LEN(rows));
}

Test(words, name_the_holes_between_branches)
{
	static const struct row rows[] = {
		{"driver>=470,driver<471 driver>=510,driver<511", "470.x, 510.x; not 495.x"},
		{"driver>=470,driver<471 driver>=515,driver<516", "470.x, 515.x; not 495.x, 510.x"},
		{"cuda>=12.4 driver>=470,driver<471 driver>=535,driver<536",
		 "470.x, 535.x, 550 and newer; not 495.x to 530.x, 545.x"},
	};

	drivers_are(rows, GB_ARRAY_LEN(rows));
}

Test(words, name_versions_inside_a_branch)
{
	static const struct row rows[] = {
		{"driver>=535.104.05", "535.104.05 and newer"},
		{"driver>535.104.05", "above 535.104.05"},
		{"driver=535.104.05", "535.104.05"},
		{"driver<535.104.05", "346 to below 535.104.05"},
		{"driver<=535.104.05", "346 up to 535.104.05"},
		{"driver!=535.104.05", "346 to below 535.104.05, above 535.104.05"},
		{"driver>=535.104.05,driver<536", "535.104.05 to below 545"},
		{"driver>535.104.05,driver<536", "above 535.104.05 to below 545"},
		{"driver>=535.54,driver<=535.104.05", "535.54 up to 535.104.05"},
		{"driver=535.104.05 driver>=550", "535.104.05, 550 and newer; not 545.x"},
		{"driver<535 driver>=550.54.14",
		 "346.x to 530.x, 550.54.14 and newer; not 535.x, 545.x"},
		{"driver<535 driver>=535.104.05", "346.x to 530.x, 535.104.05 and newer"},
	};

	drivers_are(rows, GB_ARRAY_LEN(rows));
}

/* The branch that no other one follows in the tables. */
Test(words, name_a_version_inside_the_last_branch)
{
	static const struct row rows[] = {
		{"driver>=616.5", "616.5 and newer"},
		{"driver=616.5", "616.5"},
		{"driver>=616,driver<616.5", "616 to below 616.5"},
		{"driver>=616.5,driver<617", "616.5 to below 617"},
		{"driver>=616.5,driver<616.6", "616.5 to below 616.6"},
		{"driver>=470,driver<471 driver>=616.5,driver<617",
		 "470.x, 616.5 to below 617; not 495.x to 615.x"},
	};

	drivers_are(rows, GB_ARRAY_LEN(rows));
}

/* Nothing is accepted for sure, and yet some driver may be. */
Test(words, do_not_say_none_where_it_is_undecided)
{
	struct gb_acceptance acceptance = accepted_by("cuda>=99", "nvidia");

	cr_assert(acceptance.undecided);
	gb_words_of_drivers(&words, &acceptance);
	cr_assert_not(gb_span_is(gb_bytes_span(&words), "none"));
}

/* "470.x" are the published lists' own words; the tables add what is newer. */
Test(words, tell_the_published_lists)
{
	static const struct row rows[] = {
		{"cuda>=11.8", "470.x, 510 and newer; not 495.x"},
		{"cuda>=12.4", "470.x, 525.x, 535.x, 550 and newer; not 495.x to 520.x, 530.x, "
			       "545.x"},
		{"cuda>=12.5", "470.x, 535.x, 550 and newer; not 495.x to 530.x, 545.x"},
		{"cuda>=12.6",
		 "470.x, 535.x, 550.x, 560 and newer; not 495.x to 530.x, 545.x, 555.x"},
		{"cuda>=12.9", "535.x, 550.x, 560 and newer; not 545.x, 555.x"},
		{"cuda>=13.0", "535.x, 550.x, 565 and newer; not 545.x, 555.x, 560.x"},
		{"cuda>=13.1", "535.x, 550.x, 570 and newer; not 545.x, 555.x to 565.x"},
		{"cuda>=13.2", "535.x, 570.x, 580 and newer; not 545.x to 565.x, 575.x"},
	};
	struct data_file file;
	size_t seen = 0;

	data_file_open(&file, "require/published.data");
	while (data_file_next(&file)) {
		const char *text = strchr(strchr(file.text, '\t') + 1, '\t') + 1;

		for (size_t i = 0; i < GB_ARRAY_LEN(rows); i++) {
			const struct row row = {text, rows[i].words};

			if (strncmp(text, rows[i].text, 10) != 0 || strlen(text) < 1091)
				continue;
			drivers_are(&row, 1);
			seen++;
		}
	}
	data_file_close(&file, 110);
	cr_assert_geq(seen, GB_ARRAY_LEN(rows));
}

/* --- the way in --- */

static void ways_in_are(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct gb_acceptance acceptance = accepted_by(rows[i].text, "nvidia");

		gb_words_of_way_in(&words, &acceptance);
		words_are(rows[i].text, rows[i].words);
	}
}

Test(words, advise_a_driver)
{
	static const struct row rows[] = {
		{"cuda>=12.4", "driver 550 or newer"},
		{"cuda>=12.4 driver>=470,driver<471", "driver 550 or newer, or one of 470.x"},
		{"cuda>=12.4 driver>=470,driver<471 driver>=535,driver<536",
		 "driver 550 or newer, or one of 470.x, 535.x"},
		{"driver>=470,driver<471", "driver 470.x"},
		{"driver>=470,driver<471 driver>=510,driver<511", "driver 470.x, 510.x"},
		{"driver>535.104.05", "driver newer than 535.104.05"},
		{"driver>=470,driver<471 driver>535.104.05",
		 "driver newer than 535.104.05, or one of 470.x"},
		{"driver=535.104.05", "driver 535.104.05"},
		{"driver<535.104.05", "driver 346 to below 535.104.05"},
		{"foo", ""},
	};

	ways_in_are(rows, GB_ARRAY_LEN(rows));
}

Test(words, advise_a_version_inside_the_last_branch)
{
	static const struct row rows[] = {
		{"driver>=616.5", "driver 616.5 or newer"},
		{"driver>=616.5,driver<617", "driver 616.5 to below 617"},
	};

	ways_in_are(rows, GB_ARRAY_LEN(rows));
}
