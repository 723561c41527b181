/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "expect.h"
#include "image-case.h"

TestSuite(oci_index, .init = image_case_enter, .fini = image_case_leave);

#define AMD64 "{\"os\":\"linux\",\"architecture\":\"amd64\",\"config\":{\"Env\":[\"A=1\"]}}"
#define ARM64 "{\"os\":\"linux\",\"architecture\":\"arm64\",\"config\":{\"Env\":[\"A=2\"]}}"
#define UNKNOWN "{\"os\":\"unknown\",\"architecture\":\"unknown\"}"

static const char *digest_of(const char *content)
{
	struct gb_digest digest = gb_digest_of(gb_span_of(content));

	return text_of("%s", digest.text);
}

static const char *blob_of(const char *content)
{
	return text_of("blobs/sha256/%s", digest_of(content) + strlen("sha256:"));
}

static const char *manifest_for(const char *config_descriptor, const char *more)
{
	return text_of("{\"schemaVersion\":2,\"config\":%s%s}", config_descriptor, more);
}

Test(oci_index, leads_to_an_image)
{
	const char *descriptor = add_image(AMD64, "");
	struct gb_image *image;

	add_index(descriptor);
	images_are_found(1);
	image = &image_case.images.items[0];
	cr_assert_eq(image_case.images.transport, GB_TRANSPORT_OCI_ARCHIVE);
	expect_text(image->config_digest, digest_of(AMD64));
	cr_assert_not_null(strstr(descriptor, image->manifest_digest));
	expect_text(image->platform.architecture, "amd64");
	expect_span(image->environment[0], "A=1");
	cr_assert_eq(image->tag_count, 0);
}

Test(oci_index, names_images_by_annotations)
{
	add_index(text_of(
		"%s,%s",
		add_image(AMD64,
			  ",\"annotations\":{\"io.containerd.image.name\":\"docker.io/a/b:1\","
			  "\"org.opencontainers.image.ref.name\":\"1\"}"),
		add_image(ARM64,
			  ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"latest\"}")));
	images_are_found(2);
	cr_assert_eq(image_case.images.items[0].tag_count, 1);
	expect_text(image_case.images.items[0].tags[0], "docker.io/a/b:1");
	expect_text(image_case.images.items[1].tags[0], "latest");
}

Test(oci_index, joins_two_names_of_one_image)
{
	const char *one = add_image(
		AMD64, ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"one\"}");
	const char *two = add_image(
		AMD64, ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"two\"}");

	add_index(text_of("%s,%s", one, two));
	images_are_found(1);
	cr_assert_eq(image_case.images.items[0].tag_count, 2);
}

Test(oci_index, may_leave_out_what_the_specification_asks_for)
{
	const char *config = text_of("{\"digest\":\"%s\"}", add_blob(AMD64));
	const char *manifest = text_of("{\"digest\":\"%s\"}",
				       add_blob(text_of("{\"config\":%s}", config)));

	tar_text(&image_case.tar, "index.json", text_of("{\"manifests\":[%s]}", manifest));
	images_are_found(1);
}

Test(oci_index, reads_blobs_named_by_sha512)
{
	/* sha512 of "{}". */
	static const char hex[] =
		"27c74670adb75075fad058d5ceaf7b20c4e7786c83bae8a32f626f9782af34c9"
		"a33c2046ef60fd2a7878d378e29fec851806bbd9a67878f3a9f1cda4830763fd";

	tar_pax(&image_case.tar, "path", text_of("blobs/sha512/%s", hex));
	tar_text(&image_case.tar, "x", "{}");
	add_index(add_descriptor(MANIFEST_TYPE,
				 manifest_for(text_of("{\"mediaType\":\"" CONFIG_TYPE
						      "\",\"digest\":\"sha512:%s\"}",
						      hex),
					      ""),
				 ""));
	images_are_found(1);
	expect_text(image_case.images.items[0].config_digest, text_of("sha512:%s", hex));
}

