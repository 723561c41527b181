/* SPDX-License-Identifier: Apache-2.0 */
#include "source/source.h"

#include <stdlib.h>

#include "base/gb-limits.h"
#include "source/codec.h"
#include "source/source-ops.h"

/* Memory as a source: one chunk, then the end. */
struct memory {
	struct gb_source source;
	struct gb_span rest;
};

static enum gpubadge_code memory_next(struct gb_source *source, struct gb_span *ret_chunk,
				      struct gpubadge_error *err)
{
	struct memory *memory = (struct memory *)source;

	(void)err;
	*ret_chunk = memory->rest;
	memory->rest = (struct gb_span){NULL, 0};
	return GPUBADGE_OK;
}

static void memory_close(struct gb_source *source)
{
	free(source);
}

static const struct gb_source_ops memory_ops = {
	.next = memory_next,
	.close = memory_close,
};

enum gpubadge_code gb_source_new_memory(struct gb_span bytes, struct gb_source **ret_source,
					struct gpubadge_error *err)
{
	struct memory *memory = calloc(1, sizeof(*memory));

	if (!memory)
		return gb_error_set_nomem(err);
	memory->source.ops = &memory_ops;
	memory->rest = bytes;
	*ret_source = &memory->source;
	return GPUBADGE_OK;
}

/* Takes the outer compressions off *SOURCE, which is replaced by the innermost decoder. */
static enum gpubadge_code peel(struct gb_source **source, const struct gpubadge_limits *limits,
			       struct gpubadge_error *err)
{
	for (uint64_t depth = 0;; depth++) {
		const struct gb_codec *codec;
		const char *missing;
		struct gb_span head;

		if (gb_source_peek(*source, &head, err))
			return err->code;
		codec = gb_codec_find(head, &missing);
		if (missing)
			return gb_error_set(err, GPUBADGE_E_UNSUPPORTED,
					    "compressed with %s, which this gpubadge does not "
					    "read (it reads: %s)",
					    missing, gb_codec_names());
		if (!codec)
			return GPUBADGE_OK;
		if (depth == limits->compression_depth)
			return gb_limit_exceeded(
				err, "compression_depth",
				"compressed more often than the limit of %llu times",
				(unsigned long long)limits->compression_depth);
		if (gb_source_new_decoder(*source, codec, limits, source, err))
			return err->code;
	}
}

enum gpubadge_code gb_source_open_packed(struct gb_source *packed,
					 const struct gpubadge_limits *limits,
					 struct gb_source **ret_source, struct gpubadge_error *err)
{
	GB_CLEANUP(gb_source_closep) struct gb_source *source = packed;

	if (peel(&source, limits, err))
		return err->code;
	*ret_source = source;
	source = NULL;
	return GPUBADGE_OK;
}

enum gpubadge_code gb_source_open_fd(int fd, const struct gpubadge_limits *limits,
				     struct gb_source **ret_source, struct gpubadge_error *err)
{
	struct gb_source *source = NULL;

	if (gb_source_new_file(fd, &source, err))
		return err->code;
	return gb_source_open_packed(source, limits, ret_source, err);
}

enum gpubadge_code gb_source_open_memory(struct gb_span bytes, const struct gpubadge_limits *limits,
					 struct gb_source **ret_source, struct gpubadge_error *err)
{
	struct gb_source *source = NULL;

	if (gb_source_new_memory(bytes, &source, err))
		return err->code;
	return gb_source_open_packed(source, limits, ret_source, err);
}

void gb_source_close(struct gb_source *source)
{
	if (source)
		source->ops->close(source);
}

void gb_source_closep(struct gb_source **source)
{
	gb_source_close(*source);
}

enum gpubadge_code gb_source_next(struct gb_source *source, struct gb_span *ret_chunk,
				  struct gpubadge_error *err)
{
	if (source->pending.len == 0)
		return source->ops->next(source, ret_chunk, err);
	*ret_chunk = source->pending;
	source->pending = (struct gb_span){NULL, 0};
	return GPUBADGE_OK;
}

enum gpubadge_code gb_source_peek(struct gb_source *source, struct gb_span *ret_chunk,
				  struct gpubadge_error *err)
{
	if (source->pending.len == 0 && source->ops->next(source, &source->pending, err))
		return err->code;
	*ret_chunk = source->pending;
	return GPUBADGE_OK;
}

enum gpubadge_code gb_source_skip(struct gb_source *source, uint64_t count, uint64_t *ret_skipped,
				  struct gpubadge_error *err)
{
	if (source->ops->skip && source->pending.len == 0)
		return source->ops->skip(source, count, ret_skipped, err);
	*ret_skipped = 0;
	return GPUBADGE_OK;
}

enum gpubadge_code gb_source_drain(struct gb_source *source, struct gpubadge_error *err)
{
	struct gb_span chunk;
	uint64_t skipped;

	do {
		if (gb_source_skip(source, UINT64_MAX, &skipped, err) ||
		    gb_source_next(source, &chunk, err))
			return err->code;
	} while (chunk.len > 0);
	return GPUBADGE_OK;
}

const char *gb_source_compression(const struct gb_source *source)
{
	return source->compression[0] ? source->compression : NULL;
}

bool gb_source_is_compressed(struct gb_span head)
{
	const char *missing;
	const struct gb_codec *codec = gb_codec_find(head, &missing);

	/* Not the others: no blob has them, and a block of bzip2 that takes 40 bytes takes
	 * milliseconds to unpack, for each member of an archive that was made for it. */
	return codec == &gb_codec_gzip || codec == &gb_codec_zstd;
}

enum gpubadge_code gb_source_unpack(struct gb_span bytes, const struct gpubadge_limits *limits,
				    struct gb_bytes *out, struct gpubadge_error *err)
{
	GB_CLEANUP(gb_source_closep) struct gb_source *source = NULL;
	struct gb_span chunk;

	if (gb_source_open_memory(bytes, limits, &source, err))
		return err->code;
	do {
		if (gb_source_next(source, &chunk, err))
			return err->code;
		gb_bytes_append(out, chunk);
	} while (chunk.len > 0 && !out->failure);
	return gb_bytes_check(out, err);
}
