/* SPDX-License-Identifier: Apache-2.0 */

/* config documents, through the simplest archive that holds one. */
#include <string.h>

#include "expect.h"
#include "image-case.h"

TestSuite(config, .init = image_case_enter, .fini = image_case_leave);

static void add_config(const char *config)
{
	tar_text(&image_case.tar, "config.json", config);
	tar_text(&image_case.tar, "manifest.json", "[{\"Config\":\"config.json\"}]");
}

static const struct gb_image *image_of(const char *config)
{
	add_config(config);
	images_are_found(1);
	return &image_case.images.items[0];
}

#define config_fails(config, code, text) config_fails_at(__LINE__, config, code, text)

static void config_fails_at(int line, const char *config, enum gpubadge_code code, const char *text)
{
	add_config(config);
	finding_fails_at(line, code, text_of("manifest.json: [0]: Config: config.json: %s", text));
}

Test(config, states_platform_and_date)
{
	const struct gb_image *image = image_of(
		"{\"os\":\"linux\",\"architecture\":\"arm64\",\"variant\":\"v8\","
		"\"created\":\"2026-01-02T03:04:05Z\"}");

	expect_text(image->platform.os, "linux");
	expect_text(image->platform.architecture, "arm64");
	expect_text(image->platform.variant, "v8");
	expect_text(image->created, "2026-01-02T03:04:05Z");
}

Test(config, may_state_nothing)
{
	const struct gb_image *image = image_of("{}");

	expect_text(image->platform.os, NULL);
	expect_text(image->created, NULL);
	cr_assert_eq(image->environment_count, 0);
	expect_span(image->config, "{}");
}

Test(config, may_state_null_and_empty_strings)
{
	const struct gb_image *image = image_of(
		"{\"os\":\"\",\"architecture\":null,\"created\":null,\"config\":null}");

	expect_text(image->platform.os, NULL);
	expect_text(image->platform.architecture, NULL);
	expect_text(image->created, NULL);
	cr_assert_eq(image->environment_count, 0);
}

Test(config, holds_the_environment_in_order)
{
	const struct gb_image *image = image_of(
		"{\"config\":{\"Env\":[\"B=1\",\"A=2=3\",\"no equals\",\"B=4\\n\"]}}");

	cr_assert_eq(image->environment_count, 4);
	expect_span(image->environment[0], "B=1");
	expect_span(image->environment[1], "A=2=3");
	expect_span(image->environment[2], "no equals");
	expect_span(image->environment[3], "B=4\n");
}

/* Every Go reader takes null and "" for ""; the places of the others stay. */
Test(config, takes_null_for_an_empty_entry)
{
	const struct gb_image *image = image_of("{\"config\":{\"Env\":[null,\"\",\"A=1\"]}}");

	cr_assert_eq(image->environment_count, 3);
	expect_span(image->environment[0], "");
	expect_span(image->environment[1], "");
	expect_span(image->environment[2], "A=1");
}

/* A name that is cut at a NUL would be another name. */
Test(config, refuses_a_nul_in_what_becomes_a_string)
{
	config_fails("{\"os\":\"linux\\u0000x\"}", GPUBADGE_E_SCHEMA, "os: holds a NUL character");
}

Test(config, may_have_an_absent_null_or_empty_environment)
{
	static const char *const configs[] = {"{\"config\":{}}", "{\"config\":{\"Env\":null}}",
					      "{\"config\":{\"Env\":[]}}"};

	for (size_t i = 0; i < GB_ARRAY_LEN(configs); i++) {
		image_case_leave();
		image_case_enter();
		cr_assert_eq(image_of(configs[i])->environment_count, 0, "%s", configs[i]);
	}
}

Test(config, may_have_its_keys_in_another_case)
{
	const struct gb_image *image = image_of(
		"{\"Config\":{\"ENV\":[\"A=1\"]},\"OS\":\"linux\"}");

	cr_assert_eq(image->environment_count, 1);
	expect_text(image->platform.os, "linux");
}

