/* SPDX-License-Identifier: Apache-2.0 */
#include "base/gb-json.h"

#include <stdlib.h>
#include <string.h>

#include "expect.h"

#define MANY 1000

/* TEXT parsed; the caller frees it. */
static struct gb_json *parsed(struct gb_span text)
{
	struct gpubadge_error err = NO_ERROR;
	struct gb_json *document = NULL;

	cr_assert_eq(gb_json_parse(text, MANY, &document, &err), GPUBADGE_OK, "%s", err.text);
	return document;
}

static void refuses(int line, struct gb_span text, enum gpubadge_code code, const char *message)
{
	struct gpubadge_error err = NO_ERROR;
	struct gb_json *const untouched = (struct gb_json *)&err;
	struct gb_json *document = untouched;

	cr_assert_eq(gb_json_parse(text, MANY, &document, &err), code, "line %d: %s", line,
		     err.text);
	expect_error_in_at(line, &err, code, message);
	cr_assert_eq(document, untouched, "line %d", line);
}

Test(gb_json, parses_every_kind_of_value)
{
	static const struct {
		const char *text;
		enum gb_json_kind kind;
	} table[] = {
		{"{}", GB_JSON_OBJECT},     {"[]", GB_JSON_ARRAY},    {"\"x\"", GB_JSON_STRING},
		{"12", GB_JSON_INTEGER},    {"1.5", GB_JSON_REAL},    {"true", GB_JSON_BOOLEAN},
		{"false", GB_JSON_BOOLEAN}, {"null", GB_JSON_ABSENT},
	};

	for (size_t i = 0; i < GB_ARRAY_LEN(table); i++) {
		GB_CLEANUP(gb_json_freep) struct gb_json *document = NULL;

		document = parsed(gb_span_of(table[i].text));
		cr_expect_eq(gb_json_kind(document), table[i].kind, "%s", table[i].text);
	}
}

Test(gb_json, takes_null_for_absent)
{
	cr_assert_eq(gb_json_kind(NULL), GB_JSON_ABSENT);
}

Test(gb_json, names_the_kinds)
{
	expect_text(gb_json_kind_name(GB_JSON_ABSENT), "null");
	expect_text(gb_json_kind_name(GB_JSON_OBJECT), "an object");
	expect_text(gb_json_kind_name(GB_JSON_ARRAY), "an array");
	expect_text(gb_json_kind_name(GB_JSON_STRING), "a string");
	expect_text(gb_json_kind_name(GB_JSON_INTEGER), "a number");
	expect_text(gb_json_kind_name(GB_JSON_REAL), "a fraction");
	expect_text(gb_json_kind_name(GB_JSON_BOOLEAN), "a boolean");
}

Test(gb_json, refuses_an_empty_text)
{
	refuses(__LINE__, SPAN(""), GPUBADGE_E_JSON, "is empty, not JSON");
	refuses(__LINE__, (struct gb_span){NULL, 0}, GPUBADGE_E_JSON, "is empty, not JSON");
}

Test(gb_json, names_line_and_column_of_a_mistake)
{
	refuses(__LINE__, SPAN("{\n  x}"), GPUBADGE_E_JSON, "is not JSON: line 2, column 3: ");
}

Test(gb_json, refuses_what_is_almost_json)
{
	static const struct gb_span table[] = {
		{"\xef\xbb\xbf{}", 5}, /* byte order mark */
		{"{\0}\0", 4},         /* UTF-16 */
		{"{} // comment", 13},
		{"[1,]", 4},
		{"{'a':1}", 7},
		{"{}{}", 4}, /* a second document */
		{"{}\0", 3},
		{"\"\xff\"", 3},     /* no UTF-8 */
		{"\"\xc0\x80\"", 4}, /* overlong */
		{"\"\\ud800\"", 8},  /* lone surrogate */
		{"1e400", 5},
		{"9223372036854775808", 19},
		{"NaN", 3},
		{"[", 1},
		{" ", 1},
	};

	for (size_t i = 0; i < GB_ARRAY_LEN(table); i++) {
		struct gpubadge_error err = NO_ERROR;
		GB_CLEANUP(gb_json_freep) struct gb_json *document = NULL;

		cr_expect_eq(gb_json_parse(table[i], MANY, &document, &err), GPUBADGE_E_JSON,
			     "row %zu", i);
		cr_expect_not_null(strstr(err.text, "is not JSON: line "), "row %zu: %s", i,
				   err.text);
	}
}

Test(gb_json, refuses_two_hundred_thousand_brackets_without_overflow)
{
	struct gpubadge_error err = NO_ERROR;
	struct gb_json *document = NULL;
	size_t size = 200000;
	char *text = malloc(size);

	memset(text, '[', size);
	cr_expect_eq(gb_json_parse((struct gb_span){text, size}, UINT64_MAX, &document, &err),
		     GPUBADGE_E_LIMIT);
	free(text);
	expect_error(&err, GPUBADGE_E_LIMIT,
		     "nested deeper than 2048 levels, which cannot be raised (line 1)");
}

