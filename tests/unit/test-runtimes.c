/* SPDX-License-Identifier: Apache-2.0 */
#include "env/runtimes.h"

#include <string.h>

#include "env-case.h"
#include "expect.h"

TestSuite(runtimes, .init = env_case_enter, .fini = env_case_leave);

/* The names in the order of the letters below. */
static const char *const names[] = {
	"NVIDIA runtime, legacy mode", "NVIDIA runtime, CDI mode",
	"NVIDIA runtime, CSV mode",    "enroot",
	"Apptainer --nvccli",          "Apptainer --nv",
};

static enum gb_enforcement enforcement_by(const char *name, const char **ret_why)
{
	for (size_t i = 0; i < gb_runtime_count; i++)
		if (strcmp(gb_runtimes[i].name, name) == 0)
			return gb_runtime_enforces(&gb_runtimes[i], &env_case.nvidia, ret_why);
	cr_assert(false, "no runtime %s", name);
	return GB_NOT_ENFORCED;
}

/* One letter for each of the names: Yes, Partly, No. */
static void read_letters(char letters[GB_ARRAY_LEN(names) + 1])
{
	cr_assert_eq(gb_nvidia_read(&env_case.environment, &env_case.limits, &env_case.arena,
				    &env_case.findings, &env_case.nvidia, &env_case.err),
		     GPUBADGE_OK, "%s", env_case.err.text);
	for (size_t i = 0; i < GB_ARRAY_LEN(names); i++) {
		static const char by_enforcement[] = {
			[GB_ENFORCED] = 'Y',
			[GB_PARTLY] = 'P',
			[GB_NOT_ENFORCED] = 'N',
		};
		const char *why;

		letters[i] = by_enforcement[enforcement_by(names[i], &why)];
	}
	letters[GB_ARRAY_LEN(names)] = '\0';
}

static void letters_are(const char *wanted)
{
	char letters[GB_ARRAY_LEN(names) + 1];

	read_letters(letters);
	expect_text(letters, wanted);
}

static void why_is(const char *name, const char *wanted)
{
	const char *why = NULL;

	enforcement_by(name, &why);
	expect_text(why, wanted);
}

Test(runtimes, are_all_that_the_tests_name)
{
	cr_assert_eq(gb_runtime_count, GB_ARRAY_LEN(names));
	for (size_t i = 0; i < gb_runtime_count; i++) {
		expect_text(gb_runtimes[i].name, names[i]);
		cr_expect_gt(strlen(gb_runtimes[i].source), 0, "%s", names[i]);
		cr_expect_gt(strlen(gb_runtimes[i].capabilities), 0, "%s", names[i]);
	}
}

Test(runtimes, enforce_a_requirement_or_do_not)
{
	set_environment("NVIDIA_REQUIRE_CUDA=cuda>=12.4", NULL);
	letters_are("YNPYYN");
	why_is(names[0], "libnvidia-container checks it when the container starts");
	why_is(names[1], "nobody checks it; this is the default since 1.18");
	why_is(names[2], "Jetson: cuda and arch are checked, driver and brand never hold");
	why_is(names[3], "passes it to libnvidia-container");
	why_is(names[4], "passes it to libnvidia-container");
	why_is(names[5], "nobody checks it");
}

/* NVIDIA_DISABLE_REQUIRE: what Go's strconv.ParseBool takes for true, any value, or its mere
 * presence. */
Test(runtimes, read_what_lifts_a_requirement_in_three_ways)
{
	static const struct {
		const char *entry;
		const char *letters;
	} table[] = {
		{"PATH=/bin", "YNPYYN"},
		{"NVIDIA_DISABLE_REQUIRE=", "YNPYNN"},
		{"NVIDIA_DISABLE_REQUIRE=0", "YNPNNN"},
		{"NVIDIA_DISABLE_REQUIRE=f", "YNPNNN"},
		{"NVIDIA_DISABLE_REQUIRE=false", "YNPNNN"},
		{"NVIDIA_DISABLE_REQUIRE=False", "YNPNNN"},
		{"NVIDIA_DISABLE_REQUIRE=no", "YNPNNN"},
		{"NVIDIA_DISABLE_REQUIRE=yes", "YNPNNN"},
		{"NVIDIA_DISABLE_REQUIRE=on", "YNPNNN"},
		{"NVIDIA_DISABLE_REQUIRE=2", "YNPNNN"},
		{"NVIDIA_DISABLE_REQUIRE=tRUE", "YNPNNN"},
		{"NVIDIA_DISABLE_REQUIRE= true", "YNPNNN"},
		{"NVIDIA_DISABLE_REQUIRE= ", "YNPNNN"},
		{"NVIDIA_DISABLE_REQUIRE=1", "NNNNNN"},
		{"NVIDIA_DISABLE_REQUIRE=t", "NNNNNN"},
		{"NVIDIA_DISABLE_REQUIRE=T", "NNNNNN"},
		{"NVIDIA_DISABLE_REQUIRE=true", "NNNNNN"},
		{"NVIDIA_DISABLE_REQUIRE=True", "NNNNNN"},
		{"NVIDIA_DISABLE_REQUIRE=TRUE", "NNNNNN"},
		{"NVIDIA_DISABLE_REQUIRES=1", "YNPYYN"},
	};

	for (size_t i = 0; i < GB_ARRAY_LEN(table); i++) {
		char letters[GB_ARRAY_LEN(names) + 1];

		env_case_leave();
		env_case_enter();
		set_environment("NVIDIA_REQUIRE_CUDA=cuda>=12.4", table[i].entry, NULL);
		read_letters(letters);
		cr_expect(strcmp(letters, table[i].letters) == 0, "%s: got %s, expected %s",
			  table[i].entry, letters, table[i].letters);
	}
}

