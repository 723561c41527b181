/* SPDX-License-Identifier: Apache-2.0 */
#include "env/nvidia-env.h"

#include "env-case.h"
#include "expect.h"

TestSuite(nvidia_env, .init = env_case_enter, .fini = env_case_leave);

static const struct gb_nvidia_environment *nvidia = &env_case.nvidia;

static void read_all(void)
{
	cr_assert_eq(gb_nvidia_read(&env_case.environment, &env_case.limits, &env_case.arena,
				    &env_case.findings, &env_case.nvidia, &env_case.err),
		     GPUBADGE_OK, "%s", env_case.err.text);
}

Test(nvidia_env, says_nothing_where_nothing_is_set)
{
	set_environment("PATH=/bin", NULL);
	read_all();
	expect_span(nvidia->gpu, NULL);
	expect_span(nvidia->require_cuda, NULL);
	expect_span(nvidia->cuda_version, NULL);
	expect_text(nvidia->cuda.variable, NULL);
	cr_assert_null(nvidia->visible_devices.items);
	cr_assert(nvidia->enforced);
	cr_assert_eq(env_case.findings.count, 0);
}

Test(nvidia_env, takes_an_emptied_variable_for_not_set)
{
	set_environment("NVIDIA_GPU=", "NVIDIA_REQUIRE_CUDA=cuda>=12",
			"NVIDIA_REQUIRE_CUDA=", "CUDA_VERSION=", NULL);
	read_all();
	expect_span(nvidia->gpu, NULL);
	expect_span(nvidia->require_cuda, NULL);
	expect_span(nvidia->cuda_version, NULL);
	expect_text(nvidia->cuda.variable, NULL);
}

Test(nvidia_env, prefers_the_requirement_to_the_version)
{
	set_environment("CUDA_VERSION=12.2.2.009", "NVIDIA_REQUIRE_CUDA=cuda>=9.0", NULL);
	read_all();
	expect_text(nvidia->cuda.variable, "NVIDIA_REQUIRE_CUDA");
	expect_span(nvidia->cuda.expression, "cuda>=9.0");
	expect_span(nvidia->cuda_version, "12.2.2.009");
}

/* The toolkit's legacy rule (cuda_image.go), and four numbers as NGC writes them. */
Test(nvidia_env, makes_a_requirement_of_a_version)
{
	static const struct {
		const char *entry;
		const char *expression;
	} table[] = {
		{"CUDA_VERSION=12.4", "cuda>=12.4"},       {"CUDA_VERSION=12.4.1", "cuda>=12.4"},
		{"CUDA_VERSION=11.5.0.029", "cuda>=11.5"}, {"CUDA_VERSION=12", "cuda>=12.0"},
		{"CUDA_VERSION=v11.6", "cuda>=11.6"},      {"CUDA_VERSION=12.4-rc1", "cuda>=12.4"},
		{"CUDA_VERSION=12.4+build", "cuda>=12.4"},
	};

	for (size_t i = 0; i < GB_ARRAY_LEN(table); i++) {
		env_case_leave();
		env_case_enter();
		set_environment(table[i].entry, NULL);
		read_all();
		expect_text(nvidia->cuda.variable, "CUDA_VERSION");
		expect_span(nvidia->cuda.expression, table[i].expression);
		cr_assert_not(nvidia->cuda_unreadable);
	}
}

Test(nvidia_env, does_not_guess_at_a_version_it_cannot_read)
{
	static const char *const table[] = {"CUDA_VERSION=latest", "CUDA_VERSION=.5",
					    "CUDA_VERSION=12.",    "CUDA_VERSION=12.x",
					    "CUDA_VERSION=12 4",   "CUDA_VERSION=v"};

	for (size_t i = 0; i < GB_ARRAY_LEN(table); i++) {
		env_case_leave();
		env_case_enter();
		set_environment(table[i], NULL);
		read_all();
		cr_assert(nvidia->cuda_unreadable, "%s", table[i]);
		expect_text(nvidia->cuda.variable, NULL);
		cr_assert_not_null(message_of(GB_FINDING_CUDA_VERSION_MALFORMED));
	}
}

