/* SPDX-License-Identifier: Apache-2.0 */

/* From index.json of an OCI image layout, or manifest.json of a dir: layout, down to configs:
 * OCI image specification, image-layout.md, image-index.md, manifest.md, descriptor.md.
 *
 * Producers leave out what the specification asks for (schemaVersion, mediaType, oci-layout)
 * and list what is no image (attestations, signatures, caches); docker save lists children of
 * an index whose blobs it did not write. None of that is an error: what is left over counts,
 * and the reasons for dropping the rest go into finder->dropped. */
#include <string.h>

#include "base/gb-base64.h"
#include "base/gb-limits.h"
#include "image/finder.h"
#include "image/media-types.h"
#include "image/platform.h"

struct descriptor {
	struct gb_span media_type;
	struct gb_digest digest;
	uint64_t size; /* 0 if not stated */
	struct gb_platform platform;
	const struct gb_json *annotations;
	struct gb_span data; /* the blob itself in base64, where it is small */
	bool listed;         /* stands in an index or a manifest */
};

static enum gpubadge_code take_document(struct gb_finder *finder, const struct gb_json *document,
					const struct descriptor *descriptor,
					const struct gb_occurrence *occurrence, uint64_t depth,
					struct gpubadge_error *err);

static enum gpubadge_code parse_platform(struct gb_finder *finder, const struct gb_json *object,
					 struct gb_platform *ret_platform,
					 struct gpubadge_error *err)
{
	const char **const members[] = {&ret_platform->os, &ret_platform->architecture,
					&ret_platform->variant};
	static const char *const keys[] = {"os", "architecture", "variant"};

	for (size_t i = 0; i < GB_ARRAY_LEN(keys); i++) {
		struct gb_span text;

		if (gb_json_get_string(object, keys[i], &text, err))
			return gb_error_wrap(err, "platform");
		if (text.len == 0 || gb_span_index(text, '\0') < text.len)
			continue;
		*members[i] = gb_arena_copy(finder->arena, text, err);
		if (!*members[i])
			return err->code;
	}
	return GPUBADGE_OK;
}

static enum gpubadge_code parse_descriptor(struct gb_finder *finder, const struct gb_json *object,
					   struct descriptor *ret_descriptor,
					   struct gpubadge_error *err)
{
	struct descriptor descriptor = {.listed = true};
	const struct gb_json *platform;
	struct gb_span digest;
	bool has_size;

	if (gb_json_kind(object) != GB_JSON_OBJECT)
		return gb_error_set(err, GPUBADGE_E_SCHEMA, "expected a descriptor, found %s",
				    gb_json_kind_name(gb_json_kind(object)));
	if (gb_json_get_string(object, "mediaType", &descriptor.media_type, err) ||
	    gb_json_get_string(object, "digest", &digest, err) ||
	    gb_json_get_size(object, "size", &has_size, &descriptor.size, err) ||
	    gb_json_get_string(object, "data", &descriptor.data, err) ||
	    gb_json_get_kind(object, "platform", GB_JSON_OBJECT, &platform, err) ||
	    gb_json_get_kind(object, "annotations", GB_JSON_OBJECT, &descriptor.annotations, err) ||
	    parse_platform(finder, platform, &descriptor.platform, err))
		return err->code;
	if (digest.len == 0)
		return gb_error_set(err, GPUBADGE_E_SCHEMA, "digest: missing");
	if (gb_digest_parse(digest, &descriptor.digest, err))
		return gb_error_wrap(err, "digest");
	*ret_descriptor = descriptor;
	return GPUBADGE_OK;
}

enum blob_role { ROLE_MANIFEST, ROLE_CONFIG };

