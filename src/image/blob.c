/* SPDX-License-Identifier: Apache-2.0 */
#include "base/gb-limits.h"
#include "image/finder.h"

/* Takes the compression off STORED; the result lives in the finder's arena. */
static enum gpubadge_code unpack(struct gb_finder *finder, struct gb_span stored,
				 struct gb_span *ret_content, struct gpubadge_error *err)
{
	GB_CLEANUP(gb_bytes_done)
	struct gb_bytes bytes = gb_bytes_init(finder->limits->document_bytes);
	const char *copy;

	bytes.limit = "document_bytes";
	if (gb_source_unpack(stored, finder->limits, &bytes, err))
		return err->code;
	copy = gb_arena_copy(finder->arena, gb_bytes_span(&bytes), err);
	if (!copy)
		return err->code;
	*ret_content = (struct gb_span){copy, bytes.len};
	return GPUBADGE_OK;
}

/* A descriptor covers the bytes as stored (OCI) or what they unpack to, where a tool has
 * compressed the blob on the way: *RET_COVERED are those of the two that match DIGEST, absent if
 * none does. */
static enum gpubadge_code find_covered(struct gb_finder *finder, const struct gb_digest *digest,
				       struct gb_span stored, struct gb_span *ret_content,
				       struct gb_span *ret_covered, struct gpubadge_error *err)
{
	bool matches = !digest || gb_digest_matches(digest, stored);

	*ret_content = stored;
	*ret_covered = matches ? stored : (struct gb_span){NULL, 0};
	if (!gb_source_is_compressed(stored))
		return GPUBADGE_OK;
	if (unpack(finder, stored, ret_content, err)) {
		if (matches || err->code == GPUBADGE_E_NOMEM || err->code == GPUBADGE_E_LIMIT)
			return err->code;
		/* A link may lead to a file that is none of the image's: what is wrong with it
		 * is not told. */
		gb_error_clear(err);
	} else if (!matches && gb_digest_matches(digest, *ret_content)) {
		*ret_covered = *ret_content;
	}
	return GPUBADGE_OK;
}

enum gpubadge_code gb_blob_read(struct gb_finder *finder, const char *name,
				const struct gb_digest *digest, uint64_t *size,
				struct gb_span *ret_content, struct gpubadge_error *err)
{
	enum gb_link_rule links = digest ? GB_LINKS_VERIFIED : GB_LINKS_INSIDE;
	struct gb_span stored, content, covered;

	if (gb_store_read(finder->store, name, links, finder->limits->document_bytes, &stored, err))
		return err->code;
	/* One document may be listed a thousand times; this bounds the work, not the memory. */
	finder->read += stored.len;
	if (finder->read > finder->limits->kept_bytes)
		return gb_limit_exceeded(
			err, "kept_bytes",
			"the documents listed take more than the limit of %llu bytes",
			(unsigned long long)finder->limits->kept_bytes);
	if (find_covered(finder, digest, stored, &content, &covered, err))
		return err->code;
	if (!covered.ptr)
		return gb_error_set(err, GPUBADGE_E_DIGEST, "its bytes do not match the digest %s",
				    digest->text);
	if (size && gb_blob_check_size(covered.len, *size, err))
		return err->code;
	if (size)
		*size = covered.len;
	*ret_content = content;
	return GPUBADGE_OK;
}

enum gpubadge_code gb_blob_check_size(uint64_t actual, uint64_t stated, struct gpubadge_error *err)
{
	if (stated == 0 || stated == actual)
		return GPUBADGE_OK;
	return gb_error_set(err, GPUBADGE_E_DIGEST, "has %llu bytes, its descriptor says %llu",
			    (unsigned long long)actual, (unsigned long long)stated);
}
