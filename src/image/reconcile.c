/* SPDX-License-Identifier: Apache-2.0 */

/* index.json and manifest.json in one archive must mean the same images. */
#include <stdlib.h>
#include <string.h>

#include "image/finder.h"
#include "image/reference.h"

static bool holds(const struct gb_images *images, const struct gb_image *image)
{
	for (size_t i = 0; i < images->count; i++)
		if (gb_image_is_same(&images->items[i], image))
			return true;
	return false;
}

static const char *config_or_none(const struct gb_image *image)
{
	return image->config_digest ? image->config_digest : "without digest";
}

static const char *advice(const struct gb_finder *finder)
{
	return finder->selection->directory
		       ? "write oci: to read index.json"
		       : "write oci-archive: or docker-archive: to read one of them";
}

/* A name that index.json gives, completed, and the image it gives it to. */
struct name {
	const char *text;
	const struct gb_image *image;
};

static int by_text(const void *a, const void *b)
{
	const struct name *left = a, *right = b;

	return strcmp(left->text, right->text);
}

/* All names of IMAGES in order, *RET_COUNT of them; NULL after an error. */
static struct name *list_names(struct gb_finder *finder, const struct gb_images *images,
			       size_t *ret_count, struct gpubadge_error *err)
{
	struct name *names;
	size_t count = 0;

	for (size_t i = 0; i < images->count; i++)
		count += images->items[i].tag_count;
	names = gb_arena_alloc(finder->arena, (count + 1) * sizeof(*names), err);
	count = 0;
	for (size_t i = 0; names && i < images->count; i++) {
		const struct gb_image *image = &images->items[i];

		for (size_t j = 0; j < image->tag_count; j++) {
			char text[GB_REFERENCE_BYTES];
			const char *copy;

			if (!gb_reference_complete(gb_span_of(image->tags[j]), text))
				continue;
			copy = gb_arena_copy(finder->arena, gb_span_of(text), err);
			if (!copy)
				return NULL;
			names[count++] = (struct name){copy, image};
		}
	}
	if (names)
		qsort(names, count, sizeof(*names), by_text);
	*ret_count = count;
	return names;
}

/* Another image that the name TEXT means in NAMES, where none of those it means is IMAGE. */
static const struct gb_image *find_rival(const struct name *names, size_t count, const char *text,
					 const struct gb_image *image)
{
	const struct name key = {text, NULL};
	const struct name *found = count ? bsearch(&key, names, count, sizeof(key), by_text) : NULL;
	const struct gb_image *rival = found ? found->image : NULL;

	while (found && found > names && strcmp(found[-1].text, text) == 0)
		found--;
	for (; found && found < names + count && strcmp(found->text, text) == 0; found++)
		if (gb_image_is_same(found->image, image))
			return NULL;
	return rival;
}

/* One name must not mean two images, one by each list. */
static enum gpubadge_code check_names(struct gb_finder *finder, const struct gb_images *docker,
				      struct gpubadge_error *err)
{
	size_t count;
	const struct name *names = list_names(finder, &finder->images, &count, err);

	for (size_t i = 0; names && i < docker->count; i++) {
		const struct gb_image *image = &docker->items[i];

		for (size_t j = 0; j < image->tag_count; j++) {
			const struct gb_image *rival = NULL;
			char text[GB_REFERENCE_BYTES];

			if (gb_reference_complete(gb_span_of(image->tags[j]), text))
				rival = find_rival(names, count, text, image);
			if (rival)
				return gb_error_set(
					err, GPUBADGE_E_CONFLICT,
					"index.json and manifest.json call different images %.200s "
					"(config %s and %s): loaders disagree on which one runs; %s",
					image->tags[j], config_or_none(rival),
					config_or_none(image), advice(finder));
		}
	}
	return err->code;
}

/* An archive with both lists (docker save since 25, containerd) must mean the same images:
 * loaders follow one or the other. manifest.json may name fewer (one platform of several); of
 * several untagged images docker 25 lists all there and only one in index.json. */
enum gpubadge_code gb_images_reconcile(struct gb_finder *finder, struct gb_images *docker,
				       struct gpubadge_error *err)
{
	size_t common = 0;

	for (size_t i = 0; i < docker->count; i++)
		if (holds(&finder->images, &docker->items[i]))
			common++;
	if (common == 0)
		return gb_error_set(err, GPUBADGE_E_CONFLICT,
				    "index.json and manifest.json name different images (config %s "
				    "and %s): loaders disagree on which one runs; %s",
				    config_or_none(&finder->images.items[0]),
				    config_or_none(&docker->items[0]), advice(finder));
	if (check_names(finder, docker, err))
		return err->code;
	for (size_t i = 0; i < docker->count; i++) {
		struct gb_occurrence occurrence = {.position = SIZE_MAX};

		if (gb_finder_add(finder, &docker->items[i], &occurrence, err))
			return err->code;
	}
	return GPUBADGE_OK;
}