Test(gb_json, holds_as_many_values_as_allowed)
{
	GB_CLEANUP(gb_json_freep) struct gb_json *document = NULL;
	struct gpubadge_error err = NO_ERROR;

	/* The array, and one, two, three. */
	cr_assert_eq(gb_json_parse(SPAN("[1,2,3]"), 4, &document, &err), GPUBADGE_OK);
}

Test(gb_json, refuses_one_value_more_than_allowed)
{
	struct gpubadge_error err = NO_ERROR;
	struct gb_json *document = NULL;

	cr_assert_eq(gb_json_parse(SPAN("[1,2,3]"), 3, &document, &err), GPUBADGE_E_LIMIT);
	expect_error(&err, GPUBADGE_E_LIMIT,
		     "more than the limit of 3 JSON values; --limit json_values=N raises it");
}

Test(gb_json, does_not_count_brackets_and_commas_in_strings)
{
	GB_CLEANUP(gb_json_freep) struct gb_json *document = NULL;
	struct gpubadge_error err = NO_ERROR;

	cr_assert_eq(gb_json_parse(SPAN("[\"[,{\\\",[,\",1]"), 3, &document, &err), GPUBADGE_OK,
		     "%s", err.text);
}

Test(gb_json, counts_values_behind_an_escaped_quote)
{
	struct gpubadge_error err = NO_ERROR;
	struct gb_json *document = NULL;

	cr_assert_eq(gb_json_parse(SPAN("[\"\\\\\",1,2]"), 3, &document, &err), GPUBADGE_E_LIMIT);
}

Test(gb_json, frees_null)
{
	gb_json_free(NULL);
}

Test(gb_json, keeps_a_nul_inside_a_string)
{
	GB_CLEANUP(gb_json_freep) struct gb_json *document = parsed(SPAN("\"a\\u0000b\""));
	struct gb_span text = gb_json_string(document);

	cr_assert_eq(text.len, 3);
	cr_assert_eq(memcmp(text.ptr, "a\0b", 3), 0);
}

Test(gb_json, gets_the_last_of_a_doubled_key)
{
	GB_CLEANUP(gb_json_freep) struct gb_json *document = parsed(SPAN("{\"a\":1,\"a\":\"2\"}"));

	expect_span(gb_json_string(gb_json_get(document, "a")), "2");
}

Test(gb_json, gets_a_key_in_another_case)
{
	GB_CLEANUP(gb_json_freep) struct gb_json *document = parsed(SPAN("{\"CONFIG\":\"x\"}"));

	expect_span(gb_json_string(gb_json_get(document, "Config")), "x");
}

Test(gb_json, prefers_the_key_as_written)
{
	GB_CLEANUP(gb_json_freep)
	struct gb_json *document = parsed(
		SPAN("{\"config\":\"lower\",\"Config\":\"exact\",\"CONFIG\":\"upper\"}"));

	expect_span(gb_json_string(gb_json_get(document, "Config")), "exact");
}

Test(gb_json, gets_nothing_for_null_and_for_what_is_no_object)
{
	GB_CLEANUP(gb_json_freep)
	struct gb_json *document = parsed(SPAN("{\"a\":null,\"B\":null}"));
	GB_CLEANUP(gb_json_freep) struct gb_json *array = parsed(SPAN("[1]"));

	cr_assert_null(gb_json_get(document, "a"));
	cr_assert_null(gb_json_get(document, "b"));
	cr_assert_null(gb_json_get(document, "missing"));
	cr_assert_null(gb_json_get(array, "a"));
	cr_assert_null(gb_json_get(NULL, "a"));
}

Test(gb_json, walks_an_array)
{
	GB_CLEANUP(gb_json_freep) struct gb_json *document = parsed(SPAN("[\"a\",null,\"c\"]"));

	cr_assert_eq(gb_json_size(document), 3);
	expect_span(gb_json_string(gb_json_at(document, 2)), "c");
	cr_assert_null(gb_json_at(document, 1));
	cr_assert_null(gb_json_at(document, 3));
}

Test(gb_json, has_no_elements_in_what_is_no_array)
{
	GB_CLEANUP(gb_json_freep) struct gb_json *document = parsed(SPAN("{\"a\":1}"));

	cr_assert_eq(gb_json_size(document), 0);
	cr_assert_eq(gb_json_size(NULL), 0);
	cr_assert_null(gb_json_at(NULL, 0));
}

Test(gb_json, has_a_string_only_of_a_string)
{
	GB_CLEANUP(gb_json_freep) struct gb_json *document = parsed(SPAN("[1,true,[],\"\"]"));

	for (size_t i = 0; i < 3; i++)
		expect_span(gb_json_string(gb_json_at(document, i)), NULL);
	expect_span(gb_json_string(gb_json_at(document, 3)), "");
	expect_span(gb_json_string(NULL), NULL);
}

Test(gb_json, writes_scalars_as_json_does)
{
	GB_CLEANUP(gb_json_freep)
	struct gb_json *document = parsed(
		SPAN("[\"x\",-12,1.5,true,false,null,{},[],9223372036854775807]"));
	static const char *const wanted[] = {"x",    "-12",   "1.5",
					     "true", "false", NULL,
					     NULL,   NULL,    "9223372036854775807"};
	char number[32];

	for (size_t i = 0; i < GB_ARRAY_LEN(wanted); i++)
		expect_span(gb_json_scalar(gb_json_at(document, i), number), wanted[i]);
}