Test(oci_index, takes_the_platform_of_the_descriptor_where_the_config_states_none)
{
	add_index(add_image("{}", ",\"platform\":{\"os\":\"linux\",\"architecture\":\"arm64\","
				  "\"variant\":\"v8\"}"));
	images_are_found(1);
	expect_text(image_case.images.items[0].platform.os, "linux");
	expect_text(image_case.images.items[0].platform.architecture, "arm64");
	expect_text(image_case.images.items[0].platform.variant, "v8");
}

Test(oci_index, takes_the_platform_of_the_config_where_both_state_one)
{
	add_index(add_image(AMD64, ",\"platform\":{\"os\":\"linux\",\"architecture\":\"arm64\"}"));
	images_are_found(1);
	expect_text(image_case.images.items[0].platform.architecture, "amd64");
}

Test(oci_index, does_not_mind_layers_that_are_absent)
{
	add_index(add_descriptor(MANIFEST_TYPE,
				 manifest_for(add_descriptor(CONFIG_TYPE, AMD64, ""),
					      ",\"layers\":[{\"mediaType\":\"" LAYER_TYPE
					      "\",\"digest\":\"" ABSENT "\"}]"),
				 ""));
	images_are_found(1);
}

/* go-containerregistry puts artifactType on plain images. */
Test(oci_index, does_not_mind_an_artifact_type)
{
	add_index(add_image(AMD64, ",\"artifactType\":\"" CONFIG_TYPE "\""));
	images_are_found(1);
}

/* --- nested indexes --- */

/* Loaders do not look at schemaVersion and run the config: history must not hide it. */
Test(oci_index, reads_the_config_of_a_manifest_that_looks_like_schema_1_too)
{
	const char *config = text_of("{\"mediaType\":\"" CONFIG_TYPE "\",\"digest\":\"%s\"}",
				     add_blob(AMD64));
	const char *manifest = add_blob(text_of(
		"{\"schemaVersion\":1,\"config\":%s,\"history\":[{\"v1Compatibility\":\"{}\"}]}",
		config));

	add_index(text_of("{\"mediaType\":\"" MANIFEST_TYPE "\",\"digest\":\"%s\"}", manifest));
	images_are_found(1);
	expect_text(image_case.images.items[0].config_digest, digest_of(AMD64));
}

static const char *nested(const char *descriptors)
{
	return add_descriptor(INDEX_TYPE,
			      text_of("{\"schemaVersion\":2,\"manifests\":[%s]}", descriptors),
			      ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"n\"}");
}

Test(oci_index, leads_through_an_index_to_every_platform)
{
	const char *one = add_image(AMD64, "");
	const char *two = add_image(ARM64, "");

	add_index(nested(text_of("%s,%s", one, two)));
	images_are_found(2);
	expect_text(image_case.images.items[0].tags[0], "n");
	expect_text(image_case.images.items[1].tags[0], "n");
}

/* containerd and docker save list platforms that they do not write. */
Test(oci_index, passes_over_platforms_that_are_absent)
{
	add_index(nested(text_of("{\"mediaType\":\"" MANIFEST_TYPE "\",\"digest\":\"" ABSENT
				 "\",\"size\":5},%s",
				 add_image(AMD64, ""))));
	images_are_found(1);
}

/* A digest covers itself, so the deepest index is written first. */
static void add_nested_indexes(int depth)
{
	const char *descriptor = add_image(AMD64, "");

	for (int i = 0; i < depth; i++)
		descriptor = nested(descriptor);
	add_index(descriptor);
}

Test(oci_index, may_be_nested_as_deeply_as_allowed)
{
	image_case.limits.index_depth = 3;
	add_nested_indexes(2);
	images_are_found(1);
}

Test(oci_index, fails_when_nested_once_more)
{
	image_case.limits.index_depth = 3;
	add_nested_indexes(3);
	cr_assert_eq(find_images(), GPUBADGE_E_LIMIT);
	expect_error_in(&image_case.err, GPUBADGE_E_LIMIT,
			": indexes nested more than the limit of 3 deep");
}

Test(oci_index, may_list_as_many_descriptors_as_allowed)
{
	const char *one = add_image(AMD64, "");

	image_case.limits.index_descriptors = 3;
	add_index(nested(text_of("%s,%s", one, one)));
	images_are_found(1);
}

