/* SPDX-License-Identifier: Apache-2.0 */
#include "base/gb-span.h"

#include <string.h>
#include <strings.h>

struct gb_span gb_span_of(const char *text)
{
	return (struct gb_span){text, text ? strlen(text) : 0};
}

struct gb_span gb_span_from(struct gb_span span, size_t start)
{
	if (start == 0) /* the absent span has no address to add to */
		return span;
	return (struct gb_span){span.ptr + start, span.len - start};
}

bool gb_span_is(struct gb_span span, const char *text)
{
	return gb_span_equal(span, gb_span_of(text));
}

bool gb_span_is_nocase(struct gb_span span, const char *text)
{
	size_t len = strlen(text);

	return span.len == len && (len == 0 || strncasecmp(span.ptr, text, len) == 0);
}

bool gb_span_equal(struct gb_span a, struct gb_span b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool gb_span_starts(struct gb_span span, const char *prefix)
{
	size_t len = strlen(prefix);

	return len == 0 || (span.len >= len && memcmp(span.ptr, prefix, len) == 0);
}

bool gb_span_ends(struct gb_span span, const char *suffix)
{
	size_t len = strlen(suffix);

	return len == 0 || (span.len >= len && memcmp(span.ptr + span.len - len, suffix, len) == 0);
}

struct gb_span gb_span_cut(struct gb_span span, size_t longest)
{
	if (span.len <= longest)
		return span;
	while (longest > 0 && ((unsigned char)span.ptr[longest] & 0xc0) == 0x80)
		longest--;
	span.len = longest;
	return span;
}

size_t gb_span_index(struct gb_span span, char byte)
{
	const char *found = span.len ? memchr(span.ptr, byte, span.len) : NULL;

	return found ? (size_t)(found - span.ptr) : span.len;
}

bool gb_span_split(struct gb_span *rest, char separator, struct gb_span *ret_piece)
{
	size_t end;

	if (!rest->ptr)
		return false;
	end = gb_span_index(*rest, separator);
	*ret_piece = (struct gb_span){rest->ptr, end};
	if (end == rest->len)
		*rest = (struct gb_span){NULL, 0};
	else
		*rest = gb_span_from(*rest, end + 1);
	return true;
}

bool gb_span_number(struct gb_span span, uint64_t *ret_number)
{
	uint64_t number = 0;

	if (span.len == 0)
		return false;
	for (size_t i = 0; i < span.len; i++) {
		unsigned digit = (unsigned char)span.ptr[i] - (unsigned)'0';

		if (digit > 9 || __builtin_mul_overflow(number, 10, &number) ||
		    __builtin_add_overflow(number, digit, &number))
			return false;
	}
	*ret_number = number;
	return true;
}
