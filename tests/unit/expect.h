/* SPDX-License-Identifier: Apache-2.0 */

/* What the tests compare again and again, with both sides in the message. The failed check
 * names the line of the test. */
#ifndef GB_TESTS_EXPECT_H
#define GB_TESTS_EXPECT_H

#include <criterion/criterion.h>

#include "base/gb-error.h"
#include "base/gb-span.h"

/* A string literal as a span, NUL bytes inside it included. */
#define SPAN(literal) ((struct gb_span){"" literal, sizeof(literal) - 1})

#define NO_ERROR ((struct gpubadge_error){.code = GPUBADGE_OK})

#define expect_text(actual, wanted) expect_text_at(__LINE__, actual, wanted)
#define expect_span(actual, wanted) expect_span_at(__LINE__, actual, wanted)
#define expect_error(err, code, text) expect_error_at(__LINE__, err, code, text)
#define expect_error_in(err, code, part) expect_error_in_at(__LINE__, err, code, part)
#define expect_ok(err) expect_error_at(__LINE__, err, GPUBADGE_OK, "")

/* WANTED NULL: the string, or the span, is absent. */
void expect_text_at(int line, const char *actual, const char *wanted);
void expect_span_at(int line, struct gb_span actual, const char *wanted);

void expect_error_at(int line, const struct gpubadge_error *err, enum gpubadge_code code,
		     const char *text);

/* The text only has to hold PART: the rest is another library's wording. */
void expect_error_in_at(int line, const struct gpubadge_error *err, enum gpubadge_code code,
			const char *part);

#endif
