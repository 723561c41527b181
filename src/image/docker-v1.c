/* SPDX-License-Identifier: Apache-2.0 */

/* "docker save" up to 1.9 (graph/export.go of Docker 1.9): for every layer <id>/json, whose
 * "parent" is the id below it, and which holds a config; "repositories" names the topmost id of
 * every tag. Saved by id there is no "repositories": the top is the id that is nobody's parent.
 * Ids are random, so there is no digest to verify. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/gb-limits.h"
#include "image/finder.h"

/* Longest id that is looked at; Docker's have 64 characters. */
#define ID_BYTES 256

struct layer {
	struct gb_span id;
	struct gb_span parent; /* absent: a base */
};

struct layers {
	struct layer *items; /* sorted by id once listed */
	size_t count;
	size_t capacity;
};

/* "ID/json" to ID. */
static bool is_layer(const char *name, struct gb_span *ret_id)
{
	struct gb_span span = gb_span_of(name);
	size_t slash = gb_span_index(span, '/');

	*ret_id = (struct gb_span){name, slash};
	return slash > 0 && slash < ID_BYTES && slash < span.len &&
	       gb_span_is(gb_span_from(span, slash), "/json");
}

static enum gpubadge_code read_json(struct gb_finder *finder, const char *name,
				    struct gb_span *ret_text, struct gb_json **ret_document,
				    struct gpubadge_error *err)
{
	if (gb_store_read(finder->store, name, GB_LINKS_INSIDE, finder->limits->document_bytes,
			  ret_text, err) ||
	    gb_json_parse(*ret_text, finder->limits->json_values, ret_document, err))
		return gb_error_wrap(err, "%s", name);
	return GPUBADGE_OK;
}

static enum gpubadge_code add_layer(struct gb_finder *finder, struct layers *layers,
				    const char *name, struct gb_span id, struct gpubadge_error *err)
{
	GB_CLEANUP(gb_json_freep) struct gb_json *document = NULL;
	struct gb_arena *arena = finder->arena;
	struct gb_span text, parent;

	if (layers->count == finder->limits->index_descriptors)
		return gb_limit_exceeded(err, "index_descriptors",
					 "more than the limit of %llu layers",
					 (unsigned long long)finder->limits->index_descriptors);
	if (read_json(finder, name, &text, &document, err))
		return err->code;
	if (gb_json_get_string(document, "parent", &parent, err))
		return gb_error_wrap(err, "%s", name);
	layers->items = gb_arena_grow(arena, layers->items, layers->count, &layers->capacity,
				      sizeof(*layers->items), err);
	if (!layers->items)
		return err->code;
	if (parent.ptr)
		parent.ptr = gb_arena_copy(arena, parent, err);
	layers->items[layers->count++] = (struct layer){id, parent};
	return err->code;
}

/* A root file system may have a "json" file one directory down; a layer has a VERSION too. */
static bool has_version(struct gb_finder *finder, struct gb_span id)
{
	char name[ID_BYTES + sizeof("/VERSION")];

	snprintf(name, sizeof(name), "%.*s/VERSION", (int)id.len, id.ptr);
	return gb_store_has(finder->store, name);
}

static int by_id(const void *a, const void *b)
{
	const struct layer *left = a, *right = b;
	size_t shorter = left->id.len < right->id.len ? left->id.len : right->id.len;
	int order = memcmp(left->id.ptr, right->id.ptr, shorter);

	return order ? order : (left->id.len > right->id.len) - (left->id.len < right->id.len);
}

static enum gpubadge_code list_layers(struct gb_finder *finder, struct layers *layers,
				      struct gpubadge_error *err)
{
	size_t cursor = 0;
	const char *name;

	while ((name = gb_store_next(finder->store, &cursor))) {
		struct gb_span id;

		if (is_layer(name, &id) && has_version(finder, id) &&
		    add_layer(finder, layers, name, id, err))
			return err->code;
	}
	if (layers->count > 0)
		qsort(layers->items, layers->count, sizeof(*layers->items), by_id);
	return GPUBADGE_OK;
}

/* Loading such an archive walks down the parents; a loop of them ended dockerd with a stack
 * overflow. */
static enum gpubadge_code check_chain(const struct layers *layers, struct gb_span top,
				      struct gpubadge_error *err)
{
	struct layer key = {.id = top};

	for (size_t steps = 0; steps <= layers->count; steps++) {
		const struct layer *layer = bsearch(&key, layers->items, layers->count, sizeof(key),
						    by_id);

		if (!layer || !layer->parent.ptr)
			return GPUBADGE_OK;
		key.id = layer->parent;
	}
	return gb_error_set(err, GPUBADGE_E_CORRUPT, "%.*s/json: its parents form a loop",
			    (int)top.len, top.ptr);
}

