/* SPDX-License-Identifier: Apache-2.0 */
#include "base/gb-span.h"

#include "base/gb-attr.h"
#include "expect.h"

static const struct gb_span absent = {NULL, 0};

Test(gb_span, is_absent_for_null)
{
	expect_span(gb_span_of(NULL), NULL);
}

Test(gb_span, is_empty_for_an_empty_string)
{
	expect_span(gb_span_of(""), "");
}

Test(gb_span, starts_later_from_an_index)
{
	expect_span(gb_span_from(SPAN("abc"), 1), "bc");
	expect_span(gb_span_from(SPAN("abc"), 3), "");
}

Test(gb_span, stays_absent_from_its_beginning)
{
	expect_span(gb_span_from(absent, 0), NULL);
}

Test(gb_span, compares_all_bytes_with_a_text)
{
	cr_assert(gb_span_is(SPAN("abc"), "abc"));
	cr_assert_not(gb_span_is(SPAN("abc"), "ab"));
	cr_assert_not(gb_span_is(SPAN("ab"), "abc"));
	cr_assert_not(gb_span_is(SPAN("abc"), "abC"));
	cr_assert_not(gb_span_is(SPAN("abc\0"), "abc"));
}

Test(gb_span, does_not_look_at_the_case_where_asked)
{
	cr_assert(gb_span_is_nocase(SPAN("CUDA"), "cuda"));
	cr_assert(gb_span_is_nocase(SPAN("cuda"), "CuDa"));
	cr_assert_not(gb_span_is_nocase(SPAN("cud"), "cuda"));
	cr_assert_not(gb_span_is_nocase(SPAN("cudA1"), "cuda"));
}

Test(gb_span, equals_another_by_content)
{
	cr_assert(gb_span_equal(SPAN("a\0b"), SPAN("a\0b")));
	cr_assert_not(gb_span_equal(SPAN("a\0b"), SPAN("a\0c")));
	cr_assert(gb_span_equal(absent, absent));
	cr_assert(gb_span_equal(absent, SPAN("")));
}

Test(gb_span, knows_its_prefix)
{
	cr_assert(gb_span_starts(SPAN("abc"), "ab"));
	cr_assert(gb_span_starts(SPAN("abc"), "abc"));
	cr_assert(gb_span_starts(SPAN("abc"), ""));
	cr_assert_not(gb_span_starts(SPAN("abc"), "abcd"));
	cr_assert_not(gb_span_starts(SPAN("abc"), "b"));
	cr_assert_not(gb_span_starts(absent, "a"));
}

Test(gb_span, knows_its_suffix)
{
	cr_assert(gb_span_ends(SPAN("abc"), "bc"));
	cr_assert(gb_span_ends(SPAN("abc"), "abc"));
	cr_assert(gb_span_ends(SPAN("abc"), ""));
	cr_assert_not(gb_span_ends(SPAN("abc"), "xabc"));
	cr_assert_not(gb_span_ends(SPAN("abc"), "b"));
	cr_assert_not(gb_span_ends(absent, "a"));
}

Test(gb_span, finds_the_first_of_a_byte)
{
	cr_assert_eq(gb_span_index(SPAN("a=b=c"), '='), 1);
	cr_assert_eq(gb_span_index(SPAN("a\0b"), '\0'), 1);
}

Test(gb_span, answers_its_length_for_a_byte_it_lacks)
{
	cr_assert_eq(gb_span_index(SPAN("abc"), '='), 3);
	cr_assert_eq(gb_span_index(absent, '='), 0);
}

Test(gb_span, splits_with_empty_pieces)
{
	struct gb_span rest = SPAN("a,,b"), piece;

	cr_assert(gb_span_split(&rest, ',', &piece));
	expect_span(piece, "a");
	cr_assert(gb_span_split(&rest, ',', &piece));
	expect_span(piece, "");
	cr_assert(gb_span_split(&rest, ',', &piece));
	expect_span(piece, "b");
	cr_assert_not(gb_span_split(&rest, ',', &piece));
}

Test(gb_span, splits_an_empty_piece_behind_a_trailing_separator)
{
	struct gb_span rest = SPAN("a,"), piece;

	cr_assert(gb_span_split(&rest, ',', &piece));
	cr_assert(gb_span_split(&rest, ',', &piece));
	expect_span(piece, "");
	cr_assert_not(gb_span_split(&rest, ',', &piece));
}

Test(gb_span, splits_an_empty_span_into_one_piece)
{
	struct gb_span rest = SPAN(""), piece;

	cr_assert(gb_span_split(&rest, ',', &piece));
	expect_span(piece, "");
	cr_assert_not(gb_span_split(&rest, ',', &piece));
}

Test(gb_span, splits_an_absent_span_into_none)
{
	struct gb_span rest = absent, piece = SPAN("untouched");

	cr_assert_not(gb_span_split(&rest, ',', &piece));
	expect_span(piece, "untouched");
}

Test(gb_span, reads_decimal_numbers)
{
	static const struct {
		struct gb_span text;
		uint64_t number;
	} table[] = {
		{{"0", 1}, 0},
		{{"7", 1}, 7},
		{{"00042", 5}, 42},
		{{"18446744073709551615", 20}, UINT64_MAX},
		{{"000000000000000000000000000001", 30}, 1},
	};

	for (size_t i = 0; i < GB_ARRAY_LEN(table); i++) {
		uint64_t number = 99;

		cr_expect(gb_span_number(table[i].text, &number), "row %zu", i);
		cr_expect_eq(number, table[i].number, "row %zu", i);
	}
}

Test(gb_span, refuses_what_is_no_number_or_too_big)
{
	static const struct gb_span table[] = {
		{NULL, 0},  {"", 0},     {"-1", 2},
		{"+1", 2},  {" 1", 2},   {"1 ", 2},
		{"1.0", 3}, {"0x1", 3},  {"a", 1},
		{"/", 1},   {":", 1},    {"18446744073709551616", 20},
		{"1\0", 2}, {"\xb2", 1}, {"99999999999999999999", 20},
	};

	for (size_t i = 0; i < GB_ARRAY_LEN(table); i++) {
		uint64_t number = 99;

		cr_expect_not(gb_span_number(table[i], &number), "row %zu", i);
		cr_expect_eq(number, 99, "row %zu: output touched", i);
	}
}
