/* SPDX-License-Identifier: Apache-2.0 */

/* manifest.json of "docker save" since 1.10 and of everything that imitates it: an array of
 * {"Config": NAME, "RepoTags": [NAME...] or null, "Layers": [...]}. Layers need not be there,
 * and are never looked at. */
#include <string.h>

#include "base/gb-limits.h"
#include "image/finder.h"

enum name_rule {
	NAME_IS_FREE,   /* config.json (jib) */
	NAME_IS_CLAIM,  /* <hex>.json: the image ID by custom; no loader checks it */
	NAME_IS_DIGEST, /* sha256:<hex> (crane, kaniko), blobs/sha256/<hex> (docker >= 25) */
};

/* The digest that a config's NAME claims to have. */
static enum name_rule digest_in_name(const char *name, struct gb_digest *ret_digest)
{
	struct gpubadge_error ignored = {.code = GPUBADGE_OK};
	struct gb_span span = gb_span_of(name);
	char text[GB_DIGEST_TEXT];
	enum name_rule rule;

	if (gb_span_starts(span, "blobs/") && span.len - 6 < sizeof(text)) {
		memcpy(text, name + 6, span.len - 6 + 1);
		text[strcspn(text, "/")] = ':';
		rule = NAME_IS_DIGEST;
	} else if (gb_span_ends(span, ".json") && span.len == 64 + 5) {
		memcpy(text, "sha256:", 7);
		memcpy(text + 7, name, 64);
		text[7 + 64] = '\0';
		rule = NAME_IS_CLAIM;
	} else if (span.len < sizeof(text)) {
		memcpy(text, name, span.len + 1);
		rule = NAME_IS_DIGEST;
	} else {
		return NAME_IS_FREE;
	}
	if (gb_digest_parse(gb_span_of(text), ret_digest, &ignored))
		return NAME_IS_FREE;
	return rule;
}

static enum gpubadge_code read_config(struct gb_finder *finder, const char *name,
				      struct gb_image *image, struct gpubadge_error *err)
{
	struct gb_digest named, actual;
	enum name_rule rule = digest_in_name(name, &named);

	if (gb_blob_read(finder, name, rule == NAME_IS_DIGEST ? &named : NULL, NULL, &image->config,
			 err))
		return err->code;
	actual = rule == NAME_IS_DIGEST ? named : gb_digest_of(image->config);
	image->config_digest = gb_arena_copy(finder->arena, gb_span_of(actual.text), err);
	if (!image->config_digest)
		return err->code;
	if (rule == NAME_IS_CLAIM && strcmp(named.text, actual.text) != 0 &&
	    gb_findings_add(&image->findings, finder->arena, err, GB_FINDING_CONFIG_NAME_MISMATCH,
			    "the config is called %s, but its digest is %s: it was changed after "
			    "it was named",
			    name, actual.text))
		return err->code;
	return gb_config_read(finder, image, err);
}

/* RepoTags: null and [] for an image saved by its ID. */
static enum gpubadge_code read_tags(struct gb_finder *finder, const struct gb_json *item,
				    struct gb_image *image, struct gpubadge_error *err)
{
	const struct gb_json *tags;

	if (gb_json_get_kind(item, "RepoTags", GB_JSON_ARRAY, &tags, err))
		return err->code;
	if (gb_json_size(tags) > finder->limits->image_names)
		return gb_limit_exceeded(err, "image_names",
					 "RepoTags: %zu names, more than the limit of %llu",
					 gb_json_size(tags),
					 (unsigned long long)finder->limits->image_names);
	for (size_t i = 0; i < gb_json_size(tags); i++) {
		struct gb_span tag = gb_json_string(gb_json_at(tags, i));

		if (!tag.ptr)
			return gb_error_set(err, GPUBADGE_E_SCHEMA,
					    "RepoTags[%zu]: expected a string", i);
		if (gb_finder_add_tag(finder, image, tag, err))
			return err->code;
	}
	return GPUBADGE_OK;
}

static enum gpubadge_code read_item(struct gb_finder *finder, const struct gb_json *item,
				    size_t position, struct gpubadge_error *err)
{
	struct gb_occurrence occurrence = {.position = position};
	struct gb_image image = {.tags = NULL};
	const struct gb_image *known;
	char normal[GB_NAME_BYTES];
	struct gb_span name;
	const char *config, *written;

	if (gb_json_kind(item) != GB_JSON_OBJECT)
		return gb_error_set(err, GPUBADGE_E_SCHEMA, "expected an object, found %s",
				    gb_json_kind_name(gb_json_kind(item)));
	if (gb_json_get_string(item, "Config", &name, err))
		return err->code;
	if (name.len == 0)
		return gb_error_set(err, GPUBADGE_E_SCHEMA,
				    "Config: missing; it must name the config");
	if (gb_span_index(name, '\0') < name.len)
		return gb_error_set(err, GPUBADGE_E_SCHEMA, "Config: holds a NUL character");
	/* "./blobs/sha256/<hex>" claims a digest as "blobs/sha256/<hex>" does. */
	written = gb_arena_copy(finder->arena, name, err);
	if (gb_store_clean(name, normal))
		name = gb_span_of(normal);
	config = written ? gb_arena_copy(finder->arena, name, err) : NULL;
	if (!config)
		return err->code;
	known = gb_finder_find_member(finder, config);
	if (known) {
		image = gb_image_again(known);
	} else if (read_config(finder, config, &image, err)) {
		gb_error_wrap(err, "%s", written);
		return gb_error_wrap(err, "Config");
	}
	image.config_member = config;
	if (read_tags(finder, item, &image, err))
		return err->code;
	return gb_finder_add(finder, &image, &occurrence, err);
}

enum gpubadge_code gb_docker_archive_find(struct gb_finder *finder, const struct gb_json *manifest,
					  struct gpubadge_error *err)
{
	if (gb_json_kind(manifest) != GB_JSON_ARRAY && gb_json_kind(manifest) != GB_JSON_ABSENT)
		return gb_error_set(err, GPUBADGE_E_SCHEMA, "expected an array, found %s",
				    gb_json_kind_name(gb_json_kind(manifest)));
	if (gb_json_size(manifest) == 0)
		return gb_error_set(err, GPUBADGE_E_MISSING, "lists no image");
	if (gb_json_size(manifest) > finder->limits->index_descriptors)
		return gb_limit_exceeded(err, "index_descriptors",
					 "lists %zu images, more than the limit of %llu",
					 gb_json_size(manifest),
					 (unsigned long long)finder->limits->index_descriptors);
	for (size_t i = 0; i < gb_json_size(manifest); i++)
		if (read_item(finder, gb_json_at(manifest, i), i, err))
			return gb_error_wrap(err, "[%zu]", i);
	return GPUBADGE_OK;
}
