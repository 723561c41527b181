/* SPDX-License-Identifier: Apache-2.0 */

/* The list of images found: merging, and choosing among them. */
#include <stdio.h>
#include <string.h>

#include "base/gb-limits.h"
#include "image/finder.h"
#include "image/platform.h"
#include "image/reference.h"

/* Choices a message lists before it says how many more there are. */
#define LISTED 8

static bool has_tag(const struct gb_image *image, struct gb_span tag)
{
	for (size_t i = 0; i < image->tag_count; i++)
		if (strncmp(image->tags[i], tag.ptr, tag.len) == 0 &&
		    image->tags[i][tag.len] == '\0')
			return true;
	return false;
}

enum gpubadge_code gb_finder_add_tag(struct gb_finder *finder, struct gb_image *image,
				     struct gb_span tag, struct gpubadge_error *err)
{
	const char **tags;

	if (gb_span_index(tag, '\0') < tag.len)
		return gb_error_set(err, GPUBADGE_E_SCHEMA,
				    "a name of the image holds a NUL character");
	if (tag.len == 0 || has_tag(image, tag))
		return GPUBADGE_OK;
	if (image->tag_count == finder->limits->image_names)
		return gb_limit_exceeded(err, "image_names",
					 "an image has more than the limit of %llu names",
					 (unsigned long long)finder->limits->image_names);
	tags = gb_arena_grow(finder->arena, image->tags, image->tag_count, &image->tag_capacity,
			     sizeof(*tags), err);
	if (!tags)
		return err->code;
	image->tags = tags;
	tags[image->tag_count] = gb_arena_copy(finder->arena, tag, err);
	if (!tags[image->tag_count])
		return err->code;
	image->tag_count++;
	return GPUBADGE_OK;
}

static bool is_digest_of(struct gb_span reference, const char *digest)
{
	return digest && gb_span_is(reference, digest);
}

/* Does the selection's reference mean this occurrence of IMAGE? */
static bool is_wanted(const struct gb_finder *finder, const struct gb_image *image,
		      const struct gb_occurrence *occurrence)
{
	struct gb_span reference = gb_span_of(finder->selection->reference);
	uint64_t position;

	if (!reference.ptr)
		return true;
	if (gb_reference_is_position(reference, &position))
		return position == occurrence->position;
	if (is_digest_of(reference, image->manifest_digest) ||
	    is_digest_of(reference, image->config_digest) ||
	    is_digest_of(reference, occurrence->root_digest) ||
	    (occurrence->alias.len > 0 && gb_reference_matches(reference, occurrence->alias)))
		return true;
	for (size_t i = 0; i < image->tag_count; i++)
		if (gb_reference_matches(reference, gb_span_of(image->tags[i])))
			return true;
	return false;
}

