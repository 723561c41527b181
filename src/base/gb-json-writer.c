/* SPDX-License-Identifier: Apache-2.0 */
#include "base/gb-json-writer.h"

#include "base/gb-quote.h"

/* Printable ASCII that JSON has no other use for. */
static bool is_plain(char byte)
{
	return byte >= ' ' && byte <= '~' && byte != '"' && byte != '\\';
}

static void write_string(struct gb_bytes *out, struct gb_span text)
{
	gb_bytes_text(out, "\"");
	while (text.len > 0) {
		const char *start = text.ptr;
		uint32_t character;
		size_t plain = 0;

		while (plain < text.len && is_plain(text.ptr[plain]))
			plain++;
		if (plain > 0) {
			gb_bytes_append(out, (struct gb_span){start, plain});
			text = gb_span_from(text, plain);
			continue;
		}
		if (!gb_utf8_next(&text, &character))
			gb_bytes_text(out, "\xef\xbf\xbd");
		else if (gb_char_is_unsafe(character))
			gb_bytes_format(out, "\\u%04x", (unsigned)character & 0xffff);
		else if (character == '"' || character == '\\')
			gb_bytes_format(out, "\\%c", (char)character);
		else
			gb_bytes_append(out, (struct gb_span){start, (size_t)(text.ptr - start)});
	}
	gb_bytes_text(out, "\"");
}

static void break_line(struct gb_json_writer *writer)
{
	if (writer->layout == GB_JSON_ONE_LINE)
		return;
	gb_bytes_text(writer->out, "\n");
	for (int i = 0; i < writer->depth; i++)
		gb_bytes_text(writer->out, "  ");
}

/* What stands before a value: comma, line break, key. */
static void begin_value(struct gb_json_writer *writer, const char *key)
{
	if (writer->comma)
		gb_bytes_text(writer->out, ",");
	if (writer->depth > 0)
		break_line(writer);
	if (key) {
		write_string(writer->out, gb_span_of(key));
		gb_bytes_text(writer->out, writer->layout == GB_JSON_ONE_LINE ? ":" : ": ");
	}
	writer->comma = true;
}

static void open_container(struct gb_json_writer *writer, const char *key, const char *bracket)
{
	begin_value(writer, key);
	gb_bytes_text(writer->out, bracket);
	writer->depth++;
	writer->comma = false;
}

static void close_container(struct gb_json_writer *writer, const char *bracket)
{
	writer->depth--;
	if (writer->comma)
		break_line(writer);
	gb_bytes_text(writer->out, bracket);
	writer->comma = true;
}

void gb_json_open_object(struct gb_json_writer *writer, const char *key)
{
	open_container(writer, key, "{");
}

void gb_json_close_object(struct gb_json_writer *writer)
{
	close_container(writer, "}");
}

void gb_json_open_array(struct gb_json_writer *writer, const char *key)
{
	open_container(writer, key, "[");
}

void gb_json_close_array(struct gb_json_writer *writer)
{
	close_container(writer, "]");
}

void gb_json_write_span(struct gb_json_writer *writer, const char *key, struct gb_span text)
{
	begin_value(writer, key);
	if (text.ptr)
		write_string(writer->out, text);
	else
		gb_bytes_text(writer->out, "null");
}

void gb_json_write_text(struct gb_json_writer *writer, const char *key, const char *text)
{
	gb_json_write_span(writer, key, gb_span_of(text));
}

void gb_json_write_bool(struct gb_json_writer *writer, const char *key, bool value)
{
	begin_value(writer, key);
	gb_bytes_text(writer->out, value ? "true" : "false");
}

void gb_json_write_size(struct gb_json_writer *writer, const char *key, size_t number)
{
	begin_value(writer, key);
	gb_bytes_format(writer->out, "%zu", number);
}

void gb_json_write_null(struct gb_json_writer *writer, const char *key)
{
	gb_json_write_text(writer, key, NULL);
}
