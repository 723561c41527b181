/* SPDX-License-Identifier: Apache-2.0 */

/* The one door to jansson: reading foreign documents, and nothing else. Values are borrowed
 * from their document. A document is UTF-8 (RFC 8259); duplicate keys: the last wins; NUL in
 * a string is allowed and counted by its span. */
#ifndef GB_BASE_JSON_H
#define GB_BASE_JSON_H

#include "base/gb-attr.h"
#include "base/gb-error.h"
#include "base/gb-span.h"

struct gb_json;

enum gb_json_kind {
	GB_JSON_ABSENT, /* not there, or null */
	GB_JSON_OBJECT,
	GB_JSON_ARRAY,
	GB_JSON_STRING,
	GB_JSON_INTEGER,
	GB_JSON_REAL,
	GB_JSON_BOOLEAN,
};

/* JSON with line and column if TEXT is no JSON; LIMIT if it holds more than MAX_VALUES
 * values. *RET_DOCUMENT is freed with gb_json_free(). */
enum gpubadge_code gb_json_parse(struct gb_span text, uint64_t max_values,
				 struct gb_json **ret_document, struct gpubadge_error *err)
	GB_MUST_CHECK;
/* The same where MAX_VALUES is the limit called LIMIT, not json_values. */
enum gpubadge_code gb_json_parse_within(struct gb_span text, uint64_t max_values, const char *limit,
					struct gb_json **ret_document, struct gpubadge_error *err)
	GB_MUST_CHECK;
void gb_json_free(struct gb_json *document);
void gb_json_freep(struct gb_json **document); /* for GB_CLEANUP */

enum gb_json_kind gb_json_kind(const struct gb_json *value);
const char *gb_json_kind_name(enum gb_json_kind kind); /* "an object" */

/* The member of OBJECT called KEY, else one that differs only in case (as Go's readers match,
 * and as jib before 2020 wrote); NULL if there is none, it is null, or OBJECT is no object. */
const struct gb_json *gb_json_get(const struct gb_json *object, const char *key);

/* Goes through the members of OBJECT in their order: start with *CURSOR NULL, stop at false.
 * *RET_KEY and *RET_VALUE (NULL for null) are borrowed. */
bool gb_json_next(const struct gb_json *object, void **cursor, struct gb_span *ret_key,
		  const struct gb_json **ret_value);

size_t gb_json_size(const struct gb_json *array); /* 0 if VALUE is no array */
const struct gb_json *gb_json_at(const struct gb_json *array, size_t index);

/* The text of a string, of a number or boolean as JSON writes it; absent for all else. NUMBER
 * backs the span of a number. */
struct gb_span gb_json_scalar(const struct gb_json *value, char number[32]);

/* The text of a string, absent for all else. */
struct gb_span gb_json_string(const struct gb_json *value);

/* The members KEY of OBJECT by type. Absent is allowed and gives NULL or the absent span;
 * another type is SCHEMA ("KEY: expected a string, found a number"). */
enum gpubadge_code gb_json_get_string(const struct gb_json *object, const char *key,
				      struct gb_span *ret_text, struct gpubadge_error *err)
	GB_MUST_CHECK;
enum gpubadge_code gb_json_get_kind(const struct gb_json *object, const char *key,
				    enum gb_json_kind kind, const struct gb_json **ret_value,
				    struct gpubadge_error *err) GB_MUST_CHECK;

/* An integer of at least 0; *RET_THERE tells whether there is one. */
enum gpubadge_code gb_json_get_size(const struct gb_json *object, const char *key, bool *ret_there,
				    uint64_t *ret_number, struct gpubadge_error *err) GB_MUST_CHECK;

#endif
