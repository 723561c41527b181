/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "expect.h"
#include "image-case.h"
#include "packing.h"

TestSuite(docker_archive, .init = image_case_enter, .fini = image_case_leave);

#define CONFIG "{\"os\":\"linux\",\"architecture\":\"amd64\",\"config\":{\"Env\":[\"A=1\"]}}"
#define OTHER "{\"os\":\"linux\",\"architecture\":\"amd64\",\"config\":{\"Env\":[\"A=2\"]}}"

static const char *digest_of(const char *content)
{
	struct gb_digest digest = gb_digest_of(gb_span_of(content));

	return text_of("%s", digest.text);
}

static const char *hex_of(const char *content)
{
	return digest_of(content) + strlen("sha256:");
}

static void add_manifest(const char *manifest)
{
	tar_text(&image_case.tar, "manifest.json", manifest);
}

Test(docker_archive, names_its_image_by_tags_and_config_digest)
{
	tar_text(&image_case.tar, "config.json", CONFIG);
	add_manifest("[{\"Config\":\"config.json\",\"RepoTags\":[\"a:1\",\"b:2\",\"a:1\",\"\"],"
		     "\"Layers\":[\"missing/layer.tar\"]}]");
	images_are_found(1);
	cr_assert_eq(image_case.images.transport, GB_TRANSPORT_DOCKER_ARCHIVE);
	cr_assert_eq(image_case.images.items[0].tag_count, 2);
	expect_text(image_case.images.items[0].tags[0], "a:1");
	expect_text(image_case.images.items[0].tags[1], "b:2");
	expect_text(image_case.images.items[0].config_digest, digest_of(CONFIG));
	expect_text(image_case.images.items[0].manifest_digest, NULL);
}

Test(docker_archive, may_have_no_tags)
{
	tar_text(&image_case.tar, "config.json", CONFIG);
	add_manifest("[{\"Config\":\"config.json\",\"RepoTags\":null}]");
	images_are_found(1);
	cr_assert_eq(image_case.images.items[0].tag_count, 0);
}

/* jib before May 2020. */
Test(docker_archive, may_have_lower_case_keys)
{
	tar_text(&image_case.tar, "config.json", CONFIG);
	add_manifest("[{\"config\":\"config.json\",\"repoTags\":[\"a:1\"],\"layers\":[]}]");
	images_are_found(1);
	expect_text(image_case.images.items[0].tags[0], "a:1");
}

Test(docker_archive, holds_several_images)
{
	tar_text(&image_case.tar, "one.json", CONFIG);
	tar_text(&image_case.tar, "two.json", OTHER);
	add_manifest("[{\"Config\":\"one.json\",\"RepoTags\":[\"a:1\"]},"
		     "{\"Config\":\"two.json\",\"RepoTags\":[\"b:1\"]}]");
	images_are_found(2);
	expect_text(image_case.images.items[1].tags[0], "b:1");
}

/* ctr writes one item for each name. */
Test(docker_archive, joins_items_with_the_same_config)
{
	tar_text(&image_case.tar, "one.json", CONFIG);
	tar_text(&image_case.tar, "two.json", CONFIG);
	add_manifest("[{\"Config\":\"one.json\",\"RepoTags\":[\"a:1\"]},"
		     "{\"Config\":\"two.json\",\"RepoTags\":[\"b:1\"]}]");
	images_are_found(1);
	cr_assert_eq(image_case.images.items[0].tag_count, 2);
}

Test(docker_archive, verifies_a_config_named_by_its_digest)
{
	static const char *const forms[] = {"sha256:%s", "blobs/sha256/%s"};

	for (size_t i = 0; i < GB_ARRAY_LEN(forms); i++) {
		const char *name;

		image_case_leave();
		image_case_enter();
		name = i ? text_of("blobs/sha256/%s", hex_of(CONFIG)) : digest_of(CONFIG);
		tar_text(&image_case.tar, name, CONFIG);
		add_manifest(text_of("[{\"Config\":\"%s\"}]", name));
		images_are_found(1);
		expect_text(image_case.images.items[0].config_digest, digest_of(CONFIG));
		cr_assert_eq(image_case.images.items[0].findings.count, 0);
	}
}

