/* SPDX-License-Identifier: Apache-2.0 */

/* Writes JSON into gb_bytes, keys in the order of the calls. It is not jansson's dump because
 * that leaves DEL, C1 controls and bidirectional controls as they are, and a report may be
 * shown on a terminal: here every character that gb_char_is_unsafe() names becomes \uNNNN, and
 * bytes that are not UTF-8 become U+FFFD. "<" and ">" stay. */
#ifndef GB_BASE_JSON_WRITER_H
#define GB_BASE_JSON_WRITER_H

#include "base/gb-bytes.h"

enum gb_json_layout { GB_JSON_ONE_LINE, GB_JSON_INDENTED };

struct gb_json_writer {
	struct gb_bytes *out;
	enum gb_json_layout layout;
	int depth;
	bool comma; /* the container already has a member */
};

/* KEY is NULL inside an array and at the top. */
void gb_json_open_object(struct gb_json_writer *writer, const char *key);
void gb_json_close_object(struct gb_json_writer *writer);
void gb_json_open_array(struct gb_json_writer *writer, const char *key);
void gb_json_close_array(struct gb_json_writer *writer);
/* An absent span or NULL is written as null. */
void gb_json_write_text(struct gb_json_writer *writer, const char *key, const char *text);
void gb_json_write_span(struct gb_json_writer *writer, const char *key, struct gb_span text);
void gb_json_write_bool(struct gb_json_writer *writer, const char *key, bool value);
void gb_json_write_size(struct gb_json_writer *writer, const char *key, size_t number);
void gb_json_write_null(struct gb_json_writer *writer, const char *key);

#endif
