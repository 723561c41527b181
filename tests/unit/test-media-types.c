/* SPDX-License-Identifier: Apache-2.0 */
#include "image/media-types.h"

#include "base/gb-attr.h"
#include "expect.h"

/* OCI image specification, media-types.md, and its "Compatibility Matrix" with Docker. */
Test(media_types, are_told_apart)
{
	static const struct {
		const char *type;
		enum gb_media_kind kind;
	} table[] = {
		{"", GB_MEDIA_UNSTATED},
		{"application/vnd.oci.image.index.v1+json", GB_MEDIA_INDEX},
		{"application/vnd.docker.distribution.manifest.list.v2+json", GB_MEDIA_INDEX},
		{"application/vnd.oci.image.manifest.v1+json", GB_MEDIA_MANIFEST},
		{"application/vnd.docker.distribution.manifest.v2+json", GB_MEDIA_MANIFEST},
		{"application/vnd.docker.distribution.manifest.v1+json", GB_MEDIA_SCHEMA1},
		{"application/vnd.docker.distribution.manifest.v1+prettyjws", GB_MEDIA_SCHEMA1},
		{"application/vnd.oci.image.config.v1+json", GB_MEDIA_CONFIG},
		{"application/vnd.docker.container.image.v1+json", GB_MEDIA_CONFIG},
		{"application/vnd.oci.image.layer.v1.tar", GB_MEDIA_LAYER},
		{"application/vnd.oci.image.layer.v1.tar+gzip", GB_MEDIA_LAYER},
		{"application/vnd.oci.image.layer.v1.tar+zstd", GB_MEDIA_LAYER},
		{"application/vnd.oci.image.layer.v1.tar+gzip+encrypted", GB_MEDIA_LAYER},
		{"application/vnd.oci.image.layer.nondistributable.v1.tar", GB_MEDIA_LAYER},
		{"application/vnd.docker.image.rootfs.diff.tar.gzip", GB_MEDIA_LAYER},
		{"application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", GB_MEDIA_LAYER},
		{"application/vnd.oci.empty.v1+json", GB_MEDIA_OTHER},
		{"application/vnd.cncf.helm.config.v1+json", GB_MEDIA_OTHER},
		{"application/vnd.oci.image.manifest.v2+json", GB_MEDIA_OTHER},
		{"text/plain", GB_MEDIA_OTHER},
	};

	for (size_t i = 0; i < GB_ARRAY_LEN(table); i++)
		cr_expect_eq(gb_media_kind(gb_span_of(table[i].type)), table[i].kind, "%s",
			     table[i].type);
	cr_expect_eq(gb_media_kind((struct gb_span){NULL, 0}), GB_MEDIA_UNSTATED);
}

Test(media_types, name_known_artifacts)
{
	static const struct {
		const char *type;
		const char *what;
	} table[] = {
		{"application/vnd.cncf.helm.config.v1+json", "a Helm chart"},
		{"application/vnd.wasm.config.v0+json", "a WebAssembly module"},
		{"application/vnd.sylabs.sif.config.v1+json", "a Singularity image"},
		{"application/vnd.buildkit.cacheconfig.v0", "a BuildKit cache"},
		{"application/vnd.docker.plugin.v1+json", "a Docker plugin"},
		{"application/vnd.in-toto+json", "an attestation"},
		{"application/vnd.dev.cosign.simplesigning.v1+json", "a cosign signature"},
		{"application/vnd.dev.sigstore.bundle.v0.3+json", "a Sigstore bundle"},
		{"application/vnd.oci.empty.v1+json", "an artifact without config"},
		{"application/vnd.unknown.config.v1+json", NULL},
	};

	for (size_t i = 0; i < GB_ARRAY_LEN(table); i++)
		expect_text(gb_media_artifact(gb_span_of(table[i].type)), table[i].what);
}
