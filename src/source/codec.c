/* SPDX-License-Identifier: Apache-2.0 */
#include "source/codec.h"

#include <string.h>

#include "source/inflate.h"

static const struct gb_codec *const codecs[] = {
	&gb_codec_gzip,
	&gb_codec_zstd,
#ifdef GB_HAVE_XZ
	&gb_codec_xz,
#endif
#ifdef GB_HAVE_BZIP2
	&gb_codec_bzip2,
#endif
};

/* Compressions that are recognised so that a build without them, or this tool, can say so. */
static const struct {
	const char *name;
	struct gb_span magic;
} known[] = {
	{"xz", {"\xfd\x37zXZ", 6}}, {"bzip2", {"BZh", 3}},         {"lz4", {"\x04\x22\x4d\x18", 4}},
	{"lzip", {"LZIP", 4}},      {"compress", {"\x1f\x9d", 2}},
};

static bool has_magic(struct gb_span head, struct gb_span magic)
{
	return head.len >= magic.len && memcmp(head.ptr, magic.ptr, magic.len) == 0;
}

/* RFC 8878, section 3.1.2: pzstd writes a skippable frame before the first one. */
static bool is_skippable_frame(struct gb_span head)
{
	return head.len >= 4 && ((unsigned char)head.ptr[0] & 0xf0) == 0x50 &&
	       memcmp(head.ptr + 1, "\x2a\x4d\x18", 3) == 0;
}

const struct gb_codec *gb_codec_find(struct gb_span head, const char **ret_missing)
{
	*ret_missing = NULL;
	for (size_t i = 0; i < GB_ARRAY_LEN(codecs); i++)
		if (has_magic(head, codecs[i]->magic))
			return codecs[i];
	if (is_skippable_frame(head))
		return &gb_codec_zstd;
	for (size_t i = 0; i < GB_ARRAY_LEN(known); i++)
		if (has_magic(head, known[i].magic))
			*ret_missing = known[i].name;
	return NULL;
}

#ifdef GB_HAVE_XZ
#define XZ_NAME " xz"
#else
#define XZ_NAME ""
#endif
#ifdef GB_HAVE_BZIP2
#define BZIP2_NAME " bzip2"
#else
#define BZIP2_NAME ""
#endif
#define NAMES "gzip zstd" XZ_NAME BZIP2_NAME

const char *gb_codec_names(void)
{
	return NAMES;
}

const char *gb_codec_features(void)
{
	return gb_inflate_is_isal() ? NAMES " isal" : NAMES;
}