static enum gpubadge_code add_image(struct gb_finder *finder, const struct layers *layers,
				    struct gb_span id, struct gb_span tag, size_t position,
				    struct gpubadge_error *err)
{
	struct gb_occurrence occurrence = {.position = position};
	struct gb_image image = {.tags = NULL};
	struct gb_digest digest;
	char name[ID_BYTES + sizeof("/json")];

	snprintf(name, sizeof(name), "%.*s/json", (int)id.len, id.ptr);
	if (check_chain(layers, id, err))
		return err->code;
	if (gb_blob_read(finder, name, NULL, NULL, &image.config, err) ||
	    gb_config_read(finder, &image, err))
		return gb_error_wrap(err, "%s", name);
	digest = gb_digest_of(image.config);
	image.config_digest = gb_arena_copy(finder->arena, gb_span_of(digest.text), err);
	if (!image.config_digest || gb_finder_add_tag(finder, &image, tag, err) ||
	    gb_findings_add(&image.findings, finder->arena, err, GB_FINDING_CONFIG_UNVERIFIED,
			    "the archive was written by Docker 1.9 or older, which states no "
			    "digest of the config: nothing was verified"))
		return err->code;
	return gb_finder_add(finder, &image, &occurrence, err);
}

/* One repository: {"TAG": "ID", ...}. */
static enum gpubadge_code add_repository(struct gb_finder *finder, const struct layers *layers,
					 struct gb_span repository, const struct gb_json *tags,
					 size_t *position, struct gpubadge_error *err)
{
	const struct gb_json *value;
	void *cursor = NULL;
	struct gb_span tag;

	while (gb_json_next(tags, &cursor, &tag, &value)) {
		GB_CLEANUP(gb_bytes_done) struct gb_bytes name = gb_bytes_init(4096);
		struct gb_span id = gb_json_string(value);

		if (*position == finder->limits->index_descriptors)
			return gb_limit_exceeded(
				err, "index_descriptors", "more than the limit of %llu names",
				(unsigned long long)finder->limits->index_descriptors);
		if (id.len == 0 || id.len >= ID_BYTES)
			return gb_error_set(err, GPUBADGE_E_SCHEMA, "%.*s: expected an id",
					    (int)(tag.len < 200 ? tag.len : 200), tag.ptr);
		gb_bytes_append(&name, repository);
		gb_bytes_text(&name, ":");
		gb_bytes_append(&name, tag);
		if (gb_bytes_check(&name, err) ||
		    add_image(finder, layers, id, gb_bytes_span(&name), (*position)++, err))
			return err->code;
	}
	return GPUBADGE_OK;
}

static enum gpubadge_code find_by_repositories(struct gb_finder *finder,
					       const struct layers *layers,
					       struct gpubadge_error *err)
{
	GB_CLEANUP(gb_json_freep) struct gb_json *repositories = NULL;
	struct gb_span text, repository;
	const struct gb_json *tags;
	void *cursor = NULL;
	size_t position = 0;

	if (read_json(finder, "repositories", &text, &repositories, err))
		return err->code;
	while (gb_json_next(repositories, &cursor, &repository, &tags))
		if (add_repository(finder, layers, repository, tags, &position, err))
			return gb_error_wrap(err, "repositories");
	return GPUBADGE_OK;
}

static bool is_parent(const struct layers *layers, struct gb_span id)
{
	for (size_t i = 0; i < layers->count; i++)
		if (gb_span_equal(layers->items[i].parent, id))
			return true;
	return false;
}

static enum gpubadge_code find_tops(struct gb_finder *finder, const struct layers *layers,
				    struct gpubadge_error *err)
{
	size_t position = 0;

	for (size_t i = 0; i < layers->count; i++)
		if (!is_parent(layers, layers->items[i].id) &&
		    add_image(finder, layers, layers->items[i].id, (struct gb_span){NULL, 0},
			      position++, err))
			return err->code;
	if (position == 0 && layers->count > 0)
		return check_chain(layers, layers->items[0].id, err);
	return GPUBADGE_OK;
}

enum gpubadge_code gb_docker_v1_find(struct gb_finder *finder, struct gpubadge_error *err)
{
	struct layers layers = {.items = NULL};

	if (list_layers(finder, &layers, err))
		return err->code;
	if (layers.count > 0 && gb_store_has(finder->store, "repositories"))
		return find_by_repositories(finder, &layers, err);
	return find_tops(finder, &layers, err);
}
