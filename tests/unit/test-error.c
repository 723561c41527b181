/* SPDX-License-Identifier: Apache-2.0 */
#include "base/gb-error.h"

#include <errno.h>
#include <string.h>

#include "base/gb-quote.h"
#include "expect.h"

Test(gb_error, has_a_name_for_every_code)
{
	static const struct {
		enum gpubadge_code code;
		const char *name;
	} table[] = {
		{GPUBADGE_OK, "OK"},
		{GPUBADGE_E_USAGE, "USAGE"},
		{GPUBADGE_E_NOMEM, "NOMEM"},
		{GPUBADGE_E_IO, "IO"},
		{GPUBADGE_E_NOT_IMAGE, "NOT_IMAGE"},
		{GPUBADGE_E_TRUNCATED, "TRUNCATED"},
		{GPUBADGE_E_CORRUPT, "CORRUPT"},
		{GPUBADGE_E_JSON, "JSON"},
		{GPUBADGE_E_SCHEMA, "SCHEMA"},
		{GPUBADGE_E_MISSING, "MISSING"},
		{GPUBADGE_E_DIGEST, "DIGEST"},
		{GPUBADGE_E_UNSUPPORTED, "UNSUPPORTED"},
		{GPUBADGE_E_ARTIFACT, "ARTIFACT"},
		{GPUBADGE_E_AMBIGUOUS, "AMBIGUOUS"},
		{GPUBADGE_E_CONFLICT, "CONFLICT"},
		{GPUBADGE_E_LIMIT, "LIMIT"},
	};

	for (size_t i = 0; i < GB_ARRAY_LEN(table); i++)
		cr_expect_str_eq(gpubadge_code_name(table[i].code), table[i].name);
}

Test(gb_error, has_a_name_for_a_code_from_the_future)
{
	expect_text(gpubadge_code_name((enum gpubadge_code)1000), "UNKNOWN");
	expect_text(gpubadge_code_name((enum gpubadge_code) - 1), "UNKNOWN");
}

Test(gb_error, returns_and_keeps_what_was_set)
{
	struct gpubadge_error err = NO_ERROR;

	cr_assert_eq(gb_error_set(&err, GPUBADGE_E_JSON, "line %d", 3), GPUBADGE_E_JSON);
	expect_error(&err, GPUBADGE_E_JSON, "line 3");
	cr_assert_eq(err.sys_errno, 0);
}

Test(gb_error, escapes_foreign_bytes)
{
	struct gpubadge_error err = NO_ERROR;

	gb_error_set(&err, GPUBADGE_E_JSON, "%s", "\x1b]0;x\x07\xff");
	expect_error(&err, GPUBADGE_E_JSON, "\\x1b]0;x\\x07\\xff");
}

Test(gb_error, cuts_a_text_that_is_too_long)
{
	struct gpubadge_error err = NO_ERROR;
	char text[3 * GPUBADGE_ERROR_TEXT];

	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	gb_error_set(&err, GPUBADGE_E_JSON, "%s", text);
	cr_assert_eq(strlen(err.text), GPUBADGE_ERROR_TEXT - 1);
}

Test(gb_error, describes_an_errno)
{
	struct gpubadge_error err = NO_ERROR;

	cr_assert_eq(gb_error_set_errno(&err, GPUBADGE_E_IO, ENOENT, "cannot open %s", "x"),
		     GPUBADGE_E_IO);
	expect_error(&err, GPUBADGE_E_IO, "cannot open x: No such file or directory");
	cr_assert_eq(err.sys_errno, ENOENT);
}

Test(gb_error, says_out_of_memory)
{
	struct gpubadge_error err = NO_ERROR;

	cr_assert_eq(gb_error_set_nomem(&err), GPUBADGE_E_NOMEM);
	expect_error(&err, GPUBADGE_E_NOMEM, "out of memory");
}

Test(gb_error, puts_context_before_the_cause)
{
	struct gpubadge_error err = NO_ERROR;

	gb_error_set(&err, GPUBADGE_E_SCHEMA, "expected a string");
	cr_assert_eq(gb_error_wrap(&err, "[%d].Config", 0), GPUBADGE_E_SCHEMA);
	gb_error_wrap(&err, "manifest.json");
	gb_error_wrap(&err, "image.tar");
	expect_error(&err, GPUBADGE_E_SCHEMA,
		     "image.tar: manifest.json: [0].Config: expected a string");
}

Test(gb_error, escapes_foreign_bytes_in_the_context)
{
	struct gpubadge_error err = NO_ERROR;

	gb_error_set(&err, GPUBADGE_E_SCHEMA, "no");
	gb_error_wrap(&err, "%s", "a\nb");
	expect_error(&err, GPUBADGE_E_SCHEMA, "a\\x0ab: no");
}

Test(gb_error, shortens_the_context_and_keeps_the_cause)
{
	struct gpubadge_error err = NO_ERROR;
	char context[GPUBADGE_ERROR_TEXT];

	memset(context, 'c', sizeof(context));
	context[sizeof(context) - 1] = '\0';
	gb_error_set(&err, GPUBADGE_E_SCHEMA, "the cause");
	gb_error_wrap(&err, "%s", context);
	cr_assert_eq(strlen(err.text), GPUBADGE_ERROR_TEXT - 1);
	expect_text(err.text + strlen(err.text) - strlen("cc: the cause"), "cc: the cause");
}

Test(gb_error, keeps_a_cause_that_leaves_no_room_for_context)
{
	struct gpubadge_error err = NO_ERROR;
	char cause[GPUBADGE_ERROR_TEXT];

	memset(cause, 'c', sizeof(cause));
	cause[sizeof(cause) - 1] = '\0';
	gb_error_set(&err, GPUBADGE_E_SCHEMA, "%s", cause);
	cr_assert_eq(gb_error_wrap(&err, "context"), GPUBADGE_E_SCHEMA);
	expect_error(&err, GPUBADGE_E_SCHEMA, cause);
}

/* The public header promises UTF-8. */
Test(gb_error, shortens_the_context_between_characters)
{
	char context[GPUBADGE_ERROR_TEXT];
	size_t used = 0;

	while (used + 2 < sizeof(context)) {
		context[used++] = '\xc3';
		context[used++] = '\xa9';
	}
	context[used] = '\0';
	for (size_t length = 10; length < 12; length++) {
		struct gpubadge_error err = NO_ERROR;
		struct gb_span rest;
		uint32_t character;

		gb_error_set(&err, GPUBADGE_E_SCHEMA, "%.*s", (int)length, "the causes!!");
		gb_error_wrap(&err, "%s", context);
		rest = gb_span_of(err.text);
		while (rest.len > 0)
			cr_assert(gb_utf8_next(&rest, &character), "cause of %zu bytes: %s", length,
				  err.text);
	}
}

Test(gb_error, can_be_forgotten)
{
	struct gpubadge_error err = NO_ERROR;

	gb_error_set_errno(&err, GPUBADGE_E_IO, ENOENT, "x");
	gb_error_clear(&err);
	expect_ok(&err);
	cr_assert_eq(err.sys_errno, 0);
}
