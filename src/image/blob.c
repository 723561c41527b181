/* SPDX-License-Identifier: Apache-2.0 */
#include "image/finder.h"

/* Takes the compression off STORED; the result lives in the finder's arena. */
static enum gpubadge_code unpack(struct gb_finder *finder, struct gb_span stored,
				 struct gb_span *ret_content, struct gpubadge_error *err)
{
	GB_CLEANUP(gb_bytes_done)
	struct gb_bytes bytes = gb_bytes_init(finder->limits->document_bytes);
	const char *copy;

	if (gb_source_unpack(stored, finder->limits, &bytes, err))
		return err->code;
	copy = gb_arena_copy(finder->arena, gb_bytes_span(&bytes), err);
	if (!copy)
		return err->code;
	*ret_content = (struct gb_span){copy, bytes.len};
	return GPUBADGE_OK;
}

/* A descriptor covers the bytes as stored (OCI) or what they unpack to, where a tool has
 * compressed the blob on the way. */
static enum gpubadge_code verify(const struct gb_digest *digest, uint64_t size,
				 struct gb_span stored, struct gb_span content,
				 struct gpubadge_error *err)
{
	struct gb_span covered = stored;

	if (!gb_digest_matches(digest, stored)) {
		if (content.ptr == stored.ptr || !gb_digest_matches(digest, content))
			return gb_error_set(err, GPUBADGE_E_DIGEST,
					    "its bytes do not match the digest %s", digest->text);
		covered = content;
	}
	if (size > 0 && size != covered.len)
		return gb_error_set(err, GPUBADGE_E_DIGEST,
				    "has %zu bytes, its descriptor says %llu", covered.len,
				    (unsigned long long)size);
	return GPUBADGE_OK;
}

enum gpubadge_code gb_blob_read(struct gb_finder *finder, const char *name,
				const struct gb_digest *digest, uint64_t size,
				struct gb_span *ret_content, struct gpubadge_error *err)
{
	enum gb_link_rule links = digest ? GB_LINKS_VERIFIED : GB_LINKS_INSIDE;
	struct gb_span stored, content;

	if (gb_store_read(finder->store, name, links, finder->limits->document_bytes, &stored, err))
		return err->code;
	/* One document may be listed a thousand times; this bounds the work, not the memory. */
	finder->read += stored.len;
	if (finder->read > finder->limits->kept_bytes)
		return gb_error_set(err, GPUBADGE_E_LIMIT,
				    "the documents listed take more than the limit of %llu bytes "
				    "(kept_bytes)",
				    (unsigned long long)finder->limits->kept_bytes);
	content = stored;
	/* The bytes of a blob that may lie outside the layout are not looked into before
	 * they are verified, except to unpack them. */
	if (gb_source_is_compressed(stored) && unpack(finder, stored, &content, err))
		return err->code;
	if (digest && verify(digest, size, stored, content, err))
		return err->code;
	*ret_content = content;
	return GPUBADGE_OK;
}
