/* SPDX-License-Identifier: Apache-2.0 */
#include "image/media-types.h"

#include <string.h>

#include "base/gb-attr.h"

/* OCI image specification, media-types.md; Docker's image manifest V2 schema 2 and schema 1. */
static const struct {
	const char *type;
	enum gb_media_kind kind;
} types[] = {
	{"application/vnd.oci.image.index.v1+json", GB_MEDIA_INDEX},
	{"application/vnd.docker.distribution.manifest.list.v2+json", GB_MEDIA_INDEX},
	{"application/vnd.oci.image.manifest.v1+json", GB_MEDIA_MANIFEST},
	{"application/vnd.docker.distribution.manifest.v2+json", GB_MEDIA_MANIFEST},
	{"application/vnd.docker.distribution.manifest.v1+json", GB_MEDIA_SCHEMA1},
	{"application/vnd.docker.distribution.manifest.v1+prettyjws", GB_MEDIA_SCHEMA1},
	{"application/vnd.oci.image.config.v1+json", GB_MEDIA_CONFIG},
	{"application/vnd.docker.container.image.v1+json", GB_MEDIA_CONFIG},
};

/* Layer types come with many endings: +gzip, +zstd, +encrypted, .tar.gzip. */
static const char *const layer_prefixes[] = {
	"application/vnd.oci.image.layer.",
	"application/vnd.docker.image.rootfs.diff.",
	"application/vnd.docker.image.rootfs.foreign.diff.",
};

static const struct {
	const char *prefix;
	const char *what;
} artifacts[] = {
	{"application/vnd.cncf.helm.", "a Helm chart"},
	{"application/vnd.wasm.", "a WebAssembly module"},
	{"application/vnd.sylabs.sif", "a Singularity image"},
	{"application/vnd.buildkit.cacheconfig.", "a BuildKit cache"},
	{"application/vnd.docker.plugin.", "a Docker plugin"},
	{"application/vnd.in-toto", "an attestation"},
	{"application/vnd.dsse.", "an attestation"},
	{"application/vnd.docker.attestation.", "an attestation"},
	{"application/spdx+json", "a bill of materials"},
	{"application/vnd.cyclonedx", "a bill of materials"},
	{"application/vnd.dev.cosign.", "a cosign signature"},
	{"application/vnd.dev.sigstore.", "a Sigstore bundle"},
	{"application/vnd.oci.empty.", "an artifact without config"},
};

enum gb_media_kind gb_media_kind(struct gb_span media_type)
{
	if (media_type.len == 0)
		return GB_MEDIA_UNSTATED;
	for (size_t i = 0; i < GB_ARRAY_LEN(types); i++)
		if (gb_span_is(media_type, types[i].type))
			return types[i].kind;
	for (size_t i = 0; i < GB_ARRAY_LEN(layer_prefixes); i++)
		if (gb_span_starts(media_type, layer_prefixes[i]))
			return GB_MEDIA_LAYER;
	return GB_MEDIA_OTHER;
}

const char *gb_media_artifact(struct gb_span type)
{
	for (size_t i = 0; i < GB_ARRAY_LEN(artifacts); i++)
		if (gb_span_starts(type, artifacts[i].prefix))
			return artifacts[i].what;
	return NULL;
}