/* The member that holds the blob of DIGEST. */
static const char *blob_name(struct gb_finder *finder, const struct gb_digest *digest,
			     enum blob_role role, struct gpubadge_error *err)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes name = gb_bytes_init(GB_DIGEST_TEXT + 32);

	switch (finder->naming) {
	case GB_BLOBS_OCI:
		gb_bytes_text(&name, "blobs/");
		gb_bytes_append(&name, gb_digest_algorithm(digest));
		gb_bytes_text(&name, "/");
		gb_bytes_append(&name, gb_digest_hex(digest));
		break;
	case GB_BLOBS_DIR:
		gb_bytes_append(&name, gb_digest_hex(digest));
		gb_bytes_text(&name, role == ROLE_MANIFEST ? ".manifest.json" : "");
		break;
	}
	if (gb_bytes_check(&name, err))
		return NULL;
	return gb_arena_copy(finder->arena, gb_bytes_span(&name), err);
}

/* descriptor.md, "data": only bytes that match digest and size count. */
static enum gpubadge_code read_inline(struct gb_finder *finder, struct descriptor *descriptor,
				      struct gb_span *ret_text, struct gpubadge_error *err)
{
	char *bytes = gb_arena_alloc(finder->arena, descriptor->data.len + 1, err);
	size_t size;

	if (!bytes)
		return err->code;
	if (!gb_base64_decode(descriptor->data, bytes, &size))
		return gb_error_set(err, GPUBADGE_E_SCHEMA, "data: is not base64");
	*ret_text = (struct gb_span){bytes, size};
	if (!gb_digest_matches(&descriptor->digest, *ret_text) ||
	    (descriptor->size > 0 && descriptor->size != size))
		return gb_error_set(err, GPUBADGE_E_DIGEST,
				    "data: its bytes do not match the digest %s",
				    descriptor->digest.text);
	descriptor->size = size;
	return GPUBADGE_OK;
}

/* Reads a blob that may be absent: then *RET_TEXT is the absent span and the name is noted. The
 * descriptor's size becomes the real one. */
static enum gpubadge_code read_blob(struct gb_finder *finder, struct descriptor *descriptor,
				    enum blob_role role, const char **ret_name,
				    struct gb_span *ret_text, struct gpubadge_error *err)
{
	const char *name = blob_name(finder, &descriptor->digest, role, err);

	if (!name)
		return err->code;
	*ret_name = name;
	if (gb_blob_read(finder, name, &descriptor->digest, &descriptor->size, ret_text, err) ==
	    GPUBADGE_E_MISSING) {
		gb_error_clear(err);
		if (descriptor->data.ptr)
			return read_inline(finder, descriptor, ret_text, err);
		finder->dropped.missing = name;
		*ret_text = (struct gb_span){NULL, 0};
		return GPUBADGE_OK;
	}
	return err->code ? gb_error_wrap(err, "%s", name) : GPUBADGE_OK;
}

static struct gb_span annotation(const struct descriptor *descriptor, const char *key)
{
	return gb_json_string(gb_json_get(descriptor->annotations, key));
}

/* Entries that stand beside images and are none: BuildKit's attestations, containerd's copies
 * of referrers, cosign's signatures. */
static bool is_beside_images(const struct descriptor *descriptor)
{
	struct gb_span kind = annotation(descriptor, "kind");

	return annotation(descriptor, "vnd.docker.reference.type").ptr ||
	       annotation(descriptor, "io.containerd.manifest.subject").ptr ||
	       gb_span_ends(kind, "/sigs") || gb_span_ends(kind, "/atts") ||
	       gb_platform_is_unknown(&descriptor->platform);
}

/* Remembers "a Helm chart (application/...)" for the message. */
static enum gpubadge_code drop_artifact(struct gb_finder *finder, struct gb_span media_type,
					struct gpubadge_error *err)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes text = gb_bytes_init(512);
	const char *what = gb_media_artifact(media_type);

	/* Layers and documents beside it do not say what it is. */
	if (!what && finder->dropped.artifact)
		return GPUBADGE_OK;
	gb_bytes_format(&text, "%s (%.*s)", what ? what : "an artifact",
			(int)(media_type.len < 200 ? media_type.len : 200), media_type.ptr);
	if (gb_bytes_check(&text, err))
		return err->code;
	finder->dropped.artifact = gb_arena_copy(finder->arena, gb_bytes_span(&text), err);
	return err->code;
}

