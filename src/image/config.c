/* SPDX-License-Identifier: Apache-2.0 */

/* The config document: OCI image specification, config.md; Docker's own is a superset. */
#include "base/gb-limits.h"
#include "image/finder.h"

/* A copy of OBJECT's string KEY, NULL where absent or empty. */
static enum gpubadge_code copy_string(struct gb_finder *finder, const struct gb_json *object,
				      const char *key, const char **ret_text,
				      struct gpubadge_error *err)
{
	struct gb_span text;

	if (gb_json_get_string(object, key, &text, err))
		return err->code;
	if (text.len == 0)
		return GPUBADGE_OK;
	if (gb_span_index(text, '\0') < text.len)
		return gb_error_set(err, GPUBADGE_E_SCHEMA, "%s: holds a NUL character", key);
	*ret_text = gb_arena_copy(finder->arena, text, err);
	return err->code;
}

/* What the config states replaces what the index said: the config is what runs. */
static enum gpubadge_code read_platform(struct gb_finder *finder, const struct gb_json *config,
					struct gb_platform *platform, struct gpubadge_error *err)
{
	struct gb_platform own = {NULL, NULL, NULL};

	if (copy_string(finder, config, "os", &own.os, err) ||
	    copy_string(finder, config, "architecture", &own.architecture, err) ||
	    copy_string(finder, config, "variant", &own.variant, err))
		return err->code;
	if (own.os)
		platform->os = own.os;
	if (own.architecture)
		platform->architecture = own.architecture;
	if (own.variant)
		platform->variant = own.variant;
	return GPUBADGE_OK;
}

static enum gpubadge_code read_entry(struct gb_finder *finder, struct gb_image *image,
				     const struct gb_json *element, struct gpubadge_error *err)
{
	struct gb_span entry = gb_json_string(element);
	const char *copy;

	if (gb_json_kind(element) != GB_JSON_STRING && element)
		return gb_error_set(err, GPUBADGE_E_SCHEMA, "expected a string, found %s",
				    gb_json_kind_name(gb_json_kind(element)));
	if (entry.len > finder->limits->environment_entry_bytes)
		return gb_limit_exceeded(
			err, "environment_entry_bytes", "%zu bytes, longer than the limit of %llu",
			entry.len, (unsigned long long)finder->limits->environment_entry_bytes);
	/* null is an empty string to every Go reader. */
	copy = gb_arena_copy(finder->arena, entry, err);
	image->environment[image->environment_count++] = (struct gb_span){copy, entry.len};
	return err->code;
}

static enum gpubadge_code read_environment(struct gb_finder *finder, struct gb_image *image,
					   const struct gb_json *document,
					   struct gpubadge_error *err)
{
	const struct gb_json *config, *entries;
	size_t count;

	if (gb_json_get_kind(document, "config", GB_JSON_OBJECT, &config, err))
		return err->code;
	if (gb_json_get_kind(config, "Env", GB_JSON_ARRAY, &entries, err))
		return gb_error_wrap(err, "config");
	count = gb_json_size(entries);
	if (count > finder->limits->environment_entries)
		return gb_limit_exceeded(err, "environment_entries",
					 "config.Env: %zu entries, more than the limit of %llu",
					 count,
					 (unsigned long long)finder->limits->environment_entries);
	image->environment = gb_arena_alloc(finder->arena, (count + 1) * sizeof(struct gb_span),
					    err);
	if (!image->environment)
		return err->code;
	for (size_t i = 0; i < count; i++)
		if (read_entry(finder, image, gb_json_at(entries, i), err))
			return gb_error_wrap(err, "config.Env[%zu]", i);
	return GPUBADGE_OK;
}

enum gpubadge_code gb_config_read(struct gb_finder *finder, struct gb_image *image,
				  struct gpubadge_error *err)
{
	GB_CLEANUP(gb_json_freep) struct gb_json *document = NULL;

	if (gb_json_parse(image->config, finder->limits->json_values, &document, err))
		return err->code;
	if (gb_json_kind(document) != GB_JSON_OBJECT)
		return gb_error_set(err, GPUBADGE_E_SCHEMA,
				    "expected an image config (an object), found %s",
				    gb_json_kind_name(gb_json_kind(document)));
	if (read_platform(finder, document, &image->platform, err) ||
	    copy_string(finder, document, "created", &image->created, err))
		return err->code;
	return read_environment(finder, image, document, err);
}
