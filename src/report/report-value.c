/* SPDX-License-Identifier: Apache-2.0 */

/* One value of the report by its path. The JSON Schema says which paths there are, so that a
 * misspelt one is an error even where the image has nothing at that place. */
#include <string.h>

#include "base/gb-json.h"
#include "base/gb-quote.h"
#include "report/report.h"

#define NO_LIMIT UINT64_MAX

/* Where "#/$defs/NAME" leads, or NODE itself. */
static const struct gb_json *resolve(const struct gb_json *schema, const struct gb_json *node)
{
	struct gb_span reference = gb_json_string(gb_json_get(node, "$ref"));
	char name[64];

	if (!gb_span_starts(reference, "#/$defs/") || reference.len >= sizeof(name))
		return node;
	memcpy(name, reference.ptr, reference.len);
	name[reference.len] = '\0';
	return gb_json_get(gb_json_get(schema, "$defs"), name + strlen("#/$defs/"));
}

/* The schema of the value at PATH, or NULL. */
static const struct gb_json *find_schema(const struct gb_json *schema, const char *path)
{
	const struct gb_json *node = gb_json_get(gb_json_get(schema, "$defs"), "report");
	struct gb_span rest = gb_span_of(path), key;

	while (node && gb_span_split(&rest, '.', &key)) {
		char name[64];
		uint64_t index;

		if (key.len >= sizeof(name))
			return NULL;
		memcpy(name, key.ptr, key.len);
		name[key.len] = '\0';
		node = gb_span_number(key, &index)
			       ? gb_json_get(node, "items")
			       : gb_json_get(gb_json_get(node, "properties"), name);
		node = resolve(schema, node);
	}
	return node;
}

static bool is_scalar(const struct gb_json *node)
{
	return !gb_json_get(node, "properties") && !gb_json_get(node, "items");
}

/* Only a scalar and an array of scalars can be printed; that the schema says so, and not the
 * image, makes a path good or bad for every image alike. */
static enum gpubadge_code check_path(const struct gb_json *schema, const char *path,
				     struct gpubadge_error *err)
{
	const struct gb_json *node = find_schema(schema, path);
	const struct gb_json *items = resolve(schema, gb_json_get(node, "items"));

	if (!node)
		return gb_error_set(
			err, GPUBADGE_E_USAGE,
			"the report has no value \"%s\"; gpubadge schema lists them all", path);
	if (gb_json_get(node, "properties"))
		return gb_error_set(err, GPUBADGE_E_USAGE,
				    "\"%s\" is an object, not one value; go on with \".KEY\"",
				    path);
	if (items && !is_scalar(items))
		return gb_error_set(err, GPUBADGE_E_USAGE,
				    "\"%s\" holds more than values; go on with \".0\"", path);
	return GPUBADGE_OK;
}

static const struct gb_json *step(const struct gb_json *value, struct gb_span key)
{
	char name[64];
	uint64_t index;

	if (gb_span_number(key, &index))
		return index < SIZE_MAX ? gb_json_at(value, (size_t)index) : NULL;
	if (key.len >= sizeof(name))
		return NULL;
	memcpy(name, key.ptr, key.len);
	name[key.len] = '\0';
	return gb_json_get(value, name);
}

static void write_scalar(const struct gb_json *value, struct gb_bytes *out)
{
	char number[32];

	gb_quote_append(out, gb_json_scalar(value, number));
	gb_bytes_text(out, "\n");
}

enum gpubadge_code gb_report_write_value(const struct gpubadge_report *report, const char *path,
					 struct gb_bytes *out, struct gpubadge_error *err)
{
	const struct gpubadge_style style = {.size = sizeof(style), .environment = true};
	GB_CLEANUP(gb_json_freep) struct gb_json *schema = NULL;
	GB_CLEANUP(gb_json_freep) struct gb_json *document = NULL;
	GB_CLEANUP(gb_bytes_done) struct gb_bytes text = gb_bytes_init(SIZE_MAX / 2);
	struct gb_span rest = gb_span_of(path), key;
	const struct gb_json *value;

	if (gb_json_parse(gb_span_of(gb_report_schema), NO_LIMIT, &schema, err) ||
	    check_path(schema, path, err))
		return err->code;
	gb_format_json.write(report, &style, &text);
	if (gb_bytes_check(&text, err) ||
	    gb_json_parse(gb_bytes_span(&text), NO_LIMIT, &document, err))
		return err->code;
	value = document;
	while (gb_span_split(&rest, '.', &key))
		value = step(value, key);
	if (gb_json_kind(value) != GB_JSON_ARRAY)
		write_scalar(value, out);
	for (size_t i = 0; i < gb_json_size(value); i++)
		write_scalar(gb_json_at(value, i), out);
	return gb_bytes_check(out, err);
}