/* Signatures and caches have manifests with an ordinary config type; their layers tell. A
 * manifest without layers is an image (FROM scratch with ENV alone). */
static struct gb_span foreign_layer(const struct gb_json *manifest)
{
	const struct gb_json *layers = gb_json_get(manifest, "layers");
	struct gb_span type = {NULL, 0};

	for (size_t i = 0; i < gb_json_size(layers); i++) {
		type = gb_json_string(gb_json_get(gb_json_at(layers, i), "mediaType"));
		if (gb_media_kind(type) == GB_MEDIA_LAYER ||
		    gb_media_kind(type) == GB_MEDIA_UNSTATED)
			return (struct gb_span){NULL, 0};
	}
	return type;
}

/* manifest.md, "artifactType": it says what the empty config leaves open. */
static struct gb_span artifact_type(const struct gb_json *manifest, struct gb_span config_type)
{
	struct gb_span type = gb_json_string(gb_json_get(manifest, "artifactType"));

	return type.len > 0 && gb_span_is(config_type, "application/vnd.oci.empty.v1+json")
		       ? type
		       : config_type;
}

static enum gpubadge_code take_manifest(struct gb_finder *finder, const struct gb_json *manifest,
					const struct descriptor *descriptor,
					const struct gb_occurrence *occurrence,
					struct gpubadge_error *err)
{
	struct gb_image image = {.platform = descriptor->platform};
	struct gb_span foreign = foreign_layer(manifest);
	struct descriptor config;
	enum gb_media_kind kind;
	const char *name;

	if (parse_descriptor(finder, gb_json_get(manifest, "config"), &config, err))
		return gb_error_wrap(err, "config");
	kind = gb_media_kind(config.media_type);
	if (kind != GB_MEDIA_CONFIG && kind != GB_MEDIA_UNSTATED)
		return drop_artifact(finder, artifact_type(manifest, config.media_type), err);
	if (foreign.ptr)
		return drop_artifact(finder, foreign, err);
	if (read_blob(finder, &config, ROLE_CONFIG, &name, &image.config, err))
		return gb_error_wrap(err, "config");
	if (!image.config.ptr)
		return GPUBADGE_OK;
	if (gb_config_read(finder, &image, err))
		return gb_error_wrap(err, "config: %s", name);
	if (gb_platform_is_unknown(&image.platform)) {
		finder->dropped.attestations++;
		return GPUBADGE_OK;
	}
	image.manifest_size = descriptor->size;
	image.manifest_digest = gb_arena_copy(finder->arena, gb_span_of(descriptor->digest.text),
					      err);
	image.config_digest = gb_arena_copy(finder->arena, gb_span_of(config.digest.text), err);
	if (err->code)
		return err->code;
	return gb_finder_add(finder, &image, occurrence, err);
}

/* KNOWN is listed once more, by DESCRIPTOR. */
static enum gpubadge_code add_again(struct gb_finder *finder, const struct gb_image *known,
				    const struct descriptor *descriptor,
				    const struct gb_occurrence *occurrence,
				    struct gpubadge_error *err)
{
	struct gb_image again = gb_image_again(known);

	if (gb_blob_check_size(known->manifest_size, descriptor->size, err))
		return gb_error_wrap(err, "%s", descriptor->digest.text);
	return gb_finder_add(finder, &again, occurrence, err);
}

/* Reads what DESCRIPTOR points to and goes on from there. */
static enum gpubadge_code follow(struct gb_finder *finder, struct descriptor *descriptor,
				 const struct gb_occurrence *occurrence, uint64_t depth,
				 struct gpubadge_error *err)
{
	GB_CLEANUP(gb_json_freep) struct gb_json *document = NULL;
	const struct gb_image *known = gb_finder_find_manifest(finder, descriptor->digest.text);
	struct gb_span text;
	const char *name;