Test(oci_index, fails_with_one_descriptor_more)
{
	const char *one = add_image(AMD64, "");

	image_case.limits.index_descriptors = 2;
	add_index(nested(text_of("%s,%s", one, one)));
	cr_assert_eq(find_images(), GPUBADGE_E_LIMIT);
	expect_error_in(&image_case.err, GPUBADGE_E_LIMIT,
			": more than the limit of 2 descriptors");
}

/* --- what is no image --- */

static const char *attestation(const char *more)
{
	return add_image(UNKNOWN, more);
}

Test(oci_index, passes_over_attestations)
{
	static const char *const kinds[] = {
		",\"platform\":{\"os\":\"unknown\",\"architecture\":\"unknown\"}",
		",\"annotations\":{\"vnd.docker.reference.type\":\"attestation-manifest\"}",
		",\"annotations\":{\"io.containerd.manifest.subject\":\"x\"}",
		",\"annotations\":{\"kind\":\"dev.cosignproject.cosign/sigs\"}",
		",\"annotations\":{\"kind\":\"dev.cosignproject.cosign/atts\"}",
		"", /* only its config says unknown */
	};

	for (size_t i = 0; i < GB_ARRAY_LEN(kinds); i++) {
		const char *image, *beside;

		image_case_leave();
		image_case_enter();
		image = add_image(AMD64, ",\"annotations\":{\"kind\":"
					 "\"dev.cosignproject.cosign/image\"}");
		beside = attestation(kinds[i]);
		add_index(text_of("%s,%s", beside, image));
		images_are_found(1);
		expect_text(image_case.images.items[0].platform.architecture, "amd64");
	}
}

Test(oci_index, fails_with_attestations_alone)
{
	add_index(attestation(""));
	finding_fails(GPUBADGE_E_ARTIFACT,
		      "holds attestations or signatures only, no container image");
}

Test(oci_index, fails_with_an_artifact_by_its_config)
{
	add_index(add_descriptor(
		MANIFEST_TYPE,
		manifest_for(add_descriptor("application/vnd.cncf.helm.config.v1+json", "{}", ""),
			     ""),
		""));
	finding_fails(GPUBADGE_E_ARTIFACT,
		      "holds a Helm chart (application/vnd.cncf.helm.config.v1+json), not a "
		      "container image");
}

Test(oci_index, fails_with_an_artifact_by_its_layers)
{
	add_index(add_descriptor(
		MANIFEST_TYPE,
		manifest_for(add_descriptor(CONFIG_TYPE, AMD64, ""),
			     ",\"layers\":[{\"mediaType\":"
			     "\"application/vnd.dev.cosign.simplesigning.v1+json\"}]"),
		""));
	finding_fails(GPUBADGE_E_ARTIFACT,
		      "holds a cosign signature "
		      "(application/vnd.dev.cosign.simplesigning.v1+json), not a container image");
}

Test(oci_index, fails_with_entries_that_are_neither_manifest_nor_index)
{
	add_index("{\"mediaType\":\"application/vnd.buildkit.cacheconfig.v0\",\"digest\":\"" ABSENT
		  "\"},{\"mediaType\":\"" LAYER_TYPE "\",\"digest\":\"" ABSENT "\"},"
		  "{\"mediaType\":\"application/vnd.buildkit.cacheconfig.v0\",\"digest\":\"" ABSENT
		  "\"}");
	finding_fails(GPUBADGE_E_ARTIFACT,
		      "holds a BuildKit cache (application/vnd.buildkit.cacheconfig.v0), not a "
		      "container image");
}

Test(oci_index, passes_over_an_artifact_beside_an_image)
{
	add_index(text_of("{\"mediaType\":\"text/plain\",\"digest\":\"" ABSENT "\"},%s",
			  add_image(AMD64, "")));
	images_are_found(1);
}

