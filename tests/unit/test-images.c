/* SPDX-License-Identifier: Apache-2.0 */

/* Which structure an input has, and choosing among its images: image.c, image-list.c,
 * docker-schema1.c. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "expect.h"
#include "image-case.h"
#include "scratch.h"

static void set_up(void)
{
	scratch_enter();
	image_case_enter();
}

static void tear_down(void)
{
	image_case_leave();
	scratch_leave();
}

TestSuite(images, .init = set_up, .fini = tear_down);

#define AMD64 "{\"os\":\"linux\",\"architecture\":\"amd64\",\"config\":{\"Env\":[\"A=1\"]}}"
#define ARM64 "{\"os\":\"linux\",\"architecture\":\"arm64\",\"config\":{\"Env\":[\"A=2\"]}}"
#define AMD64_TOO "{\"os\":\"linux\",\"architecture\":\"amd64\",\"config\":{\"Env\":[\"A=3\"]}}"
#define NAMED(name) ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"" name "\"}"

static const char *digest_of(const char *content)
{
	struct gb_digest digest = gb_digest_of(gb_span_of(content));

	return text_of("%s", digest.text);
}

static const char *hex_of(const char *content)
{
	return digest_of(content) + strlen("sha256:");
}

/* --- structures --- */

Test(images, of_both_lists_are_one)
{
	add_index(add_image(AMD64, NAMED("a")));
	tar_text(&image_case.tar, "manifest.json",
		 text_of("[{\"Config\":\"blobs/sha256/%s\",\"RepoTags\":[\"b:1\"]}]",
			 hex_of(AMD64)));
	images_are_found(1);
	cr_assert_eq(image_case.images.transport, GB_TRANSPORT_OCI_ARCHIVE);
	cr_assert_eq(image_case.images.items[0].tag_count, 2);
	cr_assert_not_null(image_case.images.items[0].manifest_digest);
}

/* docker save writes one platform of several to manifest.json. */
Test(images, of_a_shorter_list_are_among_the_others)
{
	const char *one = add_image(AMD64, "");
	const char *two = add_image(ARM64, "");

	add_index(text_of("%s,%s", one, two));
	tar_text(&image_case.tar, "manifest.json",
		 text_of("[{\"Config\":\"blobs/sha256/%s\"}]", hex_of(ARM64)));
	images_are_found(2);
}

Test(images, of_two_lists_that_disagree_are_a_conflict)
{
	add_index(add_image(AMD64, ""));
	tar_text(&image_case.tar, "c.json", ARM64);
	tar_text(&image_case.tar, "manifest.json", "[{\"Config\":\"c.json\"}]");
	finding_fails(GPUBADGE_E_CONFLICT,
		      text_of("index.json and manifest.json name different images (config %s and "
			      "%s): loaders disagree on which one runs; write oci-archive: or "
			      "docker-archive: to read one of them",
			      digest_of(AMD64), digest_of(ARM64)));
}

Test(images, of_one_list_are_read_where_the_transport_says_which)
{
	image_case.selection.transport = GB_TRANSPORT_DOCKER_ARCHIVE;
	add_index(add_image(AMD64, ""));
	tar_text(&image_case.tar, "c.json", ARM64);
	tar_text(&image_case.tar, "manifest.json", "[{\"Config\":\"c.json\"}]");
	images_are_found(1);
	expect_text(image_case.images.items[0].platform.architecture, "arm64");
}

/* Docker 25.0.0 wrote "manifests": null. */
Test(images, of_manifest_json_count_where_the_index_lists_none)
{
	tar_text(&image_case.tar, "c.json", AMD64);
	tar_text(&image_case.tar, "index.json", "{\"manifests\":null}");
	tar_text(&image_case.tar, "manifest.json", "[{\"Config\":\"c.json\"}]");
	images_are_found(1);
	cr_assert_eq(image_case.images.transport, GB_TRANSPORT_DOCKER_ARCHIVE);
}

Test(images, are_missed_where_the_other_list_is_there)
{
	image_case.selection.transport = GB_TRANSPORT_OCI_ARCHIVE;
	tar_text(&image_case.tar, "manifest.json", "[]");
	finding_fails(GPUBADGE_E_MISSING,
		      "index.json is missing, manifest.json is there: write docker-archive:");
}

Test(images, are_missed_where_only_an_index_is_there)
{
	image_case.selection.transport = GB_TRANSPORT_DOCKER_ARCHIVE;
	add_index("");
	finding_fails(GPUBADGE_E_MISSING,
		      "manifest.json is missing, index.json is there: write oci-archive:");
}

Test(images, are_not_in_an_empty_archive)
{
	tar_zeros(&image_case.tar, 10240);
	finding_fails(GPUBADGE_E_NOT_IMAGE, "is an empty archive");
}