	if (known)
		return add_again(finder, known, descriptor, occurrence, err);
	if (read_blob(finder, descriptor, ROLE_MANIFEST, &name, &text, err) || !text.ptr)
		return err->code;
	if (gb_json_parse(text, finder->limits->json_values, &document, err) ||
	    take_document(finder, document, descriptor, occurrence, depth, err))
		return gb_error_wrap(err, "%s", name);
	return GPUBADGE_OK;
}

static enum gpubadge_code take_entry(struct gb_finder *finder, struct descriptor *descriptor,
				     const struct gb_occurrence *occurrence, uint64_t depth,
				     struct gpubadge_error *err)
{
	if (is_beside_images(descriptor)) {
		finder->dropped.attestations++;
		return GPUBADGE_OK;
	}
	switch (gb_media_kind(descriptor->media_type)) {
	case GB_MEDIA_INDEX:
	case GB_MEDIA_MANIFEST:
	case GB_MEDIA_UNSTATED:
	case GB_MEDIA_SCHEMA1:
		return follow(finder, descriptor, occurrence, depth, err);
	case GB_MEDIA_CONFIG:
	case GB_MEDIA_LAYER:
	case GB_MEDIA_OTHER:
		break;
	}
	return drop_artifact(finder, descriptor->media_type, err);
}

/* One level of entries. OUTER is where the whole index stood, or NULL for the outermost. */
static enum gpubadge_code take_index(struct gb_finder *finder, const struct gb_json *index,
				     const struct gb_occurrence *outer, uint64_t depth,
				     struct gpubadge_error *err)
{
	const struct gb_json *entries;

	if (gb_json_get_kind(index, "manifests", GB_JSON_ARRAY, &entries, err))
		return err->code;
	if (depth >= finder->limits->index_depth)
		return gb_limit_exceeded(err, "index_depth",
					 "indexes nested more than the limit of %llu deep",
					 (unsigned long long)finder->limits->index_depth);
	for (size_t i = 0; i < gb_json_size(entries); i++) {
		struct gb_occurrence own = {.position = i};
		struct descriptor descriptor;
		struct gb_span full, tag;

		if (finder->descriptors++ == finder->limits->index_descriptors)
			return gb_limit_exceeded(
				err, "index_descriptors", "more than the limit of %llu descriptors",
				(unsigned long long)finder->limits->index_descriptors);
		if (parse_descriptor(finder, gb_json_at(entries, i), &descriptor, err))
			return gb_error_wrap(err, "manifests[%zu]", i);
		full = annotation(&descriptor, "io.containerd.image.name");
		tag = annotation(&descriptor, "org.opencontainers.image.ref.name");
		/* containerd writes the full name and, beside it, the tag alone. */
		own.name = full.len > 0 ? full : tag;
		own.alias = tag;
		own.root_digest = descriptor.digest.text;
		if (take_entry(finder, &descriptor, outer ? outer : &own, depth, err))
			return gb_error_wrap(err, "manifests[%zu]", i);
	}
	return GPUBADGE_OK;
}

static enum gpubadge_code take_schema1(struct gb_finder *finder, const struct gb_json *manifest,
				       const struct descriptor *descriptor,
				       const struct gb_occurrence *occurrence,
				       struct gpubadge_error *err)
{
	struct gb_image image = {.platform = descriptor->platform};

	/* The manifest of a dir: layout has a digest without its signatures, and nothing says
	 * which. An index says what it verified. */
	if (descriptor->listed) {
		image.manifest_size = descriptor->size;
		image.manifest_digest = gb_arena_copy(finder->arena,
						      gb_span_of(descriptor->digest.text), err);
		if (!image.manifest_digest)
			return err->code;
	}
	return gb_schema1_find(finder, manifest, image, occurrence, err);
}

/* DOCUMENT is what DESCRIPTOR points to; its kind shows in its members, and must agree with the
 * media type. */
static enum gpubadge_code take_document(struct gb_finder *finder, const struct gb_json *document,
					const struct descriptor *descriptor,
					const struct gb_occurrence *occurrence, uint64_t depth,
					struct gpubadge_error *err)
{
	enum gb_media_kind kind = gb_media_kind(descriptor->media_type);
	bool is_index = gb_json_get(document, "manifests") != NULL;
	bool is_manifest = gb_json_get(document, "config") != NULL;

