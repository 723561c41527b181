/* SPDX-License-Identifier: Apache-2.0 */
#include "require/operand.h"

#include <strings.h>

#include "require/version.h"

/* Four numbers of 32 bits, as "535.183.06" is; false if VERSION has more or larger ones. */
static bool pack_version(struct gb_span version, uint32_t numbers[4])
{
	struct gb_span number;
	size_t count = 0;

	for (size_t i = 0; i < 4; i++)
		numbers[i] = 0;
	while (gb_span_split(&version, '.', &number)) {
		uint64_t value = 0;

		if (number.len == 0) /* a doubled or trailing dot */
			continue;
		if (count == 4 || !gb_span_number(number, &value) || value > UINT32_MAX)
			return false;
		numbers[count++] = (uint32_t)value;
	}
	return true;
}

struct gb_operand gb_operand_of_version(struct gb_span version)
{
	struct gb_operand operand = {.text = version};
	uint32_t numbers[4];

	if (version.ptr && pack_version(version, numbers)) {
		operand.high = (uint64_t)numbers[0] << 32 | numbers[1];
		operand.low = (uint64_t)numbers[2] << 32 | numbers[3];
		operand.packed = true;
	}
	return operand;
}

static uint64_t pack_letters(struct gb_span text)
{
	uint64_t letters = 0;

	for (size_t i = 0; i < text.len; i++) {
		unsigned char byte = (unsigned char)text.ptr[i];

		letters = letters << 8 | (byte >= 'A' && byte <= 'Z' ? byte | 0x20u : byte);
	}
	return letters;
}

struct gb_operand gb_operand_of_brand(struct gb_span brand)
{
	struct gb_operand operand = {.text = brand, .packed = brand.len <= 16};
	size_t head = brand.len < 8 ? brand.len : 8;

	if (operand.packed) {
		operand.high = pack_letters((struct gb_span){brand.ptr, head});
		operand.low = pack_letters(gb_span_from(brand, head));
	}
	return operand;
}

int gb_operand_compare(const struct gb_operand *a, const struct gb_operand *b)
{
	if (!a->packed || !b->packed)
		return gb_version_compare(a->text, b->text);
	if (a->high != b->high)
		return a->high < b->high ? -1 : 1;
	if (a->low != b->low)
		return a->low < b->low ? -1 : 1;
	return 0;
}

bool gb_operand_is_same_brand(const struct gb_operand *a, const struct gb_operand *b)
{
	if (a->text.len != b->text.len)
		return false;
	if (a->packed && b->packed)
		return a->high == b->high && a->low == b->low;
	return strncasecmp(a->text.ptr, b->text.ptr, a->text.len) == 0;
}