Test(images, are_not_in_a_root_file_system)
{
	tar_text(&image_case.tar, "etc/passwd", "root");
	finding_fails(GPUBADGE_E_NOT_IMAGE,
		      "is a root file system (docker export?), which carries no environment; use "
		      "docker save");
}

Test(images, are_one_directory_down)
{
	tar_text(&image_case.tar, "image/index.json", "{}");
	finding_fails(GPUBADGE_E_NOT_IMAGE,
		      "no container image at the top, but image/ holds one; pack it with tar -C "
		      "DIRECTORY .");
}

Test(images, are_not_where_neither_list_is)
{
	tar_text(&image_case.tar, "something", "else");
	finding_fails(GPUBADGE_E_NOT_IMAGE,
		      "no container image: the archive has neither index.json nor manifest.json");
}

Test(images, are_not_in_repositories_without_layers)
{
	tar_text(&image_case.tar, "repositories", "{}");
	finding_fails(GPUBADGE_E_NOT_IMAGE,
		      "no container image: the archive has neither index.json nor manifest.json");
}

/* An empty file and what is no JSON. */
Test(images, are_not_in_a_manifest_that_is_no_json)
{
	tar_text(&image_case.tar, "manifest.json", "");
	finding_fails(GPUBADGE_E_JSON, "manifest.json: is empty, not JSON");
}

/* --- dir: layouts --- */

static enum gpubadge_code find_in_directory(void)
{
	struct image_case *it = &image_case;
	int fd = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum gpubadge_code code;

	it->selection.directory = true;
	cr_assert_eq(gb_store_open_directory(fd, &it->limits, &it->store, &it->err), GPUBADGE_OK);
	code = gb_images_find(it->store, &it->selection, &it->limits, &it->arena, &it->images,
			      &it->err);
	close(fd);
	return code;
}

static const char *dir_manifest(const char *config)
{
	return text_of("{\"schemaVersion\":2,\"config\":{\"mediaType\":\"" CONFIG_TYPE
		       "\",\"digest\":\"%s\",\"size\":%zu},\"layers\":[]}",
		       digest_of(config), strlen(config));
}

Test(images, of_a_dir_layout_are_named_by_their_hex)
{
	scratch_text("version", "Directory Transport Version: 1.1\n");
	scratch_text("manifest.json", dir_manifest(AMD64));
	scratch_text(hex_of(AMD64), AMD64);
	cr_assert_eq(find_in_directory(), GPUBADGE_OK, "%s", image_case.err.text);
	cr_assert_eq(image_case.images.count, 1);
	cr_assert_eq(image_case.images.transport, GB_TRANSPORT_DIR);
	expect_text(image_case.images.items[0].manifest_digest, digest_of(dir_manifest(AMD64)));
}

Test(images, of_a_list_in_a_dir_layout_are_named_with_an_ending)
{
	const char *manifest = dir_manifest(AMD64);

	scratch_text("manifest.json", text_of("{\"manifests\":[{\"mediaType\":\"" MANIFEST_TYPE
					      "\",\"digest\":\"%s\"}]}",
					      digest_of(manifest)));
	scratch_text(text_of("%s.manifest.json", hex_of(manifest)), manifest);
	scratch_text(hex_of(AMD64), AMD64);
	cr_assert_eq(find_in_directory(), GPUBADGE_OK, "%s", image_case.err.text);
	cr_assert_eq(image_case.images.count, 1);
}

Test(images, of_a_dir_layout_are_verified)
{
	scratch_text("manifest.json", dir_manifest(AMD64));
	scratch_text(hex_of(AMD64), ARM64);
	cr_assert_eq(find_in_directory(), GPUBADGE_E_DIGEST);
	expect_error(&image_case.err, GPUBADGE_E_DIGEST,
		     text_of("manifest.json: config: %s: its bytes do not match the digest %s",
			     hex_of(AMD64), digest_of(AMD64)));
}

Test(images, of_a_layout_directory_are_found)
{
	const char *manifest = dir_manifest(AMD64);

	scratch_directory("blobs");
	scratch_directory("blobs/sha256");
	scratch_text(text_of("blobs/sha256/%s", hex_of(manifest)), manifest);
	scratch_text(text_of("blobs/sha256/%s", hex_of(AMD64)), AMD64);
	scratch_text("index.json",
		     text_of("{\"manifests\":[{\"digest\":\"%s\"}]}", digest_of(manifest)));
	cr_assert_eq(find_in_directory(), GPUBADGE_OK, "%s", image_case.err.text);
	cr_assert_eq(image_case.images.transport, GB_TRANSPORT_OCI);
}

