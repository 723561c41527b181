/* SPDX-License-Identifier: Apache-2.0 */
#include "base/gb-json-writer.h"

#include "expect.h"

/* One of everything. */
static void write_document(struct gb_json_writer *json)
{
	gb_json_open_object(json, NULL);
	gb_json_write_text(json, "text", "x");
	gb_json_write_text(json, "nothing", NULL);
	gb_json_write_null(json, "null");
	gb_json_write_bool(json, "yes", true);
	gb_json_write_bool(json, "no", false);
	gb_json_open_array(json, "array");
	gb_json_write_text(json, NULL, "a");
	gb_json_open_object(json, NULL);
	gb_json_close_object(json);
	gb_json_open_array(json, NULL);
	gb_json_close_array(json);
	gb_json_write_span(json, NULL, (struct gb_span){NULL, 0});
	gb_json_close_array(json);
	gb_json_close_object(json);
}

Test(gb_json_writer, writes_one_line)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes out = gb_bytes_init(1000);
	struct gb_json_writer json = {.out = &out, .layout = GB_JSON_ONE_LINE};

	write_document(&json);
	expect_span(gb_bytes_span(&out),
		    "{\"text\":\"x\",\"nothing\":null,\"null\":null,\"yes\":true,\"no\":false,"
		    "\"array\":[\"a\",{},[],null]}");
}

Test(gb_json_writer, indents)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes out = gb_bytes_init(1000);
	struct gb_json_writer json = {.out = &out, .layout = GB_JSON_INDENTED};

	write_document(&json);
	expect_span(gb_bytes_span(&out), "{\n"
					 "  \"text\": \"x\",\n"
					 "  \"nothing\": null,\n"
					 "  \"null\": null,\n"
					 "  \"yes\": true,\n"
					 "  \"no\": false,\n"
					 "  \"array\": [\n"
					 "    \"a\",\n"
					 "    {},\n"
					 "    [],\n"
					 "    null\n"
					 "  ]\n"
					 "}");
}

static void writes_string(int line, struct gb_span text, const char *wanted)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes out = gb_bytes_init(1000);
	struct gb_json_writer json = {.out = &out, .layout = GB_JSON_ONE_LINE};

	gb_json_write_span(&json, NULL, text);
	expect_span_at(line, gb_bytes_span(&out), wanted);
}

Test(gb_json_writer, escapes_quotes_and_backslashes)
{
	writes_string(__LINE__, SPAN("a\"b\\c"), "\"a\\\"b\\\\c\"");
}

Test(gb_json_writer, escapes_what_could_act_on_a_terminal)
{
	writes_string(__LINE__, SPAN("\x1b\n\0\x7f\xc2\x9b\xe2\x80\xae"),
		      "\"\\u001b\\u000a\\u0000\\u007f\\u009b\\u202e\"");
}

Test(gb_json_writer, leaves_angle_brackets_and_other_characters_alone)
{
	writes_string(__LINE__, SPAN("<>&'/ \xc3\xa9 \xf0\x9f\x98\x80"),
		      "\"<>&'/ \xc3\xa9 \xf0\x9f\x98\x80\"");
}

Test(gb_json_writer, replaces_bytes_that_are_no_utf8)
{
	writes_string(__LINE__, SPAN("a\xff\xc3z"), "\"a\xef\xbf\xbd\xef\xbf\xbdz\"");
}

Test(gb_json_writer, tells_an_empty_text_from_an_absent_one)
{
	writes_string(__LINE__, SPAN(""), "\"\"");
	writes_string(__LINE__, (struct gb_span){NULL, 0}, "null");
}

Test(gb_json_writer, escapes_keys_too)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes out = gb_bytes_init(1000);
	struct gb_json_writer json = {.out = &out, .layout = GB_JSON_ONE_LINE};

	gb_json_open_object(&json, NULL);
	gb_json_write_bool(&json, "a\"\n", true);
	gb_json_close_object(&json);
	expect_span(gb_bytes_span(&out), "{\"a\\\"\\u000a\":true}");
}
