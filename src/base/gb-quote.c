/* SPDX-License-Identifier: Apache-2.0 */
#include "base/gb-quote.h"

#include <stdio.h>
#include <string.h>

#include "base/gb-bytes.h"

/* Bytes that follow the lead byte; -1 if it cannot lead. */
static int utf8_tail(unsigned char lead)
{
	if (lead < 0x80)
		return 0;
	if (lead >= 0xc2 && lead < 0xe0)
		return 1;
	if (lead >= 0xe0 && lead < 0xf0)
		return 2;
	if (lead >= 0xf0 && lead < 0xf5)
		return 3;
	return -1;
}

bool gb_utf8_next(struct gb_span *text, uint32_t *ret_char)
{
	static const uint32_t shortest[] = {0, 0x80, 0x800, 0x10000};
	const unsigned char *bytes = (const unsigned char *)text->ptr;
	int tail = utf8_tail(bytes[0]);
	uint32_t character = bytes[0];
	bool good = tail >= 0 && (size_t)tail < text->len;

	if (good && tail > 0) {
		character &= 0x3fu >> tail;
		for (int i = 1; i <= tail && good; i++) {
			good = (bytes[i] & 0xc0) == 0x80;
			character = character << 6 | (bytes[i] & 0x3f);
		}
		good = good && character >= shortest[tail] && character <= 0x10ffff &&
		       (character < 0xd800 || character > 0xdfff);
	}
	*ret_char = good ? character : bytes[0];
	*text = gb_span_from(*text, good ? (size_t)tail + 1 : 1);
	return good;
}

bool gb_char_is_unsafe(uint32_t character)
{
	return character < 0x20 || (character >= 0x7f && character <= 0x9f) || character == 0x61c ||
	       character == 0x200e || character == 0x200f ||
	       (character >= 0x2028 && character <= 0x202e) ||
	       (character >= 0x2066 && character <= 0x2069) || character == 0xfeff;
}

/* Is the first byte of REST the second one of a CI log command? TEXT is the whole of it. */
static bool is_in_command(struct gb_span text, struct gb_span rest)
{
	struct gb_span before = {text.ptr, (size_t)(rest.ptr - text.ptr)};

	if (gb_span_starts(rest, ":")) {
		while (before.len > 1 && (before.ptr[0] == ' ' || before.ptr[0] == '\t'))
			before = gb_span_from(before, 1);
		return gb_span_is(before, ":");
	}
	return gb_span_ends(before, "#") &&
	       (gb_span_starts(rest, "#[") || gb_span_starts(rest, "#vso["));
}

/* One character of REST, which is what is left of TEXT, ready to show, into OUT (at least 8
 * bytes); returns its length. */
static size_t quote_next(struct gb_span text, struct gb_span *rest, char *out)
{
	const char *start = rest->ptr;
	bool command = is_in_command(text, *rest);
	uint32_t character;
	bool valid = gb_utf8_next(rest, &character);

	if (!valid || command || (gb_char_is_unsafe(character) && character < 0x80))
		return (size_t)snprintf(out, 8, "\\x%02x", (unsigned)character & 0xff);
	if (gb_char_is_unsafe(character))
		return (size_t)snprintf(out, 8, "\\u%04x", (unsigned)character & 0xffff);
	memcpy(out, start, (size_t)(rest->ptr - start));
	return (size_t)(rest->ptr - start);
}

void gb_quote_append(struct gb_bytes *out, struct gb_span text)
{
	struct gb_span rest = text;
	char shown[8];

	while (rest.len > 0) {
		size_t len = quote_next(text, &rest, shown);

		gb_bytes_append(out, (struct gb_span){shown, len});
	}
}

void gb_quote_into(char *out, size_t size, struct gb_span text)
{
	struct gb_span rest = text;
	size_t used = 0;
	char shown[8];

	while (rest.len > 0) {
		size_t len = quote_next(text, &rest, shown);

		if (used + len >= size)
			break;
		memcpy(out + used, shown, len);
		used += len;
	}
	out[used] = '\0';
}