Test(images, are_not_in_an_empty_directory)
{
	cr_assert_eq(find_in_directory(), GPUBADGE_E_NOT_IMAGE);
	expect_error(&image_case.err, GPUBADGE_E_NOT_IMAGE, "is an empty directory");
}

Test(images, are_in_the_directory_below)
{
	scratch_directory("image");
	scratch_text("image/manifest.json", "[]");
	cr_assert_eq(find_in_directory(), GPUBADGE_E_NOT_IMAGE);
	expect_error(&image_case.err, GPUBADGE_E_NOT_IMAGE,
		     "no container image at the top, but image/ holds one; name that directory");
}

Test(images, are_missed_in_a_directory_without_the_list_asked_for)
{
	image_case.selection.transport = GB_TRANSPORT_DIR;
	scratch_text("index.json", "{}");
	cr_assert_eq(find_in_directory(), GPUBADGE_E_MISSING);
	expect_error(&image_case.err, GPUBADGE_E_MISSING,
		     "manifest.json is missing, index.json is there: write oci:");
}

Test(images, are_not_in_a_directory_without_lists)
{
	scratch_text("something", "else");
	cr_assert_eq(find_in_directory(), GPUBADGE_E_NOT_IMAGE);
	expect_error(&image_case.err, GPUBADGE_E_NOT_IMAGE,
		     "no container image: the directory has neither index.json nor manifest.json");
}

/* --- Docker schema 1 --- */

Test(images, of_schema_1_are_found_and_called_unverified)
{
	tar_text(&image_case.tar, "manifest.json",
		 "{\"schemaVersion\":1,\"history\":[{\"v1Compatibility\":"
		 "\"{\\\"os\\\":\\\"linux\\\",\\\"config\\\":{\\\"Env\\\":[\\\"A=1\\\"]}}\"}]}");
	images_are_found(1);
	expect_span(image_case.images.items[0].environment[0], "A=1");
	expect_text(image_case.images.items[0].config_digest, NULL);
	cr_assert_eq(image_case.images.items[0].findings.count, 1);
	cr_assert_eq(image_case.images.items[0].findings.items[0].kind,
		     GB_FINDING_CONFIG_UNVERIFIED);
}

#define schema1_fails(history, code, text)                                 \
	do {                                                               \
		image_case_leave();                                        \
		image_case_enter();                                        \
		tar_text(&image_case.tar, "manifest.json",                 \
			 "{\"schemaVersion\":1,\"history\":" history "}"); \
		finding_fails(code, "manifest.json: " text);               \
	} while (0)

Test(images, of_schema_1_fail_in_another_shape)
{
	schema1_fails("{}", GPUBADGE_E_SCHEMA, "history: expected an array, found an object");
	schema1_fails("[]", GPUBADGE_E_SCHEMA,
		      "history[0].v1Compatibility: missing in a schema 1 manifest");
	schema1_fails("[{\"v1Compatibility\":{}}]", GPUBADGE_E_SCHEMA,
		      "history[0]: v1Compatibility: expected a string, found an object");
	schema1_fails("[{\"v1Compatibility\":\"[]\"}]", GPUBADGE_E_SCHEMA,
		      "history[0].v1Compatibility: expected an image config (an object), found an "
		      "array");
	schema1_fails("[{\"v1Compatibility\":\"\"}]", GPUBADGE_E_JSON,
		      "history[0].v1Compatibility: is empty, not JSON");
}

/* --- choosing --- */

/* "a" for two platforms, "b" for one. */
static void add_three(void)
{
	const char *one = add_image(AMD64, NAMED("a"));
	const char *two = add_image(ARM64, NAMED("a"));
	const char *three = add_image(AMD64_TOO, NAMED("b"));

	add_index(text_of("%s,%s,%s", one, two, three));
}

Test(images, are_all_found_without_a_choice)
{
	add_three();
	images_are_found(3);
}

Test(images, are_chosen_by_name_on_every_platform)
{
	image_case.selection.reference = "a";
	add_three();
	images_are_found(2);
}

Test(images, are_chosen_by_name_and_platform)
{
	image_case.selection.reference = "a";
	image_case.selection.platform = "linux/aarch64";
	add_three();
	images_are_found(1);
	expect_text(image_case.images.items[0].config_digest, digest_of(ARM64));
}

Test(images, are_chosen_by_position)
{
	image_case.selection.reference = "@2";
	add_three();
	images_are_found(1);
	expect_text(image_case.images.items[0].tags[0], "b");
}

Test(images, are_chosen_by_config_digest)
{
	image_case.selection.reference = digest_of(ARM64);
	add_three();
	images_are_found(1);
	expect_text(image_case.images.items[0].config_digest, digest_of(ARM64));
}

