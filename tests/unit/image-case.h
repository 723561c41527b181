/* SPDX-License-Identifier: Apache-2.0 */

/* Archives of images in memory, and what is found in them. */
#ifndef GB_TESTS_IMAGE_CASE_H
#define GB_TESTS_IMAGE_CASE_H

#include "base/gb-digest.h"
#include "image/image.h"
#include "tar-builder.h"

#define MANIFEST_TYPE "application/vnd.oci.image.manifest.v1+json"
#define INDEX_TYPE "application/vnd.oci.image.index.v1+json"
#define CONFIG_TYPE "application/vnd.oci.image.config.v1+json"
#define LAYER_TYPE "application/vnd.oci.image.layer.v1.tar+gzip"

/* A digest of a blob that is nowhere. */
#define ABSENT "sha256:ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"

/* One test's archive, limits and selection, and what came of them. */
extern struct image_case {
	struct gb_bytes tar;
	struct gpubadge_limits limits;
	struct gb_selection selection;
	struct gb_arena arena;
	struct gb_store *store;
	struct gb_images images;
	struct gpubadge_error err;
} image_case;

/* For .init and .fini. */
void image_case_enter(void);
void image_case_leave(void);

/* Formatted text that lives as long as the test. */
const char *text_of(const char *format, ...) GB_PRINTF(1, 2);

/* Adds CONTENT as blobs/sha256/HEX and returns its digest. */
const char *add_blob(const char *content);

/* Adds a config and a manifest for it; returns the manifest's descriptor with MORE, such as
 * ",\"platform\":{...}", at its end. */
const char *add_image(const char *config, const char *more);

/* A descriptor of the blob CONTENT, which is added. */
const char *add_descriptor(const char *media_type, const char *content, const char *more);

/* index.json with DESCRIPTORS between its brackets. */
void add_index(const char *descriptors);

/* Runs gb_images_find() on the archive. */
enum gpubadge_code find_images(void);

#define images_are_found(count) images_are_found_at(__LINE__, count)
#define finding_fails(code, text) finding_fails_at(__LINE__, code, text)
void images_are_found_at(int line, size_t count);
void finding_fails_at(int line, enum gpubadge_code code, const char *text);

#endif
