/* SPDX-License-Identifier: Apache-2.0 */

/* Archives of docker save up to 1.9. */
#include "expect.h"
#include "image-case.h"

TestSuite(docker_v1, .init = image_case_enter, .fini = image_case_leave);

static void add_layer(const char *id, const char *parent, const char *variable)
{
	tar_special(&image_case.tar, text_of("%s/", id), TAR_DIRECTORY);
	tar_text(&image_case.tar, text_of("%s/VERSION", id), "1.0");
	tar_text(&image_case.tar, text_of("%s/json", id),
		 text_of("{\"id\":\"%s\",%s\"os\":\"linux\",\"architecture\":\"amd64\",\"config\":{"
			 "\"Env\":[\"%s\"]}}",
			 id, parent ? text_of("\"parent\":\"%s\",", parent) : "", variable));
	tar_text(&image_case.tar, text_of("%s/layer.tar", id), "a layer");
}

Test(docker_v1, has_the_config_of_the_id_that_a_tag_names)
{
	struct gb_image *image;

	add_layer("base", NULL, "A=1");
	add_layer("top", "base", "A=2");
	tar_text(&image_case.tar, "repositories", "{\"name\":{\"tag\":\"top\"}}");
	images_are_found(1);
	image = &image_case.images.items[0];
	cr_assert_eq(image_case.images.transport, GB_TRANSPORT_DOCKER_ARCHIVE);
	expect_text(image->tags[0], "name:tag");
	expect_span(image->environment[0], "A=2");
	expect_text(image->manifest_digest, NULL);
}

Test(docker_v1, is_called_unverified)
{
	add_layer("top", NULL, "A=1");
	tar_text(&image_case.tar, "repositories", "{\"name\":{\"tag\":\"top\"}}");
	images_are_found(1);
	cr_assert_eq(image_case.images.items[0].findings.count, 1);
	cr_assert_eq(image_case.images.items[0].findings.items[0].kind,
		     GB_FINDING_CONFIG_UNVERIFIED);
}

Test(docker_v1, joins_two_tags_of_one_id)
{
	add_layer("top", NULL, "A=1");
	tar_text(&image_case.tar, "repositories",
		 "{\"a\":{\"1\":\"top\",\"2\":\"top\"},\"b\":{\"3\":\"top\"}}");
	images_are_found(1);
	cr_assert_eq(image_case.images.items[0].tag_count, 3);
}

Test(docker_v1, is_the_id_that_is_nobodys_parent_without_repositories)
{
	add_layer("top", "base", "A=2");
	add_layer("base", NULL, "A=1");
	images_are_found(1);
	expect_span(image_case.images.items[0].environment[0], "A=2");
	cr_assert_eq(image_case.images.items[0].tag_count, 0);
}

Test(docker_v1, gets_out_of_a_loop_of_parents)
{
	add_layer("a", "b", "A=1");
	add_layer("b", "a", "A=2");
	tar_text(&image_case.tar, "repositories", "{\"name\":{\"tag\":\"a\"}}");
	finding_fails(GPUBADGE_E_CORRUPT, "repositories: a/json: its parents form a loop");
}

Test(docker_v1, gets_out_of_a_loop_of_parents_without_repositories)
{
	add_layer("a", "b", "A=1");
	add_layer("b", "a", "A=2");
	finding_fails(GPUBADGE_E_CORRUPT, "a/json: its parents form a loop");
}

Test(docker_v1, does_not_mind_a_parent_that_is_absent)
{
	add_layer("top", "missing", "A=1");
	images_are_found(1);
}

Test(docker_v1, misses_an_id_that_is_not_in_the_archive)
{
	add_layer("top", NULL, "A=1");
	tar_text(&image_case.tar, "repositories", "{\"name\":{\"tag\":\"other\"}}");
	finding_fails(GPUBADGE_E_MISSING, "repositories: other/json: not in the archive");
}

Test(docker_v1, never_opens_an_id_outside)
{
	add_layer("top", NULL, "A=1");
	tar_text(&image_case.tar, "repositories", "{\"name\":{\"tag\":\"../top\"}}");
	finding_fails(
		GPUBADGE_E_MISSING,
		"repositories: ../top/json: names nothing here: it leads out, is empty or too long");
}

Test(docker_v1, refuses_a_tag_without_an_id)
{
	add_layer("top", NULL, "A=1");
	tar_text(&image_case.tar, "repositories", "{\"name\":{\"tag\":12}}");
	finding_fails(GPUBADGE_E_SCHEMA, "repositories: tag: expected an id");
}

Test(docker_v1, refuses_a_parent_that_is_no_string)
{
	tar_text(&image_case.tar, "top/VERSION", "1.0");
	tar_text(&image_case.tar, "top/json", "{\"parent\":12}");
	finding_fails(GPUBADGE_E_SCHEMA, "top/json: parent: expected a string, found a number");
}

Test(docker_v1, has_as_many_layers_as_allowed)
{
	image_case.limits.index_descriptors = 2;
	add_layer("base", NULL, "A=1");
	add_layer("top", "base", "A=2");
	images_are_found(1);
}

Test(docker_v1, fails_with_one_layer_more)
{
	image_case.limits.index_descriptors = 1;
	add_layer("base", NULL, "A=1");
	add_layer("top", "base", "A=2");
	finding_fails(GPUBADGE_E_LIMIT,
		      "more than the limit of 1 layers; --limit index_descriptors=N raises it");
}

/* A root file system may hold such a file. */
Test(docker_v1, takes_no_other_json_for_a_layer)
{
	tar_text(&image_case.tar, "srv/json", "{}");
	finding_fails(GPUBADGE_E_NOT_IMAGE,
		      "no container image: the archive has neither index.json nor manifest.json");
}
