/* SPDX-License-Identifier: Apache-2.0 */

/* The media types that decide whether something is a container image. */
#ifndef GB_IMAGE_MEDIA_TYPES_H
#define GB_IMAGE_MEDIA_TYPES_H

#include "base/gb-span.h"

enum gb_media_kind {
	GB_MEDIA_UNSTATED, /* no media type given: the content tells */
	GB_MEDIA_INDEX,
	GB_MEDIA_MANIFEST,
	GB_MEDIA_SCHEMA1,
	GB_MEDIA_CONFIG,
	GB_MEDIA_LAYER,
	GB_MEDIA_OTHER,
};

enum gb_media_kind gb_media_kind(struct gb_span media_type);

/* "a Helm chart" for types of known artifacts, else NULL. */
const char *gb_media_artifact(struct gb_span type);

#endif