static bool same_text(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

static bool same_algorithm(const char *a, const char *b)
{
	size_t length = strcspn(a, ":");

	return length == strcspn(b, ":") && memcmp(a, b, length) == 0;
}

bool gb_image_is_same(const struct gb_image *a, const struct gb_image *b)
{
	if (same_text(a->manifest_digest, b->manifest_digest) ||
	    same_text(a->config_digest, b->config_digest))
		return true;
	/* One config has a digest by each algorithm. */
	return a->config_digest && b->config_digest &&
	       !same_algorithm(a->config_digest, b->config_digest) &&
	       gb_span_equal(a->config, b->config);
}

static struct gb_image *find_same(struct gb_images *images, const struct gb_image *image)
{
	for (size_t i = 0; i < images->count; i++)
		if (gb_image_is_same(&images->items[i], image))
			return &images->items[i];
	return NULL;
}

const struct gb_image *gb_finder_find_manifest(const struct gb_finder *finder, const char *digest)
{
	for (size_t i = 0; i < finder->images.count; i++)
		if (same_text(finder->images.items[i].manifest_digest, digest))
			return &finder->images.items[i];
	return NULL;
}

const struct gb_image *gb_finder_find_member(const struct gb_finder *finder, const char *name)
{
	for (size_t i = 0; i < finder->images.count; i++)
		if (same_text(finder->images.items[i].config_member, name))
			return &finder->images.items[i];
	return NULL;
}

struct gb_image gb_image_again(const struct gb_image *image)
{
	struct gb_image again = *image;

	again.tags = NULL;
	again.tag_count = 0;
	again.tag_capacity = 0;
	return again;
}

enum gpubadge_code gb_finder_add(struct gb_finder *finder, struct gb_image *image,
				 const struct gb_occurrence *occurrence, struct gpubadge_error *err)
{
	struct gb_images *images = &finder->images;
	struct gb_image *same = find_same(images, image);
	struct gb_image *items;

	if (gb_finder_add_tag(finder, image, occurrence->name, err))
		return err->code;
	image->selected = is_wanted(finder, image, occurrence);
	if (same) {
		same->selected = same->selected || image->selected;
		if (!same->manifest_digest)
			same->manifest_digest = image->manifest_digest;
		for (size_t i = 0; i < image->tag_count; i++)
			if (gb_finder_add_tag(finder, same, gb_span_of(image->tags[i]), err))
				return err->code;
		return GPUBADGE_OK;
	}
	items = gb_arena_grow(finder->arena, images->items, images->count, &images->capacity,
			      sizeof(*items), err);
	if (!items)
		return err->code;
	images->items = items;
	items[images->count++] = *image;
	return GPUBADGE_OK;
}

static const char *digest_of(const struct gb_image *image)
{
	if (image->manifest_digest)
		return image->manifest_digest;
	return image->config_digest ? image->config_digest : "an image without name";
}

/* Where names do not tell images apart their digests do. */
static void append_choice(struct gb_bytes *out, const struct gb_image *image,
			  enum gpubadge_code code)
{
	bool named = image->tag_count > 0 && code != GPUBADGE_E_AMBIGUOUS;

	gb_bytes_text(out, named ? image->tags[0] : digest_of(image));
	gb_bytes_text(out, " (");
	gb_platform_append(out, &image->platform);
	gb_bytes_text(out, ")");
}

/* Fails with CODE, PROBLEM and the list of IMAGES. */
static enum gpubadge_code refuse_with_choices(const struct gb_images *images,
					      enum gpubadge_code code, const char *problem,
					      struct gpubadge_error *err)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes list = gb_bytes_init(GPUBADGE_ERROR_TEXT * 8);

	for (size_t i = 0; i < images->count && i < LISTED; i++) {
		gb_bytes_text(&list, i ? ", " : "");
		append_choice(&list, &images->items[i], code);
	}
	if (images->count > LISTED)
		gb_bytes_format(&list, " and %zu more", images->count - LISTED);
	return gb_error_set(err, code, "%s; there is: %.*s", problem, (int)list.len,
			    list.ptr ? list.ptr : "");
}

enum keep_rule { KEEP_SELECTED, KEEP_PLATFORM };

static size_t keep(struct gb_image *items, size_t count, enum keep_rule rule,
		   const struct gb_platform *platform)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (rule == KEEP_SELECTED ? items[i].selected
					  : gb_platform_matches(platform, &items[i].platform))
			items[kept++] = items[i];
	return kept;
}

/* A reference may mean one image for several platforms, but not two images. */
static bool is_ambiguous(const struct gb_images *images)
{
	for (size_t i = 0; i < images->count; i++)
		for (size_t j = i + 1; j < images->count; j++)
			if (gb_platform_equal(&images->items[i].platform,
					      &images->items[j].platform))
				return true;
	return false;
}

static enum gpubadge_code select_reference(struct gb_finder *finder, struct gpubadge_error *err)
{
	struct gb_images *images = &finder->images;
	const char *reference = finder->selection->reference;
	char problem[256];
	bool any = false;

	for (size_t i = 0; i < images->count; i++)
		any = any || images->items[i].selected;
	snprintf(problem, sizeof(problem), "no image \"%.200s\"", reference);
	if (!any)
		return refuse_with_choices(images, GPUBADGE_E_MISSING, problem, err);
	images->count = keep(images->items, images->count, KEEP_SELECTED, NULL);
	snprintf(problem, sizeof(problem),
		 "\"%.150s\" means more than one image; pick one by "
		 "its digest",
		 reference);
	if (is_ambiguous(images))
		return refuse_with_choices(images, GPUBADGE_E_AMBIGUOUS, problem, err);
	return GPUBADGE_OK;
}

static enum gpubadge_code select_platform(struct gb_finder *finder, struct gpubadge_error *err)
{
	struct gb_images *images = &finder->images;
	struct gb_platform wanted;
	char problem[256];
	bool any = false;

	if (gb_platform_parse(finder->selection->platform, finder->arena, &wanted, err))
		return err->code;
	for (size_t i = 0; i < images->count; i++)
		any = any || gb_platform_matches(&wanted, &images->items[i].platform);
	snprintf(problem, sizeof(problem), "no image for platform %.200s",
		 finder->selection->platform);
	if (!any)
		return refuse_with_choices(images, GPUBADGE_E_MISSING, problem, err);
	images->count = keep(images->items, images->count, KEEP_PLATFORM, &wanted);
	return GPUBADGE_OK;
}

enum gpubadge_code gb_finder_select(struct gb_finder *finder, struct gpubadge_error *err)
{
	if (finder->selection->reference && select_reference(finder, err))
		return err->code;
	if (finder->selection->platform && select_platform(finder, err))
		return err->code;
	return GPUBADGE_OK;
}