Test(docker_archive, refuses_a_config_that_does_not_match_its_digest)
{
	const char *name = digest_of(OTHER);

	tar_text(&image_case.tar, name, CONFIG);
	add_manifest(text_of("[{\"Config\":\"%s\"}]", name));
	finding_fails(
		GPUBADGE_E_DIGEST,
		text_of("manifest.json: [0]: Config: %s: its bytes do not match the digest %s",
			name, name));
}

Test(docker_archive, refuses_a_blob_that_does_not_match_its_name)
{
	const char *name = text_of("blobs/sha256/%s", hex_of(OTHER));

	tar_text(&image_case.tar, name, CONFIG);
	add_manifest(text_of("[{\"Config\":\"%s\"}]", name));
	finding_fails(
		GPUBADGE_E_DIGEST,
		text_of("manifest.json: [0]: Config: %s: its bytes do not match the digest %s",
			name, digest_of(OTHER)));
}

/* The store finds the member by any spelling, so each of them claims the digest. */
Test(docker_archive, refuses_a_blob_that_does_not_match_its_name_spelt_differently)
{
	const char *name = text_of("blobs/sha256/%s", hex_of(OTHER));

	tar_text(&image_case.tar, name, CONFIG);
	add_manifest(text_of("[{\"Config\":\"./%s\"}]", name));
	finding_fails(
		GPUBADGE_E_DIGEST,
		text_of("manifest.json: [0]: Config: ./%s: its bytes do not match the digest %s",
			name, digest_of(OTHER)));
}

/* No reader checks it. */
Test(docker_archive, notes_a_config_whose_name_is_not_its_image_id)
{
	const char *name = text_of("%s.json", hex_of(OTHER));

	tar_text(&image_case.tar, name, CONFIG);
	add_manifest(text_of("[{\"Config\":\"%s\"}]", name));
	images_are_found(1);
	cr_assert_eq(image_case.images.items[0].findings.count, 1);
	cr_assert_eq(image_case.images.items[0].findings.items[0].kind,
		     GB_FINDING_CONFIG_NAME_MISMATCH);
	expect_text(image_case.images.items[0].findings.items[0].message,
		    text_of("the config is called %s, but its digest is %s: it was changed after "
			    "it was named",
			    name, digest_of(CONFIG)));
	expect_text(image_case.images.items[0].config_digest, digest_of(CONFIG));
}

Test(docker_archive, has_no_finding_for_a_config_named_by_its_image_id)
{
	const char *name = text_of("%s.json", hex_of(CONFIG));

	tar_text(&image_case.tar, name, CONFIG);
	add_manifest(text_of("[{\"Config\":\"%s\"}]", name));
	images_are_found(1);
	cr_assert_eq(image_case.images.items[0].findings.count, 0);
}

Test(docker_archive, finds_a_config_that_is_named_with_a_dot)
{
	tar_text(&image_case.tar, "config.json", CONFIG);
	add_manifest("[{\"Config\":\"./config.json\"}]");
	images_are_found(1);
}

Test(docker_archive, follows_a_config_that_is_a_link)
{
	tar_symlink(&image_case.tar, "config.json", "other.json");
	tar_text(&image_case.tar, "other.json", CONFIG);
	add_manifest("[{\"Config\":\"config.json\"}]");
	images_are_found(1);
}

Test(docker_archive, verifies_a_compressed_config_by_what_it_unpacks_to)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes packed = gb_bytes_init(SIZE_MAX / 2);
	const char *name = digest_of(CONFIG);

	pack_gzip(&packed, SPAN(CONFIG));
	tar_member(&image_case.tar, name, gb_bytes_span(&packed));
	add_manifest(text_of("[{\"Config\":\"%s\"}]", name));
	images_are_found(1);
	expect_span(image_case.images.items[0].config, CONFIG);
}

