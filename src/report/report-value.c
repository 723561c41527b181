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

static bool schema_allows(const struct gb_json *schema, const char *path)
{
	const struct gb_json *node = gb_json_get(gb_json_get(schema, "$defs"), "report");
	struct gb_span rest = gb_span_of(path), key;

	while (node && gb_span_split(&rest, '.', &key)) {
		char name[64];
		uint64_t index;

		if (key.len >= sizeof(name))
			return false;
		memcpy(name, key.ptr, key.len);
		name[key.len] = '\0';
		node = gb_span_number(key, &index)
			       ? gb_json_get(node, "items")
			       : gb_json_get(gb_json_get(node, "properties"), name);
		node = resolve(schema, node);
	}
	return node != NULL;
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

static enum gpubadge_code write_value(const struct gb_json *value, const char *path,
				      struct gb_bytes *out, struct gpubadge_error *err)
{
	char number[32];

	if (gb_json_kind(value) == GB_JSON_OBJECT || gb_json_kind(value) == GB_JSON_ARRAY)
		return gb_error_set(err, GPUBADGE_E_USAGE,
				    "\"%s\" is %s, not one value; go on with \".%s\"", path,
				    gb_json_kind_name(gb_json_kind(value)),
				    gb_json_kind(value) == GB_JSON_ARRAY ? "0" : "KEY");
	gb_quote_append(out, gb_json_scalar(value, number));
	gb_bytes_text(out, "\n");
	return gb_bytes_check(out, err);
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

	if (gb_json_parse(gb_span_of(gb_report_schema), NO_LIMIT, &schema, err))
		return err->code;
	if (!schema_allows(schema, path))
		return gb_error_set(
			err, GPUBADGE_E_USAGE,
			"the report has no value \"%s\"; gpubadge schema lists them all", path);
	gb_format_json.write(report, &style, &text);
	if (gb_bytes_check(&text, err) ||
	    gb_json_parse(gb_bytes_span(&text), NO_LIMIT, &document, err))
		return err->code;
	value = document;
	while (gb_span_split(&rest, '.', &key))
		value = step(value, key);
	if (gb_json_kind(value) != GB_JSON_ARRAY)
		return write_value(value, path, out, err);
	for (size_t i = 0; i < gb_json_size(value); i++)
		if (write_value(gb_json_at(value, i), path, out, err))
			return err->code;
	return GPUBADGE_OK;
}
