/* SPDX-License-Identifier: Apache-2.0 */
#include "base/gb-json.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <jansson.h>

#include "base/gb-limits.h"

static json_t *to_jansson(const struct gb_json *value)
{
	/* jansson's accessors take const or not by age; none called here writes. */
	return (json_t *)(uintptr_t)value;
}

static const struct gb_json *from_jansson(const json_t *value)
{
	return (const struct gb_json *)value;
}

/* Every value but the first of its container follows a comma, the first an opening bracket, so
 * this is at least the number of values. Counting before parsing keeps a 4 MiB document of
 * "[],[],[]," from growing into hundreds of MiB of nodes. */
static uint64_t count_values(struct gb_span text)
{
	uint64_t count = 1;
	bool quoted = false;

	for (size_t i = 0; i < text.len; i++) {
		char byte = text.ptr[i];

		if (quoted && byte == '\\')
			i++;
		else if (byte == '"')
			quoted = !quoted;
		else if (!quoted && (byte == ',' || byte == '[' || byte == '{'))
			count++;
	}
	return count;
}

enum gpubadge_code gb_json_parse(struct gb_span text, uint64_t max_values,
				 struct gb_json **ret_document, struct gpubadge_error *err)
{
	return gb_json_parse_within(text, max_values, "json_values", ret_document, err);
}

enum gpubadge_code gb_json_parse_within(struct gb_span text, uint64_t max_values, const char *limit,
					struct gb_json **ret_document, struct gpubadge_error *err)
{
	json_error_t problem;
	json_t *document;

	if (count_values(text) > max_values)
		return gb_limit_exceeded(err, limit, "more than the limit of %llu JSON values",
					 (unsigned long long)max_values);
	document = json_loadb(text.ptr ? text.ptr : "", text.len, JSON_DECODE_ANY | JSON_ALLOW_NUL,
			      &problem);
	/* Some of jansson's allocations fail without a word. */
	if (!document &&
	    (json_error_code(&problem) == json_error_out_of_memory || problem.text[0] == '\0'))
		return gb_error_set_nomem(err);
	if (!document && json_error_code(&problem) == json_error_stack_overflow)
		return gb_error_set(
			err, GPUBADGE_E_LIMIT,
			"nested deeper than 2048 levels, which cannot be raised (line %d)",
			problem.line);
	if (!document && text.len == 0)
		return gb_error_set(err, GPUBADGE_E_JSON, "is empty, not JSON");
	if (!document)
		return gb_error_set(err, GPUBADGE_E_JSON, "is not JSON: line %d, column %d: %s",
				    problem.line, problem.column, problem.text);
	*ret_document = (struct gb_json *)document;
	return GPUBADGE_OK;
}

void gb_json_free(struct gb_json *document)
{
	json_decref(to_jansson(document));
}

void gb_json_freep(struct gb_json **document)
{
	gb_json_free(*document);
}

enum gb_json_kind gb_json_kind(const struct gb_json *value)
{
	if (!value)
		return GB_JSON_ABSENT;
	switch (json_typeof(to_jansson(value))) {
	case JSON_OBJECT:
		return GB_JSON_OBJECT;
	case JSON_ARRAY:
		return GB_JSON_ARRAY;
	case JSON_STRING:
		return GB_JSON_STRING;
	case JSON_INTEGER:
		return GB_JSON_INTEGER;
	case JSON_REAL:
		return GB_JSON_REAL;
	case JSON_TRUE:
	case JSON_FALSE:
		return GB_JSON_BOOLEAN;
	case JSON_NULL:
		break;
	}
	return GB_JSON_ABSENT;
}

const char *gb_json_kind_name(enum gb_json_kind kind)
{
	static const char *const names[] = {
		[GB_JSON_ABSENT] = "null",       [GB_JSON_OBJECT] = "an object",
		[GB_JSON_ARRAY] = "an array",    [GB_JSON_STRING] = "a string",
		[GB_JSON_INTEGER] = "a number",  [GB_JSON_REAL] = "a fraction",
		[GB_JSON_BOOLEAN] = "a boolean",
	};

	return names[kind];
}