Test(oci_index, names_a_manifest_that_is_absent)
{
	add_index("{\"mediaType\":\"" MANIFEST_TYPE "\",\"digest\":\"" ABSENT "\"}");
	finding_fails(GPUBADGE_E_MISSING,
		      text_of("blobs/sha256/%s: listed, but not in the input; was the image saved "
			      "for another platform, or is the copy incomplete?",
			      &ABSENT[strlen("sha256:")]));
}

Test(oci_index, names_a_config_that_is_absent)
{
	add_index(add_descriptor(
		MANIFEST_TYPE,
		manifest_for("{\"mediaType\":\"" CONFIG_TYPE "\",\"digest\":\"" ABSENT "\"}", ""),
		""));
	finding_fails(GPUBADGE_E_MISSING,
		      text_of("blobs/sha256/%s: listed, but not in the input; was the image saved "
			      "for another platform, or is the copy incomplete?",
			      &ABSENT[strlen("sha256:")]));
}

Test(oci_index, fails_where_it_lists_nothing)
{
	static const char *const indexes[] = {"{\"manifests\":[]}", "{\"manifests\":null}",
					      "{\"schemaVersion\":2}"};

	for (size_t i = 0; i < GB_ARRAY_LEN(indexes); i++) {
		image_case_leave();
		image_case_enter();
		tar_text(&image_case.tar, "index.json", indexes[i]);
		finding_fails(GPUBADGE_E_MISSING, "index.json: lists no image");
	}
}

/* --- what is wrong --- */

Test(oci_index, verifies_a_manifest)
{
	tar_text(&image_case.tar, text_of("blobs/sha256/%s", &ABSENT[strlen("sha256:")]), "{}");
	add_index("{\"mediaType\":\"" MANIFEST_TYPE "\",\"digest\":\"" ABSENT "\"}");
	finding_fails(GPUBADGE_E_DIGEST,
		      text_of("index.json: manifests[0]: blobs/sha256/%s: its bytes do not match "
			      "the digest " ABSENT,
			      &ABSENT[strlen("sha256:")]));
}

Test(oci_index, verifies_a_config)
{
	const char *manifest =
		manifest_for("{\"mediaType\":\"" CONFIG_TYPE "\",\"digest\":\"" ABSENT "\"}", "");

	tar_text(&image_case.tar, text_of("blobs/sha256/%s", &ABSENT[strlen("sha256:")]), AMD64);
	add_index(add_descriptor(MANIFEST_TYPE, manifest, ""));
	finding_fails(GPUBADGE_E_DIGEST,
		      text_of("index.json: manifests[0]: %s: config: blobs/sha256/%s: its bytes do "
			      "not match the digest " ABSENT,
			      blob_of(manifest), &ABSENT[strlen("sha256:")]));
}

Test(oci_index, checks_the_size_a_descriptor_states)
{
	const char *manifest = manifest_for(add_descriptor(CONFIG_TYPE, AMD64, ""), "");
	const char *digest = add_blob(manifest);

	add_index(text_of("{\"mediaType\":\"" MANIFEST_TYPE "\",\"digest\":\"%s\",\"size\":1}",
			  digest));
	finding_fails(GPUBADGE_E_DIGEST,
		      text_of("index.json: manifests[0]: %s: has %zu bytes, its descriptor says 1",
			      blob_of(manifest), strlen(manifest)));
}

#define descriptor_fails(descriptor, code, text) \
	descriptor_fails_at(__LINE__, descriptor, code, text)

static void descriptor_fails_at(int line, const char *descriptor, enum gpubadge_code code,
				const char *text)
{
	image_case_leave();
	image_case_enter();
	add_index(descriptor);
	finding_fails_at(line, code, text_of("index.json: manifests[0]: %s", text));
}