Test(nvidia_env, says_that_a_version_cannot_be_read)
{
	set_environment("CUDA_VERSION=latest", NULL);
	read_all();
	expect_text(message_of(GB_FINDING_CUDA_VERSION_MALFORMED),
		    "CUDA_VERSION \"latest\" is no version: what the image requires is unknown, "
		    "and NVIDIA's toolkit refuses to start it");
}

Test(nvidia_env, says_that_an_emptied_requirement_comes_back)
{
	set_environment("CUDA_VERSION=12.8.0", "NVIDIA_REQUIRE_CUDA=", NULL);
	read_all();
	expect_text(message_of(GB_FINDING_REQUIREMENT_EMPTIED),
		    "NVIDIA_REQUIRE_CUDA is emptied but CUDA_VERSION is set, so the toolkit "
		    "requires cuda>=12.8 all the same; NVIDIA_DISABLE_REQUIRE=true would lift it");
}

/* Go's strconv.ParseBool. */
Test(nvidia_env, is_not_enforced_where_the_toolkit_reads_true)
{
	static const char *const table[] = {
		"NVIDIA_DISABLE_REQUIRE=1",    "NVIDIA_DISABLE_REQUIRE=t",
		"NVIDIA_DISABLE_REQUIRE=T",    "NVIDIA_DISABLE_REQUIRE=TRUE",
		"NVIDIA_DISABLE_REQUIRE=true", "NVIDIA_DISABLE_REQUIRE=True",
	};

	for (size_t i = 0; i < GB_ARRAY_LEN(table); i++) {
		env_case_leave();
		env_case_enter();
		set_environment("NVIDIA_REQUIRE_CUDA=cuda>=12", table[i], NULL);
		read_all();
		cr_assert_not(nvidia->enforced, "%s", table[i]);
		expect_text(message_of(GB_FINDING_REQUIREMENT_NOT_ENFORCED),
			    "NVIDIA_DISABLE_REQUIRE is true: the requirement is stated, but not "
			    "checked when the container starts");
	}
}

Test(nvidia_env, is_enforced_where_the_toolkit_does_not_read_true)
{
	static const char *const table[] = {
		"NVIDIA_DISABLE_REQUIRE=",     "NVIDIA_DISABLE_REQUIRE=0",
		"NVIDIA_DISABLE_REQUIRE=yes",  "NVIDIA_DISABLE_REQUIRE=2",
		"NVIDIA_DISABLE_REQUIRE=tRUE", "NVIDIA_DISABLE_REQUIRE",
	};

	for (size_t i = 0; i < GB_ARRAY_LEN(table); i++) {
		env_case_leave();
		env_case_enter();
		set_environment("NVIDIA_REQUIRE_CUDA=cuda>=12", table[i], NULL);
		read_all();
		cr_assert(nvidia->enforced, "%s", table[i]);
		expect_text(message_of(GB_FINDING_REQUIREMENT_NOT_ENFORCED), NULL);
	}
}

Test(nvidia_env, gathers_further_requirements)
{
	set_environment("NVIDIA_REQUIRE_DRIVER=driver>=390", "NVIDIA_REQUIRE_ARCH=arch>=7.5",
			"NVIDIA_REQUIRE_CUDA=cuda>=12", "NVIDIA_REQUIRE_JETPACK=csv-mounts=all",
			"NVIDIA_REQUIRE_JETPACK_HOST_MOUNTS=base-only",
			"NVIDIA_REQUIRE_BRAND=", "NVIDIA_REQUIRE_DRIVER=driver>=470", NULL);
	read_all();
	cr_assert_eq(nvidia->condition_count, 2);
	expect_text(nvidia->conditions[0].variable, "NVIDIA_REQUIRE_ARCH");
	expect_text(nvidia->conditions[1].variable, "NVIDIA_REQUIRE_DRIVER");
	expect_span(nvidia->conditions[1].expression, "driver>=470");
}