Test(docker_archive, refuses_a_compressed_config_that_does_not_match)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes packed = gb_bytes_init(SIZE_MAX / 2);
	const char *name = digest_of(OTHER);

	pack_gzip(&packed, SPAN(CONFIG));
	tar_member(&image_case.tar, name, gb_bytes_span(&packed));
	add_manifest(text_of("[{\"Config\":\"%s\"}]", name));
	finding_fails(
		GPUBADGE_E_DIGEST,
		text_of("manifest.json: [0]: Config: %s: its bytes do not match the digest %s",
			name, name));
}

Test(docker_archive, refuses_a_compressed_config_that_is_damaged)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes packed = gb_bytes_init(SIZE_MAX / 2);
	GB_CLEANUP(gb_bytes_done) struct gb_bytes text = gb_bytes_init(SIZE_MAX / 2);

	/* Long enough that the checksum lies behind what is looked at first. */
	gb_bytes_text(&text, "{\"noise\":\"");
	pack_noise(&text, 2000);
	gb_bytes_text(&text, "\"}");
	pack_gzip(&packed, gb_bytes_span(&text));
	packed.ptr[packed.len - 8] ^= 1;
	tar_member(&image_case.tar, "config", gb_bytes_span(&packed));
	add_manifest("[{\"Config\":\"config\"}]");
	finding_fails(GPUBADGE_E_CORRUPT, "manifest.json: [0]: Config: config: damaged gzip data: "
					  "incorrect data check");
}

Test(docker_archive, refuses_a_compressed_config_that_unpacks_to_too_much)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes packed = gb_bytes_init(SIZE_MAX / 2);
	GB_CLEANUP(gb_bytes_done) struct gb_bytes blanks = gb_bytes_init(SIZE_MAX / 2);

	gb_bytes_format(&blanks, "{%1000s}", "");
	pack_gzip(&packed, gb_bytes_span(&blanks));
	image_case.limits.document_bytes = 1001;
	tar_member(&image_case.tar, "config", gb_bytes_span(&packed));
	add_manifest("[{\"Config\":\"config\"}]");
	finding_fails(GPUBADGE_E_LIMIT, "manifest.json: [0]: Config: config: longer than the limit "
					"of 1001 bytes; --limit document_bytes=N raises it");
}

Test(docker_archive, misses_a_config_that_is_not_in_the_archive)
{
	add_manifest("[{\"Config\":\"config.json\"}]");
	finding_fails(GPUBADGE_E_MISSING,
		      "manifest.json: [0]: Config: config.json: not in the archive");
}

Test(docker_archive, never_opens_a_config_outside)
{
	add_manifest("[{\"Config\":\"../../../../etc/passwd\"}]");
	finding_fails(GPUBADGE_E_MISSING,
		      "manifest.json: [0]: Config: ../../../../etc/passwd: names nothing here: it "
		      "leads out, is empty or too long");
}

Test(docker_archive, fails_without_a_config)
{
	static const char *const items[] = {"{}", "{\"Config\":null}", "{\"Config\":\"\"}"};

	for (size_t i = 0; i < GB_ARRAY_LEN(items); i++) {
		image_case_leave();
		image_case_enter();
		add_manifest(text_of("[%s]", items[i]));
		finding_fails(GPUBADGE_E_SCHEMA,
			      "manifest.json: [0]: Config: missing; it must name the config");
	}
}

Test(docker_archive, fails_where_config_is_no_string)
{
	add_manifest("[{\"Config\":12}]");
	finding_fails(GPUBADGE_E_SCHEMA,
		      "manifest.json: [0]: Config: expected a string, found a number");
}

Test(docker_archive, fails_where_an_item_is_no_object)
{
	tar_text(&image_case.tar, "c", CONFIG);
	add_manifest("[{\"Config\":\"c\"},\"x\"]");
	finding_fails(GPUBADGE_E_SCHEMA, "manifest.json: [1]: expected an object, found a string");
}

