/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "base/gb-limits.h"
#include "source/codec.h"
#include "source/source-ops.h"

/* Small enough to stay in the processor's second-level cache between the decompressor that
 * fills it and the reader that looks at it. */
#define WINDOW_BYTES ((size_t)64 * 1024)

struct decoder {
	struct gb_source source;
	struct gb_source *upstream;
	const struct gb_codec *codec;
	void *state;
	struct gb_span in; /* the rest of the upstream's chunk */
	bool upstream_ended;
	bool finished;      /* behind the last member */
	bool in_member;     /* some of a member was read, its end was not */
	uint64_t members;   /* complete ones */
	uint64_t member_in; /* bytes of the current member */
	uint64_t produced;
	uint64_t ceiling;
	char *window;
};

/* Makes IN non-empty unless the upstream is at its end. */
static enum gpubadge_code refill(struct decoder *decoder, struct gpubadge_error *err)
{
	if (decoder->in.len > 0 || decoder->upstream_ended)
		return GPUBADGE_OK;
	if (gb_source_next(decoder->upstream, &decoder->in, err))
		return err->code;
	decoder->upstream_ended = decoder->in.len == 0;
	return GPUBADGE_OK;
}

static enum gpubadge_code skip_zeros(struct decoder *decoder, struct gpubadge_error *err)
{
	do {
		if (refill(decoder, err))
			return err->code;
		while (decoder->in.len > 0 && decoder->in.ptr[0] == '\0')
			decoder->in = gb_span_from(decoder->in, 1);
	} while (decoder->in.len == 0 && !decoder->upstream_ended);
	return GPUBADGE_OK;
}

/* Bytes behind the last member that start no other. */
static enum gpubadge_code end_at_tail(struct decoder *decoder, struct gpubadge_error *err)
{
	if (decoder->codec->tail != GB_TAIL_IGNORED)
		return gb_error_set(err, GPUBADGE_E_CORRUPT,
				    "data that is not %s follows the %s data", decoder->codec->name,
				    decoder->codec->name);
	decoder->in = (struct gb_span){NULL, 0};
	decoder->finished = true;
	return gb_source_drain(decoder->upstream, err);
}

/* The upstream ended: fine behind a member, and so are a few bytes that a first member would
 * have been recognised by. */
static enum gpubadge_code end_of_input(struct decoder *decoder, struct gpubadge_error *err)
{
	bool garbage = decoder->members > 0 && decoder->codec->tail == GB_TAIL_IGNORED &&
		       decoder->member_in < decoder->codec->magic.len;

	if (decoder->in_member && !garbage)
		return gb_error_set(err, GPUBADGE_E_TRUNCATED, "the %s data ends too early",
				    decoder->codec->name);
	decoder->finished = true;
	return GPUBADGE_OK;
}

/* One step of the codec into the window behind *USED. */
static enum gpubadge_code step(struct decoder *decoder, size_t *used, struct gpubadge_error *err)
{
	size_t before = decoder->in.len;
	enum gb_codec_state state;
	size_t written;

	if (decoder->codec->decode(decoder->state, &decoder->in, decoder->window + *used,
				   WINDOW_BYTES - *used, &written, &state, err))
		return err->code;
	*used += written;
	decoder->produced += written;
	decoder->member_in += before - decoder->in.len;
	if (decoder->produced > decoder->ceiling)
		return gb_limit_exceeded(err, "decompressed_bytes",
					 "more than the limit of %llu decompressed bytes",
					 (unsigned long long)decoder->ceiling);
	switch (state) {
	case GB_CODEC_BAD_MAGIC:
		if (decoder->members > 0)
			return end_at_tail(decoder, err);
		return gb_error_set(err, GPUBADGE_E_CORRUPT, "damaged %s header",
				    decoder->codec->name);
	case GB_CODEC_END:
		decoder->in_member = false;
		decoder->member_in = 0;
		decoder->members++;
		return decoder->codec->tail == GB_TAIL_ZEROS ? skip_zeros(decoder, err)
							     : GPUBADGE_OK;
	case GB_CODEC_MORE:
		decoder->in_member = true;
		if (written == 0 && before == decoder->in.len && before > 0)
			return gb_error_set(err, GPUBADGE_E_CORRUPT, "damaged %s data: no progress",
					    decoder->codec->name);
		break;
	}
	return GPUBADGE_OK;
}

static enum gpubadge_code decoder_next(struct gb_source *source, struct gb_span *ret_chunk,
				       struct gpubadge_error *err)
{
	struct decoder *decoder = (struct decoder *)source;
	size_t used = 0;

	while (used < GB_SOURCE_HEAD && !decoder->finished) {
		size_t before = used;

		if (refill(decoder, err))
			return err->code;
		if (decoder->upstream_ended && !decoder->in_member)
			break;
		/* Without input too: the codec may still hold output. */
		if (step(decoder, &used, err))
			return err->code;
		if (used > before || !decoder->upstream_ended)
			continue;
		/* What came before the early end is handed out first. */
		if (used > 0)
			break;
		if (end_of_input(decoder, err))
			return err->code;
	}
	*ret_chunk = (struct gb_span){decoder->window, used};
	return GPUBADGE_OK;
}

static void decoder_close(struct gb_source *source)
{
	struct decoder *decoder = (struct decoder *)source;

	decoder->codec->close(decoder->state);
	gb_source_close(decoder->upstream);
	free(decoder->window);
	free(decoder);
}

static const struct gb_source_ops decoder_ops = {
	.next = decoder_next,
	.close = decoder_close,
};

enum gpubadge_code gb_source_new_decoder(struct gb_source *upstream, const struct gb_codec *codec,
					 const struct gpubadge_limits *limits,
					 struct gb_source **ret_source, struct gpubadge_error *err)
{
	struct decoder *decoder = calloc(1, sizeof(*decoder));
	char *window = malloc(WINDOW_BYTES);

	if (!decoder || !window) {
		free(window);
		free(decoder);
		return gb_error_set_nomem(err);
	}
	if (codec->open(limits, &decoder->state, err)) {
		free(window);
		free(decoder);
		return err->code;
	}
	decoder->source.ops = &decoder_ops;
	snprintf(decoder->source.compression, sizeof(decoder->source.compression), "%.20s%s%s",
		 upstream->compression, upstream->compression[0] ? "+" : "", codec->name);
	decoder->upstream = upstream;
	decoder->codec = codec;
	decoder->ceiling = limits->decompressed_bytes;
	decoder->window = window;
	*ret_source = &decoder->source;
	return GPUBADGE_OK;
}
