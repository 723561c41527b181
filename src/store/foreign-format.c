/* SPDX-License-Identifier: Apache-2.0 */
#include "store/foreign-format.h"

#include <string.h>

#include "base/gb-attr.h"

static const struct {
	size_t offset;
	struct gb_span magic;
	const char *what;
} formats[] = {
	{0, {"\x7f\x45LF", 4}, "an ELF file"},
	{0, {"PK\x03\x04", 4}, "a zip archive"},
	{32,
	 {"SIF_MAGIC", 9},
	 "a Singularity image (SIF); build or pull the image it "
	 "came from as an OCI archive instead"},
	{0, {"hsqs", 4}, "a squashfs file system"},
	{0, {"QFI\xfb", 4}, "a QEMU disk image"},
	{0, {"!<arch>\n", 8}, "an ar archive (a Debian package?)"},
	{0, {"{", 1}, "a JSON document, not the archive that holds it"},
	{0, {"[", 1}, "a JSON document, not the archive that holds it"},
};

static bool has(struct gb_span head, size_t offset, struct gb_span magic)
{
	return head.len >= offset + magic.len &&
	       memcmp(head.ptr + offset, magic.ptr, magic.len) == 0;
}

const char *gb_store_foreign_format(struct gb_span head)
{
	for (size_t i = 0; i < GB_ARRAY_LEN(formats); i++)
		if (has(head, formats[i].offset, formats[i].magic))
			return formats[i].what;
	return NULL;
}

bool gb_store_is_tar_header(struct gb_span head)
{
	return has(head, 257, gb_span_of("ustar"));
}