	if (gb_schema1_is(document) && !is_index && !is_manifest)
		return take_schema1(finder, document, descriptor, occurrence, err);
	if (is_index && is_manifest)
		return gb_error_set(err, GPUBADGE_E_CONFLICT,
				    "has \"manifests\" and \"config\": it cannot be index and "
				    "manifest at once");
	if ((is_index && kind == GB_MEDIA_MANIFEST) || (is_manifest && kind == GB_MEDIA_INDEX))
		return gb_error_set(err, GPUBADGE_E_CONFLICT,
				    "is %s, its descriptor's mediaType says %.*s",
				    is_index ? "an index" : "a manifest",
				    (int)descriptor->media_type.len, descriptor->media_type.ptr);
	if (is_index)
		return take_index(finder, document, occurrence, depth + 1, err);
	if (is_manifest)
		return take_manifest(finder, document, descriptor, occurrence, err);
	return gb_error_set(err, GPUBADGE_E_SCHEMA,
			    "is neither an index (\"manifests\") nor a manifest (\"config\")");
}

/* image-layout.md, "oci-layout file". Some producers leave it out. */
static enum gpubadge_code check_layout_file(struct gb_finder *finder, struct gpubadge_error *err)
{
	GB_CLEANUP(gb_json_freep) struct gb_json *layout = NULL;
	struct gb_span text, version;

	if (!gb_store_has(finder->store, "oci-layout"))
		return GPUBADGE_OK;
	if (gb_store_read(finder->store, "oci-layout", GB_LINKS_INSIDE,
			  finder->limits->document_bytes, &text, err) ||
	    gb_json_parse(text, finder->limits->json_values, &layout, err) ||
	    gb_json_get_string(layout, "imageLayoutVersion", &version, err))
		return gb_error_wrap(err, "oci-layout");
	if (version.len == 0)
		return gb_error_set(err, GPUBADGE_E_SCHEMA,
				    "oci-layout: imageLayoutVersion is missing");
	if (!gb_span_is(version, "1.0.0"))
		return gb_error_set(err, GPUBADGE_E_UNSUPPORTED,
				    "oci-layout: imageLayoutVersion %.*s is not 1.0.0",
				    (int)(version.len < 80 ? version.len : 80), version.ptr);
	return GPUBADGE_OK;
}

enum gpubadge_code gb_oci_index_find(struct gb_finder *finder, struct gpubadge_error *err)
{
	GB_CLEANUP(gb_json_freep) struct gb_json *index = NULL;
	enum gpubadge_code code;
	struct gb_span text;

	finder->naming = GB_BLOBS_OCI;
	if (check_layout_file(finder, err))
		return err->code;
	if (gb_store_read(finder->store, "index.json", GB_LINKS_INSIDE,
			  finder->limits->document_bytes, &text, err) ||
	    gb_json_parse(text, finder->limits->json_values, &index, err))
		return gb_error_wrap(err, "index.json");
	if (gb_json_kind(index) != GB_JSON_OBJECT)
		code = gb_error_set(err, GPUBADGE_E_SCHEMA, "expected an object, found %s",
				    gb_json_kind_name(gb_json_kind(index)));
	else if (gb_json_get(index, "config"))
		code = gb_error_set(err, GPUBADGE_E_SCHEMA, "is a manifest, not an index");
	else
		code = take_index(finder, index, NULL, 0, err);
	return code ? gb_error_wrap(err, "index.json") : GPUBADGE_OK;
}

enum gpubadge_code gb_dir_find(struct gb_finder *finder, struct gb_span text,
			       const struct gb_json *manifest, struct gpubadge_error *err)
{
	struct gb_occurrence occurrence = {.position = 0};
	struct descriptor descriptor = {.digest = gb_digest_of(text), .size = text.len};

	finder->naming = GB_BLOBS_DIR;
	occurrence.root_digest = descriptor.digest.text;
	return take_document(finder, manifest, &descriptor, &occurrence, 0, err);
}