Test(gb_json, gets_members_by_type)
{
	GB_CLEANUP(gb_json_freep)
	struct gb_json *document = parsed(SPAN("{\"s\":\"x\",\"o\":{},\"n\":7}"));
	struct gpubadge_error err = NO_ERROR;
	const struct gb_json *object = NULL;
	struct gb_span text = {NULL, 0};
	uint64_t number = 0;
	bool there = false;

	cr_assert_eq(gb_json_get_string(document, "s", &text, &err), GPUBADGE_OK);
	expect_span(text, "x");
	cr_assert_eq(gb_json_get_kind(document, "o", GB_JSON_OBJECT, &object, &err), GPUBADGE_OK);
	cr_assert_not_null(object);
	cr_assert_eq(gb_json_get_size(document, "n", &there, &number, &err), GPUBADGE_OK);
	cr_assert(there);
	cr_assert_eq(number, 7);
}

Test(gb_json, allows_members_to_be_absent)
{
	GB_CLEANUP(gb_json_freep) struct gb_json *document = parsed(SPAN("{\"n\":null}"));
	struct gpubadge_error err = NO_ERROR;
	const struct gb_json *object = document;
	struct gb_span text = SPAN("x");
	uint64_t number = 5;
	bool there = true;

	cr_assert_eq(gb_json_get_string(document, "s", &text, &err), GPUBADGE_OK);
	expect_span(text, NULL);
	cr_assert_eq(gb_json_get_kind(document, "n", GB_JSON_OBJECT, &object, &err), GPUBADGE_OK);
	cr_assert_null(object);
	cr_assert_eq(gb_json_get_size(document, "n", &there, &number, &err), GPUBADGE_OK);
	cr_assert_not(there);
}

Test(gb_json, refuses_a_member_of_another_type)
{
	GB_CLEANUP(gb_json_freep)
	struct gb_json *document = parsed(SPAN("{\"name\":12,\"list\":{}}"));
	struct gpubadge_error err = NO_ERROR;
	const struct gb_json *list = document;
	struct gb_span text = SPAN("untouched");

	cr_assert_eq(gb_json_get_string(document, "name", &text, &err), GPUBADGE_E_SCHEMA);
	expect_error(&err, GPUBADGE_E_SCHEMA, "name: expected a string, found a number");
	expect_span(text, "untouched");
	gb_error_clear(&err);
	cr_assert_eq(gb_json_get_kind(document, "list", GB_JSON_ARRAY, &list, &err),
		     GPUBADGE_E_SCHEMA);
	expect_error(&err, GPUBADGE_E_SCHEMA, "list: expected an array, found an object");
	cr_assert_eq(list, document);
}

Test(gb_json, refuses_a_size_that_is_negative_or_a_fraction)
{
	GB_CLEANUP(gb_json_freep)
	struct gb_json *document = parsed(SPAN("{\"a\":-1,\"b\":1500.0,\"c\":\"1\"}"));
	static const struct {
		const char *key;
		const char *message;
	} table[] = {
		{"a", "a: -1 is negative"},
		{"b", "b: expected a number, found a fraction"},
		{"c", "c: expected a number, found a string"},
	};

	for (size_t i = 0; i < GB_ARRAY_LEN(table); i++) {
		struct gpubadge_error err = NO_ERROR;
		uint64_t number = 99;
		bool there = false;

		cr_assert_eq(gb_json_get_size(document, table[i].key, &there, &number, &err),
			     GPUBADGE_E_SCHEMA);
		expect_error(&err, GPUBADGE_E_SCHEMA, table[i].message);
		cr_assert_eq(number, 99);
		cr_assert_not(there);
	}
}

Test(gb_json, goes_through_the_members_of_an_object_in_order)
{
	GB_CLEANUP(gb_json_freep)
	struct gb_json *document = parsed(SPAN("{\"b\":\"1\",\"a\":null,\"c\":\"3\"}"));
	static const char *const keys[] = {"b", "a", "c"};
	static const char *const values[] = {"1", NULL, "3"};
	const struct gb_json *value;
	void *cursor = NULL;
	struct gb_span key;

	for (size_t i = 0; i < GB_ARRAY_LEN(keys); i++) {
		cr_assert(gb_json_next(document, &cursor, &key, &value));
		expect_span(key, keys[i]);
		expect_span(gb_json_string(value), values[i]);
	}
	cr_assert_not(gb_json_next(document, &cursor, &key, &value));
}

Test(gb_json, goes_through_no_members_of_what_is_no_object)
{
	GB_CLEANUP(gb_json_freep) struct gb_json *document = parsed(SPAN("[1]"));
	const struct gb_json *value;
	void *cursor = NULL;
	struct gb_span key;

	cr_assert_not(gb_json_next(document, &cursor, &key, &value));
	cursor = NULL;
	cr_assert_not(gb_json_next(NULL, &cursor, &key, &value));
}