Test(images, are_chosen_by_the_digest_of_their_index)
{
	const char *index = text_of("{\"manifests\":[%s]}", add_image(AMD64, ""));
	const char *other = add_image(ARM64, "");

	image_case.selection.reference = digest_of(index);
	add_index(text_of("%s,%s", other, add_descriptor(INDEX_TYPE, index, "")));
	images_are_found(1);
	expect_text(image_case.images.items[0].config_digest, digest_of(AMD64));
}

Test(images, are_chosen_by_dockers_short_name)
{
	image_case.selection.reference = "ubuntu";
	tar_text(&image_case.tar, "c", AMD64);
	tar_text(&image_case.tar, "d", ARM64);
	tar_text(&image_case.tar, "manifest.json",
		 "[{\"Config\":\"c\",\"RepoTags\":[\"docker.io/library/ubuntu:latest\"]},"
		 "{\"Config\":\"d\",\"RepoTags\":[\"ubuntu:24.04\"]}]");
	images_are_found(1);
	expect_text(image_case.images.items[0].platform.architecture, "amd64");
}

Test(images, of_no_such_name_are_listed)
{
	image_case.selection.reference = "c";
	add_three();
	finding_fails(GPUBADGE_E_MISSING, "no image \"c\"; there is: a (linux/amd64), a "
					  "(linux/arm64), b (linux/amd64)");
}

Test(images, of_no_such_platform_are_listed)
{
	image_case.selection.platform = "windows/amd64";
	add_three();
	finding_fails(GPUBADGE_E_MISSING,
		      "no image for platform windows/amd64; there is: a (linux/amd64), a "
		      "(linux/arm64), b (linux/amd64)");
}

Test(images, of_the_chosen_name_may_lack_the_platform)
{
	image_case.selection.reference = "b";
	image_case.selection.platform = "linux/arm64";
	add_three();
	finding_fails(GPUBADGE_E_MISSING,
		      "no image for platform linux/arm64; there is: b (linux/amd64)");
}

/* The digest in a descriptor that add_image() wrote. */
static const char *digest_in(const char *descriptor)
{
	const char *digest = strstr(descriptor, "sha256:");

	cr_assert_not_null(digest);
	return text_of("%.71s", digest);
}

Test(images, are_ambiguous_where_one_name_means_two_for_one_platform)
{
	const char *one = add_image(AMD64, NAMED("a"));
	const char *two = add_image(AMD64_TOO, NAMED("a"));

	image_case.selection.reference = "a";
	add_index(text_of("%s,%s", one, two));
	finding_fails(GPUBADGE_E_AMBIGUOUS,
		      text_of("\"a\" means more than one image; pick one by its digest; there is: "
			      "%s (linux/amd64), %s (linux/amd64)",
			      digest_in(one), digest_in(two)));
}

Test(images, refuse_a_platform_in_another_shape)
{
	image_case.selection.platform = "amd64";
	add_three();
	finding_fails(GPUBADGE_E_USAGE,
		      "platform \"amd64\" is not OS/ARCH[/VARIANT], as in linux/amd64");
}

Test(images, without_name_are_listed_by_digest)
{
	image_case.selection.reference = "c";
	tar_text(&image_case.tar, "c", AMD64);
	tar_text(&image_case.tar, "manifest.json", "[{\"Config\":\"c\"}]");
	finding_fails(GPUBADGE_E_MISSING,
		      text_of("no image \"c\"; there is: %s (linux/amd64)", digest_of(AMD64)));
}

Test(images, without_name_and_digest_are_listed_too)
{
	image_case.selection.reference = "c";
	tar_text(&image_case.tar, "manifest.json",
		 "{\"schemaVersion\":1,\"history\":[{\"v1Compatibility\":\"{}\"}]}");
	finding_fails(GPUBADGE_E_MISSING,
		      "no image \"c\"; there is: an image without name (no platform stated)");
}

Test(images, beyond_eight_are_counted)
{
	const char *items = "";

	image_case.selection.reference = "x";
	for (int i = 0; i < 10; i++) {
		tar_text(&image_case.tar, text_of("c%d", i),
			 text_of("{\"os\":\"o%d\",\"architecture\":\"a\"}", i));
		items = text_of("%s%s{\"Config\":\"c%d\",\"RepoTags\":[\"t%d\"]}", items,
				i ? "," : "", i, i);
	}
	tar_text(&image_case.tar, "manifest.json", text_of("[%s]", items));
	finding_fails(GPUBADGE_E_MISSING,
		      "no image \"x\"; there is: t0 (o0/a), t1 (o1/a), t2 (o2/a), t3 (o3/a), t4 "
		      "(o4/a), t5 (o5/a), t6 (o6/a), t7 (o7/a) and 2 more");
}