Test(nvidia_env, drops_a_further_requirement_that_is_emptied_later)
{
	set_environment("NVIDIA_REQUIRE_DRIVER=driver>=390", "NVIDIA_REQUIRE_DRIVER=", NULL);
	read_all();
	cr_assert_eq(nvidia->condition_count, 0);
}

Test(nvidia_env, takes_as_many_further_requirements_as_allowed)
{
	env_case.limits.requirement_variables = 2;
	set_environment("NVIDIA_REQUIRE_A=driver>=1", "NVIDIA_REQUIRE_B=driver>=2", NULL);
	read_all();
	cr_assert_eq(nvidia->condition_count, 2);
}

Test(nvidia_env, refuses_one_further_requirement_more)
{
	env_case.limits.requirement_variables = 1;
	env_case.nvidia.condition_count = 77;
	set_environment("NVIDIA_REQUIRE_A=driver>=1", "NVIDIA_REQUIRE_B=driver>=2", NULL);
	cr_assert_eq(gb_nvidia_read(&env_case.environment, &env_case.limits, &env_case.arena,
				    &env_case.findings, &env_case.nvidia, &env_case.err),
		     GPUBADGE_E_LIMIT);
	expect_error(
		&env_case.err, GPUBADGE_E_LIMIT,
		"config.Env: more than the limit of 1 NVIDIA_REQUIRE_* entries; --limit requirement_variables=N raises it");
	cr_assert_eq(nvidia->condition_count, 77);
}

Test(nvidia_env, splits_lists)
{
	set_environment("NVIDIA_VISIBLE_DEVICES=0,,GPU-1,", "NVIDIA_DRIVER_CAPABILITIES=compute",
			NULL);
	read_all();
	cr_assert_eq(nvidia->visible_devices.count, 2);
	expect_span(nvidia->visible_devices.items[0], "0");
	expect_span(nvidia->visible_devices.items[1], "GPU-1");
	cr_assert_eq(nvidia->driver_capabilities.count, 1);
}

Test(nvidia_env, tells_an_empty_list_from_none)
{
	set_environment("NVIDIA_VISIBLE_DEVICES=", NULL);
	read_all();
	cr_assert_not_null(nvidia->visible_devices.items);
	cr_assert_eq(nvidia->visible_devices.count, 0);
}

/* IsLegacy of the toolkit: an unset NVIDIA_VISIBLE_DEVICES means all. */
Test(nvidia_env, sees_all_devices_in_a_legacy_image)
{
	set_environment("CUDA_VERSION=8.0.61", NULL);
	read_all();
	cr_assert_eq(nvidia->visible_devices.count, 1);
	expect_span(nvidia->visible_devices.items[0], "all");
}

Test(nvidia_env, sees_no_devices_by_itself_in_other_images)
{
	set_environment("CUDA_VERSION=12.4", "NVIDIA_REQUIRE_CUDA=cuda>=12.4", NULL);
	read_all();
	cr_assert_null(nvidia->visible_devices.items);
}

Test(nvidia_env, notes_that_an_image_is_given_no_device)
{
	set_environment("NVIDIA_REQUIRE_CUDA=cuda>=12", "NVIDIA_VISIBLE_DEVICES=void", NULL);
	read_all();
	expect_text(message_of(GB_FINDING_NO_DEVICES),
		    "NVIDIA_VISIBLE_DEVICES is void: the toolkit gives such a container no GPU "
		    "and checks nothing, unless the variable is set at start");
}

Test(nvidia_env, notes_that_an_image_is_given_an_empty_list)
{
	set_environment("NVIDIA_GPU=1", "NVIDIA_VISIBLE_DEVICES=", NULL);
	read_all();
	expect_text(message_of(GB_FINDING_NO_DEVICES),
		    "NVIDIA_VISIBLE_DEVICES is empty: the toolkit gives such a container no GPU "
		    "and checks nothing, unless the variable is set at start");
}