Test(oci_index, refuses_a_descriptor_in_another_shape)
{
	descriptor_fails("\"x\"", GPUBADGE_E_SCHEMA, "expected a descriptor, found a string");
	descriptor_fails("null", GPUBADGE_E_SCHEMA, "expected a descriptor, found null");
	descriptor_fails("{}", GPUBADGE_E_SCHEMA, "digest: missing");
	descriptor_fails("{\"digest\":\"\"}", GPUBADGE_E_SCHEMA, "digest: missing");
	descriptor_fails("{\"digest\":12}", GPUBADGE_E_SCHEMA,
			 "digest: expected a string, found a number");
	descriptor_fails("{\"digest\":\"../..:x\"}", GPUBADGE_E_SCHEMA,
			 "digest: \"../..:x\" is no digest");
	descriptor_fails("{\"digest\":\"md5:x\"}", GPUBADGE_E_UNSUPPORTED,
			 "digest: digest algorithm md5 is not supported (sha256, sha512)");
	descriptor_fails("{\"digest\":\"" ABSENT "\",\"size\":-1}", GPUBADGE_E_SCHEMA,
			 "size: -1 is negative");
	descriptor_fails("{\"digest\":\"" ABSENT "\",\"size\":1500.0}", GPUBADGE_E_SCHEMA,
			 "size: expected a number, found a fraction");
	descriptor_fails("{\"digest\":\"" ABSENT "\",\"mediaType\":1}", GPUBADGE_E_SCHEMA,
			 "mediaType: expected a string, found a number");
	descriptor_fails("{\"digest\":\"" ABSENT "\",\"platform\":[]}", GPUBADGE_E_SCHEMA,
			 "platform: expected an object, found an array");
	descriptor_fails("{\"digest\":\"" ABSENT "\",\"platform\":{\"os\":1}}", GPUBADGE_E_SCHEMA,
			 "platform: os: expected a string, found a number");
	descriptor_fails("{\"digest\":\"" ABSENT "\",\"annotations\":\"x\"}", GPUBADGE_E_SCHEMA,
			 "annotations: expected an object, found a string");
}

Test(oci_index, refuses_a_manifest_whose_config_is_no_descriptor)
{
	const char *manifest = "{\"config\":[]}";

	add_index(add_descriptor(MANIFEST_TYPE, manifest, ""));
	finding_fails(GPUBADGE_E_SCHEMA,
		      text_of("index.json: manifests[0]: %s: config: expected a descriptor, found "
			      "an array",
			      blob_of(manifest)));
}

Test(oci_index, names_the_config_that_cannot_be_read)
{
	const char *manifest = manifest_for(add_descriptor(CONFIG_TYPE, "[]", ""), "");

	add_index(add_descriptor(MANIFEST_TYPE, manifest, ""));
	finding_fails(GPUBADGE_E_SCHEMA,
		      text_of("index.json: manifests[0]: %s: config: %s: expected an image config "
			      "(an object), found an array",
			      blob_of(manifest), blob_of("[]")));
}

Test(oci_index, refuses_a_document_that_is_not_what_its_descriptor_says)
{
	const char *manifest = manifest_for(add_descriptor(CONFIG_TYPE, AMD64, ""), "");

	add_index(add_descriptor(INDEX_TYPE, manifest, ""));
	finding_fails(GPUBADGE_E_CONFLICT,
		      text_of("index.json: manifests[0]: %s: is a manifest, its descriptor's "
			      "mediaType says " INDEX_TYPE,
			      blob_of(manifest)));
}

Test(oci_index, refuses_an_index_that_its_descriptor_calls_a_manifest)
{
	add_index(add_descriptor(MANIFEST_TYPE, "{\"manifests\":[]}", ""));
	finding_fails(GPUBADGE_E_CONFLICT,
		      text_of("index.json: manifests[0]: %s: is an index, its descriptor's "
			      "mediaType says " MANIFEST_TYPE,
			      blob_of("{\"manifests\":[]}")));
}

Test(oci_index, refuses_a_document_that_is_index_and_manifest_at_once)
{
	const char *both = "{\"manifests\":[],\"config\":{}}";

	add_index(text_of("{\"digest\":\"%s\"}", add_blob(both)));
	finding_fails(GPUBADGE_E_CONFLICT,
		      text_of("index.json: manifests[0]: %s: has \"manifests\" and \"config\": it "
			      "cannot be index and manifest at once",
			      blob_of(both)));
}

