/* SPDX-License-Identifier: Apache-2.0 */

/* Requirements in words. Values are appended as they stand in the image: whoever shows the
 * text quotes it. */
#ifndef GB_REQUIRE_WORDS_H
#define GB_REQUIRE_WORDS_H

#include "base/gb-bytes.h"
#include "require/acceptance.h"

/* "CUDA 12.4 or newer", "brand tesla", "compute capability 7.5 or higher". */
void gb_words_of_condition(struct gb_bytes *out, const struct gb_condition *condition);

/* Conditions joined by "and"; a lower and an upper bound of the driver become one range. The
 * brand that is asked for is left out if BRANDS says so. "any" if nothing is left. */
enum gb_words_brands { GB_WORDS_WITH_BRANDS, GB_WORDS_WITHOUT_BRANDS };
void gb_words_of_alternative(struct gb_bytes *out, const struct gb_alternative *alternative,
			     enum gb_words_brands brands);

/* "470.x, 535.x, 550 and newer; not 495.x to 530.x, 545.x"; "none" if none is accepted,
 * "none for sure" if that turns on facts that nobody states, or on versions newer than the tables. */
void gb_words_of_drivers(struct gb_bytes *out, const struct gb_acceptance *acceptance);

/* The accepted drivers as advice: "driver 550 or newer, or one of branch 470.x, 535.x". Appends
 * nothing if none is accepted. */
void gb_words_of_way_in(struct gb_bytes *out, const struct gb_acceptance *acceptance);

#endif