Test(runtimes, go_by_the_last_of_duplicate_variables)
{
	set_environment("NVIDIA_REQUIRE_CUDA=cuda>=12.4", "NVIDIA_DISABLE_REQUIRE=true",
			"NVIDIA_DISABLE_REQUIRE=", NULL);
	letters_are("YNPYNN");
}

Test(runtimes, say_what_lifts_the_requirement)
{
	set_environment("NVIDIA_REQUIRE_CUDA=cuda>=12.4", "NVIDIA_DISABLE_REQUIRE=true", NULL);
	letters_are("NNNNNN");
	why_is(names[0], "NVIDIA_DISABLE_REQUIRE lifts it");
	why_is(names[2], "NVIDIA_DISABLE_REQUIRE lifts it");
	why_is(names[3], "NVIDIA_DISABLE_REQUIRE lifts it");
	why_is(names[4], "NVIDIA_DISABLE_REQUIRE lifts it");
	/* There is nothing to lift. */
	why_is(names[1], "nobody checks it; this is the default since 1.18");
	why_is(names[5], "nobody checks it");
}

/* The legacy rule is the toolkit's own. */
Test(runtimes, other_than_nvidias_make_no_requirement_of_a_version)
{
	set_environment("CUDA_VERSION=12.4.1", NULL);
	letters_are("YNPNNN");
	why_is("enroot", "CUDA_VERSION alone is no requirement here");
	why_is("Apptainer --nvccli", "CUDA_VERSION alone is no requirement here");
}

Test(runtimes, other_than_nvidias_do_not_bring_an_emptied_requirement_back)
{
	set_environment("CUDA_VERSION=12.4.1", "NVIDIA_REQUIRE_CUDA=", NULL);
	letters_are("YNPNNN");
}

Test(runtimes, other_than_nvidias_enforce_further_conditions_beside_a_version)
{
	set_environment("CUDA_VERSION=12.4.1", "NVIDIA_REQUIRE_ARCH=arch>=7.5", NULL);
	letters_are("YNPPPN");
	why_is("enroot", "CUDA_VERSION alone is no requirement here; the others are");
	why_is("Apptainer --nvccli", "CUDA_VERSION alone is no requirement here; the others are");
}

Test(runtimes, enforce_a_requirement_that_stands_beside_a_version)
{
	set_environment("CUDA_VERSION=12.4.1", "NVIDIA_REQUIRE_CUDA=cuda>=12.4", NULL);
	letters_are("YNPYYN");
}

Test(runtimes, enforce_further_conditions_alone)
{
	set_environment("NVIDIA_REQUIRE_DRIVER=driver>=390", NULL);
	letters_are("YNPYYN");
}

/* Two names that NVIDIA's toolkit leaves out, and the others pass on. */
Test(runtimes, other_than_nvidias_do_not_start_with_a_condition_on_jetpack)
{
	static const char *const table[] = {
		"NVIDIA_REQUIRE_JETPACK=csv-mounts=all",
		"NVIDIA_REQUIRE_JETPACK_HOST_MOUNTS=base-only",
	};

	for (size_t i = 0; i < GB_ARRAY_LEN(table); i++) {
		env_case_leave();
		env_case_enter();
		set_environment("NVIDIA_REQUIRE_CUDA=cuda>=12.4", table[i], NULL);
		letters_are("YNPYYN");
		why_is("NVIDIA runtime, legacy mode",
		       "libnvidia-container checks it when the container starts");
		why_is("enroot", "passes NVIDIA_REQUIRE_JETPACK* as well, which "
				 "libnvidia-container takes for malformed: the container does not "
				 "start");
		why_is("Apptainer --nvccli", "passes NVIDIA_REQUIRE_JETPACK* as well, which "
					     "libnvidia-container takes for malformed: the "
					     "container does not start");
	}
}

Test(runtimes, do_not_mind_an_emptied_condition_on_jetpack)
{
	set_environment("NVIDIA_REQUIRE_CUDA=cuda>=12.4", "NVIDIA_REQUIRE_JETPACK=csv-mounts=all",
			"NVIDIA_REQUIRE_JETPACK=", NULL);
	letters_are("YNPYYN");
	why_is("enroot", "passes it to libnvidia-container");
}

Test(runtimes, lift_a_condition_on_jetpack_with_the_others)
{
	set_environment("NVIDIA_REQUIRE_CUDA=cuda>=12.4", "NVIDIA_REQUIRE_JETPACK=csv-mounts=all",
			"NVIDIA_DISABLE_REQUIRE=0", NULL);
	letters_are("YNPNNN");
}
