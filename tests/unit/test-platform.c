/* SPDX-License-Identifier: Apache-2.0 */
#include "image/platform.h"

#include <stdio.h>

#include "base/gb-bytes.h"
#include "expect.h"

static struct gb_arena arena;

static void set_up(void)
{
	gb_arena_init(&arena, SIZE_MAX);
}

static void tear_down(void)
{
	gb_arena_done(&arena);
}

TestSuite(platform, .init = set_up, .fini = tear_down);

static void parses_to(int line, const char *text, const char *os, const char *architecture,
		      const char *variant)
{
	struct gb_platform platform = {NULL, NULL, NULL};
	struct gpubadge_error err = NO_ERROR;

	cr_assert_eq(gb_platform_parse(text, &arena, &platform, &err), GPUBADGE_OK, "line %d: %s",
		     line, err.text);
	expect_text_at(line, platform.os, os);
	expect_text_at(line, platform.architecture, architecture);
	expect_text_at(line, platform.variant, variant);
}

Test(platform, is_parsed_with_and_without_variant)
{
	parses_to(__LINE__, "linux/amd64", "linux", "amd64", NULL);
	parses_to(__LINE__, "linux/arm/v7", "linux", "arm", "v7");
}

/* containerd's platforms package, "Normalization". */
Test(platform, takes_the_names_that_uname_prints)
{
	parses_to(__LINE__, "linux/x86_64", "linux", "amd64", NULL);
	parses_to(__LINE__, "linux/x86-64", "linux", "amd64", NULL);
	parses_to(__LINE__, "linux/AARCH64", "linux", "arm64", NULL);
	parses_to(__LINE__, "linux/i386", "linux", "386", NULL);
	parses_to(__LINE__, "linux/armhf", "linux", "arm", NULL);
	parses_to(__LINE__, "linux/riscv64", "linux", "riscv64", NULL);
}

Test(platform, is_refused_in_another_shape)
{
	static const char *const table[] = {"",     "linux",   "linux/",       "/amd64",
					    "a//b", "a/b/c/d", "linux/amd64/", "a/b/"};

	for (size_t i = 0; i < GB_ARRAY_LEN(table); i++) {
		struct gb_platform platform = {"untouched", NULL, NULL};
		struct gpubadge_error err = NO_ERROR;
		char text[100];

		cr_assert_eq(gb_platform_parse(table[i], &arena, &platform, &err), GPUBADGE_E_USAGE,
			     "%s", table[i]);
		snprintf(text, sizeof(text),
			 "platform \"%s\" is not OS/ARCH[/VARIANT], as in linux/amd64", table[i]);
		expect_error(&err, GPUBADGE_E_USAGE, text);
		expect_text(platform.os, "untouched");
	}
}

static const struct gb_platform amd64 = {"linux", "amd64", NULL};
static const struct gb_platform arm64 = {"linux", "arm64", NULL};
static const struct gb_platform arm64_v8 = {"linux", "arm64", "v8"};
static const struct gb_platform arm64_v9 = {"linux", "arm64", "v9"};
static const struct gb_platform arm = {"linux", "arm", NULL};
static const struct gb_platform arm_v6 = {"linux", "arm", "v6"};
static const struct gb_platform arm_v7 = {"linux", "arm", "v7"};
static const struct gb_platform windows = {"windows", "amd64", NULL};
static const struct gb_platform none = {NULL, NULL, NULL};

Test(platform, matches_by_os_and_architecture)
{
	cr_expect(gb_platform_matches(&amd64, &amd64));
	cr_expect_not(gb_platform_matches(&amd64, &arm64));
	cr_expect_not(gb_platform_matches(&amd64, &windows));
	cr_expect_not(gb_platform_matches(&amd64, &none));
}

Test(platform, matches_any_variant_where_none_is_wanted)
{
	cr_expect(gb_platform_matches(&arm, &arm_v6));
	cr_expect(gb_platform_matches(&arm64, &arm64_v8));
}

Test(platform, matches_the_usual_variant_that_an_image_leaves_out)
{
	cr_expect(gb_platform_matches(&arm64_v8, &arm64));
	cr_expect(gb_platform_matches(&arm_v7, &arm));
	cr_expect_not(gb_platform_matches(&arm64_v9, &arm64));
	cr_expect_not(gb_platform_matches(&arm_v6, &arm));
	cr_expect_not(gb_platform_matches(&arm_v6, &arm_v7));
}

Test(platform, equals_only_with_the_same_variant)
{
	cr_expect(gb_platform_equal(&arm_v7, &arm_v7));
	cr_expect(gb_platform_equal(&none, &none));
	cr_expect_not(gb_platform_equal(&arm, &arm_v7));
	cr_expect_not(gb_platform_equal(&amd64, &windows));
	cr_expect_not(gb_platform_equal(&amd64, &arm64));
}

Test(platform, is_unknown_where_buildkit_says_so)
{
	const struct gb_platform unknown = {"unknown", "unknown", NULL};
	const struct gb_platform half = {"linux", "unknown", NULL};

	cr_expect(gb_platform_is_unknown(&unknown));
	cr_expect_not(gb_platform_is_unknown(&half));
	cr_expect_not(gb_platform_is_unknown(&none));
}

static void appends(int line, const struct gb_platform *platform, const char *wanted)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes out = gb_bytes_init(100);

	gb_platform_append(&out, platform);
	expect_span_at(line, gb_bytes_span(&out), wanted);
}

Test(platform, is_written_with_slashes)
{
	const struct gb_platform no_os = {NULL, "amd64", NULL};
	const struct gb_platform no_architecture = {"linux", NULL, NULL};

	appends(__LINE__, &amd64, "linux/amd64");
	appends(__LINE__, &arm64_v8, "linux/arm64/v8");
	appends(__LINE__, &no_os, "?/amd64");
	appends(__LINE__, &no_architecture, "linux/?");
	appends(__LINE__, &none, "no platform stated");
}
