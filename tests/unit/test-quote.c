/* SPDX-License-Identifier: Apache-2.0 */
#include "base/gb-quote.h"

#include <string.h>

#include "base/gb-bytes.h"
#include "expect.h"

Test(gb_quote, decodes_utf8)
{
	/* RFC 3629, section 3: the first and last character of each length. */
	static const struct {
		struct gb_span bytes;
		uint32_t character;
	} table[] = {
		{{"\x00", 1}, 0},
		{{"A", 1}, 'A'},
		{{"\x7f", 1}, 0x7f},
		{{"\xc2\x80", 2}, 0x80},
		{{"\xc3\xa9", 2}, 0xe9},
		{{"\xdf\xbf", 2}, 0x7ff},
		{{"\xe0\xa0\x80", 3}, 0x800},
		{{"\xed\x9f\xbf", 3}, 0xd7ff},
		{{"\xee\x80\x80", 3}, 0xe000},
		{{"\xef\xbf\xbf", 3}, 0xffff},
		{{"\xf0\x90\x80\x80", 4}, 0x10000},
		{{"\xf4\x8f\xbf\xbf", 4}, 0x10ffff},
	};

	for (size_t i = 0; i < GB_ARRAY_LEN(table); i++) {
		struct gb_span rest = table[i].bytes;
		uint32_t character = 0;

		cr_expect(gb_utf8_next(&rest, &character), "row %zu", i);
		cr_expect_eq(character, table[i].character, "row %zu: %x", i, character);
		cr_expect_eq(rest.len, 0, "row %zu: %zu left", i, rest.len);
	}
}

Test(gb_quote, takes_one_byte_where_there_is_no_utf8)
{
	static const struct gb_span table[] = {
		{"\x80", 1},             /* continuation alone */
		{"\xc0\x80", 2},         /* overlong NUL */
		{"\xc1\xbf", 2},         /* overlong */
		{"\xe0\x9f\xbf", 3},     /* overlong */
		{"\xed\xa0\x80", 3},     /* surrogate D800 */
		{"\xed\xbf\xbf", 3},     /* surrogate DFFF */
		{"\xf0\x8f\xbf\xbf", 4}, /* overlong */
		{"\xf4\x90\x80\x80", 4}, /* above 10FFFF */
		{"\xf5\x80\x80\x80", 4},
		{"\xfe", 1},
		{"\xff", 1},
		{"\xc3", 1}, /* cut off */
		{"\xe2\x82", 2},
		{"\xf0\x90\x80", 3},
		{"\xc3(", 2}, /* no continuation */
		{"\xe2\x82(", 3},
	};

	for (size_t i = 0; i < GB_ARRAY_LEN(table); i++) {
		struct gb_span rest = table[i];
		uint32_t character = 0;

		cr_expect_not(gb_utf8_next(&rest, &character), "row %zu", i);
		cr_expect_eq(character, (unsigned char)table[i].ptr[0], "row %zu", i);
		cr_expect_eq(rest.len, table[i].len - 1, "row %zu", i);
	}
}

Test(gb_quote, knows_what_can_act_on_a_terminal)
{
	static const uint32_t unsafe[] = {
		0,      0x07,   0x0a,   0x1b,   0x1f,   0x7f,   0x80,   0x9b,   0x9f,   0x61c,
		0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202e, 0x2066, 0x2069, 0xfeff,
	};

	for (size_t i = 0; i < GB_ARRAY_LEN(unsafe); i++)
		cr_expect(gb_char_is_unsafe(unsafe[i]), "U+%04X", unsafe[i]);
}

Test(gb_quote, leaves_the_neighbours_of_unsafe_characters_alone)
{
	static const uint32_t safe[] = {
		0x20,   0x7e,   0xa0,   0x61b,  0x61d,  0x200d, 0x2010,
		0x2027, 0x202f, 0x2065, 0x206a, 0xfefe, 0xff00, 0x1f600,
	};

	for (size_t i = 0; i < GB_ARRAY_LEN(safe); i++)
		cr_expect_not(gb_char_is_unsafe(safe[i]), "U+%04X", safe[i]);
}

static void quotes_to(int line, struct gb_span text, const char *wanted)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes out = gb_bytes_init(1000);

	gb_quote_append(&out, text);
	expect_span_at(line, gb_bytes_span(&out), wanted);
}

Test(gb_quote, escapes_controls)
{
	quotes_to(__LINE__, SPAN("a\x1b[31mb\n\t\x7f\0c"), "a\\x1b[31mb\\x0a\\x09\\x7f\\x00c");
}

Test(gb_quote, escapes_c1_and_bidirectional_controls)
{
	quotes_to(__LINE__, SPAN("\xc2\x9b\xe2\x80\xae\xe2\x80\xa8\xef\xbb\xbf"),
		  "\\u009b\\u202e\\u2028\\ufeff");
}

Test(gb_quote, shows_bytes_that_are_no_utf8)
{
	quotes_to(__LINE__, SPAN("\xff\xc3(\xed\xa0\x80"), "\\xff\\xc3(\\xed\\xa0\\x80");
}

Test(gb_quote, leaves_ordinary_text_alone)
{
	quotes_to(__LINE__, SPAN("caf\xc3\xa9 \"<>\\n\\\" \xf0\x9f\x98\x80"),
		  "caf\xc3\xa9 \"<>\\n\\\" \xf0\x9f\x98\x80");
}

Test(gb_quote, fills_a_buffer_to_its_last_byte)
{
	char out[4];

	gb_quote_into(out, sizeof(out), SPAN("abc"));
	expect_text(out, "abc");
}

Test(gb_quote, cuts_before_a_character_that_does_not_fit)
{
	char out[5];

	gb_quote_into(out, sizeof(out), SPAN("abc\xc3\xa9"));
	expect_text(out, "abc");
	gb_quote_into(out, sizeof(out), SPAN("a\x1b"));
	expect_text(out, "a");
}

Test(gb_quote, writes_the_nul_into_a_buffer_of_one_byte)
{
	char out[1] = {'x'};

	gb_quote_into(out, sizeof(out), SPAN("abc"));
	cr_assert_eq(out[0], '\0');
}
