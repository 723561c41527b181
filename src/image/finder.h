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
	uint64_t read;        /* bytes of all documents so far, again where read again */
};

/* Where in its list an image stood, and under which name: for references. */
struct gb_occurrence {
	size_t position;         /* in the outermost list, from 0 */
	struct gb_span name;     /* the name it is listed with, or absent */
	struct gb_span alias;    /* another name it can be picked by, or absent */
	const char *root_digest; /* of the outermost index entry, or NULL */
};

/* --- image-list.c --- */

/* Adds IMAGE, or its names to the image with the same config that is already there. */
enum gpubadge_code gb_finder_add(struct gb_finder *finder, struct gb_image *image,
				 const struct gb_occurrence *occurrence, struct gpubadge_error *err)
	GB_MUST_CHECK;

/* The image that came from this manifest or config before, or NULL. */
const struct gb_image *gb_finder_find_manifest(const struct gb_finder *finder, const char *digest);
const struct gb_image *gb_finder_find_member(const struct gb_finder *finder, const char *name);

/* Have A and B one manifest or one config? The same config is the same image, whatever
 * compression its layers have. */
bool gb_image_is_same(const struct gb_image *a, const struct gb_image *b);

/* IMAGE as found again under other names: without those it has. */
struct gb_image gb_image_again(const struct gb_image *image);

/* Adds a name to IMAGE unless it has it. */
enum gpubadge_code gb_finder_add_tag(struct gb_finder *finder, struct gb_image *image,
				     struct gb_span tag, struct gpubadge_error *err) GB_MUST_CHECK;

/* Keeps what reference and platform ask for. */
enum gpubadge_code gb_finder_select(struct gb_finder *finder, struct gpubadge_error *err)
	GB_MUST_CHECK;

/* --- blob.c --- */

/* The bytes of member NAME without compression, valid as long as store and arena. With DIGEST
 * (may be NULL) they are verified, as stored or decompressed, and symbolic links out of a
 * layout are allowed. *SIZE (may be NULL) is what the descriptor states, checked where it is not
 * 0, and gets the number of bytes that the digest covers. */
enum gpubadge_code gb_blob_read(struct gb_finder *finder, const char *name,
				const struct gb_digest *digest, uint64_t *size,
				struct gb_span *ret_content, struct gpubadge_error *err)
	GB_MUST_CHECK;

/* DIGEST unless STATED, a descriptor's size, is 0 (not stated) or ACTUAL. */
enum gpubadge_code gb_blob_check_size(uint64_t actual, uint64_t stated, struct gpubadge_error *err)
	GB_MUST_CHECK;

/* --- config.c --- */

/* Fills platform, created and environment of IMAGE from its config document. */
enum gpubadge_code gb_config_read(struct gb_finder *finder, struct gb_image *image,
				  struct gpubadge_error *err) GB_MUST_CHECK;

/* --- reconcile.c --- */

/* Adds the images that manifest.json lists to those that index.json does. CONFLICT if the two have
 * none in common, or call different ones by one name. */
enum gpubadge_code gb_images_reconcile(struct gb_finder *finder, struct gb_images *docker,
				       struct gpubadge_error *err) GB_MUST_CHECK;

/* --- docker-archive.c, docker-v1.c, oci-index.c, docker-schema1.c --- */

/* The images of a docker archive's manifest.json. */
enum gpubadge_code gb_docker_archive_find(struct gb_finder *finder, const struct gb_json *manifest,
					  struct gpubadge_error *err) GB_MUST_CHECK;

/* The images of an archive of docker save up to 1.9, which has no manifest.json; none is no
 * error. */
enum gpubadge_code gb_docker_v1_find(struct gb_finder *finder, struct gpubadge_error *err)
	GB_MUST_CHECK;

/* The images that index.json of a layout lists; none is no error, see finder->dropped. */
enum gpubadge_code gb_oci_index_find(struct gb_finder *finder, struct gpubadge_error *err)
	GB_MUST_CHECK;

/* The images of the manifest.json of a dir: layout, whose bytes are TEXT. */
enum gpubadge_code gb_dir_find(struct gb_finder *finder, struct gb_span text,
			       const struct gb_json *manifest, struct gpubadge_error *err)
	GB_MUST_CHECK;

/* Is MANIFEST a Docker Image Manifest Version 2, Schema 1? */
bool gb_schema1_is(const struct gb_json *manifest);
/* IMAGE has what is known of the manifest. */
enum gpubadge_code gb_schema1_find(struct gb_finder *finder, const struct gb_json *manifest,
				   struct gb_image image, const struct gb_occurrence *occurrence,
				   struct gpubadge_error *err) GB_MUST_CHECK;

#endif
