/* SPDX-License-Identifier: Apache-2.0 */

/* Which structure the input has, and in which order its lists of images are asked. */
#include "image/image.h"

#include <string.h>

#include "image/finder.h"

static enum gpubadge_code find_oci(struct gb_finder *finder, struct gpubadge_error *err)
{
	finder->images.transport = finder->selection->directory ? GB_TRANSPORT_OCI
								: GB_TRANSPORT_OCI_ARCHIVE;
	return gb_oci_index_find(finder, err);
}

/* manifest.json: an array in a docker archive, an object in a dir: layout. */
static enum gpubadge_code find_by_manifest(struct gb_finder *finder, struct gpubadge_error *err)
{
	GB_CLEANUP(gb_json_freep) struct gb_json *manifest = NULL;
	enum gb_transport wanted = finder->selection->transport;
	enum gpubadge_code code;
	struct gb_span text;
	bool is_dir;

	if (gb_store_read(finder->store, "manifest.json", GB_LINKS_INSIDE,
			  finder->limits->document_bytes, &text, err) ||
	    gb_json_parse(text, finder->limits->json_values, &manifest, err))
		return gb_error_wrap(err, "manifest.json");
	is_dir = wanted == GB_TRANSPORT_DIR ||
		 (wanted == GB_TRANSPORT_ANY && gb_json_kind(manifest) == GB_JSON_OBJECT);
	finder->images.transport = is_dir ? GB_TRANSPORT_DIR : GB_TRANSPORT_DOCKER_ARCHIVE;
	if (is_dir)
		code = gb_dir_find(finder, text, manifest, err);
	else
		code = gb_docker_archive_find(finder, manifest, err);
	return code ? gb_error_wrap(err, "manifest.json") : GPUBADGE_OK;
}

/* index.json first; manifest.json decides where index.json names nothing that can be read
 * (docker 25.0.0 wrote "manifests": null, apko writes no blobs/). */
static enum gpubadge_code find_both(struct gb_finder *finder, struct gpubadge_error *err)
{
	struct gb_images oci, docker;

	if (find_oci(finder, err))
		return err->code;
	oci = finder->images;
	finder->images = (struct gb_images){.items = NULL};
	if (find_by_manifest(finder, err))
		return err->code;
	if (oci.count == 0)
		return GPUBADGE_OK;
	docker = finder->images;
	finder->images = oci;
	return gb_images_reconcile(finder, &docker, err);
}

/* Says why an input with the right structure has no image to report. */
static enum gpubadge_code no_image_listed(const struct gb_finder *finder,
					  struct gpubadge_error *err)
{
	const struct gb_dropped *dropped = &finder->dropped;

	if (dropped->missing)
		return gb_error_set(err, GPUBADGE_E_MISSING,
				    "%s: listed, but not in the input; was the image saved for "
				    "another platform, or is the copy incomplete?",
				    dropped->missing);
	if (dropped->artifact)
		return gb_error_set(err, GPUBADGE_E_ARTIFACT, "holds %s, not a container image",
				    dropped->artifact);
	if (dropped->attestations > 0)
		return gb_error_set(err, GPUBADGE_E_ARTIFACT,
				    "holds attestations or signatures only, no container image");
	if (finder->naming == GB_BLOBS_OCI && gb_store_has(finder->store, "manifest.json"))
		return gb_error_set(err, GPUBADGE_E_MISSING,
				    "index.json: lists no image; manifest.json may: write %s",
				    finder->selection->directory
					    ? "the path without oci:"
					    : "docker-archive: before the path");
	return gb_error_set(err, GPUBADGE_E_MISSING, "%s: lists no image",
			    finder->naming == GB_BLOBS_OCI ? "index.json" : "manifest.json");
}

/* Says what an input without any list of images seems to be. */
static enum gpubadge_code no_structure(const struct gb_finder *finder, struct gpubadge_error *err)
{
	const char *where = finder->selection->directory ? "directory" : "archive";
	const char *example;

	if (gb_store_has(finder->store, "oci-layout"))
		return gb_error_set(err, GPUBADGE_E_MISSING,
				    "index.json: not in the %s, which is an OCI layout otherwise "
				    "(oci-layout is there)",
				    where);

