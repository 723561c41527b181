/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store-ops.h"

#include <string.h>

#include "expect.h"

static void normalises_to(int line, struct gb_span name, const char *wanted)
{
	char out[GB_NAME_BYTES] = "";

	cr_assert_eq(gb_store_normalise(name, out), wanted != NULL, "line %d: %.*s", line,
		     (int)name.len, name.ptr);
	if (wanted)
		expect_text_at(line, out, wanted);
}

Test(store_names, stay_as_they_are_in_normal_form)
{
	normalises_to(__LINE__, SPAN("manifest.json"), "manifest.json");
	normalises_to(__LINE__, SPAN("blobs/sha256/ab"), "blobs/sha256/ab");
	normalises_to(__LINE__, SPAN("sha256:ab"), "sha256:ab");
	normalises_to(__LINE__, SPAN("a.b/..c/d.."), "a.b/..c/d..");
}

Test(store_names, lose_leading_dots_and_slashes)
{
	normalises_to(__LINE__, SPAN("./manifest.json"), "manifest.json");
	normalises_to(__LINE__, SPAN("/manifest.json"), "manifest.json");
	normalises_to(__LINE__, SPAN("././//./a"), "a");
}

Test(store_names, lose_empty_and_dot_components)
{
	normalises_to(__LINE__, SPAN("a//b/./c/"), "a/b/c");
}

Test(store_names, match_nothing_with_dot_dot)
{
	normalises_to(__LINE__, SPAN(".."), NULL);
	normalises_to(__LINE__, SPAN("../etc/passwd"), NULL);
	normalises_to(__LINE__, SPAN("a/../b"), NULL);
	normalises_to(__LINE__, SPAN("a/.."), NULL);
}

Test(store_names, match_nothing_where_nothing_is_left)
{
	normalises_to(__LINE__, SPAN(""), NULL);
	normalises_to(__LINE__, SPAN("/"), NULL);
	normalises_to(__LINE__, SPAN("./"), NULL);
	normalises_to(__LINE__, (struct gb_span){NULL, 0}, NULL);
}

Test(store_names, match_nothing_with_a_nul)
{
	normalises_to(__LINE__, SPAN("a\0b"), NULL);
}

Test(store_names, may_be_as_long_as_a_path)
{
	static char name[GB_NAME_BYTES - 1];

	memset(name, 'a', sizeof(name) - 1);
	name[100] = '/';
	normalises_to(__LINE__, (struct gb_span){name, sizeof(name) - 1}, name);
}

Test(store_names, match_nothing_when_longer_than_a_path)
{
	static char name[GB_NAME_BYTES];

	memset(name, 'a', sizeof(name));
	normalises_to(__LINE__, (struct gb_span){name, GB_NAME_BYTES}, NULL);
	name[100] = '/';
	normalises_to(__LINE__, (struct gb_span){name, GB_NAME_BYTES}, NULL);
}

static void cleans_to(int line, struct gb_span name, const char *wanted)
{
	char out[GB_NAME_BYTES] = "";

	cr_assert_eq(gb_store_clean(name, out), wanted != NULL, "line %d: %.*s", line,
		     (int)name.len, name.ptr);
	if (wanted)
		expect_text_at(line, out, wanted);
}

Test(store_names, of_documents_may_step_back_but_not_out)
{
	cleans_to(__LINE__, SPAN("a/../x.json"), "x.json");
	cleans_to(__LINE__, SPAN("/a/b/../../x.json"), "x.json");
	cleans_to(__LINE__, SPAN("./x.json"), "x.json");
	cleans_to(__LINE__, SPAN("a/../../x.json"), NULL);
	cleans_to(__LINE__, SPAN("../x.json"), NULL);
	cleans_to(__LINE__, SPAN("a/.."), NULL);
	cleans_to(__LINE__, SPAN("a\0b"), NULL);
}

static void resolves_to(int line, const char *member, const char *target, const char *wanted)
{
	char out[GB_NAME_BYTES] = "";

	cr_assert_eq(gb_store_resolve(member, gb_span_of(target), out), wanted != NULL,
		     "line %d: %s -> %s", line, member, target);
	if (wanted)
		expect_text_at(line, out, wanted);
}

Test(store_names, of_link_targets_start_beside_the_link)
{
	resolves_to(__LINE__, "a/b/link", "c", "a/b/c");
	resolves_to(__LINE__, "link", "c/d", "c/d");
	resolves_to(__LINE__, "a/link", "./c", "a/c");
}

Test(store_names, of_link_targets_may_climb_inside_the_archive)
{
	resolves_to(__LINE__, "a/b/link", "../c", "a/c");
	resolves_to(__LINE__, "a/b/link", "../../c", "c");
	resolves_to(__LINE__, "a/link", "b/../c/./d", "a/c/d");
}

Test(store_names, of_link_targets_start_at_the_archive_when_absolute)
{
	resolves_to(__LINE__, "a/b/link", "/c", "c");
	resolves_to(__LINE__, "a/b/link", "/etc/passwd", "etc/passwd");
}

Test(store_names, of_link_targets_never_leave_the_archive)
{
	resolves_to(__LINE__, "link", "../c", NULL);
	resolves_to(__LINE__, "a/link", "../../c", NULL);
	resolves_to(__LINE__, "a/link", "/../c", NULL);
	resolves_to(__LINE__, "a/link", "..", NULL);
	resolves_to(__LINE__, "a/link", "", "a");
}

Test(store_names, of_root_file_systems_are_known)
{
	cr_expect(gb_store_is_root_name("etc"));
	cr_expect(gb_store_is_root_name("usr/bin/env"));
	cr_expect_not(gb_store_is_root_name("etcetera"));
	cr_expect_not(gb_store_is_root_name("blobs/etc"));
	cr_expect_not(gb_store_is_root_name("manifest.json"));
}
