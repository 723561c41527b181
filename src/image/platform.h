/* SPDX-License-Identifier: Apache-2.0 */

/* Platforms as image-index.md and containerd's platforms package write them. */
#ifndef GB_IMAGE_PLATFORM_H
#define GB_IMAGE_PLATFORM_H

#include "image/image.h"

/* Parses os/arch[/variant]; USAGE if TEXT is something else. */
enum gpubadge_code gb_platform_parse(const char *text, struct gb_arena *arena,
				     struct gb_platform *ret_platform, struct gpubadge_error *err)
	GB_MUST_CHECK;

/* Is IMAGE the platform WANTED? A variant counts only where WANTED has one; the usual variants
 * of arm (v7) and arm64 (v8) may be left out by the image. */
bool gb_platform_matches(const struct gb_platform *wanted, const struct gb_platform *image);

bool gb_platform_equal(const struct gb_platform *a, const struct gb_platform *b);

/* unknown/unknown: how BuildKit marks attestations. */
bool gb_platform_is_unknown(const struct gb_platform *platform);

/* Appends "linux/arm64/v8", or "no platform stated". */
void gb_platform_append(struct gb_bytes *out, const struct gb_platform *platform);

#endif