static const struct gb_json *or_null(const json_t *value)
{
	return json_is_null(value) ? NULL : from_jansson(value);
}

const struct gb_json *gb_json_get(const struct gb_json *object, const char *key)
{
	const json_t *exact = json_object_get(to_jansson(object), key);
	const char *other;
	json_t *value;

	if (exact)
		return or_null(exact);
	json_object_foreach(to_jansson(object), other,
			    value) if (strcasecmp(other, key) == 0) return or_null(value);
	return NULL;
}

bool gb_json_next(const struct gb_json *object, void **cursor, struct gb_span *ret_key,
		  const struct gb_json **ret_value)
{
	json_t *container = to_jansson(object);

	*cursor = *cursor ? json_object_iter_next(container, *cursor) : json_object_iter(container);
	if (!*cursor)
		return false;
	*ret_key = gb_span_of(json_object_iter_key(*cursor));
	*ret_value = or_null(json_object_iter_value(*cursor));
	return true;
}

size_t gb_json_size(const struct gb_json *array)
{
	return json_array_size(to_jansson(array));
}

const struct gb_json *gb_json_at(const struct gb_json *array, size_t index)
{
	return or_null(json_array_get(to_jansson(array), index));
}

struct gb_span gb_json_string(const struct gb_json *value)
{
	return (struct gb_span){json_string_value(to_jansson(value)),
				json_string_length(to_jansson(value))};
}

struct gb_span gb_json_scalar(const struct gb_json *value, char number[32])
{
	switch (gb_json_kind(value)) {
	case GB_JSON_STRING:
		return gb_json_string(value);
	case GB_JSON_BOOLEAN:
		return gb_span_of(json_is_true(to_jansson(value)) ? "true" : "false");
	case GB_JSON_INTEGER:
		snprintf(number, 32, "%lld", (long long)json_integer_value(to_jansson(value)));
		return gb_span_of(number);
	case GB_JSON_REAL:
		snprintf(number, 32, "%.17g", json_real_value(to_jansson(value)));
		return gb_span_of(number);
	case GB_JSON_ABSENT:
	case GB_JSON_OBJECT:
	case GB_JSON_ARRAY:
		break;
	}
	return (struct gb_span){NULL, 0};
}

enum gpubadge_code gb_json_get_kind(const struct gb_json *object, const char *key,
				    enum gb_json_kind kind, const struct gb_json **ret_value,
				    struct gpubadge_error *err)
{
	const struct gb_json *value = gb_json_get(object, key);

	if (value && gb_json_kind(value) != kind)
		return gb_error_set(err, GPUBADGE_E_SCHEMA, "%s: expected %s, found %s", key,
				    gb_json_kind_name(kind),
				    gb_json_kind_name(gb_json_kind(value)));
	*ret_value = value;
	return GPUBADGE_OK;
}

enum gpubadge_code gb_json_get_string(const struct gb_json *object, const char *key,
				      struct gb_span *ret_text, struct gpubadge_error *err)
{
	const struct gb_json *value = NULL;

	if (gb_json_get_kind(object, key, GB_JSON_STRING, &value, err))
		return err->code;
	*ret_text = gb_json_string(value);
	return GPUBADGE_OK;
}

enum gpubadge_code gb_json_get_size(const struct gb_json *object, const char *key, bool *ret_there,
				    uint64_t *ret_number, struct gpubadge_error *err)
{
	const struct gb_json *value = NULL;
	json_int_t number;

	if (gb_json_get_kind(object, key, GB_JSON_INTEGER, &value, err))
		return err->code;
	number = json_integer_value(to_jansson(value));
	if (number < 0)
		return gb_error_set(err, GPUBADGE_E_SCHEMA, "%s: %lld is negative", key,
				    (long long)number);
	*ret_there = value != NULL;
	*ret_number = (uint64_t)number;
	return GPUBADGE_OK;
}