/* A NUL must not cut the string silently. */
Test(config, keeps_a_nul_in_an_entry)
{
	const struct gb_image *image = image_of("{\"config\":{\"Env\":[\"A=1\\u0000B\"]}}");

	cr_assert_eq(image->environment_count, 1);
	cr_assert_eq(image->environment[0].len, 5);
	cr_assert_eq(memcmp(image->environment[0].ptr, "A=1\0B", 5), 0);
}

Test(config, fails_where_the_document_is_no_object)
{
	config_fails("[]", GPUBADGE_E_SCHEMA,
		     "expected an image config (an object), found an array");
}

Test(config, fails_where_the_platform_is_no_string)
{
	config_fails("{\"os\":1}", GPUBADGE_E_SCHEMA, "os: expected a string, found a number");
}

Test(config, fails_where_the_date_is_no_string)
{
	config_fails("{\"created\":{}}", GPUBADGE_E_SCHEMA,
		     "created: expected a string, found an object");
}

Test(config, fails_where_config_is_no_object)
{
	config_fails("{\"config\":\"x\"}", GPUBADGE_E_SCHEMA,
		     "config: expected an object, found a string");
}

Test(config, fails_where_the_environment_is_no_array)
{
	config_fails("{\"config\":{\"Env\":\"A=1\"}}", GPUBADGE_E_SCHEMA,
		     "config: Env: expected an array, found a string");
}

/* Docker plugins have objects there. */
Test(config, fails_where_an_entry_is_no_string)
{
	config_fails("{\"config\":{\"Env\":[\"A=1\",{}]}}", GPUBADGE_E_SCHEMA,
		     "config.Env[1]: expected a string, found an object");
}

Test(config, fails_where_it_is_no_json)
{
	add_config("{\"os\":}");
	cr_assert_eq(find_images(), GPUBADGE_E_JSON);
	expect_error_in(&image_case.err, GPUBADGE_E_JSON,
			"manifest.json: [0]: Config: config.json: is not JSON: line 1, column 7: ");
}

Test(config, may_have_as_many_entries_as_allowed)
{
	image_case.limits.environment_entries = 2;
	cr_assert_eq(image_of("{\"config\":{\"Env\":[\"A=1\",\"B=2\"]}}")->environment_count, 2);
}

Test(config, fails_with_one_entry_more)
{
	image_case.limits.environment_entries = 1;
	config_fails(
		"{\"config\":{\"Env\":[\"A=1\",\"B=2\"]}}", GPUBADGE_E_LIMIT,
		"config.Env: 2 entries, more than the limit of 1; --limit environment_entries=N raises it");
}

Test(config, may_have_an_entry_as_long_as_allowed)
{
	image_case.limits.environment_entry_bytes = 3;
	cr_assert_eq(image_of("{\"config\":{\"Env\":[\"A=1\"]}}")->environment_count, 1);
}

Test(config, fails_with_an_entry_that_is_one_byte_longer)
{
	image_case.limits.environment_entry_bytes = 2;
	config_fails(
		"{\"config\":{\"Env\":[\"A=1\"]}}", GPUBADGE_E_LIMIT,
		"config.Env[0]: 3 bytes, longer than the limit of 2; --limit environment_entry_bytes=N raises it");
}

Test(config, may_hold_as_many_values_as_allowed)
{
	/* The document, config, Env and two entries; each bracket and comma counts one. */
	image_case.limits.json_values = 5;
	cr_assert_eq(image_of("{\"config\":{\"Env\":[\"A=1\",\"B=2\"]}}")->environment_count, 2);
}

Test(config, fails_with_one_value_more)
{
	image_case.limits.json_values = 4;
	config_fails("{\"config\":{\"Env\":[\"A=1\",\"B=2\"]}}", GPUBADGE_E_LIMIT,
		     "more than the limit of 4 JSON values; --limit json_values=N raises it");
}

Test(config, fails_where_a_result_may_hold_no_more)
{
	gb_arena_init(&image_case.arena, 1000);
	add_config("{}");
	finding_fails(GPUBADGE_E_LIMIT,
		      "manifest.json: [0]: more is to be kept than "
		      "the limit of 1000 bytes; --limit result_bytes=N raises it");
}
