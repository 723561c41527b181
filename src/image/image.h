/* SPDX-License-Identifier: Apache-2.0 */

/* From the documents of a store to its images: which manifests and configs there are, which of
 * them count, and what each config says. Selection follows the rules that README's table of
 * producers rests on; several images and platforms are all found. */
#ifndef GB_IMAGE_IMAGE_H
#define GB_IMAGE_IMAGE_H

#include "base/gb-findings.h"
#include "source/location.h"
#include "store/store.h"

/* OCI image specification, config.md "Properties" and image-index.md; members are NULL where
 * nothing is stated. */
struct gb_platform {
	const char *os;
	const char *architecture;
	const char *variant;
};

/* Strings and spans live in the arena given to gb_images_find(). */
struct gb_image {
	const char **tags; /* every name given to the image, as written */
	size_t tag_count;
	size_t tag_capacity;
	struct gb_platform platform;
	const char *manifest_digest; /* NULL where the format has none */
	uint64_t manifest_size;      /* the bytes it covers */
	const char *config_digest;   /* NULL for Docker schema 1 */
	const char *created;         /* NULL or as written */
	const char *config_member;   /* the docker archive's member that holds it, or NULL */
	struct gb_span config;       /* bytes of the config document, decompressed */
	struct gb_span *environment; /* config.Env, in order; null is "" */
	size_t environment_count;
	struct gb_findings findings; /* about how the image was stored */
	bool selected;               /* the selection's reference names it */
};

struct gb_images {
	struct gb_image *items;
	size_t count;
	size_t capacity;
	enum gb_transport transport; /* what the input turned out to be, never ANY */
};

/* What to find. */
struct gb_selection {
	enum gb_transport transport; /* ANY: by content */
	const char *reference;       /* a name, tag, digest or @N; NULL for all */
	const char *platform;        /* os/arch[/variant]; NULL for all */
	bool directory;              /* the store is a directory */
};

/* Finds at least one image, or fails: NOT_IMAGE, MISSING (with a list of what there is),
 * ARTIFACT, AMBIGUOUS, CONFLICT, and all that reading a document can give. *RET_IMAGES has its
 * arrays in ARENA. */
enum gpubadge_code gb_images_find(struct gb_store *store, const struct gb_selection *selection,
				  const struct gpubadge_limits *limits, struct gb_arena *arena,
				  struct gb_images *ret_images, struct gpubadge_error *err)
	GB_MUST_CHECK;

#endif
