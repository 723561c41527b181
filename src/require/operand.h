/* SPDX-License-Identifier: Apache-2.0 */

/* Values made ready to be compared many times: a requirement is compared with every server of a
 * fleet. What real versions and brands look like fits 16 bytes and is compared as two numbers;
 * anything longer is compared as text, with the same answer. */
#ifndef GB_REQUIRE_OPERAND_H
#define GB_REQUIRE_OPERAND_H

#include "base/gb-span.h"

struct gb_operand {
	struct gb_span text; /* borrowed; absent: no value */
	uint64_t high, low;
	bool packed; /* HIGH and LOW hold all of it */
};

/* VERSION is valid (gb_version_is_valid()) or absent. */
struct gb_operand gb_operand_of_version(struct gb_span version);
struct gb_operand gb_operand_of_brand(struct gb_span brand);

/* As gb_version_compare(); both are versions that are there. */
int gb_operand_compare(const struct gb_operand *a, const struct gb_operand *b);

/* Are two brands the same, letters of either case alike? */
bool gb_operand_is_same_brand(const struct gb_operand *a, const struct gb_operand *b);

#endif
