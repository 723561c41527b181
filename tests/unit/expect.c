/* SPDX-License-Identifier: Apache-2.0 */
#include "expect.h"

#include <string.h>

void expect_text_at(int line, const char *actual, const char *wanted)
{
	cr_assert((actual && wanted) || actual == wanted, "line %d: got \"%s\", expected \"%s\"",
		  line, actual ? actual : "(null)", wanted ? wanted : "(null)");
	cr_assert(!actual || strcmp(actual, wanted) == 0,
		  "line %d:\n     got \"%s\"\nexpected \"%s\"", line, actual, wanted);
}

void expect_span_at(int line, struct gb_span actual, const char *wanted)
{
	cr_assert((actual.ptr == NULL) == (wanted == NULL),
		  "line %d: got \"%.*s\"%s, expected \"%s\"", line, (int)actual.len,
		  actual.ptr ? actual.ptr : "", actual.ptr ? "" : " (absent)",
		  wanted ? wanted : "(absent)");
	if (wanted)
		cr_assert(actual.len == strlen(wanted) &&
				  memcmp(actual.ptr, wanted, actual.len) == 0,
			  "line %d:\n     got \"%.*s\"\nexpected \"%s\"", line, (int)actual.len,
			  actual.ptr, wanted);
}

void expect_error_at(int line, const struct gpubadge_error *err, enum gpubadge_code code,
		     const char *text)
{
	cr_assert(err->code == code, "line %d: got %s (%s), expected %s", line,
		  gpubadge_code_name(err->code), err->text, gpubadge_code_name(code));
	expect_text_at(line, err->text, text);
}

void expect_error_in_at(int line, const struct gpubadge_error *err, enum gpubadge_code code,
			const char *part)
{
	cr_assert(err->code == code, "line %d: got %s (%s), expected %s", line,
		  gpubadge_code_name(err->code), err->text, gpubadge_code_name(code));
	cr_assert(strstr(err->text, part), "line %d: \"%s\" does not hold \"%s\"", line, err->text,
		  part);
}
