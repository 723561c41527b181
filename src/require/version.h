/* SPDX-License-Identifier: Apache-2.0 */

/* Versions as libnvidia-container compares them (src/cli/dsl.c): numbers between dots, one by
 * one, leading zeros without meaning, a missing tail equal to zeros, a doubled or trailing dot
 * tolerated. 535.129.3 = 535.129.03, 12.2 = 12.2.0, 12.20 > 12.2. */
#ifndef GB_REQUIRE_VERSION_H
#define GB_REQUIRE_VERSION_H

#include "base/gb-span.h"

/* Digits and dots, a digit first, at most 100 of them. */
bool gb_version_is_valid(struct gb_span version);

/* Below, at or above 0 as A is below, equal to or above B; both must be valid. Numbers may have
 * any number of digits. */
int gb_version_compare(struct gb_span a, struct gb_span b);

/* "12.4" of "12.4.1"; all of a version that has fewer numbers. */
struct gb_span gb_version_major_minor(struct gb_span version);

/* Puts COUNT valid versions in rising order. */
void gb_version_sort(struct gb_span *versions, size_t count);

#endif