Test(nvidia_env, notes_a_gpu_that_is_not_stated)
{
	set_environment("NVIDIA_VISIBLE_DEVICES=all", NULL);
	read_all();
	expect_text(message_of(GB_FINDING_UNSTATED_GPU),
		    "NVIDIA_VISIBLE_DEVICES is set, but none of NVIDIA_GPU, NVIDIA_REQUIRE_CUDA, "
		    "CUDA_VERSION: the image may use a GPU without saying so");
}

Test(nvidia_env, notes_capabilities_of_a_gpu_that_is_not_stated)
{
	set_environment("NVIDIA_DRIVER_CAPABILITIES=compute,utility", NULL);
	read_all();
	expect_text(message_of(GB_FINDING_UNSTATED_GPU),
		    "NVIDIA_DRIVER_CAPABILITIES is set, but none of NVIDIA_GPU, "
		    "NVIDIA_REQUIRE_CUDA, CUDA_VERSION: the image may use a GPU without saying so");
}

Test(nvidia_env, takes_void_and_none_for_no_gpu)
{
	static const char *const table[] = {"NVIDIA_VISIBLE_DEVICES=void",
					    "NVIDIA_VISIBLE_DEVICES=none",
					    "NVIDIA_VISIBLE_DEVICES="};

	for (size_t i = 0; i < GB_ARRAY_LEN(table); i++) {
		env_case_leave();
		env_case_enter();
		set_environment(table[i], NULL);
		read_all();
		cr_assert_eq(env_case.findings.count, 0, "%s", table[i]);
	}
}

/* ENV NVIDIA_REQUIRE_CUDA=cuda>=11.0 brand=tesla,driver>=418 without quotes. */
Test(nvidia_env, notes_a_value_that_docker_split)
{
	set_environment("NVIDIA_REQUIRE_CUDA=cuda>=11.0", "brand=tesla,driver>=410,driver<411",
			NULL);
	read_all();
	expect_text(message_of(GB_FINDING_SPLIT_VALUE),
		    "a variable \"brand\" holds a piece of a requirement: quotes are missing "
		    "around the value of NVIDIA_REQUIRE_CUDA in the Dockerfile, so its other "
		    "alternatives are lost");
}

Test(nvidia_env, does_not_mind_another_variable_called_brand)
{
	set_environment("brand=acme", NULL);
	read_all();
	cr_assert_eq(env_case.findings.count, 0);
}

Test(nvidia_env, notes_a_misspelt_variable)
{
	set_environment("NVIDIA_DISABLE_REQUIRES=true", NULL);
	read_all();
	expect_text(message_of(GB_FINDING_MISSPELT_VARIABLE),
		    "NVIDIA_DISABLE_REQUIRES has no effect: the variable is called "
		    "NVIDIA_DISABLE_REQUIRE");
}

Test(nvidia_env, lets_the_last_of_several_values_count_and_notes_it)
{
	set_environment("CUDA_VERSION=11.8", "CUDA_VERSION=12.4", NULL);
	read_all();
	expect_span(nvidia->cuda_version, "12.4");
	expect_text(message_of(GB_FINDING_DUPLICATE_VARIABLE),
		    "CUDA_VERSION is set more than once; the last value, \"12.4\", counts");
}

Test(nvidia_env, does_not_note_a_value_that_is_set_twice_alike)
{
	set_environment("CUDA_VERSION=12.4", "CUDA_VERSION=12.4", NULL);
	read_all();
	expect_text(message_of(GB_FINDING_DUPLICATE_VARIABLE), NULL);
}

/* An entry with a NUL sets nothing, so a good one before it is not overridden. */
Test(nvidia_env, keeps_a_further_requirement_that_an_unusable_entry_follows)
{
	add_entry(SPAN("NVIDIA_REQUIRE_DRIVER=driver>=390"));
	add_entry(SPAN("NVIDIA_REQUIRE_DRIVER=driver\0"));
	read_all();
	cr_assert_eq(nvidia->condition_count, 1);
}