Test(docker_archive, fails_where_an_item_is_null)
{
	add_manifest("[null]");
	finding_fails(GPUBADGE_E_SCHEMA, "manifest.json: [0]: expected an object, found null");
}

Test(docker_archive, fails_where_tags_are_no_array)
{
	tar_text(&image_case.tar, "c", CONFIG);
	add_manifest("[{\"Config\":\"c\",\"RepoTags\":\"a:1\"}]");
	finding_fails(GPUBADGE_E_SCHEMA,
		      "manifest.json: [0]: RepoTags: expected an array, found a string");
}

Test(docker_archive, fails_where_a_tag_is_no_string)
{
	tar_text(&image_case.tar, "c", CONFIG);
	add_manifest("[{\"Config\":\"c\",\"RepoTags\":[\"a:1\",2]}]");
	finding_fails(GPUBADGE_E_SCHEMA, "manifest.json: [0]: RepoTags[1]: expected a string");
}

Test(docker_archive, fails_where_no_image_is_listed)
{
	add_manifest("[]");
	finding_fails(GPUBADGE_E_MISSING, "manifest.json: lists no image");
}

Test(docker_archive, fails_where_the_transport_asked_for_has_another_manifest)
{
	image_case.selection.transport = GB_TRANSPORT_DOCKER_ARCHIVE;
	add_manifest("{\"schemaVersion\":2}");
	finding_fails(GPUBADGE_E_SCHEMA, "manifest.json: expected an array, found an object");
}

Test(docker_archive, lists_as_many_images_as_allowed)
{
	image_case.limits.index_descriptors = 2;
	tar_text(&image_case.tar, "c", CONFIG);
	add_manifest("[{\"Config\":\"c\"},{\"Config\":\"c\"}]");
	images_are_found(1);
}

Test(docker_archive, fails_with_one_image_more)
{
	image_case.limits.index_descriptors = 1;
	tar_text(&image_case.tar, "c", CONFIG);
	add_manifest("[{\"Config\":\"c\"},{\"Config\":\"c\"}]");
	finding_fails(
		GPUBADGE_E_LIMIT,
		"manifest.json: lists 2 images, more than the limit of 1; --limit index_descriptors=N raises it");
}

Test(docker_archive, gives_an_image_as_many_names_as_allowed)
{
	image_case.limits.image_names = 2;
	tar_text(&image_case.tar, "c", CONFIG);
	add_manifest("[{\"Config\":\"c\",\"RepoTags\":[\"a:1\",\"a:2\"]}]");
	images_are_found(1);
}

Test(docker_archive, fails_with_one_name_more)
{
	image_case.limits.image_names = 1;
	tar_text(&image_case.tar, "c", CONFIG);
	add_manifest("[{\"Config\":\"c\",\"RepoTags\":[\"a:1\",\"a:2\"]}]");
	finding_fails(
		GPUBADGE_E_LIMIT,
		"manifest.json: [0]: RepoTags: 2 names, more than the limit of 1; --limit image_names=N raises it");
}

Test(docker_archive, fails_with_two_manifests_that_differ)
{
	tar_text(&image_case.tar, "c", CONFIG);
	add_manifest("[{\"Config\":\"c\"}]");
	add_manifest("[{\"Config\":\"c\"} ]");
	finding_fails(GPUBADGE_E_CONFLICT,
		      "manifest.json: stands in the archive more than once with different "
		      "content; readers disagree on which one counts");
}

Test(docker_archive, refuses_more_json_than_allowed)
{
	image_case.limits.json_values = 3;
	tar_text(&image_case.tar, "c", CONFIG);
	add_manifest("[{\"Config\":\"c\",\"RepoTags\":[]}]");
	finding_fails(
		GPUBADGE_E_LIMIT,
		"manifest.json: more than the limit of 3 JSON values; --limit json_values=N raises it");
}
