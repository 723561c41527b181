/* SPDX-License-Identifier: Apache-2.0 */
#include "require/version.h"

#include <stdlib.h>
#include <string.h>

/* Real ones have 12 characters. libnvidia-container itself calls conditions of 128 characters
 * and more invalid where they do not hold. */
#define LONGEST 100

static bool is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

bool gb_version_is_valid(struct gb_span version)
{
	if (version.len == 0 || version.len > LONGEST || !is_digit(version.ptr[0]))
		return false;
	for (size_t i = 0; i < version.len; i++)
		if (!is_digit(version.ptr[i]) && version.ptr[i] != '.')
			return false;
	return true;
}

/* The digits of the next number without leading zeros; empty is zero, also at the end. */
static struct gb_span take_number(struct gb_span *rest)
{
	struct gb_span number;

	while (rest->len > 0 && (rest->ptr[0] == '.' || rest->ptr[0] == '0')) {
		bool zero = rest->ptr[0] == '0';

		*rest = gb_span_from(*rest, 1);
		/* "0." is a number of its own, ".0" and "00" are not yet one. */
		if (zero && (rest->len == 0 || rest->ptr[0] == '.'))
			break;
	}
	number = (struct gb_span){rest->ptr, 0};
	while (number.len < rest->len && is_digit(number.ptr[number.len]))
		number.len++;
	*rest = gb_span_from(*rest, number.len);
	return number;
}

int gb_version_compare(struct gb_span a, struct gb_span b)
{
	while (a.len > 0 || b.len > 0) {
		struct gb_span left = take_number(&a);
		struct gb_span right = take_number(&b);
		int order;

		if (left.len != right.len)
			return left.len < right.len ? -1 : 1;
		order = left.len ? memcmp(left.ptr, right.ptr, left.len) : 0;
		if (order != 0)
			return order;
	}
	return 0;
}

struct gb_span gb_version_major_minor(struct gb_span version)
{
	size_t dot = gb_span_index(version, '.');

	if (dot < version.len)
		version.len = dot + 1 + gb_span_index(gb_span_from(version, dot + 1), '.');
	return version;
}

static int compare(const void *a, const void *b)
{
	return gb_version_compare(*(const struct gb_span *)a, *(const struct gb_span *)b);
}

void gb_version_sort(struct gb_span *versions, size_t count)
{
	qsort(versions, count, sizeof(*versions), compare);
}
