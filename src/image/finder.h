/* SPDX-License-Identifier: Apache-2.0 */

/* What the files of this room share while they look for images. */
#ifndef GB_IMAGE_FINDER_H
#define GB_IMAGE_FINDER_H

#include "base/gb-digest.h"
#include "base/gb-json.h"
#include "image/image.h"

/* How a layout names its blobs. */
enum gb_blob_naming {
	GB_BLOBS_OCI, /* blobs/<algorithm>/<hex>, image-layout.md */
	GB_BLOBS_DIR, /* <hex>, manifests <hex>.manifest.json: containers/image's dir: */
};

/* Why what an index lists is no image; the last example of each is kept for the message. */
struct gb_dropped {
	size_t attestations;
	const char *artifact; /* "a Helm chart (application/...)" */
	const char *missing;  /* name of an absent blob */
	size_t other;
};

struct gb_finder {
	struct gb_store *store;
	const struct gb_selection *selection;
	const struct gpubadge_limits *limits;
	struct gb_arena *arena;
	struct gb_images images;
	struct gb_dropped dropped;
	enum gb_blob_naming naming;
	uint64_t descriptors; /* of all indexes so far */
};

/* Where in its list an image stood, and under which names: for references. */
struct gb_occurrence {
	size_t position; /* in the outermost list, from 0 */
	const struct gb_span *names;
	size_t name_count;
	const char *root_digest; /* of the outermost index entry, or NULL */
};

/* --- image-list.c --- */

/* Adds IMAGE, or its names to the image with the same config that is already there. */
enum gpubadge_code gb_finder_add(struct gb_finder *finder, struct gb_image *image,
				 const struct gb_occurrence *occurrence, struct gpubadge_error *err)
	GB_MUST_CHECK;

/* Adds a name to IMAGE unless it has it. */
enum gpubadge_code gb_finder_add_tag(struct gb_finder *finder, struct gb_image *image,
				     struct gb_span tag, struct gpubadge_error *err) GB_MUST_CHECK;

/* Keeps what reference and platform ask for. */
enum gpubadge_code gb_finder_select(struct gb_finder *finder, struct gpubadge_error *err)
	GB_MUST_CHECK;

/* --- blob.c --- */

/* The bytes of member NAME without compression, valid as long as store and arena. With DIGEST
 * (may be NULL) they are verified, as stored or decompressed, and symbolic links out of a
 * layout are allowed. SIZE is checked where it is not 0. */
enum gpubadge_code gb_blob_read(struct gb_finder *finder, const char *name,
				const struct gb_digest *digest, uint64_t size,
				struct gb_span *ret_content, struct gpubadge_error *err)
	GB_MUST_CHECK;

/* --- config.c --- */

/* Fills platform, created and environment of IMAGE from its config document. */
enum gpubadge_code gb_config_read(struct gb_finder *finder, struct gb_image *image,
				  struct gpubadge_error *err) GB_MUST_CHECK;

/* --- docker-archive.c, oci-index.c, docker-schema1.c --- */

/* The images of a docker archive's manifest.json. */
enum gpubadge_code gb_docker_archive_find(struct gb_finder *finder, const struct gb_json *manifest,
					  struct gpubadge_error *err) GB_MUST_CHECK;

/* The images that index.json of a layout lists; none is no error, see finder->dropped. */
enum gpubadge_code gb_oci_index_find(struct gb_finder *finder, struct gpubadge_error *err)
	GB_MUST_CHECK;

/* The images of the manifest.json of a dir: layout, whose bytes are TEXT. */
enum gpubadge_code gb_dir_find(struct gb_finder *finder, struct gb_span text,
			       const struct gb_json *manifest, struct gpubadge_error *err)
	GB_MUST_CHECK;

/* Is MANIFEST a Docker Image Manifest Version 2, Schema 1? */
bool gb_schema1_is(const struct gb_json *manifest);
enum gpubadge_code gb_schema1_find(struct gb_finder *finder, const struct gb_json *manifest,
				   struct gpubadge_error *err) GB_MUST_CHECK;

#endif