	switch (gb_store_hint(finder->store, &example)) {
	case GB_HINT_EMPTY:
		return gb_error_set(err, GPUBADGE_E_NOT_IMAGE, "is an empty %s", where);
	case GB_HINT_NESTED:
		return gb_error_set(err, GPUBADGE_E_NOT_IMAGE,
				    "no container image at the top, but %s/ holds one; %s", example,
				    finder->selection->directory
					    ? "name that directory"
					    : "pack it with tar -C DIRECTORY .");
	case GB_HINT_ROOT_FILESYSTEM:
		return gb_error_set(err, GPUBADGE_E_NOT_IMAGE,
				    "is a root file system (docker export?), which carries no "
				    "environment; use docker save");
	case GB_HINT_NO_FILE:
		return gb_error_set(err, GPUBADGE_E_MISSING,
				    "%s: is not a regular file in the archive", example);
	case GB_HINT_CUT:
		return gb_error_set(err, GPUBADGE_E_TRUNCATED,
				    "a lone block of zeros ends the archive before its end, and "
				    "nothing before it names an image; was it put together from "
				    "pieces?");
	case GB_HINT_NONE:
		break;
	}
	return gb_error_set(err, GPUBADGE_E_NOT_IMAGE,
			    "no container image: %s has neither index.json nor manifest.json",
			    finder->selection->directory ? "the directory" : "the archive");
}

/* The transport asked for and the structure found do not fit. */
static enum gpubadge_code wrong_transport(const struct gb_finder *finder, const char *needed,
					  enum gb_transport other, const char *found,
					  struct gpubadge_error *err)
{
	if (!gb_store_has(finder->store, found))
		return no_structure(finder, err);
	return gb_error_set(err, GPUBADGE_E_MISSING,
			    "%s is missing, %s is there: write %s:", needed, found,
			    gb_transport_name(other));
}

/* Neither list is there: an archive of an old Docker, or no image at all. */
static enum gpubadge_code find_old(struct gb_finder *finder, struct gpubadge_error *err)
{
	finder->images.transport = GB_TRANSPORT_DOCKER_ARCHIVE;
	if (gb_docker_v1_find(finder, err))
		return err->code;
	return finder->images.count > 0 ? GPUBADGE_OK : no_structure(finder, err);
}

static enum gpubadge_code find_structure(struct gb_finder *finder, struct gpubadge_error *err)
{
	bool index = gb_store_has(finder->store, "index.json");
	bool manifest = gb_store_has(finder->store, "manifest.json");
	bool directory = finder->selection->directory;

	switch (finder->selection->transport) {
	case GB_TRANSPORT_OCI:
	case GB_TRANSPORT_OCI_ARCHIVE:
		if (!index)
			return wrong_transport(finder, "index.json",
					       directory ? GB_TRANSPORT_DIR
							 : GB_TRANSPORT_DOCKER_ARCHIVE,
					       "manifest.json", err);
		return find_oci(finder, err);
	case GB_TRANSPORT_DOCKER_ARCHIVE:
		if (!manifest && !index)
			return find_old(finder, err);
		/* fall through */
	case GB_TRANSPORT_DIR:
		if (!manifest)
			return wrong_transport(finder, "manifest.json",
					       directory ? GB_TRANSPORT_OCI
							 : GB_TRANSPORT_OCI_ARCHIVE,
					       "index.json", err);
		return find_by_manifest(finder, err);
	case GB_TRANSPORT_ANY:
		break;
	}
	if (index && manifest)
		return find_both(finder, err);
	if (index)
		return find_oci(finder, err);
	if (manifest)
		return find_by_manifest(finder, err);
	return find_old(finder, err);
}

enum gpubadge_code gb_images_find(struct gb_store *store, const struct gb_selection *selection,
				  const struct gpubadge_limits *limits, struct gb_arena *arena,
				  struct gb_images *ret_images, struct gpubadge_error *err)
{
	struct gb_finder finder = {
		.store = store,
		.selection = selection,
		.limits = limits,
		.arena = arena,
	};

	if (find_structure(&finder, err))
		return err->code;
	if (finder.images.count == 0)
		return no_image_listed(&finder, err);
	if (gb_finder_select(&finder, err))
		return err->code;
	*ret_images = finder.images;
	return GPUBADGE_OK;
}