Test(oci_index, refuses_a_document_that_is_neither)
{
	add_index(text_of("{\"digest\":\"%s\"}", add_blob("{}")));
	finding_fails(GPUBADGE_E_SCHEMA,
		      text_of("index.json: manifests[0]: %s: is neither an index (\"manifests\") "
			      "nor a manifest (\"config\")",
			      blob_of("{}")));
}

Test(oci_index, refuses_a_list_that_is_no_array)
{
	tar_text(&image_case.tar, "index.json", "{\"manifests\":{}}");
	finding_fails(GPUBADGE_E_SCHEMA,
		      "index.json: manifests: expected an array, found an object");
}

Test(oci_index, refuses_a_top_that_is_no_object)
{
	tar_text(&image_case.tar, "index.json", "[]");
	finding_fails(GPUBADGE_E_SCHEMA, "index.json: expected an object, found an array");
}

Test(oci_index, refuses_a_top_that_is_a_manifest)
{
	tar_text(&image_case.tar, "index.json", "{\"config\":{}}");
	finding_fails(GPUBADGE_E_SCHEMA, "index.json: is a manifest, not an index");
}

Test(oci_index, refuses_a_top_that_is_empty)
{
	tar_text(&image_case.tar, "index.json", "");
	finding_fails(GPUBADGE_E_JSON, "index.json: is empty, not JSON");
}

/* --- descriptor.md, "data" --- */

/* The descriptor of a manifest for the config "{}", which is there as DATA alone. */
static const char *manifest_with_data(const char *data)
{
	return add_descriptor(
		MANIFEST_TYPE,
		manifest_for(text_of("{\"mediaType\":\"" CONFIG_TYPE
				     "\",\"digest\":\"%s\",\"size\":2,\"data\":\"%s\"}",
				     digest_of("{}"), data),
			     ""),
		"");
}

Test(oci_index, reads_an_absent_blob_from_its_descriptor)
{
	add_index(manifest_with_data("e30="));
	images_are_found(1);
	expect_span(image_case.images.items[0].config, "{}");
}

Test(oci_index, refuses_data_that_lies)
{
	add_index(manifest_with_data("W10="));
	cr_assert_eq(find_images(), GPUBADGE_E_DIGEST);
	expect_error_in(&image_case.err, GPUBADGE_E_DIGEST,
			text_of("data: its bytes do not match the digest %s", digest_of("{}")));
}

Test(oci_index, refuses_data_that_is_no_base64)
{
	add_index(manifest_with_data("e3"));
	cr_assert_eq(find_images(), GPUBADGE_E_SCHEMA);
	expect_error_in(&image_case.err, GPUBADGE_E_SCHEMA, "data: is not base64");
}

Test(oci_index, prefers_a_blob_to_data)
{
	add_blob("{}");
	add_index(manifest_with_data("W10="));
	images_are_found(1);
}

/* --- image-layout.md, "oci-layout file" --- */

static void add_layout(const char *layout)
{
	tar_text(&image_case.tar, "oci-layout", layout);
	tar_text(&image_case.tar, "index.json",
		 text_of("{\"manifests\":[%s]}", add_image(AMD64, "")));
}

Test(oci_index, refuses_a_layout_of_another_version)
{
	add_layout("{\"imageLayoutVersion\":\"2.0.0\"}");
	finding_fails(GPUBADGE_E_UNSUPPORTED, "oci-layout: imageLayoutVersion 2.0.0 is not 1.0.0");
}

Test(oci_index, refuses_a_layout_without_version)
{
	add_layout("{}");
	finding_fails(GPUBADGE_E_SCHEMA, "oci-layout: imageLayoutVersion is missing");
}

Test(oci_index, refuses_a_layout_whose_version_is_no_string)
{
	add_layout("{\"imageLayoutVersion\":1}");
	finding_fails(GPUBADGE_E_SCHEMA,
		      "oci-layout: imageLayoutVersion: expected a string, found a number");
}

Test(oci_index, refuses_a_layout_that_is_no_json)
{
	add_layout("1.0.0");
	finding_fails(GPUBADGE_E_JSON,
		      "oci-layout: is not JSON: line 1, column 4: end of file expected near '.'");
}
